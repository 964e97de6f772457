from copy import copy
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.allowances import Allowance, get_period

DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))
PERIODS = st.sampled_from(["month", "quarter", "year"])
DAY = timedelta(days=1)
QUANTITIES = st.integers(min_value=0, max_value=5000).map(lambda n: Decimal(n) / 100)
ALLOWANCES = st.builds(Allowance, st.none() | QUANTITIES, QUANTITIES)
LIMITED = st.builds(Allowance, QUANTITIES, QUANTITIES)


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    def test_periods(self):
        cases = [
            # day, period, first, last
            (date(2028, 2, 29), "month", date(2028, 2, 1), date(2028, 2, 29)),
            (date(2026, 2, 1), "month", date(2026, 2, 1), date(2026, 2, 28)),
            (date(2026, 12, 31), "quarter", date(2026, 10, 1), date(2026, 12, 31)),
            (date(2026, 5, 15), "quarter", date(2026, 4, 1), date(2026, 6, 30)),
            (date(2026, 1, 1), "year", date(2026, 1, 1), date(2026, 12, 31)),
            (date(2026, 1, 1), "contract", None, None),
        ]
        for day, period, first, last in cases:
            with self.subTest(day=day, period=period):
                self.assertEqual(get_period(day, period), (first, last))

    @given(DAYS, PERIODS)
    def test_a_day_is_in_its_own_period(self, day, period):
        first, last = get_period(day, period)
        self.assertLessEqual(first, day)
        self.assertLessEqual(day, last)

    @given(DAYS, PERIODS)
    def test_neighbours_touch_and_do_not_overlap(self, day, period):
        first, last = get_period(day, period)
        self.assertEqual(get_period(last + DAY, period)[0], last + DAY)
        self.assertEqual(get_period(first - DAY, period)[1], first - DAY)

    @given(DAYS, PERIODS, st.data())
    def test_all_days_of_a_period_share_it(self, day, period, data):
        first, last = get_period(day, period)
        other = data.draw(st.dates(first, last))
        self.assertEqual(get_period(other, period), (first, last))

    @given(DAYS)
    def test_shorter_periods_lie_within_longer_ones(self, day):
        bounds = [get_period(day, period) for period in ("month", "quarter", "year")]
        firsts, lasts = zip(*bounds, strict=True)
        self.assertEqual(list(firsts), sorted(firsts, reverse=True))
        self.assertEqual(list(lasts), sorted(lasts))


@tagged("post_install", "-at_install")
class TestAllowances(BaseCase):
    @given(ALLOWANCES, QUANTITIES)
    def test_no_more_is_covered_than_asked_for_or_left(self, allowance, quantity):
        left = allowance.left
        covered = allowance.draw(quantity)
        self.assertGreaterEqual(covered, 0)
        self.assertLessEqual(covered, quantity)
        if left is not None:
            self.assertLessEqual(covered, left)
            self.assertIn(covered, (quantity, left))

    @given(ALLOWANCES, QUANTITIES)
    def test_what_is_covered_is_used(self, allowance, quantity):
        used = allowance.used
        covered = allowance.draw(quantity)
        self.assertEqual(allowance.used, used + covered)

    @given(LIMITED, st.lists(QUANTITIES))
    def test_used_and_left_are_what_is_included(self, allowance, quantities):
        """As long as something is left; after that, what was used before stays."""
        for quantity in quantities:
            allowance.draw(quantity)
            self.assertGreaterEqual(allowance.left, 0)
            if allowance.left:
                self.assertEqual(allowance.used + allowance.left, allowance.included)

    @given(ALLOWANCES, QUANTITIES, QUANTITIES)
    def test_drawn_in_two_steps_is_drawn_at_once(self, allowance, one, two):
        other = copy(allowance)
        self.assertEqual(
            allowance.draw(one) + allowance.draw(two), other.draw(one + two)
        )
        self.assertEqual(allowance, other)

    @given(ALLOWANCES, st.lists(QUANTITIES), st.randoms())
    def test_order_changes_no_sum(self, allowance, quantities, rng):
        other = copy(allowance)
        covered = sum(map(allowance.draw, quantities))
        rng.shuffle(quantities)
        self.assertEqual(sum(map(other.draw, quantities)), covered)

    @given(LIMITED, QUANTITIES)
    def test_what_is_used_up_covers_nothing(self, allowance, quantity):
        allowance.draw(Decimal(1000))
        self.assertEqual(allowance.draw(quantity), 0)

    @given(st.builds(Allowance, st.none(), QUANTITIES), QUANTITIES)
    def test_everything_included_covers_everything(self, allowance, quantity):
        self.assertEqual(allowance.draw(quantity), quantity)
        self.assertIsNone(allowance.left)

    @given(ALLOWANCES, QUANTITIES)
    def test_figures_tell_the_state(self, allowance, quantity):
        allowance.draw(quantity)
        figures = allowance.get_figures()
        self.assertEqual(figures["included"], allowance.included)
        self.assertEqual(figures["used"], allowance.used)
        self.assertEqual(figures["left"], allowance.left)
