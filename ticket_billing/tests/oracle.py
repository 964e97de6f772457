"""What customers have to be billed, calculated a second time from the rules alone.

Shares no code with the product: exact fractions and the standard library. Where it
disagrees with a draft invoice, one of the two is wrong.
"""

from dataclasses import dataclass, field

from . import oracle_money as money
from .oracle_rating import ZERO, rate_ticket


@dataclass
class Bill:
    """What one run of the engine has to come to for one customer.

    ``charges`` are those of this run, ``ledger`` holds those of earlier ones, too.
    """

    charges: list = field(default_factory=list)
    ledger: list = field(default_factory=list)
    blocked: set = field(default_factory=set)
    documents: list = field(default_factory=list)


def bill_twice(case, world):
    """Return the bills of two runs: at closing, and after all late entries."""
    ledger, bills, drafts = [], [], {}
    for with_late in (False, True):
        bill = Bill()
        for place in range(len(case.tickets)):
            try:
                bill.charges += rate_ticket(case, world, place, with_late, ledger)
            except money.NoPrice:
                bill.blocked.add(place)
        draw_allowances(bill.charges, ledger)
        bill.documents = make_documents(bill.charges, world, drafts)
        ledger = bill.ledger = ledger + bill.charges
        bills.append(bill)
    return bills


# Allowances


def draw_allowances(charges, ledger):
    """Cover what the contracts include, the oldest day first."""
    used = {}
    for charge in ledger:
        key = get_allowance_key(charge)
        used[key] = used.get(key, ZERO) + charge.drawn
    for charge in sorted(charges, key=lambda c: (c.day, c.ticket, c.entry or 0)):
        key = get_allowance_key(charge)
        left = get_included(charge, used.get(key, ZERO))
        charge.drawn = min(left, charge.rated)
        charge.covered += charge.drawn
        used[key] = used.get(key, ZERO) + charge.drawn


def get_included(charge, used):
    """Return how much of a charge may be covered, after what was used before."""
    contract, work_type = charge.agreement.contract, charge.work_type
    if charge.is_free or not contract or (work_type and not work_type.draws):
        return ZERO
    is_fee = charge.kind == "ticket"
    included = contract.included_tickets if is_fee else contract.included_hours
    return charge.rated if included is None else max(included - used, ZERO)


def get_allowance_key(charge):
    contract, day = charge.agreement.contract, charge.day
    period = {
        "month": (day.year, day.month),
        "quarter": (day.year, (day.month + 2) // 3),
        "year": (day.year,),
        "contract": (),
    }[contract.period if contract else "contract"]
    return charge.agreement.place, charge.kind, period


# Invoices


def make_documents(charges, world, drafts):
    """Return the drafts: charges that share currency and terms, line by line.

    What is billed later joins the open draft, with lines of its own.

    :param dict drafts: lines of the open drafts by what they share; extended
    """
    groups = {}
    for charge in charges:
        if charge.quantity:
            agreement = charge.agreement
            has_term = agreement.contract and agreement.contract.has_payment_term
            due = "term" if has_term else agreement.policy.due_days
            groups.setdefault((agreement.currency, due), []).append(charge)
    for key, group in groups.items():
        drafts[key] = drafts.get(key, []) + make_lines(group)
    return [
        money.complete_document(money.Document(key[0], drafts[key]), world.tax_rounding)
        for key in groups
    ]


def make_lines(charges):
    """Return one line for each ticket, product, unit and price."""
    lines = {}
    for charge in charges:
        key = (charge.ticket, charge.product, charge.unit, charge.price)
        lines.setdefault(key, money.Line(*key)).quantity += charge.quantity
    return list(lines.values())
