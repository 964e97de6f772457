"""The core is uninstalled for real and installed again."""

from base64 import b64encode

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from . import schedule, tables
from .modules import check_states, find, install, uninstall
from .scene import DONE, Scene, bill_two_hours, check_two_hours

CORE = "ticket_billing"
ARCHIVE = "ticket_billing_charge_archive"
STATEMENT = b"%PDF-1.4 what was done"
KEPT = (
    "helpdesk_ticket",
    "helpdesk_ticket_stage",
    "helpdesk_ticket_team",
    "contract_contract",
    "contract_line",
    "account_analytic_line",
    "account_move",
    "account_move_line",
    "product_template",
    "res_partner",
    "res_company",
)
STAMPS = ("write_date", "write_uid")
# Where nothing of ours may be left, and nothing else is added by using Odoo. Of every
# addon Odoo leaves the names of foreign keys in ir_model_constraint: not looked at
RECORDS = (
    "ir_model",
    "ir_model_fields",
    "ir_model_fields_selection",
    "ir_model_relation",
    "ir_model_access",
    "ir_rule",
    "ir_cron",
    "ir_act_server",
    "ir_act_window",
    "ir_act_report_xml",
    "ir_ui_menu",
    "ir_ui_view",
    "ir_asset",
    "ir_config_parameter",
    "res_groups",
    "res_groups_privilege",
    "mail_template",
    "mail_activity_type",
    "mail_message_subtype",
)


def alone(env, base):
    """Twice: what is archived the first time is still there after the second.

    :param str base: a database that never knew the core
    """
    first = fill(env)
    check_refused(env)
    settle(env)
    env = uninstall_and_check(env, base, first)
    env = install(env, CORE)
    check_bills_no_history(env, first)
    second = bill_two_hours(env, "Of the second time").number
    settle(env)
    env = uninstall_and_check(env, base, [*first, second])
    env.cr.close()


def with_joints(env, base, *joints):
    """What depends on the core goes along with it, and comes back with it."""
    first = fill(env)
    settle(env)
    env = uninstall_and_check(env, base, first)
    check_states(env, **dict.fromkeys([CORE, *joints], False))
    env = install(env, CORE)
    check_states(env, **dict.fromkeys([CORE, *joints], True))
    check_bills_no_history(env, first)
    bill_two_hours(env, "All are back")
    env.cr.close()


def fill(env):
    """Bill, cover, write off and block work; return the numbers of tickets in the
    ledger."""
    scene = Scene(env).prepare()
    customer = scene.customer()
    included = {"hour_allowance": "limited", "included_hours": 3.0}
    scene.contract(customer, **included)
    policy = {"approval": "none", "automation_level": "post"}
    scene.policy.write(policy)
    by_name = {"Included": customer, "Half included": customer, "Billed": None}
    tickets = [
        scene.bill(scene.ticket(name, 2.0, partner_id=(of or scene.customer()).id))
        for name, of in by_name.items()
    ]
    category = env.ref("ticket_billing.helpdesk_ticket_category_warranty")
    scene.bill(scene.ticket("Warranty", 1.0, category_id=category.id))
    block(scene)
    check_two_hours(tickets[-1])
    tickets[-1].invoice_ids.statement_of_work_file = b64encode(STATEMENT)
    return [ticket.number for ticket in tickets]


def block(scene):
    """Leave a ticket blocked, with an activity for whoever is responsible."""
    ticket = scene.ticket("Blocked", 1.0, partner_id=False)
    for _attempt in range(3):
        scene.bill(ticket)
    assert ticket.billing_state == "blocked", ticket.billing_state
    assert ticket.activity_ids, "nobody is told"


def check_refused(env):
    """See that none of these is uninstalled while work is on a draft."""
    ticket = env["helpdesk.ticket"].search([("name", "=", "Billed")])
    for name in (CORE, "helpdesk_mgmt", "account"):
        try:
            find(env, name).button_uninstall()
        except UserError as error:
            assert ticket.number in str(error), error
        else:
            raise AssertionError(f"{name} could be uninstalled")


def settle(env):
    """Post what is on drafts."""
    moves = env["account.move"].search([("state", "=", "draft")])
    moves.action_post()
    env.cr.commit()


