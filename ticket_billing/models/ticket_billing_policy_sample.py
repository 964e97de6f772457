from odoo import api, models
from odoo.exceptions import AccessError

from .ticket_billing_health import ADMIN


class TicketBillingPolicy(models.Model):
    """Usual sets of house rules to begin with.

    None holds for anybody before a customer, a contract or the settings name it.
    """

    _inherit = "ticket.billing.policy"

    @api.model
    def _get_samples(self):
        """Return a list of values, one for each sample, without a company."""
        return [
            {
                "name": self.env._("Time and material"),
                "strategy": "time_based",
                "line_detail": "ticket",
                "show_work_notes": True,
            },
            {
                "name": self.env._("Per ticket"),
                "strategy": "per_ticket",
                "rounding_method": "none",
                "approval": "none",
                "invoice_frequency": "month",
            },
            {
                "name": self.env._("Included hours"),
                "strategy": "time_based",
                "invoice_frequency": "month",
                "group_by": "contract",
                "show_covered_work": True,
            },
            {
                "name": self.env._("All inclusive"),
                "strategy": "time_based",
                "approval": "none",
                "invoice_frequency": "month",
                "group_by": "contract",
                "show_covered_work": True,
                "skip_zero": True,
            },
        ]

    def action_load_samples(self):
        """Add the samples to the company, but for those whose name it has already.

        They have the products of the default policy. Administrators only.

        :raise AccessError: for others
        """
        if not self.env.user.has_group(ADMIN):
            raise AccessError(
                self.env._("Only administrators of ticket billing may add policies.")
            )
        company = self.env.company
        default = company.sudo().ticket_billing_policy_id
        common = {
            "company_id": company.id,
            "automation_level": default.automation_level or "draft",
            "sequence": 20,
        }
        for name in ("time_product_id", "ticket_product_id"):
            if default[name]:
                common[name] = default[name].id
        own = self.with_context(active_test=False).search(
            [("company_id", "=", company.id)]
        )
        taken = set(own.mapped("name"))
        self.create(
            [
                {**common, **sample}
                for sample in self._get_samples()
                if sample["name"] not in taken
            ]
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
