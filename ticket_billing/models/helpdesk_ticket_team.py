from odoo import api, fields, models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "ticket.billing.protected.mixin"]

    billable = fields.Boolean(
        default=True,
        help="Tickets of this team are billed. A change holds for tickets to come.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        writers = super()._get_billing_writers()
        return {**writers, "billable": "ticket_billing.group_ticket_billing_admin"}
