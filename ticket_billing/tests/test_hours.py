from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.hours import (
    round_entries,
    round_group,
    round_hours,
    spread_hours,
    to_hours,
    to_seconds,
)

SECONDS = st.integers(min_value=-36000, max_value=360000)
WORK = st.integers(min_value=0, max_value=360000)
ENTRIES = st.lists(SECONDS, min_size=1, max_size=8)
HUNDREDTHS = st.integers(min_value=0, max_value=800)
# Method, increment and minimum, as ``round_hours`` takes them
TERMS = st.tuples(
    st.sampled_from(["up", "nearest", "down", "none"]),
    st.integers(min_value=1, max_value=200).map(lambda n: n / 100),
    HUNDREDTHS.map(lambda n: n / 100),
)


def to_decimals(hundredths):
    return [Decimal(n) / 100 for n in hundredths]


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

    # Properties of rounding

    @given(SECONDS, TERMS)
    def test_rounded_twice_is_rounded_once(self, seconds, terms):
        once = round_hours(seconds, *terms)
        self.assertEqual(round_hours(to_seconds(once), *terms), once)

    @given(SECONDS, TERMS)
    def test_hours_are_never_below_zero_and_have_two_decimals(self, seconds, terms):
        hours = round_hours(seconds, *terms)
        self.assertGreaterEqual(hours, 0)
        self.assertEqual(hours, hours.quantize(Decimal("0.01")))
        if seconds <= 0:
            self.assertEqual(hours, 0)

    @given(WORK, WORK, TERMS)
    def test_more_work_never_bills_less(self, seconds, more, terms):
        hours = round_hours(seconds, *terms)
        self.assertLessEqual(hours, round_hours(seconds + more, *terms))

    @given(st.integers(min_value=1, max_value=360000), TERMS)
    def test_rounding_is_less_than_a_step_off(self, seconds, terms):
        method, step, minimum = terms
        wanted = Decimal(max(seconds, to_seconds(minimum))) / 3600
        off = round_hours(seconds, *terms) - wanted
        step = Decimal(str(step))
        low, high = {
            "up": (0, step),
            "down": (-step, 0),
            "nearest": (-step / 2, step / 2),
            "none": (Decimal("-0.005"), Decimal("0.005")),
        }[method]
        dust = Decimal("1e-9")
        self.assertTrue(low - dust <= off <= high + dust, off)

    @given(st.integers(min_value=1, max_value=360000), TERMS)
    def test_up_bills_the_minimum_at_least(self, seconds, terms):
        _method, step, minimum = terms
        hours = round_hours(seconds, "up", step, minimum)
        self.assertGreaterEqual(hours, Decimal(str(minimum)))

    # Properties of groups

    @given(ENTRIES, st.randoms(), TERMS, st.booleans())
    def test_order_of_the_entries_does_not_matter(self, seconds, rng, terms, by_entry):
        total = round_group(seconds, *terms, by_entry)
        rng.shuffle(seconds)
        self.assertEqual(round_group(seconds, *terms, by_entry), total)

    @given(ENTRIES, TERMS)
    def test_a_correction_takes_back_what_the_same_work_adds(self, seconds, terms):
        back = [-value for value in seconds]
        rounded = round_entries(seconds, *terms)
        self.assertEqual([-value for value in round_entries(back, *terms)], rounded)
        self.assertEqual(round_group(seconds + back, *terms, by_entry=True), 0)

    @given(ENTRIES, TERMS, st.booleans())
    def test_groups_are_never_below_zero(self, seconds, terms, by_entry):
        self.assertGreaterEqual(round_group(seconds, *terms, by_entry), 0)

    @given(st.lists(WORK), st.lists(WORK), TERMS, st.booleans())
    def test_late_work_never_makes_a_group_smaller(self, early, late, terms, by_entry):
        before = round_group(early, *terms, by_entry)
        after = round_group(early + late, *terms, by_entry)
        self.assertGreaterEqual(after, before)

    # Properties of spreading

    @given(HUNDREDTHS, st.lists(st.integers(-500, 500), min_size=1))
    def test_spread_adds_up_below_nobody(self, total, own):
        total = Decimal(total) / 100
        shares = spread_hours(total, to_decimals(own))
        self.assertEqual(sum(shares), total)
        self.assertEqual(len(shares), len(own))
        self.assertGreaterEqual(min(shares), 0)

    @given(HUNDREDTHS, st.lists(HUNDREDTHS, min_size=1))
    def test_what_rounding_adds_is_the_last_ones(self, added, own):
        own = to_decimals(own)
        added = Decimal(added) / 100
        shares = spread_hours(sum(own) + added, own)
        self.assertEqual(shares, [*own[:-1], own[-1] + added])

    @given(st.lists(HUNDREDTHS, min_size=1), st.data())
    def test_what_rounding_takes_comes_off_the_last_ones(self, own, data):
        """The first ones keep their hours until the later ones have none left."""
        total = data.draw(st.integers(min_value=0, max_value=sum(own)))
        expected, left = [], total
        for hundredths in own:
            expected.append(min(hundredths, left))
            left -= expected[-1]
        shares = spread_hours(Decimal(total) / 100, to_decimals(own))
        self.assertEqual(shares, to_decimals(expected))

    @given(HUNDREDTHS, st.lists(st.integers(-500, 500), min_size=1))
    def test_spread_twice_is_spread_once(self, total, own):
        total = Decimal(total) / 100
        shares = spread_hours(total, to_decimals(own))
        self.assertEqual(spread_hours(total, shares), shares)

    @given(SECONDS)
    def test_corrections_are_read_like_work(self, seconds):
        self.assertEqual(to_seconds(-seconds / 3600), -to_seconds(seconds / 3600))
        self.assertEqual(to_seconds(seconds / 3600), seconds)
