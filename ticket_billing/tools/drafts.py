"""Draft invoices to come, and what is written on them, without a database."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class DraftPlan:
    """What goes on one draft invoice.

    ``billable`` are the charges that become lines, ``covered`` those that the draft
    tells of. ``draft`` is the open draft that they join, an empty record for a new one.
    """

    billable: Any
    covered: Any
    draft: Any

    @property
    def charges(self):
        return self.billable + self.covered


@dataclass
class DraftHints:
    """What is found once for new drafts with the same journal, currency, fiscal
    position and day.

    ``header`` stands for these drafts. ``bases`` is a dict: product → what its taxes
    are worked out from; ``totals``: product, unit and numbers of a line → its totals.
    """

    header: Any
    bases: dict = field(default_factory=dict)
    totals: dict = field(default_factory=dict)


def cut_text(text, length):
    """Return a text on one line, cut at a word if it is longer than ``length``.

    :param text: a text with any white space, or None
    :param int length: the most characters of the result, 1 or more
    """
    text = " ".join((text or "").split())
    if len(text) <= length:
        return text
    head = text[: length - 1]
    if text[length - 1] != " " and " " in head:
        head = head[: head.rindex(" ")]
    return f"{head.rstrip()}…"


def join_some(names, most, tell_rest):
    """Return names with commas in between, no more than ``most`` of them.

    :param list names: texts
    :param int most: how many are named, 1 or more
    :param tell_rest: function: number of those left out → text
    """
    shown = names[:most]
    if len(names) > most:
        shown.append(tell_rest(len(names) - most))
    return ", ".join(shown)
