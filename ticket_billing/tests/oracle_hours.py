"""Billed hours, calculated with fractions. Imports nothing of the product."""

from fractions import Fraction
from math import ceil, floor

HALF = Fraction(1, 2)
HUNDREDTH = Fraction(1, 100)


def to_nearest(value, step):
    """Return the multiple of ``step`` next to ``value``, halves away from zero."""
    steps = floor(abs(value) / step + HALF)
    return steps * step if value >= 0 else -steps * step


def get_seconds(hours):
    """Return whole seconds: 50 minutes are 3000 however they are kept."""
    return int(to_nearest(Fraction(hours) * 3600, Fraction(1)))


def get_hours(seconds):
    """Return seconds as hours with two decimals."""
    return to_nearest(Fraction(seconds, 3600), HUNDREDTH)


def get_terms(policy, work_type):
    """Return method, increment, minimum and scope that hold for a kind of work."""
    increment = work_type and work_type.increment or policy.increment
    minimum = work_type and work_type.minimum or policy.minimum
    return policy.method, increment, minimum, policy.scope


def round_worked(seconds, method, increment, minimum):
    """Return the hours to bill for some work: minimum first, then increment."""
    if seconds <= 0:
        return Fraction(0)
    hours = max(Fraction(seconds, 3600), minimum)
    if method == "up":
        return ceil(hours / increment) * increment
    if method == "down":
        return floor(hours / increment) * increment
    return to_nearest(hours, increment if method == "nearest" else HUNDREDTH)


def round_signed(seconds, *terms):
    """Return an entry rounded by itself; a correction takes off what work adds."""
    return round_worked(seconds, *terms) - round_worked(-seconds, *terms)


def bill_group(seconds, terms):
    """Return the hours to bill for all entries of a group."""
    method, increment, minimum, scope = terms
    if scope == "ticket":
        return round_worked(sum(seconds), method, increment, minimum)
    rounded = (round_signed(s, method, increment, minimum) for s in seconds)
    return max(sum(rounded), Fraction(0))


def get_own_hours(seconds, terms):
    """Return what an entry would be billed if it were not for the others."""
    method, increment, minimum, scope = terms
    if scope == "ticket":
        return get_hours(seconds)
    return round_signed(seconds, method, increment, minimum)


def spread(total, own):
    """Share the billed hours of a group: what is over or missing is the last ones'."""
    shares = [max(hours, Fraction(0)) for hours in own]
    over = total - sum(shares)
    if over >= 0:
        shares[-1] += over
        return shares
    for place in range(len(shares) - 1, -1, -1):
        taken = min(shares[place], -over)
        shares[place] -= taken
        over += taken
    return shares
