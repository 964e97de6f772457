from odoo import api, fields, models


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "ticket.billing.protected.mixin"]

    billable = fields.Boolean(
        default=True,
        help="Tickets of this category are billed. A category below one that is not "
        "billable is not billed either. A change holds for tickets to come.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        writers = super()._get_billing_writers()
        return {**writers, "billable": "ticket_billing.group_ticket_billing_admin"}

    def _is_billable(self):
        """Return whether the category and all those above it are billable."""
        self.ensure_one()
        path = self.sudo().parent_path or ""
        parents = self.sudo().browse(int(id_) for id_ in path.split("/") if id_)
        return all((self.sudo() | parents).mapped("billable"))