def uninstall_and_check(env, base, numbers):
    """Uninstall the core and see what is left: all of theirs, nothing of ours."""
    tables.keep(env, *KEPT)
    messages = count_messages(env)
    env = uninstall(env, CORE)
    assert "ticket.billing.charge" not in env
    tables.check_kept(env, *KEPT, but=STAMPS)
    assert count_messages(env) == messages
    warranty = env["helpdesk.ticket"].search([("name", "=", "Warranty")])
    assert set(warranty.category_id.mapped("name")) == {"Warranty"}, warranty
    check_archive(env, numbers)
    check_nothing_left(env, base)
    check_papers(env)
    return env


def check_papers(env):
    """See that statements stay with their invoices, and nobody is told to do what
    cannot be done any more."""
    statement = env["ir.attachment"].search([("res_model", "=", "account.move")])
    assert statement.mapped("raw") == [STATEMENT], "the statement of work is lost"
    todo = env["mail.activity"].search([("res_model", "=", "helpdesk.ticket")])
    assert not todo, todo.mapped("summary")


def count_messages(env):
    """Return how much is written in the chatter of tickets and invoices."""
    models = ("helpdesk.ticket", "account.move", "contract.contract")
    return env["mail.message"].search_count([("model", "in", models)])


def check_archive(env, numbers):
    """See that the ledger of all installations is in its table, once each."""
    rows = env.execute_query_dict(SQL("SELECT * FROM %s", SQL.identifier(ARCHIVE)))
    assert sorted(row["ticket_number"] for row in rows) == sorted(numbers), rows
    billed = [row for row in rows if row["state"] == "billed"]
    names = set(env["account.move"].search([]).mapped("name"))
    assert billed and all(row["invoices"] in names for row in billed), rows
    first = next(row for row in rows if row["ticket_number"] == numbers[-1])
    assert (first["customer"], first["quantity"], first["amount"]) == (
        "Northwind Dental",
        2,
        200,
    ), first


def check_nothing_left(env, base):
    """Compare with a database that never knew the core."""
    found = tables.read_schema(env.cr)
    known = tables.elsewhere(base, tables.read_schema)
    left = {row for row in found - known if f" {ARCHIVE}" not in f" {row}"}
    assert not left, sorted(left)
    assert not known - found, sorted(known - found)
    counts = tables.read_counts(env.cr, RECORDS)
    wanted = tables.elsewhere(base, tables.read_counts, RECORDS)
    more = {t: (wanted[t], counts[t]) for t in RECORDS if counts[t] != wanted[t]}
    assert not more, more
    names = env["ir.model.data"].search([("module", "=like", "ticket_billing%")])
    assert not names, names.mapped("complete_name")
    ours = Domain("res_model", "=like", "ticket.billing%")
    for model in ("ir.attachment", "mail.activity"):
        assert not env[model].search(ours), env[model].search(ours)


def check_bills_no_history(env, numbers):
    """See that what was closed before is not billed, whatever is switched on."""
    company, policy = env.company, env.company.ticket_billing_policy_id
    today = company._get_ticket_billing_date(env.cr.now())
    assert company.ticket_billing_start_date > today, company.ticket_billing_start_date
    moves = env["account.move"].search_count([])
    company.write(
        {
            "ticket_billing_enabled": True,
            "ticket_billing_on_close": True,
            "ticket_billing_on_resolve": True,
        }
    )
    policy.write({"strategy": "mixed", "automation_level": "send"})
    policy.time_product_id.list_price = 100.0
    policy.ticket_product_id.list_price = 50.0
    tickets = env["helpdesk.ticket"].search([("number", "in", numbers)])
    assert set(tickets.mapped("billing_event")) == {"close"}, tickets
    schedule.run(env)
    schedule.let_time_pass(env)
    schedule.run(env)
    env["ticket.billing.run"]._process("command")
    assert env["account.move"].search_count([]) == moves
    assert not env["ticket.billing.charge"].search([])
    policy.write({"strategy": "auto", "automation_level": "draft"})
    assert env.ref(DONE).billing_event == "close"
