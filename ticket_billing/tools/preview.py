"""What billing tickets would do, before anything is written."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class PreviewLine:
    """A line of an invoice as it will be, or work that will make none.

    ``amount`` is net and ``amount_total`` gross, in ``currency``. ``move`` is the
    invoice, not saved; empty for work that is covered. ``will_bill`` is False for work
    that waits for approval or for the ticket to be closed.
    """

    ticket: Any
    charges: Any
    name: str
    product: Any
    currency: Any
    price_unit: float
    covered: Any
    quantity: float = 0.0
    amount: float = 0.0
    amount_total: float = 0.0
    taxes: Any = None
    move: Any = None
    will_bill: bool = False

    @property
    def covered_quantity(self):
        both = self.charges | self.covered
        return sum(both.mapped("covered_quantity"))

    @property
    def covered_amount(self):
        both = self.charges | self.covered
        return sum(both.mapped("covered_amount"))

    @property
    def worked_hours(self):
        both = self.charges | self.covered
        return sum(both.mapped("worked_hours"))


@dataclass
class Preview:
    """The ratings, lines and invoices of tickets. ``moves`` are not saved.

    ``errors`` holds by ticket why it cannot be invoiced, ``unbilled`` the hours that
    are not billed by reason. ``facts`` is what would be written, as plain values.
    """

    ratings: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    moves: list = field(default_factory=list)
    errors: dict = field(default_factory=dict)
    unbilled: dict = field(default_factory=dict)
    facts: list = field(default_factory=list)

    @property
    def digest(self):
        """A hash of what would be written: equal if and only if that is."""
        text = json.dumps(self.facts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
