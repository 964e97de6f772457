"""Drawing on what a contract includes, without a database."""

from dataclasses import dataclass
from decimal import Decimal

from odoo.tools.date_utils import end_of, start_of

ZERO = Decimal("0.00")


def get_period(date, period):
    """Return the first and the last day of the period that a day lies in.

    :param str period: ``month``, ``quarter`` or ``year`` of the calendar, or
        ``contract``, which has no bounds
    :return: two dates, or two times None
    """
    if period == "contract":
        return None, None
    return start_of(date, period), end_of(date, period)


@dataclass
class Allowance:
    """What a contract includes in one period, and how much of it is used.

    ``included`` is None where everything is included. All numbers are Decimals with
    two decimals: hours, or tickets.
    """

    included: Decimal | None
    used: Decimal = ZERO

    @property
    def left(self):
        """What is left of it, never below zero; None where everything is included."""
        if self.included is None:
            return None
        return max(self.included - self.used, ZERO)

    def get_figures(self):
        """Return a dict with what is included, used and left; None: everything."""
        return {"included": self.included, "used": self.used, "left": self.left}

    def draw(self, quantity):
        """Use up to ``quantity``, zero or more, and return how much is covered."""
        covered = quantity if self.left is None else min(quantity, self.left)
        self.used += covered
        return covered
