from odoo import api, fields, models

ADMIN = "ticket_billing.group_ticket_billing_admin"


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = [
        "helpdesk.ticket.team",
        "ticket.billing.protected.mixin",
        "ticket.billing.logged.mixin",
    ]

    billable = fields.Boolean(
        default=True,
        help="Tickets of this team are billed. A change holds for tickets to come.",
    )
    billing_work_type_id = fields.Many2one(
        comodel_name="ticket.billing.work.type",
        string="Work Type",
        check_company=True,
        help="What time on tickets of this team is logged as at first, unless the "
        "category says otherwise.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        names = ("billable", "billing_work_type_id")
        return {**super()._get_billing_writers(), **dict.fromkeys(names, ADMIN)}

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        names = ("billable", "billing_work_type_id")
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "setting")}
