"""What contracts include is used up, oldest first, and never more than that."""

from .predicates_ledger import get_standing
from .predicates_rating import is_copy

ALLOWANCES = {
    "time": ("hour_allowance", "included_hours"),
    "ticket": ("ticket_allowance", "included_tickets"),
}


def get_use(books):
    """Return what is used of each contract in each month: (contract, kind, month)."""
    use = {}
    for charge in get_standing(books.charges.values()):
        if charge.covered_by == "allowance":
            key = get_key(charge)
            use[key] = use.get(key, 0) + charge.covered_quantity
    return use


def get_key(charge):
    day = charge.service_date
    return charge.contract_id, charge.kind, (day.year, day.month)


def get_included(books, key):
    """Return what a contract includes of a kind in a month; None: no end of it."""
    contract = books.contracts[key[0]]
    allowance, included = (getattr(contract, name) for name in ALLOWANCES[key[1]])
    if allowance == "unlimited":
        return None
    return included or 0 if allowance == "limited" else 0


def allowances_are_not_overdrawn(before, now, _step):
    used_before, used = get_use(before), get_use(now)
    for key, quantity in used.items():
        included = get_included(now, key)
        if included is not None:
            most = max(float(included), float(used_before.get(key, 0)))
            assert float(quantity) <= most, f"{key}: {quantity} of {included}"


def allowances_are_used_first(before, now, step):
    """Nothing is billed that what the contract includes could still pay for."""
    used = get_use(now)
    for charge in get_standing(now.charges.values()):
        if charge.id in before.charges or is_copy(charge, step):
            continue
        if not charge.contract_id or not charge.quantity or charge.is_remainder:
            continue
        work_type = now.work_types.get(charge.work_type_id)
        if charge.price_unit == 0 or (work_type and not work_type.draws_allowance):
            continue
        key = get_key(charge)
        included = get_included(now, key)
        left = included is None or float(included) > float(used.get(key, 0))
        assert not left, f"charge {charge.id} is billed, {key} is not used up"


PREDICATES = (allowances_are_not_overdrawn, allowances_are_used_first)
