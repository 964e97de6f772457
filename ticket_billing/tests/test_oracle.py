import os
import re
from decimal import Decimal
from fractions import Fraction

from odoo.tests import tagged

from .case_builder import CaseBuilder
from .case_currencies import CURRENCIES, USD
from .cases import Generator
from .common import TicketBillingCommon
from .oracle import bill_twice
from .oracle_case import World

SEED = int(os.environ.get("TICKET_BILLING_ORACLE_SEED", "20260105"))
COUNT = int(os.environ.get("TICKET_BILLING_ORACLE_CASES", "500"))
# Finer than any currency or price, coarser than what floats leave behind
GRAIN = Decimal("0.0000001")


def exact(number):
    """Return a number of the database as a fraction, without the dust of floats."""
    return Fraction(Decimal(repr(number)).quantize(GRAIN))


def make_readable(text):
    """Return a text with fractions as decimals and dates as people write them."""
    text = re.sub(
        r"Fraction\((-?\d+), (\d+)\)",
        lambda match: f"{int(match[1]) / int(match[2]):g}",
        text,
    )
    return re.sub(r"datetime\.date\((\d+), (\d+), (\d+)\)", r"\1-\2-\3", text)


@tagged("post_install", "-at_install")
class TestOracle(CaseBuilder, TicketBillingCommon):
    """Draft invoices against a second calculation that shares no code with ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_cases(c for c in CURRENCIES if c != USD)

    def test_taxes_rounded_per_line(self):
        self._check_cases(SEED, COUNT, World(USD, "round_per_line"))

    def test_taxes_rounded_globally(self):
        self._check_cases(SEED + 1, COUNT, World(USD, "round_globally"))

    def test_prices_of_four_decimals(self):
        precision = self.env.ref("product.decimal_price").sudo()
        precision.digits = 4
        self._check_cases(SEED + 2, COUNT // 10, World(USD, "round_per_line", 4))

    def _check_cases(self, seed, count, world):
        """Bill generated cases twice, the second time with late entries."""
        self.company.sudo().tax_calculation_rounding_method = world.tax_rounding
        generator = Generator(seed, world.price_digits)
        cases = generator.get_cases(count)
        built = self._build_cases(cases, generator.company_policy)
        bills = [bill_twice(case, world) for case in cases]
        for run in (0, 1):
            if run:
                self._log_late(built)
            moves = self._process_cases(built)
            self._compare_all(seed, built, [bill[run] for bill in bills], moves)

    def _process_cases(self, built):
        """Bill all tickets and return a dict: customer → drafts made or joined, which
        are as previewed."""
        tickets = self._get_tickets(built)
        before = self._get_ticket_lines(tickets)
        previewed = self._preview(tickets)
        self.env["ticket.billing.run"]._process("button", tickets=tickets)
        moves = (self._get_ticket_lines(tickets) - before).move_id
        self.assertEqual(sorted(map(self._describe_invoice, moves)), previewed)
        return moves.grouped("partner_id")

    def _compare_all(self, seed, built, bills, moves):
        """Fail with the cases that differ, each with what both have to say."""
        charges = self._get_tickets(built)._get_charges().grouped("ticket_id")
        none = self.env["account.move"]
        differences = []
        for one, bill in zip(built, bills, strict=True):
            own = [c for t in one.tickets for c in charges.get(t, ())]
            found = self._describe(one, own, moves.get(one.partner, none))
            wanted = self._describe_bill(bill)
            if found != wanted:
                differences.append(f"{one.case}\n{self._tell(found, wanted)}")
        if differences:
            title = f"{len(differences)} of {len(built)} cases differ (seed {seed})"
            self.fail(make_readable("\n\n".join([title, *differences[:3]])))

    def _tell(self, found, wanted):
        return "\n".join(
            f"  {name}:\n    product {found[name]}\n    oracle  {wanted[name]}"
            for name in wanted
            if found[name] != wanted[name]
        )

    # The product's answer

    def _describe(self, built, charges, moves):
        places = {ticket: place for place, ticket in enumerate(built.tickets)}
        numbers = {line: number for (_t, number), line in built.entries.items()}
        return {
            "charges": {
                (places[c.ticket_id], numbers.get(c.analytic_line_id)): [
                    exact(c[name])
                    for name in (
                        "rated_quantity",
                        "covered_quantity",
                        "quantity",
                        "price_unit",
                        "amount",
                        "covered_amount",
                    )
                ]
                for c in charges
            },
            "blocked": {places[t] for t in built.tickets if t.billing_error},
            "documents": sorted(self._describe_move(m, places) for m in moves),
        }

    def _describe_move(self, move, places):
        lines = sorted(
            (
                places[line.charge_ids.ticket_id],
                self._get_product(line.product_id).name,
                *(
                    exact(line[name])
                    for name in (
                        "quantity",
                        "price_unit",
                        "price_subtotal",
                        "price_total",
                    )
                ),
                sum(exact(c.invoiced_amount) for c in line.charge_ids),
            )
            for line in self._get_lines(move)
        )
        totals = [move.amount_untaxed, move.amount_tax, move.amount_total]
        return move.currency_id.name, lines, [exact(total) for total in totals]

    # The oracle's answer

    def _describe_bill(self, bill):
        return {
            "charges": {
                (c.ticket, c.entry): [
                    c.rated,
                    c.covered,
                    c.quantity,
                    c.price,
                    c.amount,
                    c.covered_amount,
                ]
                for c in bill.ledger
            },
            "blocked": bill.blocked,
            "documents": sorted(map(self._describe_document, bill.documents)),
        }

    def _describe_document(self, document):
        lines = sorted(
            (
                line.ticket,
                line.product.name,
                line.quantity,
                line.price,
                line.net,
                line.gross,
                line.net,
            )
            for line in document.lines
        )
        totals = [document.net, document.tax, document.gross]
        return document.currency.name, lines, totals
