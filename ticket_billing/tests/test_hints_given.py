import itertools
from unittest.mock import patch

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from ..models.account_move_hints import HINTED
from ..models.ticket_billing_charge_hint_lines import NEW_LINE
from ..tools.drafts import DraftPlan
from . import common_hypothesis  # noqa: F401
from .common_hints import HintsCommon
from .draft_facts import get_facts

QUANTITIES = st.decimals("0.01", "99", places=2).map(float)
PRICES = st.decimals("0.00", "300", places=2).map(float)
TAXES = st.sets(st.integers(0, 3), max_size=3)
LINES = st.lists(st.tuples(QUANTITIES, PRICES, TAXES), min_size=1, max_size=6)


@tagged("post_install", "-at_install")
class TestHintsGiven(HintsCommon):
    """What is given, when, and that it is right for any amounts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        taxes = cls.env["account.tax"]
        rates = ((19.0, "excluded"), (5.5, "excluded"), (21.0, "included"))
        for rate, kind in (*rates, (10.0, "included")):
            taxes += taxes.create(
                {
                    "name": f"{rate} % {kind}",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "price_include_override": f"tax_{kind}",
                }
            )
        cls.taxes = taxes
        cls.currencies = (
            cls.company.currency_id
            + cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.9137)])
            + cls.setup_other_currency(
                "JPY", rounding=1.0, rates=[("2020-01-01", 150.27)]
            )
            + cls.setup_other_currency(
                "KWD", rounding=0.001, rates=[("2020-01-01", 0.3075)]
            )
        )
        subsets = [
            frozenset(numbers)
            for count in range(4)
            for numbers in itertools.combinations(range(4), count)
        ]
        products = cls.env["product.product"].create(
            [
                {
                    "name": "Work",
                    "type": "service",
                    "uom_id": cls.time_product.uom_id.id,
                    "taxes_id": [taxes[number].id for number in subset],
                }
                for subset in subsets
            ]
        )
        cls.products = dict(zip(subsets, products, strict=True))
        journals = cls.env["account.journal"]
        cls.journal = journals.search(
            [("type", "=", "sale"), ("company_id", "=", cls.company.id)], limit=1
        )

    # Any amounts

    def _prepare_draft(self, currency, lines):
        return {
            "move_type": "out_invoice",
            "company_id": self.company.id,
            "partner_id": self.customer.id,
            "currency_id": currency.id,
            "journal_id": self.journal.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": self.products[frozenset(taxes)].id,
                        "product_uom_id": self.time_product.uom_id.id,
                        "name": "Work",
                        "quantity": quantity,
                        "price_unit": price,
                    }
                )
                for quantity, price, taxes in lines
            ],
        }

    def _add_hints(self, draft):
        charges = self.env["ticket.billing.charge"].sudo()
        charges = charges.with_company(draft["company_id"])
        values = {
            "company_id": draft["company_id"],
            "invoice_partner_id": self.customer.id,
        }
        plan = DraftPlan(charges.new(values), charges, None)
        charges._add_hints([plan], [draft])
        return draft

    def _create_drafts(self, currency, lines, **values):
        """Return drafts without hints and with them."""
        moves = self.env["account.move"].sudo()
        plain = moves.create({**self._prepare_draft(currency, lines), **values})
        draft = self._add_hints({**self._prepare_draft(currency, lines), **values})
        for _code, _id, vals in draft["invoice_line_ids"]:
            self.assertIn("balance", vals)
        return plain, moves.with_context(**{HINTED: True}).create(draft)

    def _check_drafts(self, plain, hinted):
        self._check_equal(get_facts(plain), get_facts(hinted))

    # Making a failing case smaller would create invoices for minutes
    @settings(max_examples=8, phases=[Phase.generate])
    @given(
        method=st.sampled_from(("round_per_line", "round_globally")),
        place=st.integers(0, 3),
        lines=LINES,
    )
    def test_any_amounts(self, method, place, lines):
        self.company.sudo().tax_calculation_rounding_method = method
        self._check_drafts(*self._create_drafts(self.currencies[place], lines))

    def test_taxes_of_another_company(self):
        company = self.setup_other_company(currency_id=self.currencies[1].id)
        taxes = self.env["account.tax"].with_company(company["company"])
        tax = taxes.create({"name": "17 %", "amount": 17.0, "type_tax_use": "sale"})
        lines = [(1.37, 92.53, {0, 2}), (0.33, 21.53, {0, 2})]
        self.products[frozenset({0, 2})].taxes_id += tax
        for currency in self.currencies[:2]:
            plain, hinted = self._create_drafts(
                currency,
                lines,
                company_id=company["company"].id,
                journal_id=company["default_journal_sale"].id,
            )
            found = hinted.invoice_line_ids.tax_ids
            self.assertIn(tax, found)
            self.assertEqual(found.company_id, company["company"])
            self._check_drafts(plain, hinted)

    def test_distribution_models_of_the_customer(self):
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Places"})
        account = plan.env["account.analytic.account"].create(
            {"name": "Harbour", "plan_id": plan.id}
        )
        plan.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.customer.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        lines = [(1.37, 92.53, {0}), (0.33, 21.53, {2})]
        plain, hinted = self._create_drafts(self.currencies[0], lines)
        for line in hinted.invoice_line_ids:
            self.assertEqual(line.analytic_distribution, {str(account.id): 100})
        self._check_drafts(plain, hinted)

    def test_odoo_writes_no_amounts_again(self):
        lines = [(1.0, 100.0, {0}), (0.5, 10.0, set()), (2.0, 60.5, {0, 1})]
        for currency in self.currencies:
            with self.subTest(currency=currency.name):
                with self._note_rewritten() as rewritten:
                    draft = self._add_hints(self._prepare_draft(currency, lines))
                    self.env["account.move"].create(draft)
                self.assertEqual(rewritten, [])

    def test_odoo_mends_amounts_that_are_wrong(self):
        for taxes in (set(), {0}):
            with self.subTest(taxes=taxes):
                lines = [(1.37, 92.53, taxes)]
                plain, hinted = self._create_drafts(self.currencies[2], lines)
                draft = self._prepare_draft(self.currencies[2], lines)
                vals = draft["invoice_line_ids"][0][2]
                vals.update(balance=-5.0, amount_currency=-5.0)
                moves = self.env["account.move"].sudo()
                wrong = moves.with_context(**{HINTED: True}).create(draft)
                for move in (hinted, wrong):
                    self._check_drafts(plain, move)

    def test_what_differs_is_written(self):
        draft = self._prepare_draft(self.currencies[0], [(1.0, 100.0, {0})])
        moves = self.env["account.move"].sudo().with_context(**{HINTED: True})
        move = moves.create({**draft, "is_manually_modified": True})
        self.assertFalse(move.is_manually_modified)
        move.is_manually_modified = True
        self.assertTrue(move.is_manually_modified)
        move.is_manually_modified = False
        self.assertFalse(move.is_manually_modified)
        other = self.customer.create({"name": "Harbour Dental"})
        move.line_ids.partner_id = other
        self.assertEqual(move.line_ids.partner_id, other)

    # When

    def _get_given(self, **values):
        """Return the values of a line that are given for a draft with one hour."""
        hour = [(1.0, 100.0, {0})]
        draft = {**self._prepare_draft(self.currencies[0], hour), **values}
        before = set(draft["invoice_line_ids"][0][2])
        return set(self._add_hints(draft)["invoice_line_ids"][0][2]) - before

    def test_what_is_given(self):
        given = {"amount_currency", "balance", "tax_ids", "price_subtotal"}
        given |= {"price_total", "date", *NEW_LINE}
        self.assertEqual(self._get_given(), given)

    def test_tags_are_given_where_there_are_some(self):
        tag = self.env["account.account.tag"].sudo()
        tag = tag.create({"name": "Reported", "applicability": "taxes"})
        lines = self.taxes[0].invoice_repartition_line_ids
        lines.filtered(lambda line: line.repartition_type == "base").tag_ids = tag
        self.assertIn("tax_tag_ids", self._get_given())

    def test_a_parameter_switches_hints_off(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for value, is_on in (("False", False), ("0", False), ("True", True)):
            with self.subTest(value=value):
                parameters.set_param("ticket_billing.hints", value)
                self.assertEqual(bool(self._get_given()), is_on)

    def test_nothing_is_given_where_an_addon_decides(self):
        lines = type(self.env["account.move.line"])
        bases = lines.__bases__
        for addon, method, is_given in (
            ("avalara", "_compute_account_id", False),
            ("avalara", "_compute_totals", False),
            ("stock_account", "_compute_account_id", True),
        ):
            with self.subTest(addon=addon, method=method):
                names = {
                    "__module__": f"odoo.addons.{addon}.models.account_move_line",
                    method: getattr(lines, method),
                }
                lines.__bases__ = (type("Line", (), names), *bases)
                try:
                    self.assertEqual(bool(self._get_given()), is_given)
                finally:
                    lines.__bases__ = bases

    def test_nothing_is_given_where_an_addon_changed_the_draft(self):
        other = self._create_customer("Somebody else")
        shipping = {"partner_shipping_id": other.id}
        for values in ({"partner_id": other.id}, shipping):
            with self.subTest(values=values):
                self.assertFalse(self._get_given(**values))
        line = self._prepare_draft(self.currencies[0], [(1.0, 1.0, {0})])
        line = line["invoice_line_ids"][0][2]
        values = {**line, "tax_ids": [Command.clear()]}
        given = self._get_given(invoice_line_ids=[Command.create(values)])
        self.assertFalse(given)

    def test_nothing_is_given_where_odoo_rounds_again(self):
        franc = self.setup_other_currency(
            "CHF", rounding=0.05, rates=[("2020-01-01", 0.9)]
        )
        self.assertFalse(self._get_given(currency_id=franc.id))

    def test_nothing_is_given_where_early_payments_share_cents(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % within 7 days",
                "early_discount": True,
                "early_pay_discount_computation": "mixed",
            }
        )
        self.assertFalse(self._get_given(invoice_payment_term_id=term.id))
        term.early_pay_discount_computation = "included"
        self.assertTrue(self._get_given(invoice_payment_term_id=term.id))

    # Queries

    def test_lines_cost_no_queries(self):
        self._count_queries(1)
        few, many = self._count_queries(10), self._count_queries(20)
        self.assertLessEqual(abs(many - few), 4)

    def _count_queries(self, lines):
        """Return how many queries two drafts with so many lines take."""
        tickets = self.env["helpdesk.ticket"]
        for name in ("Northwind", "Harbour"):
            customer = self._create_customer(name)
            hours = [0.5] * lines
            tickets += self._create_ticket(*hours, partner_id=customer.id)
        self._close(tickets)
        charges = type(self.env["ticket.billing.charge"])
        write, counts = charges._write_drafts, []

        def count(records, plans):
            records.env.flush_all()
            before = self.env.cr.sql_log_count
            moves = write(records, plans)
            records.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            return moves

        with patch.object(charges, "_write_drafts", count):
            tickets.action_generate_invoice()
        return sum(counts)
