"""A release that was used for a while, and what becomes of it in an upgrade."""

from odoo.tools import SQL

from . import schedule, tables
from .release import STATES, check_states
from .release import fill as fill_release
from .scene import check_two_hours

KEPT = (
    "ticket_billing_charge",
    "ticket_billing_charge_aml_rel",
    "ticket_billing_policy",
    "ticket_billing_run",
    "ticket_billing_run_line",
    "ticket_billing_work_type",
    "helpdesk_ticket",
    "helpdesk_ticket_stage",
    "helpdesk_ticket_team",
    "helpdesk_ticket_category",
    "contract_contract",
    "contract_line",
    "account_analytic_line",
    "account_move",
    "account_move_line",
    "res_company",
    "res_partner",
    "product_template",
)
# An upgrade stamps what it calculates anew
STAMPS = ("write_date", "write_uid")


def fill(env):
    """Use the release, and keep what is in its tables."""
    fill_release(env)
    env.cr.commit()
    tables.keep(env, *KEPT)
    env.cr.commit()


def check(env):
    """See that nothing of it is lost or billed twice, and that it goes on."""
    tables.check_kept(env, *KEPT, but=STAMPS)
    check_states(env)
    check_calculated(env)
    check_history(env)
    check_choices(env)
    check_schedule(env)
    check_decisions(env)
    env.cr.rollback()


def check_calculated(env):
    """See that what is stored of ours is what calculating it anew gives."""
    stale = []
    for name in ("ticket.billing.charge", "ticket.billing.run.line", "account.move"):
        for field in stored_computes(env, name):
            records = env[name].search([], order="id")
            before = records.mapped(lambda r, f=field: r[f.name])
            env.add_to_compute(field, records)
            after = records.mapped(lambda r, f=field: r[f.name])
            if before != after:
                stale.append((field, before, after))
    assert not stale, stale
    env.cr.rollback()


def stored_computes(env, name):
    ours = "ticket_billing"
    return [
        field
        for field in env[name]._fields.values()
        if field.store and field.compute and ours in field._modules
    ]


def check_history(env):
    """See that what happened before has its day and its name in new fields."""
    table = SQL.identifier(tables.BEFORE, "ticket_billing_charge")
    stamps = dict(env.execute_query(SQL("SELECT id, write_date FROM %s", table)))
    waiting = env["ticket.billing.charge"].search([("is_waiting", "=", True)])
    assert len(waiting) == 8, waiting
    for charge in waiting:
        assert charge.waiting_since == stamps[charge.id].replace(microsecond=0), charge
    for name, decision in (("Approved", "approve"), ("To approve", False)):
        charges = env["helpdesk.ticket"].search([("name", "=", name)]).charge_ids
        assert set(charges.mapped("review")) == {decision}, (name, charges)


def check_choices(env):
    """See that what is new changes nothing for customers before somebody says so."""
    policies = env["ticket.billing.policy"].search([])
    wanted = {
        "invoice_frequency": "at_once",
        "attach_statement": False,
        "automation_level": "draft",
        "show_covered_work": False,
    }
    for field, value in wanted.items():
        assert set(policies.mapped(field)) == {value}, (field, value)
    for company in env["res.company"].search([]):
        assert company.ticket_billing_enabled and company.ticket_billing_on_close
        assert not company.ticket_billing_daily_limit
        assert company.ticket_billing_check_zero_price == "error"
    contracts = env["contract.contract"].search([("covers_tickets", "=", True)])
    assert set(contracts.mapped("ticket_invoice_mode")) == {"separate"}
    moves = env["account.move"].search([])
    assert not any(moves.mapped("ticket_billing_next_post"))
    assert not env["helpdesk.ticket"].search([("billing_trial_line_id", "!=", False)])


def check_schedule(env):
    """See that the schedule bills what was pending, to the cent, and nothing else."""
    pending = env["helpdesk.ticket"].search([("name", "=", "Pending")])
    assert len(pending) == 2, pending
    moves, charges = read_moves(env), env["ticket.billing.charge"].search([])
    for _time in range(2):
        schedule.let_time_pass(env)
        schedule.run(env)
        for ticket in pending:
            check_two_hours(ticket)
        new = {id_: row for id_, row in read_moves(env).items() if id_ not in moves}
        assert [row[1:] for row in new.values()] == [("draft", 200.0)] * 2, new
        assert moves.items() <= read_moves(env).items(), "an invoice changed"
        assert env["ticket.billing.charge"].search([]) - charges == pending.charge_ids
    others = {name: state for name, state in STATES.items() if name != "Pending"}
    check_states(env, others)


def read_moves(env):
    """Return (ticket numbers, state, net) of each invoice by its id."""
    return {
        move.id: (move.invoice_origin, move.state, move.amount_untaxed)
        for move in env["account.move"].search([])
    }


def check_decisions(env):
    """See that people go on with what the release left them."""
    for company in env["res.company"].search([]):
        tickets = env["helpdesk.ticket"].search([("company_id", "=", company.id)])
        by_name = {ticket.name: ticket for ticket in tickets}
        for name in ("Cancelled draft", "Deleted draft", "Credited"):
            old = by_name[name].charge_ids
            old.action_bill_again()
            new = by_name[name].charge_ids - old
            assert new.mapped("amount") == [200.0], (name, new)
            assert old.replaced_by_id == new, (name, old)
        by_name["Credited in part"].charge_ids.action_write_off("Goodwill")
        by_name["To approve"].charge_ids.action_approve()
        assert by_name["To approve"].charge_ids.invoiced_amount == 900.0
        by_name["Draft"].invoice_ids.action_post()
        assert by_name["Draft"].billing_state == "billed"
        assert by_name["Blocked"].billing_reason
