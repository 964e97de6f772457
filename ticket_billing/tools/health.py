"""What a check of billing's health finds, without a database."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

OK, WARNING, ERROR = "ok", "warning", "error"
STATUSES = [(OK, "OK"), (WARNING, "Warning"), (ERROR, "Error")]
# How many records a link leads to
MOST_IDS = 1000
ORDER = [status for status, _label in STATUSES]


class Finding(NamedTuple):
    """What one check says of one company.

    ``status`` is one of ``OK``, ``WARNING`` and ``ERROR``, ``message`` a sentence that
    says what was found and, where it is not fine, what to do. ``count`` is how many
    records are affected; ``model`` and ``domain`` lead to them. Without a model there
    is nothing to open. The message shows no more of a ticket than its number.
    """

    status: str
    message: str
    count: int = 0
    model: str = ""
    domain: list = ()


class HealthCheck(NamedTuple):
    """A check by its name for people, and the function that runs it.

    ``find`` takes a company and returns a ``Finding``. It writes nothing. ``need`` is
    the same for what automatic billing cannot do without, asked as if the company
    billed already: whatever has one is told of where billing is switched on.
    """

    label: str
    find: Callable
    need: Callable | None = None


def grade(value, limit):
    """Return the status of a value that should not exceed a limit: a warning above it,
    an error above twice the limit.

    :param limit: 0 for no limit
    """
    if not limit or value <= limit:
        return OK
    return WARNING if value <= 2 * limit else ERROR


def get_worst(statuses):
    """Return the worst of some statuses, ``OK`` for none."""
    return max(statuses, key=ORDER.index, default=OK)


def get_plain_domain(domain):
    """Return a domain as lists, texts and numbers, as JSON and web clients read it."""
    return [
        item if isinstance(item, str) else _get_plain_condition(*item)
        for item in domain
    ]


def _get_plain_condition(name, operator, value):
    if operator in ("any", "not any"):
        return [name, operator, get_plain_domain(value)]
    if isinstance(value, date):
        return [name, operator, str(value)[:19]]
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return [name, operator, list(value)]
    return [name, operator, value]
