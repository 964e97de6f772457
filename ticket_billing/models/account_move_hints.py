from odoo import models

# In the context: the drafts come with hints
HINTED = "ticket_billing_hinted"


class AccountMove(models.Model):
    """Spares Odoo a second look at each line of drafts that come with hints."""

    _inherit = "account.move"

    def write(self, vals):
        # EXTENDS account: the last thing that create() does is to say that nobody
        # changed the new drafts by hand, for which it looks whether their lines have
        # to follow. Drafts that come with hints say so from the beginning.
        if self.env.context.get(HINTED) and vals == {"is_manually_modified": False}:
            others = self.filtered("is_manually_modified")
            return super(AccountMove, others).write(vals) if others else True
        # A computed field that nobody tracks: to be tracked takes Odoo a look at all
        # that are
        if self.env.context.get(HINTED) and vals.keys() == {"tax_country_id"}:
            self = self.with_context(mail_notrack=True)
        return super().write(vals)
