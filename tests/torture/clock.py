"""A clock that stands still until it is moved, for Python and for Odoo's cursors.

Odoo stamps records with the time of the database server, which cannot be moved; so
its cursors are told the time of this clock instead.
"""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.sql_db import BaseCursor

# A Monday. The year is of no importance, the same days must come again with a seed.
START = "2026-03-02 09:00:00"


@contextmanager
def stopped_clock():
    """Yield a function that moves the clock on by days and minutes."""
    with freeze_time(START) as clock:

        def now(_cursor):
            return clock.time_to_freeze.replace(microsecond=0)

        def move(days=0, minutes=0):
            clock.tick(timedelta(days=days, minutes=minutes))

        with patch.object(BaseCursor, "now", now):
            yield move
