"""What a value has to be like before billing takes it, without a database.

Programs may send anything as the value of a field or an argument; what gets as far as
the database unread ends in an error of the server, or is kept although it is no number.
"""

import re
from datetime import date

from odoo import fields

MOST_CHARACTERS = 10_000
LARGEST_INTEGER = 2**31 - 1
# More digits and a float does not keep the cents
LARGEST_NUMBER = 10**13
FIRST_YEAR, LAST_YEAR = 1900, 2999
DAY = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", re.ASCII)
# What no XML may have: invoices and mails are made of it
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def get_finite_check(*names):
    """Return the SQL of a constraint that numbers are finite; PostgreSQL takes NaN for
    a number above all others."""
    return f"CHECK({' AND '.join(f'{name} < {LARGEST_NUMBER}' for name in names)})"


def is_text(value):
    """Return whether a value is a text that can be kept and printed."""
    return (
        isinstance(value, str)
        and len(value) <= MOST_CHARACTERS
        and not NO_TEXT.search(value)
    )


def is_number(value):
    """Return whether a value is a number to calculate with."""
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        # Neither NaN nor infinity is
        and abs(value) < LARGEST_NUMBER
    )


def is_integer(value):
    """Return whether a value is a whole number that the database can keep."""
    return is_number(value) and value == int(value) and abs(value) <= LARGEST_INTEGER


def is_id(value):
    """Return whether a value may be the id of a record."""
    return value.__class__ is int and 0 < value <= LARGEST_INTEGER


def is_yes_or_no(value):
    """Return whether a value is true or false, and not just taken for it."""
    return isinstance(value, (bool, int)) and value in (0, 1)


def is_day(value):
    """Return whether a value is a day, or a moment, to calculate with."""
    if isinstance(value, str) and not DAY.fullmatch(value):
        return False
    if not isinstance(value, (str, date)):
        return False
    try:
        day = fields.Datetime.to_datetime(value)
    except ValueError:
        return False
    return bool(day) and FIRST_YEAR <= day.year <= LAST_YEAR


def is_commands(value):
    """Return whether a value tells what becomes of lines, or is a list of ids."""
    return isinstance(value, (list, tuple)) and all(map(_is_command, value))


def _is_command(value):
    if not isinstance(value, (list, tuple)):
        return is_id(value)
    code, id_, extra = (*value, None, None, None)[:3]
    if isinstance(code, bool) or not isinstance(code, int) or len(value) > 3:
        return False
    if code in (0, 1):
        return isinstance(extra, dict) and (not code or is_id(id_))
    if code in (2, 3, 4):
        return is_id(id_)
    return code == 5 or (
        code == 6 and isinstance(extra, (list, tuple)) and all(map(is_id, extra))
    )
