from odoo.tests import tagged

from .common_hints_world import HintsWorld


@tagged("post_install", "-at_install")
class TestHints(HintsWorld):
    """Drafts are the same whether Odoo was told beforehand or had to find out."""

    def test_taxes_rounded_per_line(self):
        self.company.sudo().tax_calculation_rounding_method = "round_per_line"
        self._check_same(self.tickets)

    def test_taxes_rounded_globally(self):
        self.company.sudo().tax_calculation_rounding_method = "round_globally"
        self._check_same(self.tickets)

    def test_totals_rounded_to_coins(self):
        names = ("Everything", "Only untaxed", "JPY")
        some = self.tickets.filtered(lambda t: t.partner_id.name in names)
        for rounding in (self.cash_rounding_a, self.cash_rounding_b):
            with self.subTest(strategy=rounding.strategy):
                self.env["ir.default"].sudo().set(
                    "account.move", "invoice_cash_rounding_id", rounding.id
                )
                self._check_same(some)
