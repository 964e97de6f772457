"""The ledger: one row for each piece of work, never lost, never changed."""

from decimal import ROUND_HALF_UP, Decimal

NEVER_CHANGED = (
    "ticket_id",
    "source_key",
    "kind",
    "company_id",
    "currency_id",
    "partner_id",
    "invoice_partner_id",
    "contract_id",
    "policy_id",
    "work_type_id",
    "product_id",
    "service_date",
    "worked_hours",
    "rated_quantity",
    "rated_price_unit",
    "replaces_id",
    "create_date",
)
DECIDED = ("quantity", "price_unit")
FROZEN_STATES = ("covered", "invoiced", "billed")
FROZEN = (
    "unit_amount",
    "date",
    "ticket_id",
    "employee_id",
    "billing_work_type_id",
    "billing_rate_override",
    "billing_rate_overridden",
)
WAITING = ("to_approve", "ready")


def get_source(charge):
    return charge.source_key.rpartition(":")[0]


def get_standing(charges):
    """Return the charges that are neither void nor billed again as a whole."""
    return [c for c in charges if not c.is_void and not c.is_superseded]


def round_money(amount, rounding):
    unit = Decimal(rounding)
    return (amount / unit).to_integral_value(ROUND_HALF_UP) * unit


def one_charge_for_a_source(_before, now, _step):
    standing = {}
    for charge in get_standing(now.charges.values()):
        if charge.is_remainder:
            continue
        other = standing.setdefault(get_source(charge), charge)
        assert other is charge, f"charges {other.id} and {charge.id} of one source"


def rows_are_kept(before, now, step):
    for id_, old in before.charges.items():
        new = now.charges.get(id_)
        if new is None:
            # The customer of its ticket is another one, outside of these books
            assert old.ticket_id not in now.tickets, f"charge {id_} is gone"
            continue
        for name in NEVER_CHANGED:
            values = getattr(old, name), getattr(new, name)
            assert values[0] == values[1], f"charge {id_}: {name} {values}"
        for name in DECIDED:
            values = getattr(old, name), getattr(new, name)
            settled = name == "quantity" and new.state == "covered"
            is_kept = values[0] == values[1] or settled
            assert is_kept or step.changes, f"charge {id_}: {name} {values}"
        kept = new.was_invoiced or not old.was_invoiced or new.is_undone
        assert kept, f"charge {id_} forgot"
        assert new.is_void or not old.is_void, f"charge {id_} is not void any more"


def quantities_add_up(_before, now, _step):
    for charge in now.charges.values():
        parts = charge.covered_quantity, charge.quantity
        cut = charge.rated_quantity - sum(parts)
        is_signed = charge.change_reason and charge.reviewer_id
        assert cut == 0 or (cut > 0 and is_signed), f"charge {charge.id}: {parts}"
        assert min(parts) >= 0, f"charge {charge.id}: {parts}"


def amounts_are_exact(_before, now, _step):
    for charge in now.charges.values():
        wanted = round_money(charge.quantity * charge.price_unit, charge.rounding)
        assert charge.amount == wanted, f"charge {charge.id}: {charge.amount}"


def decisions_are_signed(before, now, _step):
    for charge in now.charges.values():
        if charge.is_void:
            assert charge.reason and charge.write_uid, f"charge {charge.id}: why void?"
        if charge.state == "written_off":
            signed = charge.reason and charge.reviewer_id and charge.review_date
            assert signed, f"charge {charge.id}: who wrote it off, and why?"
        old = before.charges.get(charge.id)
        if old and old.state == "to_approve" and charge.state == "ready":
            assert charge.reviewer_id, f"charge {charge.id}: who approved it?"


def void_work_was_never_invoiced(_before, now, _step):
    for charge in now.charges.values():
        was_invoiced = charge.was_invoiced or charge.id in now.lines_of
        assert not (charge.is_void and was_invoiced), f"charge {charge.id}"


