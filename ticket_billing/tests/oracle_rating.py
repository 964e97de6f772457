"""What the work on a ticket is worth: the charges of one rating, as the oracle sees it.

Imports nothing of the product.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from . import oracle_hours as hours
from . import oracle_money as money
from .oracle_agreement import Agreement, get_agreement, get_strategy, has_fee

ZERO = Fraction(0)
ONE = Fraction(1)


@dataclass
class Charge:
    """One piece of work: an entry of a ticket, or its fee (``entry`` None).

    ``rated`` = ``covered`` + ``quantity``, in hours or tickets. ``seconds`` were
    worked. ``is_free`` work is worth nothing and draws on nothing.
    """

    ticket: int
    entry: int | None
    agreement: Agreement
    day: date
    work_type: Any
    product: Any
    unit: str
    price: Fraction
    rated: Fraction
    seconds: int = 0
    is_free: bool = False
    covered: Fraction = ZERO
    drawn: Fraction = ZERO

    @property
    def quantity(self):
        return self.rated - self.covered

    @property
    def kind(self):
        return "ticket" if self.entry is None else "time"

    @property
    def amount(self):
        unit = self.agreement.currency.unit
        return hours.to_nearest(self.quantity * self.price, unit)

    @property
    def covered_amount(self):
        unit = self.agreement.currency.unit
        return hours.to_nearest(self.drawn * self.price, unit)


# Rating


def rate_ticket(case, world, place, with_late, ledger):
    """Return the new charges of a ticket.

    :raise NoPrice: if any of its work has none: then nothing of it is billed
    """
    ticket = case.tickets[place]
    if not ticket.is_billable:
        return []
    known = get_known_entries(ticket, with_late)
    earlier = [charge for charge in ledger if charge.ticket == place]
    rated = {charge.entry for charge in earlier}
    charges = []
    if None not in rated:
        event = get_agreement(case, world, ticket, ticket.closed)
        charges += rate_fee(world, place, ticket, event, bool(known))
    works = {}
    for number, entry in known:
        if number not in rated:
            agreement = get_agreement(case, world, ticket, entry.day)
            works.setdefault(agreement, []).append((number, entry))
    for agreement, entries in works.items():
        is_included = get_strategy(ticket, agreement) == "per_ticket"
        rate = rate_included if is_included else rate_time
        charges += rate(world, place, agreement, entries, earlier)
    return charges


def get_known_entries(ticket, with_late):
    """Return the billable entries with their places, oldest first."""
    known = [
        (number, entry)
        for number, entry in enumerate(ticket.entries)
        if entry.counts and (with_late or not entry.is_late)
    ]
    return sorted(known, key=lambda item: (item[1].day, item[0]))


def rate_fee(world, place, ticket, agreement, has_time):
    """Return the fee of a ticket in a list, which is empty if there is none."""
    policy = agreement.policy
    if not has_fee(ticket, agreement) or policy.fee_needs_time and not has_time:
        return []
    product = policy.ticket_product
    if agreement.contract:
        price = agreement.contract.fee
    else:
        price = money.get_price(
            product, agreement.pricelist, agreement.currency, ticket.closed, world
        )
    charge = Charge(
        place, None, agreement, ticket.closed, None, product, product.unit, price, ONE
    )
    return [finish(charge)]


def rate_included(_world, place, agreement, entries, _earlier):
    """Return charges of nothing: the fee pays for these hours."""
    return [
        finish(make_time_charge(place, agreement, number, entry, ZERO))
        for number, entry in entries
    ]


def rate_time(world, place, agreement, entries, earlier):
    """Return the charges of entries, rounded by kind of work and rate."""
    groups = {}
    for number, entry in entries:
        price = get_hourly_rate(world, agreement, entry)
        charge = make_time_charge(place, agreement, number, entry, price)
        groups.setdefault((entry.work_type, price), []).append(charge)
    for (work_type, price), group in groups.items():
        before = [
            charge
            for charge in earlier
            if charge.kind == "time"
            and charge.agreement == agreement
            and charge.work_type == work_type
            and charge.price == price
        ]
        round_charges(agreement.policy, work_type, group, before)
    return [finish(charge) for group in groups.values() for charge in group]


def round_charges(policy, work_type, group, before):
    """Set the hours of new charges that are rounded with those of an earlier bill."""
    terms = hours.get_terms(policy, work_type)
    seconds = [charge.seconds for charge in before + group]
    handled = sum((charge.rated for charge in before), ZERO)
    new = max(hours.bill_group(seconds, terms) - handled, ZERO)
    own = [hours.get_own_hours(charge.seconds, terms) for charge in group]
    for charge, share in zip(group, hours.spread(new, own), strict=True):
        charge.rated = share


def make_time_charge(place, agreement, number, entry, price):
    product = entry.work_type and entry.work_type.product
    product = product or agreement.policy.time_product
    seconds = hours.get_seconds(entry.hours)
    return Charge(
        ticket=place,
        entry=number,
        agreement=agreement,
        day=entry.day,
        work_type=entry.work_type,
        product=product,
        unit="unit" if product.unit == "unit" else "hour",
        price=price,
        rated=max(hours.get_hours(seconds), ZERO),
        seconds=seconds,
    )


def get_hourly_rate(world, agreement, entry):
    """Return the entry's own rate, else the contract's, else the product's price."""
    if entry.override is not None:
        return entry.override
    contract, work_type = agreement.contract, entry.work_type
    multiplier = work_type.multiplier if work_type else ONE
    if contract and contract.hourly_rate is not None:
        return money.round_price(contract.hourly_rate * multiplier, world)
    own_product = work_type and work_type.product
    price = money.get_price(
        own_product or agreement.policy.time_product,
        agreement.pricelist,
        agreement.currency,
        entry.day,
        world,
    )
    return price if own_product else money.round_price(price * multiplier, world)


def finish(charge):
    """Mark what is worth nothing: it is covered, and paid for by nobody."""
    charge.is_free = not charge.rated or not charge.price
    if charge.is_free:
        charge.covered = charge.rated
    return charge
