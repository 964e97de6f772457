from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.money import share_amount, sum_lines

CENTS = st.integers(min_value=-(10**9), max_value=10**9)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1)


@tagged("post_install", "-at_install")
class TestMoney(BaseCase):
    def test_share_amount(self):
        cases = [
            # amount, weights, unit, expected
            (100.0, [1, 1, 1], 0.01, ["33.34", "33.33", "33.33"]),
            (187.5, [62.5, 62.5, 62.5], 0.01, ["62.50", "62.50", "62.50"]),
            (-100.0, [1, 1, 1], 0.01, ["-33.34", "-33.33", "-33.33"]),
            (1000, [2, 1], 1, ["667", "333"]),
            (0.05, [0, 0], 0.01, ["0.03", "0.02"]),
            (0.0, [3, 4], 0.01, ["0.00", "0.00"]),
            (1.234, [1, 2], 0.001, ["0.411", "0.823"]),
        ]
        for amount, weights, unit, expected in cases:
            with self.subTest(amount=amount, weights=weights):
                shares = share_amount(amount, weights, unit)
                self.assertEqual(shares, [Decimal(share) for share in expected])

    def test_sum_lines(self):
        cases = [
            # (key, quantity, price) of the charges, unit, expected
            ([("a", 0.33, 92.5), ("a", 0.33, 92.5), ("a", 0.34, 92.5)], 0.01, "92.50"),
            ([("a", 0.33, 92.5), ("b", 0.33, 92.5)], 0.01, "61.06"),
            ([("a", 0.15, 0.3)], 0.01, "0.05"),
            ([("a", 1.25, 99.99), ("a", 1, 10)], 0.01, "134.99"),
            ([("a", 1.25, 1001)], 1, "1251"),
            ([], 0.01, "0"),
        ]
        for lines, unit, expected in cases:
            with self.subTest(lines=lines):
                self.assertEqual(sum_lines(lines, unit), Decimal(expected))

    @given(CENTS, WEIGHTS)
    def test_shares_add_up(self, cents, weights):
        amount = Decimal(cents) / 100
        shares = share_amount(amount, weights, 0.01)
        self.assertEqual(sum(shares), amount)

    @given(CENTS, WEIGHTS)
    def test_no_share_is_a_cent_off(self, cents, weights):
        shares = share_amount(Decimal(cents) / 100, weights, 0.01)
        for share, weight in zip(shares, weights, strict=True):
            if any(weights):
                exact = Decimal(cents) / 100 * weight / sum(weights)
                self.assertLess(abs(share - exact), Decimal("0.01"))
