"""New charges are worth what an independent calculation says."""

from fractions import Fraction

from odoo.addons.ticket_billing.tests import oracle_hours as hours

from . import agreements
from .predicates_ledger import get_standing


def get_new_charges(before, now, kind):
    """Return the charges that a rating of this step made."""
    return [
        charge
        for charge in get_standing(now.charges.values())
        if charge.id not in before.charges
        and charge.kind == kind
        and not charge.is_remainder
    ]


def is_copy(charge, step):
    return bool(step.copies and charge.replaces_id)


def copies_bill_the_same(before, now, step):
    for charge in now.charges.values():
        if charge.id in before.charges or not is_copy(charge, step):
            continue
        old = now.charges[charge.replaces_id]
        if charge.is_remainder:
            assert charge.worked_hours == 0, f"charge {charge.id}"
            continue
        for name in ("rated_quantity", "quantity", "price_unit", "partner_id"):
            values = getattr(old, name), getattr(charge, name)
            assert values[0] == values[1], f"charge {charge.id}: {name} {values}"


def fees_are_as_agreed(before, now, step):
    for charge in get_new_charges(before, now, "ticket"):
        if is_copy(charge, step):
            continue
        ticket = now.tickets[charge.ticket_id]
        day = agreements.get_event_day(ticket)
        contract = agreements.get_contract(now, ticket, day)
        assert agreements.has_fee(ticket, contract), f"charge {charge.id}: no fee"
        price = Fraction(charge.rated_price_unit)
        assert price == agreements.get_fee(contract), f"charge {charge.id}: {price}"
        assert charge.rated_quantity == 1, f"charge {charge.id}"
        assert charge.service_date == day, f"charge {charge.id}"


def first_ratings_have_their_fee(before, now, step):
    if step.chosen:
        return
    known = {charge.ticket_id for charge in before.charges.values()}
    new = [c for c in get_standing(now.charges.values()) if c.id not in before.charges]
    for ticket_id in {c.ticket_id for c in new} - known:
        ticket = now.tickets[ticket_id]
        contract = agreements.get_contract(
            now, ticket, agreements.get_event_day(ticket)
        )
        if agreements.has_fee(ticket, contract) and contract:
            kinds = {c.kind for c in new if c.ticket_id == ticket_id}
            assert "ticket" in kinds, f"ticket {ticket_id} has no fee"


def rates_are_as_agreed(before, now, step):
    for charge in get_new_charges(before, now, "time"):
        if is_copy(charge, step):
            continue
        ticket, entry = (
            now.tickets[charge.ticket_id],
            now.entries[charge.analytic_line_id],
        )
        assert entry.ticket_id == ticket.id, f"charge {charge.id}: {entry.ticket_id}"
        assert entry.billable, f"charge {charge.id}: not billable"
        worked = hours.get_seconds(charge.worked_hours)
        assert worked == hours.get_seconds(entry.unit_amount), f"charge {charge.id}"
        contract = agreements.get_contract(now, ticket, entry.date)
        wanted_id = contract.id if contract else None
        assert charge.contract_id == wanted_id, f"charge {charge.id}: {wanted_id}"
        price = agreements.get_hourly_price(now, ticket, entry, contract)
        got = Fraction(charge.rated_price_unit)
        assert got == price, f"charge {charge.id}: {got} instead of {price}"
        assert charge.partner_id == ticket.partner_id, f"charge {charge.id}: customer"


def hours_are_rounded_once(before, now, step):
    """All hours of a group, rounded together, less what was billed of them before."""
    new_ids = {
        charge.id
        for charge in get_new_charges(before, now, "time")
        if not is_copy(charge, step)
    }
    groups = {}
    for charge in get_standing(now.charges.values()):
        if (
            charge.kind == "time"
            and not charge.is_remainder
            and charge.rated_price_unit
        ):
            key = (
                charge.ticket_id,
                charge.contract_id,
                charge.policy_id,
                charge.work_type_id,
                charge.rated_price_unit,
            )
            groups.setdefault(key, []).append(charge)
    for group in groups.values():
        new = [charge for charge in group if charge.id in new_ids]
        if new:
            check_group(now, group, new)


def check_group(now, group, new):
    terms = agreements.get_rounding(now, new[0])
    seconds = [hours.get_seconds(charge.worked_hours) for charge in group]
    handled = sum(Fraction(c.rated_quantity) for c in group if c not in new)
    wanted = max(hours.bill_group(seconds, terms) - handled, Fraction(0))
    got = sum(Fraction(charge.rated_quantity) for charge in new)
    ids = [charge.id for charge in new]
    assert got == wanted, f"charges {ids}: {float(got)} h, not {float(wanted)} h"


PREDICATES = (
    copies_bill_the_same,
    fees_are_as_agreed,
    first_ratings_have_their_fee,
    rates_are_as_agreed,
    hours_are_rounded_once,
)
