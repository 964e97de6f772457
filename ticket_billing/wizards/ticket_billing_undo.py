from odoo import api, fields, models


class TicketBillingUndo(models.TransientModel):
    """Asks why the drafts of a run are taken back."""

    _name = "ticket.billing.undo"
    _inherit = "ticket.billing.readable.mixin"
    _description = "Undo of a Ticket Billing Run"

    run_id = fields.Many2one(comodel_name="ticket.billing.run", required=True)
    reason = fields.Char(
        help="Stays on record with your name, on the run and its tickets too."
    )

    @api.model
    def _get_readable_fields(self):
        # EXTENDS ticket_billing
        return [*super()._get_readable_fields(), "run_id"]

    def action_confirm(self):
        """Take the drafts back and tell what was taken back."""
        self._check_single()
        return self.run_id.action_undo(self.reason)
