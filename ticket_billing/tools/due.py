from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Due:
    """Which ready charges are invoiced now.

    ``up_to`` is the last day of the work; None for what is due by the frequency that
    its policy says. ``invoice_date`` is printed on the drafts; None leaves it open.
    Where a person has chosen, ``charge_ids`` are the only charges that are invoiced,
    and ``entry_ids`` the only time entries that are rated, closed ticket or not.
    """

    up_to: date | None = None
    invoice_date: date | None = None
    charge_ids: tuple | None = None
    entry_ids: tuple = ()

    @property
    def is_chosen(self):
        return self.charge_ids is not None


EVERYTHING = Due(up_to=date.max)


def get_due(env):
    """Return the ``Due`` of the run whose environment this is."""
    return env.context.get("ticket_billing_due", EVERYTHING)


def get_invoice_from(frequency, day):
    """Return the first day on which work of a day is invoiced by itself.

    :param str frequency: ``day``, ``week`` (from Monday) or ``month``: work waits until
        its day, week or month is over; ``at_once`` does not wait
    :return: a date; None for ``at_once``
    """
    if frequency == "day":
        return day + timedelta(days=1)
    if frequency == "week":
        return day + timedelta(days=7 - day.weekday())
    if frequency == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return None
