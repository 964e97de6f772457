from odoo import api, fields, models
from odoo.fields import Domain

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
        if self._get_ticket_billing_terms().isdisjoint(vals):
            return self._write_ticket_billing_level(vals)
        old_terms = self._get_ticket_billing_values()
        result = self._write_ticket_billing_level(vals)
        if self._get_ticket_billing_values() != old_terms:
            of_customer = Domain("partner_id", "child_of", self.ids)
            of_company = Domain("company_id", "=", self.env.company.id)
            self.env["helpdesk.ticket"]._on_terms_change(
                of_customer & of_company,
                of_customer & of_company,
                self.env._("The terms of the customer changed."),
            )
        return result

    def _write_ticket_billing_level(self, vals):
        result = super().write(vals)
        if "ticket_billing_level" in vals:
            self.env["helpdesk.ticket"]._release_held(self.env.company)
        return result

    @api.model
    def _get_ticket_billing_terms(self):
        """Return the fields that a rating of the customer's tickets depends on."""
        return {"ticket_billing_policy_id", "property_product_pricelist"}

    def _get_ticket_billing_values(self):
        names = self._get_ticket_billing_terms()
        return [[partner[name] for name in names] for partner in self.sudo()]

    def _get_ticket_billing_levels(self):
        policy = self.env["ticket.billing.policy"]
        return policy._fields["automation_level"]._description_selection(self.env)
