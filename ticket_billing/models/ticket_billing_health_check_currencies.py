from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.health import OK, Finding


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
        """Return the currencies of contracts for tickets, of work that is not invoiced
        yet, and of pricelists of customers with tickets."""
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
        lists = self.env["product.pricelist"].search(
            Domain("company_id", "in", (False, company.id))
            & Domain("currency_id", "!=", company.currency_id.id)
        )
        tickets = self.env["helpdesk.ticket"]
        found = lists.currency_id.browse()
        for currency, own in lists.grouped("currency_id").items():
            partner = "commercial_partner_id.specific_property_product_pricelist"
            domain = Domain("company_id", "=", company.id) & Domain(
                partner, "in", own.ids
            )
            if tickets.search_count(domain, limit=1):
                found |= currency
        return found
