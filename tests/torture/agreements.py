"""Which contract, which price and how many hours: calculated a second time."""

from datetime import timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

from odoo.addons.ticket_billing.tests import oracle_hours as hours
from odoo.addons.ticket_billing.tests.oracle_rating import ONE

LIST_PRICE = Fraction(110)
ZONE = ZoneInfo("Europe/Berlin")
CENT = Fraction(1, 100)


def get_event_day(ticket):
    moment = ticket.billing_event_date.replace(tzinfo=timezone.utc)
    return moment.astimezone(ZONE).date()


def get_contract(books, ticket, day):
    """Return the contract for work on a ticket on a day, None if there is none."""
    if ticket.billing_contract_id:
        return books.contracts.get(ticket.billing_contract_id)
    fitting = [
        (bool(contract.team_ids), contract.date_start, contract.id)
        for contract in books.contracts.values()
        if contract.customer_id == ticket.customer_id
        and contract.date_start <= day
        and (not contract.date_end or day <= contract.date_end)
        and (not contract.team_ids or ticket.team_id in contract.team_ids)
    ]
    return books.contracts[max(fitting)[-1]] if fitting else None


def has_fee(ticket, contract):
    if ticket.billing_strategy:
        return ticket.billing_strategy in ("per_ticket", "mixed")
    return bool(contract and contract.per_ticket_rate)


def get_fee(contract):
    return Fraction(contract and contract.per_ticket_rate or 0)


def get_hourly_price(books, ticket, entry, contract):
    """Return the price of an hour of an entry; 0 where a fee pays for it."""
    if ticket.billing_strategy == "per_ticket":
        return Fraction(0)
    if entry.billing_rate_overridden:
        return Fraction(entry.billing_rate_override)
    work_type = books.work_types.get(entry.billing_work_type_id)
    rate = Fraction(contract.hourly_rate) if contract else LIST_PRICE
    multiplier = Fraction(work_type.multiplier) if work_type else ONE
    return hours.to_nearest(rate * multiplier, CENT)


def get_rounding(books, charge):
    """Return method, increment, minimum and scope for a charge, as they are now."""
    work_type = books.work_types.get(charge.work_type_id)
    own = work_type or charge
    increment = Fraction(str(own.rounding_increment or charge.rounding_increment))
    minimum = Fraction(str(own.minimum_hours or charge.minimum_hours))
    return charge.rounding_method, increment, minimum, charge.rounding_scope
