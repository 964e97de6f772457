from functools import partial

from odoo import api, models
from odoo.fields import Domain

from ..tools.health import ERROR, OK, WARNING, Finding, HealthCheck


class TicketBillingHealth(models.Model):
    """Whether products are there for what is billed; what other checks of the set-up
    share."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "products": self._get_setup_check(
                self.env._("Products"), self._find_products
            ),
        }

    @api.model
    def _get_setup_check(self, label, find):
        """Return a check that is only a hint in companies that do not bill yet."""
        return HealthCheck(label, partial(self._find_in_use, find), find)

    def _find_in_use(self, find, company):
        """Return what a check finds; where nothing is billed yet, only as a hint."""
        finding = find(company)
        if finding.status == OK or self._is_in_use(company):
            return finding
        hint = self.env._(
            "Ticket billing is not in use here. Before you begin: %(finding)s",
            finding=finding.message,
        )
        return finding._replace(status=OK, message=hint)

    @api.model
    def _is_in_use(self, company):
        own = Domain("company_id", "=", company.id)
        charges = self.env["ticket.billing.charge"]
        return company.ticket_billing_enabled or bool(
            charges.search_count(own, limit=1)
        )

    @api.model
    def _get_policies(self, company):
        """Return the policies in use, the default one first."""
        own = Domain("company_id", "=", company.id)
        default = company.ticket_billing_policy_id
        return default | self.env["ticket.billing.policy"].search(own)

    @api.model
    def _get_work_types(self, company):
        own = Domain("company_id", "in", (False, company.id))
        return self.env["ticket.billing.work.type"].search(own)

    @api.model
    def _get_products(self, company):
        """Return the products that work on tickets is invoiced as."""
        policies = self._get_policies(company)
        return (
            policies.time_product_id
            | policies.ticket_product_id
            | self._get_work_types(company).product_id
        )

    @api.model
    def _get_contracts(self, company):
        """Return the contracts that tickets are billed by."""
        return self.env["contract.contract"].search(
            Domain("company_id", "=", company.id)
            & Domain("covers_tickets", "=", True)
            & Domain("contract_type", "=", "sale")
        )

    @api.model
    def _get_problem(self, message, records, status=ERROR):
        """Return a finding about some records, archived ones too."""
        domain = [("id", "in", records.ids)]
        if "active" in records._fields:
            domain.append(("active", "in", [True, False]))
        return Finding(status, message, len(records), records._name, domain)

    @api.model
    def _get_names(self, records):
        names = records.mapped("display_name")
        return ", ".join(self.env._("“%(name)s”", name=name) for name in names)

    def _find_products(self, company):
        """Whether policies name products, and these are in use and have a price."""
        default = company.ticket_billing_policy_id
        if not default:
            message = self.env._(
                "%(company)s has no default billing policy: choose one in the "
                "settings.",
                company=company.name,
            )
            return self._get_problem(message, company)
        bare = self._get_policies(company).filtered(
            lambda policy: not policy.time_product_id or not policy.ticket_product_id
        )
        if bare:
            message = self.env._(
                "Billing policies without a product for hours or for the fee: "
                "%(names)s.",
                names=self._get_names(bare),
            )
            status = ERROR if default in bare else WARNING
            return self._get_problem(message, bare, status)
        archived = self._get_products(company).filtered(lambda p: not p.active)
        if archived:
            message = self.env._(
                "Products that are archived: %(names)s. Work that is invoiced as one "
                "of them is blocked: restore it or choose another one.",
                names=self._get_names(archived),
            )
            return self._get_problem(message, archived)
        return self._find_price(company, default.time_product_id)

    def _find_price(self, company, product):
        """Whether an hour can have a price at all."""
        is_free = not product.lst_price
        if is_free and not self._has_rates(company, product):
            message = self.env._(
                "“%(product)s” has no price, and neither a contract nor a pricelist "
                "has a rate: every ticket with time is blocked. Set its sales price.",
                product=product.display_name,
            )
            return self._get_problem(message, product)
        return Finding(OK, self.env._("The products are in use and have a price."))

    @api.model
    def _has_rates(self, company, product):
        """Return whether a contract or a pricelist may say what an hour costs."""
        fixed = Domain("hourly_rate_source", "=", "fixed")
        if self._get_contracts(company).filtered_domain(fixed):
            return True
        if any(self._get_work_types(company).product_id.mapped("lst_price")):
            return True
        template = product.product_tmpl_id
        rules = (
            Domain("pricelist_id.active", "=", True)
            & Domain("company_id", "in", (False, company.id))
            & (
                Domain("compute_price", "in", ("fixed", "formula"))
                | Domain("base", "=", "pricelist")
            )
            & (
                Domain("product_id", "=", product.id)
                | Domain("product_tmpl_id", "=", template.id)
                | Domain("applied_on", "in", ("3_global", "2_product_category"))
            )
        )
        return bool(self.env["product.pricelist.item"].search_count(rules, limit=1))
