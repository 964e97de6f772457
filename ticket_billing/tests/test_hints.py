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
        for rounding in self._create_cash_roundings():
            with self.subTest(strategy=rounding.strategy):
                self.env["ir.default"].sudo().set(
                    "account.move", "invoice_cash_rounding_id", rounding.id
                )
                self._check_same(some)

    def _create_cash_roundings(self):
        """Return roundings to coins, one for each way to book the difference."""
        common = {"name": "Coins", "rounding": 0.05}
        accounts = {
            "profit_account_id": self.company_data["default_account_revenue"].id,
            "loss_account_id": self.company_data["default_account_expense"].id,
        }
        return self.env["account.cash.rounding"].create(
            [
                {
                    **common,
                    **accounts,
                    "strategy": "add_invoice_line",
                    "rounding_method": "UP",
                },
                {**common, "strategy": "biggest_tax", "rounding_method": "DOWN"},
            ]
        )
