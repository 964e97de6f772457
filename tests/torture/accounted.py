"""After a catch-up every ticket is accounted for, and a second one does nothing."""

from .predicates_ledger import get_standing

EVENTS = ("resolve", "close")
SETTLED = ("covered", "invoiced", "billed", "written_off", "to_approve")
NOT_COMPARED = {"write_date", "write_uid"}


def check_accounted(books):
    """Check that every closed billable ticket is billed, covered, waiting with a named
    step, written off or blocked with a reason.

    :raise AssertionError: names the ticket that is not
    """
    for ticket in books.tickets.values():
        if ticket.stage_event in EVENTS and ticket.billable and not ticket.duplicate_id:
            check_ticket(books, ticket)


def check_ticket(books, ticket):
    assert ticket.billing_event in EVENTS, f"not noticed: ticket {ticket.id}"
    if ticket.billing_error:
        return
    assert not ticket.billing_pending, f"still waits: ticket {ticket.id}"
    charges = get_standing(books.charges.values())
    charges = [charge for charge in charges if charge.ticket_id == ticket.id]
    for charge in charges:
        taken_back = charge.state == "ready" and charge.is_undone
        is_settled = charge.state in SETTLED or charge.is_waiting or taken_back
        credited = charge.state in ("credited", "released") and charge.replaced_by_id
        zero = charge.state == "credited" and is_worth_nothing(books, charge)
        assert is_settled or credited or zero, f"not settled: {charge.id}"
    rated = {charge.analytic_line_id for charge in charges if not charge.is_remainder}
    for entry in books.entries.values():
        if entry.ticket_id == ticket.id and entry.billable:
            assert entry.id in rated, f"lost: entry {entry.id} of {ticket.id}"


def is_worth_nothing(books, charge):
    """Return whether nothing was credited, or what replaces it was edited to nothing:
    the newest invoice stands, at 0.00."""
    invoices = {line.move_id for line in books.get_lines(charge, "out_invoice")}
    refunds = books.get_lines(charge, "out_refund")
    credits = {line.move_id for line in refunds if line.parent_state == "posted"}
    return charge.credited_amount == 0 or len(invoices) > len(credits)


def check_nothing_changed(before, now):
    """Check that billing twice is billing once.

    :raise AssertionError: names the row that changed
    """
    for name in ("charges", "moves", "lines", "entries"):
        old, new = getattr(before, name), getattr(now, name)
        assert set(old) == set(new), f"billed twice: {name} {set(old) ^ set(new)}"
        for id_, row in old.items():
            values = row._asdict(), new[id_]._asdict()
            changed = {
                column for column in values[0] if values[0][column] != values[1][column]
            } - NOT_COMPARED
            assert not changed, f"billed twice: {name} {id_} {changed}"