def billed_time_is_frozen(before, now, _step):
    for charge in before.charges.values():
        after = now.charges.get(charge.id)
        if after is None or charge.state not in FROZEN_STATES:
            continue
        old = before.entries.get(charge.analytic_line_id)
        new = now.entries.get(charge.analytic_line_id)
        if old is None:
            assert charge.kind == "ticket" or not charge.analytic_line_id
            continue
        assert new, f"entry {old.id} is gone, it was {charge.state}"
        for name in FROZEN:
            values = getattr(old, name), getattr(new, name)
            assert values[0] == values[1], f"entry {old.id}: {name} {values}"


def only_closed_work_waits(before, now, step):
    """What is not billable any more, or open again, is not on its way to an invoice,
    except time that somebody chose while its ticket was open."""
    for charge in now.charges.values():
        if charge.is_void or charge.state not in WAITING:
            continue
        ticket = now.tickets[charge.ticket_id]
        was_chosen = step.chosen and charge.id not in before.charges
        if charge.id in before.charges:
            was_chosen = not is_closed(before.tickets[charge.ticket_id])
        stays = charge.kind == "time" and was_chosen
        may_wait = ticket.billable and (is_closed(ticket) or stays)
        assert may_wait, f"charge {charge.id} is {charge.state}"


def is_closed(ticket):
    return ticket.stage_event in ("resolve", "close")


def sent_back_is_left_alone(_before, now, _step):
    """What a manager sent back says so, and nothing bills it by itself."""
    for ticket in now.tickets.values():
        if ticket.billing_rejected:
            is_left = ticket.billing_error and not ticket.billing_pending
            assert is_left, f"ticket {ticket.id} was sent back"


def taken_back_is_ready(_before, now, _step):
    """What was taken back from its draft is on no invoice any more."""
    for charge in now.charges.values():
        if charge.is_undone:
            assert not charge.was_invoiced, f"charge {charge.id} was taken back"
            assert charge.id not in now.lines_of, f"charge {charge.id} has lines"


def what_waits_is_left_alone(before, now, step):
    """Nothing is invoiced by itself before its period is over, or after somebody took
    it back."""
    for charge in now.charges.values():
        old = before.charges.get(charge.id)
        if not step.by_itself_on or not charge.was_invoiced:
            continue
        if old is None or not old.was_invoiced:
            first = charge.invoice_from or step.by_itself_on
            assert first <= step.by_itself_on, f"charge {charge.id} was not due"
            assert not (old and old.is_undone), f"charge {charge.id} was taken back"


def trials_are_not_billed(before, now, step):
    """Nothing on tickets on trial gets on its way to an invoice, but chosen time."""
    for charge in now.charges.values():
        old = before.charges.get(charge.id)
        if step.chosen or (old and old.state in WAITING):
            continue
        ticket = now.tickets[charge.ticket_id]
        if ticket.billing_trial_line_id and charge.run_id == ticket.billing_run_id:
            waits = charge.is_void or charge.state not in WAITING
            assert waits, f"charge {charge.id} of a trial is {charge.state}"


def runs_say_why(before, now, _step):
    """A run says of each ticket once what became of it, and why not."""
    seen = set()
    for line in now.run_lines.values():
        key = line.run_id, line.ticket_id
        assert key not in seen, (
            f"run {line.run_id} counts ticket {line.ticket_id} twice"
        )
        seen.add(key)
        if line.id not in before.run_lines and line.outcome in ("skipped", "blocked"):
            assert line.reason, f"run {line.run_id}: why is {line.ticket_id} left out?"


PREDICATES = (
    sent_back_is_left_alone,
    taken_back_is_ready,
    what_waits_is_left_alone,
    trials_are_not_billed,
    runs_say_why,
    one_charge_for_a_source,
    rows_are_kept,
    quantities_add_up,
    amounts_are_exact,
    decisions_are_signed,
    void_work_was_never_invoiced,
    billed_time_is_frozen,
    only_closed_work_waits,
)
