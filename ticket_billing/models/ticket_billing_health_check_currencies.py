from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.health import OK, Finding

TO_BILL = ("open", "pending", "blocked")


class TicketBillingHealth(models.Model):
    """Whether the currencies of agreements are active and have a rate."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        label = self.env._("Exchange rates")
        return {
            **super()._get_checks(),
            "currencies": self._get_setup_check(label, self._find_currencies),
        }

    def _find_currencies(self, company):
        """Whether the currencies of agreements are active and have a rate."""
        used = self._get_foreign_currencies(company)
        bad = used.filtered(
            lambda currency: not currency.active
            or not self._has_rate_today(currency, company)
        )
        if bad:
            message = self.env._(
                "Currencies that agreements are made in and that are archived or have "
                "no exchange rate for today: %(names)s. Their tickets are blocked, or "
                "billed at another rate than today's.",
                names=", ".join(bad.mapped("name")),
            )
            return self._get_problem(message, bad)
        if not used:
            return Finding(OK, self.env._("No agreement is in a foreign currency."))
        return Finding(OK, self.env._("Each currency has an exchange rate."))

    @api.model
    def _has_rate_today(self, currency, company):
        today = company._get_ticket_billing_date(fields.Datetime.now())
        own = Domain("company_id", "in", (False, company.root_id.id))
        domain = own & Domain("currency_id", "=", currency.id)
        rates = self.env["res.currency.rate"]
        return bool(rates.search_count(domain & Domain("name", "<=", today), limit=1))

    @api.model
    def _get_foreign_currencies(self, company):
        """Return the foreign ones of contracts for tickets, of work that is not
        invoiced yet, and of customers with tickets to bill."""
        own = Domain("company_id", "=", company.id)
        waiting = own & Domain("state", "in", ("to_approve", "ready"))
        charges = self.env["ticket.billing.charge"]._read_group(
            waiting, ["currency_id"]
        )
        used = self._get_contracts(company).currency_id
        used = used.union(*[currency for (currency,) in charges])
        return used + self._get_pricelist_currencies(company) - company.currency_id

    @api.model
    def _get_pricelist_currencies(self, company):
        """Return the currencies of the pricelists of customers with tickets to bill."""
        lists = self.env["product.pricelist"].search_count(
            Domain("company_id", "in", (False, company.id))
            & Domain("currency_id", "!=", company.currency_id.id),
            limit=1,
        )
        if not lists:
            return self.env["res.currency"]
        to_bill = self._get_own_domain(company) & Domain("billing_state", "in", TO_BILL)
        groups = self.env["helpdesk.ticket"]._read_group(
            to_bill, ["commercial_partner_id"]
        )
        partners = self.env["res.partner"].union(*[partner for (partner,) in groups])
        return partners.property_product_pricelist.currency_id
