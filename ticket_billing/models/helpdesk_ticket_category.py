from odoo import api, fields, models

from .helpdesk_ticket_team import ADMIN


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = [
        "helpdesk.ticket.category",
        "ticket.billing.protected.mixin",
        "ticket.billing.logged.mixin",
    ]

    billable = fields.Boolean(
        default=True,
        help="Tickets of this category are billed. A category below one that is not "
        "billable is not billed either. A change holds for tickets to come.",
    )
    billing_work_type_id = fields.Many2one(
        comodel_name="ticket.billing.work.type",
        string="Work Type",
        check_company=True,
        help="What time on tickets of this category, and of those below it without a "
        "type of their own, is logged as at first.",
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

    def _get_branch(self):
        """Return the category and those above it, the lowest first."""
        self.ensure_one()
        path = [int(id_) for id_ in (self.parent_path or "").split("/") if id_]
        return self.browse(reversed(path)) or self

    def _is_billable(self):
        """Return whether the category and all those above it are billable."""
        return all(self.sudo()._get_branch().mapped("billable"))
