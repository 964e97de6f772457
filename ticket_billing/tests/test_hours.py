from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.hours import round_group, round_hours, spread_hours, to_hours, to_seconds

SECONDS = st.integers(min_value=-36000, max_value=360000)


@tagged("post_install", "-at_install")
class TestHours(BaseCase):
    def test_to_seconds(self):
        cases = [
            # hours, seconds
            (0.01, 36),
            (50 / 60, 3000),
            (1 / 3, 1200),
            (2.5, 9000),
            (-0.25, -900),
            (0.0, 0),
        ]
        for hours, expected in cases:
            with self.subTest(hours=hours):
                self.assertEqual(to_seconds(hours), expected)

    def test_round_hours(self):
        cases = [
            # hours of the entries, method, increment, minimum, expected
            ([0.10], "up", 0.25, 0.25, "0.25"),
            ([1.10], "up", 0.25, 0.25, "1.25"),
            ([1.10], "up", 0.5, 0.25, "1.50"),
            ([1.10], "up", 1.0, 0.25, "2.00"),
            ([1.10], "none", 0.25, 0.25, "1.10"),
            ([3.75], "up", 0.25, 0.25, "3.75"),
            ([0.02, 0.56, 0.17], "up", 0.25, 0.25, "0.75"),
            ([50 / 60, 50 / 60, 50 / 60], "up", 0.25, 0.25, "2.50"),
            ([1.7], "up", 0.25, 2.0, "2.00"),
            ([1.1], "nearest", 0.25, 0.25, "1.00"),
            ([1.9], "down", 0.25, 0.25, "1.75"),
            ([0.0], "up", 0.25, 0.25, "0.00"),
            ([1.0, -1.0], "up", 0.25, 0.25, "0.00"),
            ([1.0, -2.0], "up", 0.25, 0.25, "0.00"),
            ([1.23, 0.97, 2.43, 1.99, 1.48, 0.8, 0.63, 2.97], "up", 0.25, 0, "12.50"),
        ]
        for hours, method, increment, minimum, expected in cases:
            with self.subTest(hours=hours, method=method, increment=increment):
                seconds = sum(map(to_seconds, hours))
                rounded = round_hours(seconds, method, increment, minimum)
                self.assertEqual(rounded, Decimal(expected))

    def test_round_group(self):
        cases = [
            # hours of the entries, by entry, expected
            ([0.1, 0.3], False, "0.50"),
            ([0.1, 0.3], True, "0.75"),
            ([3.0, -1.0], True, "2.00"),
            ([3.0, -1.1], True, "1.75"),
            ([1.0, -2.0], True, "0.00"),
        ]
        for hours, by_entry, expected in cases:
            with self.subTest(hours=hours, by_entry=by_entry):
                seconds = [to_seconds(value) for value in hours]
                total = round_group(seconds, "up", 0.25, 0.25, by_entry)
                self.assertEqual(total, Decimal(expected))

    def test_unknown_method_is_refused(self):
        with self.assertRaises(KeyError):
            round_hours(3600, "sideways")

    def test_spread_hours(self):
        cases = [
            # total, seconds of the entries, expected
            ("0.75", [72, 2016, 612], ["0.02", "0.56", "0.17"]),
            ("2.50", [3000, 3000, 3000], ["0.83", "0.83", "0.84"]),
            ("1.00", [1800, 900], ["0.50", "0.50"]),
            ("0.50", [1800, 900], ["0.50", "0.00"]),
            ("0.25", [1800, 900], ["0.25", "0.00"]),
            ("0.50", [3600, -1800], ["0.50", "0.00"]),
            ("0.00", [3600, 3600], ["0.00", "0.00"]),
        ]
        for total, seconds, expected in cases:
            with self.subTest(total=total, seconds=seconds):
                shares = spread_hours(Decimal(total), map(to_hours, seconds))
                self.assertEqual(shares, [Decimal(share) for share in expected])

    @given(st.lists(SECONDS, min_size=1), st.sampled_from([0.01, 0.1, 0.25, 0.5, 1]))
    def test_up_never_bills_less_than_was_worked(self, seconds, increment):
        total = round_hours(sum(seconds), "up", increment)
        self.assertGreaterEqual(total * 3600, sum(seconds))
        self.assertFalse((total * 100) % int(increment * 100))

    @given(st.lists(SECONDS, min_size=1), st.sampled_from(["up", "nearest", "down"]))
    def test_shares_add_up_to_the_total(self, seconds, method):
        total = round_hours(sum(seconds), method, 0.25, 0.25)
        shares = spread_hours(total, map(to_hours, seconds))
        self.assertEqual(sum(shares), total)
        self.assertGreaterEqual(min(shares), 0)

    @given(SECONDS)
    def test_hours_of_hundredths_survive(self, hundredths):
        self.assertEqual(to_seconds(to_hours(hundredths * 36)), hundredths * 36)
