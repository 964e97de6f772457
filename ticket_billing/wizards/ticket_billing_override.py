from odoo import api, fields, models


class TicketBillingOverride(models.TransientModel):
    """Asks why a draft is posted in spite of its errors."""

    _name = "ticket.billing.override"
    _inherit = "ticket.billing.readable.mixin"
    _description = "Posting in Spite of Errors"

    move_id = fields.Many2one(
        comodel_name="account.move", required=True, readonly=True, ondelete="cascade"
    )
    errors = fields.Text(related="move_id.ticket_billing_errors", related_sudo=False)
    reason = fields.Char(
        required=True, help="Stays on record with your name, on the draft too."
    )

    @api.model
    def _get_readable_fields(self):
        # EXTENDS ticket_billing
        return [*super()._get_readable_fields(), "move_id"]

    def action_confirm(self):
        """Let the draft be posted.

        :raise UserError: if it cannot be; the message says why
        """
        self._check_single()
        self.move_id.action_override_ticket_checks(self.reason)
        return {"type": "ir.actions.act_window_close"}
