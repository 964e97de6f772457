from odoo import api, fields, models


class AccountMoveLine(models.Model):
    """The heading over work on tickets on the invoice of a contract."""

    _inherit = "account.move.line"

    is_ticket_section = fields.Boolean(
        copy=False,
        readonly=True,
        help="Ticket billing set it above work on tickets, and takes it away with it.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        return {**super()._get_billing_writers(), "is_ticket_section": None}
