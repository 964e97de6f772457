from odoo import fields, models

MANAGER = "ticket_billing.group_ticket_billing_manager"


class ResPartner(models.Model):
    _inherit = "res.partner"

    ticket_billing_level = fields.Selection(
        selection=lambda self: self._get_ticket_billing_levels(),
        string="Ticket Billing",
        company_dependent=True,
        groups=MANAGER,
        help="How far tickets of this customer are billed by themselves. Empty: as the "
        "billing policy says.",
    )
    ticket_billing_policy_id = fields.Many2one(
        comodel_name="ticket.billing.policy",
        string="Ticket Billing Policy",
        company_dependent=True,
        groups=MANAGER,
        help="House rules for this customer. Empty: the company's.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "ticket_billing_level" in vals:
            self.env["helpdesk.ticket"]._release_held(self.env.company)
        return result

    def _get_ticket_billing_levels(self):
        policy = self.env["ticket.billing.policy"]
        return policy._fields["automation_level"]._description_selection(self.env)
