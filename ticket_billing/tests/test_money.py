from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.money import share_amount, sum_lines

CENTS = st.integers(min_value=-(10**9), max_value=10**9)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1)
UNITS = st.sampled_from(["1", "0.01", "0.001", "0.05"])
HUNDREDTHS = st.integers(min_value=0, max_value=10**5).map(lambda n: Decimal(n) / 100)
# Key of the line, quantity and price per unit
LINES = st.lists(st.tuples(st.sampled_from("abc"), HUNDREDTHS, HUNDREDTHS))


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

    # Properties of shares

    @given(CENTS, WEIGHTS, UNITS)
    def test_shares_are_whole_units(self, units, weights, unit):
        unit = Decimal(unit)
        shares = share_amount(units * unit, weights, unit)
        self.assertEqual(sum(shares), units * unit)
        self.assertFalse([share for share in shares if share % unit])

    @given(CENTS, WEIGHTS)
    def test_credit_notes_share_as_invoices_do(self, cents, weights):
        shares = share_amount(Decimal(cents) / 100, weights, 0.01)
        back = share_amount(-Decimal(cents) / 100, weights, 0.01)
        self.assertEqual([-share for share in back], shares)

    @given(st.integers(min_value=0, max_value=10**9), WEIGHTS)
    def test_who_weighs_more_never_gets_less(self, cents, weights):
        shares = share_amount(Decimal(cents) / 100, weights, 0.01)
        pairs = sorted(zip(weights, shares, strict=True))
        by_weight = [share for _weight, share in pairs]
        self.assertEqual(by_weight, sorted(by_weight))

    @given(st.integers(min_value=1, max_value=10**9), WEIGHTS)
    def test_shared_twice_is_shared_once(self, cents, weights):
        shares = share_amount(Decimal(cents) / 100, weights, 0.01)
        self.assertEqual(share_amount(Decimal(cents) / 100, shares, 0.01), shares)

    # Properties of sums

    @given(LINES, st.randoms(), UNITS)
    def test_order_of_the_lines_does_not_matter(self, lines, rng, unit):
        total = sum_lines(lines, unit)
        rng.shuffle(lines)
        self.assertEqual(sum_lines(lines, unit), total)

    @given(HUNDREDTHS, HUNDREDTHS, HUNDREDTHS, UNITS)
    def test_a_line_in_two_parts_is_the_same_line(self, one, two, price, unit):
        whole = sum_lines([("a", one + two, price)], unit)
        parts = sum_lines([("a", one, price), ("a", two, price)], unit)
        self.assertEqual(parts, whole)

    @given(LINES, UNITS)
    def test_sum_is_whole_units_next_to_the_exact_sum(self, lines, unit):
        total, unit = sum_lines(lines, unit), Decimal(unit)
        exact = sum(quantity * price for _key, quantity, price in lines)
        printed = {(key, price) for key, _quantity, price in lines}
        self.assertFalse(total % unit)
        self.assertLessEqual(abs(total - exact), len(printed) * unit / 2)

    @given(LINES, LINES, UNITS)
    def test_separate_lines_add_up(self, some, others, unit):
        others = [(f"other {key}", *values) for key, *values in others]
        apart = sum_lines(some, unit) + sum_lines(others, unit)
        self.assertEqual(sum_lines(some + others, unit), apart)
