from datetime import date
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from . import oracle_hours
from .case_currencies import EUR, JPY, KWD, USD
from .oracle import bill_twice
from .oracle_case import Case, Contract, Entry, Policy, Product, Tax, Ticket, World
from .oracle_money import Document, Line, complete_document, convert

DAY = date(2026, 3, 10)
TIME = Product("Time", Fraction(100), "hour", None)
FEE = Product("Ticket", Fraction(50), "unit", None)
QUARTER = Fraction(1, 4)
POLICY = Policy("auto", "up", QUARTER, "ticket", QUARTER, False, 30, TIME, FEE)
WORLD = World(USD, "round_per_line")


def make_case(*tickets, **terms):
    """Return a case of a customer with one contract, at 100.00 an hour."""
    terms = {"start": DAY, "hourly_rate": Fraction(100), **terms}
    return Case(1, POLICY, False, None, (Contract(**terms),), tickets)


def work(*hours, day=DAY, **values):
    return tuple(Entry(Fraction(value), day, **values) for value in hours)


@tagged("post_install", "-at_install")
class TestOracleByHand(BaseCase):
    """Who checks the checker: the oracle against results worked out on paper."""

    def test_hours(self):
        cases = [
            # hours, scope, method, billed
            (["0.02", "0.56", "0.17"], "ticket", "up", "0.75"),
            (["5/6", "5/6", "5/6"], "ticket", "up", "2.5"),
            (["0.1", "0.3"], "ticket", "up", "0.5"),
            (["0.1", "0.3"], "entry", "up", "0.75"),
            (["3", "-1.1"], "entry", "up", "1.75"),
            (["1", "-2"], "ticket", "up", "0"),
            (["1.1"], "ticket", "nearest", "1"),
            (["1.9"], "ticket", "down", "1.75"),
            (["50/60"], "ticket", "none", "0.83"),
        ]
        for worked, scope, method, billed in cases:
            with self.subTest(worked=worked, scope=scope, method=method):
                seconds = [oracle_hours.get_seconds(hours) for hours in worked]
                terms = (method, QUARTER, QUARTER, scope)
                total = oracle_hours.bill_group(seconds, terms)
                self.assertEqual(total, Fraction(billed))

    def test_currencies(self):
        """100.00 USD on the 15th of March, and what 80.00 EUR were the day before."""
        cases = [
            # amount, from, to, day, converted
            ("100", USD, EUR, date(2026, 3, 15), "92.5"),
            ("80", EUR, USD, date(2026, 3, 14), "100"),
            ("80", EUR, JPY, date(2026, 3, 14), "11050"),
            ("110.5", JPY, KWD, date(2026, 2, 16), "0.3"),
            ("100", USD, EUR, date(2020, 1, 1), "80"),
        ]
        for amount, source, target, day, converted in cases:
            with self.subTest(source=source.name, target=target.name):
                result = convert(Fraction(amount), source, target, day)
                self.assertEqual(result, Fraction(converted))

    def test_taxes(self):
        """Two equal lines. 12.12 × 12.12 = 146.8944; 23 % of it are 33.785712."""
        cases = [
            # quantity, price, tax, included, rounding, net and tax of both
            ("12.12", "12.12", "0.23", False, "round_per_line", "293.78", "67.56"),
            ("12.12", "12.12", "0.23", False, "round_globally", "293.79", "67.57"),
            ("1", "21.53", "0.21", True, "round_per_line", "35.58", "7.48"),
            ("1", "21.53", "0.21", True, "round_globally", "35.59", "7.47"),
        ]
        for quantity, price, share, is_included, rounding, net, tax in cases:
            with self.subTest(price=price, rounding=rounding):
                own = Tax(Fraction(share), is_included)
                product = Product("Work", Fraction(1), "unit", own)
                lines = [
                    Line(n, product, "unit", Fraction(price), Fraction(quantity))
                    for n in (0, 1)
                ]
                document = complete_document(Document(USD, lines), rounding)
                self.assertEqual(document.net, Fraction(net))
                self.assertEqual(document.tax, Fraction(tax))

    def test_allowance_is_split_and_the_rest_is_billed(self):
        """20 h included, 18 used, then 5 h: 2 covered, 3 billed."""
        first = Ticket(DAY, work(18))
        second = Ticket(DAY, work(5))
        case = make_case(first, second, included_hours=Fraction(20))
        bill, again = bill_twice(case, WORLD)
        covered = [(c.covered, c.quantity, c.amount) for c in bill.charges]
        self.assertEqual(covered, [(18, 0, 0), (2, 3, 300)])
        self.assertEqual(bill.documents[0].gross, 300)
        self.assertFalse(again.charges)

    def test_late_work_is_billed_as_far_as_it_was_not_before(self):
        """1.10 h are billed as 1.25 h; 0.10 h later are inside, 0.50 h are not."""
        for late, billed in (("0.1", 0), ("0.5", "0.5")):
            with self.subTest(late=late):
                ticket = Ticket(DAY, work("1.1") + work(late, is_late=True))
                first, second = bill_twice(make_case(ticket), WORLD)
                self.assertEqual(first.charges[0].quantity, Fraction("1.25"))
                self.assertEqual(second.charges[0].quantity, Fraction(billed))

    def test_two_contracts_on_one_ticket(self):
        """The fee is the one's that holds when the ticket is closed."""
        old = Contract(date(2025, 1, 1), DAY, hourly_rate=Fraction(80), fee=Fraction(9))
        new = Contract(
            date(2026, 3, 11), hourly_rate=Fraction(90), fee=Fraction(7), currency=EUR
        )
        entries = work(1) + work(2, day=date(2026, 3, 11))
        ticket = Ticket(date(2026, 3, 12), entries)
        case = Case(1, POLICY, False, None, (old, new), (ticket,))
        bill, _again = bill_twice(case, WORLD)
        totals = {d.currency: d.gross for d in bill.documents}
        self.assertEqual(totals, {EUR: 187, USD: 80})
