"""Arithmetic of worked and billed hours, without a database.

Time is added up as whole seconds and billed in hundredths of an hour, both
integers, so that no sum depends on the order of its parts.
"""

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

SECONDS_PER_HOUR = 3600
SECONDS_PER_HUNDREDTH = 36
HUNDREDTH = Decimal("0.01")
ZERO = Decimal("0.00")

ROUNDING_MODES = {
    "up": ROUND_CEILING,
    "nearest": ROUND_HALF_UP,
    "down": ROUND_FLOOR,
}


def to_seconds(hours):
    """Return the whole seconds in ``hours`` as people type and databases keep them.

    50 minutes are kept as 0.8333…, which is 3000 seconds; 0.01 h is 36 seconds.
    """
    seconds = Decimal(str(hours)) * SECONDS_PER_HOUR
    return int(seconds.to_integral_value(ROUND_HALF_UP))


def to_hours(seconds):
    """Return ``seconds`` as hours with two decimals, half up: 3000 → 0.83."""
    hours = Decimal(seconds) / SECONDS_PER_HOUR
    return hours.quantize(HUNDREDTH, ROUND_HALF_UP)


def is_hundredths(hours):
    """Return whether ``hours`` can be billed: zero or more, a multiple of 0.01 h."""
    return 0 <= hours < math.inf and to_seconds(hours) % SECONDS_PER_HUNDREDTH == 0


def round_hours(seconds, method="up", increment=0, minimum=0):
    """Return the hours to bill for ``seconds`` of work.

    The minimum comes first and only if there is work, then the increment.

    :param int seconds: all work of one group, corrections included
    :param str method: ``up``, ``nearest``, ``down`` or ``none``
    :param increment: hours, a multiple of 0.01; 0 rounds to 0.01
    :param minimum: hours, 0 or more
    :return: hours as a Decimal with two decimals, never below zero
    :raise KeyError: if ``method`` is unknown
    """
    if seconds <= 0:
        return ZERO
    seconds = max(seconds, to_seconds(minimum))
    step = to_seconds(increment) or SECONDS_PER_HUNDREDTH
    if method == "none":
        method, step = "nearest", SECONDS_PER_HUNDREDTH
    steps = (Decimal(seconds) / step).to_integral_value(ROUNDING_MODES[method])
    return to_hours(int(steps) * step)


def round_group(work, method="up", increment=0, minimum=0, by_entry=False):
    """Return the hours to bill for a group of entries at one rate.

    :param work: seconds of each entry; corrections are negative and count in the sum
    :param bool by_entry: round each entry by itself instead of their sum
    :return: hours as a Decimal with two decimals, never below zero
    """
    if not by_entry:
        return round_hours(sum(work), method, increment, minimum)
    return max(sum(round_entries(work, method, increment, minimum)), ZERO)


def round_entries(work, method="up", increment=0, minimum=0):
    """Return each entry rounded by itself; corrections as if they were work."""
    return [
        round_hours(seconds, method, increment, minimum)
        - round_hours(-seconds, method, increment, minimum)
        for seconds in work
    ]


def spread_hours(total, shares):
    """Share ``total`` billed hours among the entries that they come from.

    Each entry keeps its own hours. What rounding adds goes on the last entry;
    what it takes away comes off the last entries, none of which falls below
    zero.

    :param Decimal total: hours to bill for all entries together, 0 or more
    :param shares: the hours of each entry, oldest first; corrections are negative
    :return: list of Decimals, as long as ``shares``, that adds up to ``total``
    """
    shares = [max(share, ZERO) for share in shares]
    difference = total - sum(shares)
    for index in reversed(range(len(shares))):
        change = max(difference, -shares[index])
        shares[index] += change
        difference -= change
        if not difference:
            break
    return shares
