"""The predicates notice what is wrong: books are falsified, one fact at a time."""

from copy import copy
from datetime import date

import pytest

from .accounted import check_accounted, check_nothing_changed
from .life import Life
from .predicates import MODULES, Allowed, check

PREDICATES = {p.__name__: p for module in MODULES for p in module.PREDICATES}
TIME, FEE = {"kind": "time"}, {"kind": "ticket"}
INVOICE, LINE = {"move_type": "out_invoice"}, {"display_type": "product"}
# Predicate, rows, which of them, what is written into the first one
NEW = [
    ("runs_say_why", "run_lines", {}, {"outcome": "blocked", "reason": None}),
    ("taken_back_is_ready", "charges", TIME, {"is_undone": True}),
    ("quantities_add_up", "charges", TIME, {"rated_quantity": 9}),
    ("sent_back_is_left_alone", "tickets", {}, {"billing_rejected": True}),
    ("amounts_are_exact", "charges", TIME, {"amount": 1}),
    ("decisions_are_signed", "charges", TIME, {"is_void": True, "reason": None}),
    ("void_work_was_never_invoiced", "charges", FEE, {"is_void": True}),
    ("only_closed_work_waits", "tickets", {}, {"billable": False}),
    ("states_follow_the_lines", "charges", TIME, {"state": "billed"}),
    ("invoiced_is_what_lines_say", "charges", FEE, {"invoiced_amount": 1}),
    ("invoices_are_made_out_right", "moves", INVOICE, {"currency_id": 0}),
    ("invoices_are_made_out_right", "moves", INVOICE, {"commercial_partner_id": 0}),
    ("invoices_are_made_out_right", "tickets", {}, {"company_id": 0}),
    ("new_lines_bill_their_charges", "lines", LINE, {"quantity": 9}),
    ("new_lines_bill_their_charges", "lines", LINE, {"price_unit": 1}),
    ("billed_again_is_final", "charges", FEE, {"is_superseded": True}),
    ("entries_balance", "lines", LINE, {"balance": 1}),
    ("nothing_is_posted_by_itself", "moves", INVOICE, {"state": "posted"}),
    ("fees_are_as_agreed", "charges", FEE, {"rated_price_unit": 1}),
    ("first_ratings_have_their_fee", "charges", FEE, {"kind": "time"}),
    ("rates_are_as_agreed", "charges", TIME, {"rated_price_unit": 1}),
    ("rates_are_as_agreed", "charges", TIME, {"contract_id": 0}),
    ("hours_are_rounded_once", "charges", TIME, {"rated_quantity": 9}),
    ("allowances_are_not_overdrawn", "charges", TIME, {"covered_quantity": 9}),
    ("allowances_are_used_first", "charges", TIME, {"covered_quantity": 0}),
]
# The same of what was there before
KEPT = [
    ("rows_are_kept", "charges", TIME, {"worked_hours": 9.0}),
    ("rows_are_kept", "charges", FEE, {"was_invoiced": False}),
    ("rows_are_kept", "charges", TIME, {"price_unit": 1.0}),
    ("billed_time_is_frozen", "entries", {}, {"unit_amount": 9.0}),
    ("billed_time_is_frozen", "entries", {}, {"ticket_id": 0}),
]


@pytest.fixture(scope="module")
def lived(process):
    """The books of a life before and after its tickets were billed."""
    life = Life()
    try:
        life.begin(first=130, second=20, third=75)
        life.change_policy(terms={"approval": "none"})
        for ticket in range(3):
            life.close(ticket=ticket)
        before = life.books
        life.bill_all()
        after = life.books
    finally:
        life.teardown()
    return before, after


def test_true_books_are_accepted(lived):
    check(*lived, Allowed())
    check_accounted(lived[1])
    check_nothing_changed(lived[1], lived[1])


@pytest.mark.parametrize("name, rows, where, values", NEW)
def test_false_new_row_is_noticed(lived, name, rows, where, values):
    before, after = lived
    if name == "only_closed_work_waits":
        after = falsify(after, "charges", TIME, {"state": "ready"})
    with pytest.raises(AssertionError):
        PREDICATES[name](before, falsify(after, rows, where, values), Allowed())


@pytest.mark.parametrize("name, rows, where, values", KEPT)
def test_false_old_row_is_noticed(lived, name, rows, where, values):
    _before, after = lived
    with pytest.raises(AssertionError):
        PREDICATES[name](after, falsify(after, rows, where, values), Allowed())


def test_second_charge_of_a_source_is_noticed(lived):
    _before, after = lived
    charges = dict(after.charges)
    charges[0] = charges[max(charges)]._replace(id=0)
    false = copy(after)
    false.charges = charges
    with pytest.raises(AssertionError):
        PREDICATES["one_charge_for_a_source"](after, false, Allowed())


def test_second_invoice_of_a_charge_is_noticed(lived):
    _before, after = lived
    charge_id, (line_id, *_rest) = next(iter(after.lines_of.items()))
    line = after.lines[line_id]
    false = copy(after)
    false.lines = {**after.lines, 0: line._replace(id=0, move_id=0)}
    false.moves = {**after.moves, 0: after.moves[line.move_id]._replace(id=0)}
    false.lines_of = {**after.lines_of, charge_id: [*after.lines_of[charge_id], 0]}
    with pytest.raises(AssertionError):
        PREDICATES["work_is_billed_once"](after, false, Allowed())


def test_copy_at_another_price_is_noticed(lived):
    _before, after = lived
    false = copy(after)
    old = next(iter(after.charges.values()))
    new = old._replace(id=0, replaces_id=old.id, price_unit=1)
    false.charges = {**after.charges, 0: new}
    with pytest.raises(AssertionError):
        PREDICATES["copies_bill_the_same"](after, false, Allowed(copies=True))


def test_early_invoice_is_noticed(lived):
    before, after = lived
    false = falsify(after, "charges", TIME, {"invoice_from": date(2100, 1, 1)})
    with pytest.raises(AssertionError, match="not due"):
        PREDICATES["what_waits_is_left_alone"](
            before, false, Allowed(by_itself_on=date(2026, 3, 5))
        )


def test_work_of_a_trial_on_its_way_is_noticed(lived):
    before, after = lived
    false = falsify(after, "charges", TIME, {"state": "ready"})
    charge = next(c for c in false.charges.values() if c.state == "ready")
    ticket = after.tickets[charge.ticket_id]._replace(billing_trial_line_id=1)
    false.tickets = {**after.tickets, ticket.id: ticket}
    with pytest.raises(AssertionError, match="of a trial"):
        PREDICATES["trials_are_not_billed"](before, false, Allowed())


def test_lost_entry_is_noticed(lived):
    _before, after = lived
    false = copy(after)
    false.charges = {}
    with pytest.raises(AssertionError, match="lost"):
        check_accounted(false)
    with pytest.raises(AssertionError, match="billed twice"):
        check_nothing_changed(after, false)


def test_every_predicate_is_tried():
    tried = {name for name, *_rest in NEW + KEPT}
    tried |= {
        "one_charge_for_a_source",
        "work_is_billed_once",
        "copies_bill_the_same",
        "what_waits_is_left_alone",
        "trials_are_not_billed",
    }
    assert tried == set(PREDICATES)


def falsify(books, rows, where, values):
    """Return the books with other values in the first of the rows that fit."""
    false = copy(books)
    table = dict(getattr(books, rows))
    fitting = (
        id_
        for id_, row in sorted(table.items())
        if all(getattr(row, name) == value for name, value in where.items())
    )
    first = next(fitting)
    table[first] = table[first]._replace(**values)
    setattr(false, rows, table)
    return false
