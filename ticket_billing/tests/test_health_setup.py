from odoo import fields
from odoo.tests import tagged

from .common_health import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthSetup(HealthCommon):
    """Whether products and accounting have what invoices need."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sudo_policy = cls.policy.sudo()

    def _bill_by_hand(self):
        self._close_and_bill(self._create_ticket(1.0))

    def test_set_up_is_well(self):
        for key in ("products", "accounts", "journals", "taxes", "currencies"):
            with self.subTest(check=key):
                self.assertEqual(self._find(key)["status"], "ok")

    def test_company_that_bills_nothing_gets_hints(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        for key in ("products", "journals", "accounts"):
            with self.subTest(check=key):
                text = "not in use here. Before you begin: "
                self._check_finding(key, "ok", text, company=other)
        other.ticket_billing_enabled = True
        for key in ("products", "journals", "accounts"):
            with self.subTest(check=key):
                self.assertEqual(self._find(key, other)["status"], "error")

    def test_company_that_bills_by_hand_is_in_use(self):
        self._bill_by_hand()
        self.company.sudo().ticket_billing_enabled = False
        self.time_product.active = False
        self._check_finding("products", "error", "archived")

    # Products

    def test_no_policy(self):
        self.company.sudo().ticket_billing_policy_id = False
        self._check_finding("products", "error", "no default billing policy")

    def test_policy_without_product(self):
        for name in ("time_product_id", "ticket_product_id"):
            with self.subTest(field=name):
                product = self.sudo_policy[name]
                self.sudo_policy[name] = False
                text = "without a product"
                self._check_finding("products", "error", text, self.sudo_policy)
                self.sudo_policy[name] = product
                self._check_finding("products", "ok", "in use")
        other = self._create_policy(time_product_id=False)
        self._check_finding("products", "warning", "“Other rules”", other)
        other.active = False
        self._check_finding("products", "ok", "in use")

    def test_archived_products(self):
        travel = self.env["product.product"].create(
            {"name": "Travel", "type": "service", "list_price": 50.0}
        )
        self.env["ticket.billing.work.type"].create(
            {"name": "Travel", "product_id": travel.id}
        )
        for product in (self.time_product, self.ticket_product, travel):
            with self.subTest(product=product.name):
                product.active = False
                text = f"archived: “{product.name}”"
                self._check_finding("products", "error", text, product)
                product.active = True
                self._check_finding("products", "ok", "in use")

    def test_no_price_anywhere(self):
        """As after installation: the shipped product costs 0.00."""
        shipped = self.env.ref("ticket_billing.product_time")
        self.sudo_policy.time_product_id = shipped
        self._check_finding("products", "error", "has no price", shipped)
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=90.0)
        self._check_finding("products", "ok", "in use")
        contract.covers_tickets = False
        self._check_finding("products", "error", "has no price", shipped)
        pricelist = self.env["product.pricelist"].create({"name": "Rates"})
        rule = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": pricelist.id,
                "applied_on": "1_product",
                "product_tmpl_id": shipped.product_tmpl_id.id,
                "compute_price": "fixed",
                "fixed_price": 80.0,
            }
        )
        self._check_finding("products", "ok", "in use")
        rule.write({"compute_price": "percentage", "percent_price": 10.0})
        self._check_finding("products", "error", "has no price")
        rule.write({"compute_price": "formula", "price_surcharge": 30.0})
        self._check_finding("products", "ok", "in use")
        rule.unlink()
        self._check_finding("products", "error", "has no price")
        shipped.list_price = 100.0
        self._check_finding("products", "ok", "in use")

    # Accounting

    def test_accounts(self):
        self._check_finding("accounts", "ok", "Each product")
        product = self.time_product
        account = self.company_data["default_account_revenue"].copy()
        product.property_account_income_id = account
        self._check_finding("accounts", "ok", "Each product")
        account.active = False
        self._check_finding("accounts", "error", "“Support time”", product)
        product.property_account_income_id = False
        self._check_finding("accounts", "ok", "Each product")

    def test_no_account_at_all(self):
        journals = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journals.default_account_id = False
        self.env["product.category"].search([]).property_account_income_categ_id = False
        self.company.sudo().income_account_id = False
        products = self.time_product | self.ticket_product
        self._check_finding("accounts", "error", "“Support ticket”", products)
        journals[0].default_account_id = self.company_data["default_account_revenue"]
        self._check_finding("accounts", "ok", "Each product")

    def test_journals(self):
        self._check_finding("journals", "ok", "There is a sales journal")
        journals = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journals.active = False
        self._check_finding("journals", "error", "no sales journal in use", journals)
        journals.active = True
        own = journals[0].copy({"name": "Tickets", "code": "TKT"})
        contract = self._create_contract(journal_id=own.id)
        own.active = False
        self._check_finding("journals", "error", "“Support agreement”", contract)
        contract.covers_tickets = False
        self._check_finding("journals", "ok", "There is a sales journal")

    def test_taxes(self):
        self._check_finding("taxes", "ok", "Each product")
        self.time_product.taxes_id = False
        text = "without a tax in company_1_data: “Support time”"
        self._check_finding("taxes", "warning", text, self.time_product)
        taxes = self.env["account.tax"].search([("type_tax_use", "=", "sale")])
        taxes.active = False
        self._check_finding("taxes", "ok", "has no taxes on sales")
        taxes.active = True
        self.time_product.taxes_id = self.tax_19
        self._check_finding("taxes", "ok", "Each product")

    def test_tax_of_another_company_is_none(self):
        other = self._create_company(name="Elsewhere")
        tax = self.env["account.tax"].with_company(other).sudo()
        tax = tax.search([("company_id", "=", other.id)], limit=1)
        self.assertTrue(tax)
        self.time_product.sudo().taxes_id = tax
        self._check_finding("taxes", "warning", "Support time", self.time_product)

    # Currencies

    def _get_currency(self):
        currency = self.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", "CHF")])
        currency.active = True
        currency.rate_ids.sudo().unlink()
        return currency

    def _check_currency(self, currency):
        self._check_finding("currencies", "error", "today: CHF", currency)
        rate = self.env["res.currency.rate"].sudo()
        today = fields.Date.context_today(rate)
        values = {"currency_id": currency.id, "company_id": self.company.id, "rate": 2}
        rate = rate.create({**values, "name": fields.Date.add(today, days=1)})
        self._check_finding("currencies", "error", "today: CHF", currency)
        rate.name = today
        self._check_finding("currencies", "ok", "Each currency")

    def test_currency_of_a_contract(self):
        self._check_finding("currencies", "ok", "No agreement")
        currency = self._get_currency()
        contract = self._create_contract(covers_tickets=False)
        contract.manual_currency_id = currency
        self._check_finding("currencies", "ok", "No agreement")
        contract.covers_tickets = True
        self._check_currency(currency)
        currency.active = False
        self._check_finding("currencies", "error", "today: CHF", currency)

    def test_currency_of_a_pricelist(self):
        group = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").sudo()._apply_group(group)
        currency = self._get_currency()
        pricelist = self.env["product.pricelist"].create(
            {"name": "Swiss", "currency_id": currency.id, "sequence": 100}
        )
        self._check_finding("currencies", "ok", "No agreement")
        self.customer.property_product_pricelist = pricelist
        self._check_finding("currencies", "ok", "No agreement")
        self._create_ticket()
        self._check_currency(currency)
