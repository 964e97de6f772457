from odoo import api, fields, models
from odoo.fields import Domain

MANAGER = "ticket_billing.group_ticket_billing_manager"
READERS = f"{MANAGER},ticket_billing.group_ticket_billing_auditor"


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "ticket.billing.logged.mixin",
        "ticket.billing.protected.mixin",
    ]

    ticket_billing_level = fields.Selection(
        selection=lambda self: self._get_ticket_billing_levels(),
        string="Automation Level",
        company_dependent=True,
        groups=READERS,
        help="How far tickets of this customer are billed by themselves. Empty: as the "
        "billing policy says.",
    )
    ticket_billing_policy_id = fields.Many2one(
        comodel_name="ticket.billing.policy",
        string="Ticket Billing Policy",
        company_dependent=True,
        groups=READERS,
        help="House rules for this customer. Empty: the company's.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        names = ("ticket_billing_level", "ticket_billing_policy_id")
        return {**super()._get_billing_writers(), **dict.fromkeys(names, MANAGER)}

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        names = ("ticket_billing_level", "ticket_billing_policy_id")
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "setting")}

    def write(self, vals):
        # A change of the parent or of a policy changes what was agreed
        watched = {"ticket_billing_policy_id", "property_product_pricelist"}
        if (watched | {"parent_id", "is_company"}).isdisjoint(vals):
            result = super().write(vals)
        else:
            old_terms = self._get_ticket_billing_terms()
            result = super().write(vals)
            if self._get_ticket_billing_terms() != old_terms:
                self._on_ticket_billing_terms_change()
        if "ticket_billing_level" in vals:
            self.env["helpdesk.ticket"]._release_held(self.env.company)
        return result

    def _get_ticket_billing_terms(self):
        """Return what a rating of the customers' tickets depends on."""
        names = (
            "commercial_partner_id",
            "ticket_billing_policy_id",
            "property_product_pricelist",
        )
        return [[partner[name] for name in names] for partner in self.sudo()]

    def _on_ticket_billing_terms_change(self):
        """Rate anew what waits of these customers in this company."""
        own = Domain("partner_id", "child_of", self.ids)
        own &= Domain("company_id", "=", self.env.company.id)
        reason = self.env._("The terms of the customer changed.")
        self.env["helpdesk.ticket"]._on_terms_change(own, own, reason)

    def _get_ticket_billing_levels(self):
        policy = self.env["ticket.billing.policy"]
        return policy._fields["automation_level"]._description_selection(self.env)
