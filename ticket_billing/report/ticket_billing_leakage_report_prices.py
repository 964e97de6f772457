from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class TicketBillingLeakageReport(models.Model):
    """The prices that estimates take, in the company's currency, as tables in SQL.

    Those of contracts, and sales prices; pricelists are left out. Foreign prices are
    taken at today's rate; where there is none, there is no price.
    """

    _inherit = "ticket.billing.leakage.report"

    def _get_usual_prices_sql(self):
        """Return the table ``usual`` with the price of an hour of each company and work
        type (0: none), and the multiplier of the type."""
        types = self.env["ticket.billing.work.type"].sudo()
        types = types.with_context(active_test=False).search([])
        rows = [
            SQL(
                "(%s, %s, %s::numeric, %s::numeric)",
                company.id,
                work_type.id or 0,
                self._get_usual_price(company, work_type),
                self._get_multiplier(work_type),
            )
            for company in self.env.companies.sudo()
            for work_type in (types.browse(), *types)
        ]
        return SQL(
            "usual (company_id, work_type_id, price, multiplier) AS (VALUES %s)",
            SQL(", ").join(rows),
        )

    def _get_usual_price(self, company, work_type):
        """Return the sales price of an hour, None if there is none."""
        product = work_type.product_id or (
            company.ticket_billing_policy_id.time_product_id
        )
        if not product:
            return None
        uom = self.env["ticket.billing.rate"]._get_time_uom(product)
        price = product._price_compute("list_price", uom=uom)[product.id]
        factor = self._get_factor(product.currency_id, company)
        if not price or factor is None:
            return None
        if work_type.product_id:
            return price * factor
        return price * factor * self._get_multiplier(work_type)

    def _get_multiplier(self, work_type):
        return work_type.multiplier if work_type else 1.0

    def _get_agreed_prices_sql(self):
        """Return the table ``agreed``: how each contract bills tickets, its price of an
        hour, its fee, and what one of its currency is worth; for work without a
        contract how the company bills, at the id of minus the company."""
        rows = [
            SQL(
                "(%s, %s, NULL::numeric, NULL::numeric, NULL::numeric)",
                -company.id,
                company.ticket_billing_policy_id.strategy or "auto",
            )
            for company in self.env.companies.sudo()
        ]
        contracts = self._find_contracts()
        pairs = {(c.currency_id, c.company_id) for c in contracts}
        factors = {pair: self._get_factor(*pair) for pair in pairs}
        for contract in contracts:
            factor = factors[contract.currency_id, contract.company_id]
            prices = self._get_agreed_prices(contract, factor)
            rows.append(SQL("(%s, %s, %s::numeric, %s::numeric, %s::numeric)", *prices))
        return SQL(
            "agreed (contract_id, strategy, hourly, fee, factor) AS (VALUES %s)",
            SQL(", ").join(rows),
        )

    def _find_contracts(self):
        """Return the contracts for tickets, and those chosen on tickets."""
        contracts = self.env["contract.contract"].sudo()
        chosen = self.env["helpdesk.ticket"].sudo()
        chosen = chosen._search([("billing_contract_id", "!=", False)])
        return contracts.with_context(active_test=False).search(
            Domain("company_id", "in", self.env.companies.ids)
            & (
                Domain("covers_tickets", "=", True)
                | Domain("id", "in", chosen.subselect("billing_contract_id"))
            )
        )

    def _get_agreed_prices(self, contract, factor):
        """Return a row of ``agreed``; a price is None if the contract has none."""
        company = contract.company_id
        policy = contract.ticket_billing_policy_id or company.ticket_billing_policy_id
        strategy = contract.ticket_billing_strategy or policy.strategy or "auto"
        if factor is None:
            return contract.id, strategy, None, None, None
        hourly = fee = None
        if contract.hour_allowance == "unlimited":
            hourly = 0.0
        elif contract.hourly_rate_source == "fixed":
            hourly = contract.hourly_rate * factor
        if contract.ticket_allowance != "unlimited":
            fee = contract.per_ticket_rate * factor
        return contract.id, strategy, hourly, fee, factor

    def _get_factor(self, currency, company):
        """Return what one of a currency is worth today, None if nobody knows."""
        if currency == company.currency_id:
            return 1.0
        if not currency._has_ticket_billing_rate(company):
            return None
        today = company._get_ticket_billing_date(fields.Datetime.now())
        return currency._convert(1.0, company.currency_id, company, today, round=False)
