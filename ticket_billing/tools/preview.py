"""What billing tickets would do, before anything is written."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class PreviewLine:
    """A line of an invoice as it will be, or work that will make none.

    ``charges`` are not saved, the covered ones included. ``amount`` is net and
    ``amount_total`` gross, in ``currency``. ``move`` is the invoice, not saved; None
    for work that is covered. ``will_bill`` is False for work that waits for approval
    or for the ticket to be closed.
    """

    ticket: Any
    charges: Any
    name: str
    product: Any
    currency: Any
    price_unit: float
    quantity: float = 0.0
    amount: float = 0.0
    amount_total: float = 0.0
    taxes: Any = None
    move: Any = None
    will_bill: bool = False

    @property
    def worked_hours(self):
        return sum(self.charges.mapped("worked_hours"))

    @property
    def covered_quantity(self):
        return sum(self.charges.mapped("covered_quantity"))

    @property
    def covered_amount(self):
        return sum(self.charges.mapped("covered_amount"))

    @property
    def waits(self):
        """Whether there is something to invoice, but not now."""
        return bool(self.move) and not self.will_bill


@dataclass
class Preview:
    """The ratings, lines and invoices of tickets. ``moves`` are not saved; ``drafts``
    holds the open drafts that some of them stand for.

    ``errors`` holds by ticket why it cannot be invoiced, ``unbilled`` the hours that
    are not billed by reason. ``facts`` is what would be written, as plain values.
    ``steps`` are the batches that a run would take one after the other: the ids of the
    tickets, and the digest of that batch alone. Lines are added by ``add_lines``, so
    that they are found by ticket and by invoice.
    """

    ratings: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    moves: list = field(default_factory=list)
    drafts: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)
    unbilled: dict = field(default_factory=dict)
    facts: dict = field(default_factory=lambda: {"ratings": [], "invoices": []})
    steps: list = field(default_factory=list)
    lines_by_ticket: dict = field(default_factory=dict)
    tickets_by_move: dict = field(default_factory=dict)

    def add_step(self, ids, part):
        """Add what becomes of one batch of tickets.

        :param list ids: of the tickets
        :param Preview part: of these tickets alone
        """
        self.steps.append([ids, part.digest])
        self.ratings += part.ratings
        self.add_lines(part.lines)
        self.moves += part.moves
        self.drafts |= part.drafts
        self.errors |= part.errors
        for name, facts in part.facts.items():
            self.facts[name] += facts

    def add_lines(self, lines):
        self.lines += lines
        for line in lines:
            self.lines_by_ticket.setdefault(line.ticket, []).append(line)
            self.tickets_by_move.setdefault(line.move, set()).add(line.ticket)

    def get_lines(self, ticket):
        """Return the lines of one ticket."""
        return self.lines_by_ticket.get(ticket, [])

    def get_tickets(self, move):
        """Return the tickets that have lines on an invoice."""
        return self.tickets_by_move.get(move, set())

    @property
    def digest(self):
        """A hash of what would be written: equal if and only if that is."""
        text = json.dumps(self.facts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
