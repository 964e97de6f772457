from odoo import models

from .account_move_hints import HINTED


class AccountMoveLine(models.Model):
    """Spares Odoo a second look for payments, on lines of drafts that come with
    hints."""

    _inherit = "account.move.line"

    def write(self, vals):
        # EXTENDS account: to the lines of each new draft it writes the customer, who is
        # there already
        if self.env.context.get(HINTED) and vals.keys() == {"partner_id"}:
            others = self.filtered(
                lambda line: line.partner_id.id != vals["partner_id"]
            )
            return super(AccountMoveLine, others).write(vals) if others else True
        return super().write(vals)
