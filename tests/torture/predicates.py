"""Everything that must always be true, whatever was done.

The predicates read rows of the database and nothing else. Each is a function of the
books before a step, those after it, and what the step was allowed to do; it raises an
``AssertionError`` that names the rows.
"""

from dataclasses import dataclass
from datetime import date

from . import (
    predicates_hours,
    predicates_invoices,
    predicates_ledger,
    predicates_rating,
)


@dataclass
class Allowed:
    """What a step may do: ``may_post`` entries, make ``copies`` of old charges, or
    ``changes`` of prices and quantities.

    ``by_itself_on`` is the day of a step that nobody has asked for. ``chosen`` is time
    that a person bills, closed ticket or not.
    """

    may_post: bool = False
    copies: bool = False
    changes: bool = False
    chosen: bool = False
    by_itself_on: date | None = None


MODULES = (
    predicates_ledger,
    predicates_invoices,
    predicates_rating,
    predicates_hours,
)


def check(before, now, step):
    """Check all predicates after a step.

    :raise AssertionError: names the predicate that does not hold
    """
    for module in MODULES:
        for predicate in module.PREDICATES:
            try:
                predicate(before, now, step)
            except AssertionError as error:
                raise AssertionError(f"{predicate.__name__}: {error}") from None
