"""What is measured in a large database, each by the product's own function.

A case takes an environment and returns the work to be measured, and what is read before
it, if it is always done with that at hand.
"""

from functools import partial

from odoo.fields import Domain

from .scene import TITLES

LIST_LIMIT = 80
BATCH = 100
MANAGER = (
    "ticket_billing.group_ticket_billing_manager",
    "helpdesk_mgmt.group_helpdesk_manager",
    "hr_timesheet.group_timesheet_manager",
)
STATES = ("pending", "to_approve", "ready", "blocked", "released")


def _get_due(env, limit):
    due = env["ticket.billing.run"]._get_due_domain()
    return env["helpdesk.ticket"].search(due, limit=limit, order="billing_next_try, id")


def _start_run(env, trigger="schedule"):
    run = env["ticket.billing.run"].create(
        {"company_id": env.company.id, "trigger": trigger}
    )
    return run.with_context(ticket_billing_waits=False)


# The backlog


def find_due(limit, env):
    """A run has read its company's settings by then."""
    run = _start_run(env)
    return partial(run._get_due_tickets, limit), partial(_read_settings, run)


def _read_settings(run):
    run._get_due_domain(run.trigger, run.company_id)


def batch_due(env):
    run = env["ticket.billing.run"]
    return lambda: run._get_due_batches("schedule", Domain.TRUE, None)


def claim(env):
    """The tickets' customers have been read by then, to put them into batches."""
    run = _start_run(env)
    tickets = _get_due(env, BATCH)
    return partial(_claim, run, tickets), partial(
        run._get_batches, tickets, env.company
    )


def _claim(run, tickets):
    locked = run._lock(tickets, tickets._get_all_charges())
    assert len(locked) == BATCH, f"{len(locked)} tickets were free"


def find_status(env):
    run = env["ticket.billing.run"]
    return lambda: run._get_backlog(env.company)


def find_waiting_charges(env):
    run = env["ticket.billing.run"]
    return lambda: run._get_waiting_charges(env.company)


def show_cards(env):
    """How many tickets there are in each state of the backlog."""
    domain = Domain("company_id", "=", env.company.id)
    domain &= Domain("billing_state", "in", STATES)
    return lambda: env["helpdesk.ticket"]._read_group(
        domain, ["billing_state"], ["__count"]
    )


def find_statistics(env):
    run = env["ticket.billing.run"]
    return lambda: run._get_status(env.company, 30)


# Pages


def _as_manager(env):
    groups = [env.ref(name).id for name in MANAGER]
    user = env["res.users"].create(
        {
            "name": "Maud Keller",
            "login": "maud",
            "group_ids": [(6, 0, groups)],
            "company_id": env.company.id,
            "company_ids": [(6, 0, env.company.ids)],
        }
    )
    return env(user=user)


def show_list(model, domain, env):
    """Open a list as a manager: its first page, with all that it shows."""
    records = _as_manager(env)[model]
    view = records.get_views([(False, "list")])
    fields = view["models"][model]["fields"]
    shown = {
        name for name in fields if f'name="{name}"' in view["views"]["list"]["arch"]
    }
    specification = {
        name: {"fields": {"display_name": {}}} if fields[name].get("relation") else {}
        for name in sorted(shown)
    }
    return lambda: records.web_search_read(
        domain, specification, limit=LIST_LIMIT, count_limit=10001
    )


def preview(env):
    tickets = _get_due(env, BATCH)
    previews = env["ticket.billing.preview"]
    return lambda: previews._open(tickets)


def bill_one(env):
    ticket = _get_due(env, 1)
    return ticket.action_generate_invoice


def _get_contract(env):
    """Return the contract whose whole life counts."""
    return env["contract.contract"].search(
        [("company_id", "=", env.company.id), ("allowance_period", "=", "contract")]
        + [("hour_allowance", "=", "unlimited")],
        order="id",
        limit=1,
    )


def sum_allowance(env):
    ratings = env["ticket.billing.rating"]
    keys = [(_get_contract(env), "time", None)]
    return lambda: ratings._get_used(keys)


def show_contract(names, env):
    contract = _get_contract(env)
    return lambda: contract.read(names)


# By the clock


def catch_up(env):
    run = env["ticket.billing.run"]
    return lambda: run._catch_up(env.company)


def check(key, env):
    checker = env["ticket.billing.health"]._get_checker(env.company)
    checks = checker._get_checks()
    return lambda: checker._get_check_health(env.company, key, checks[key])


# Closing


def close(count, stage, env):
    tickets = env["helpdesk.ticket"].create(
        [
            {"name": TITLES[0], "description": "Please help.", "team_id": False}
            for _number in range(count)
        ]
    )
    stages = {
        "billing": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done"),
        "plain": env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done").copy(
            {"billing_event": "none"}
        ),
    }
    # Without the messages that the platform writes at the end of the transaction: 17
    # queries for each ticket, with or without billing
    return partial(tickets.write, {"stage_id": stages[stage].id})


HOOKS = {
    count: {stage: partial(close, count, stage) for stage in ("plain", "billing")}
    for count in (1, 100, 1000)
}
TICKET_LISTS = {
    "tickets": [],
    "tickets_to_bill": [("billing_state", "in", ("pending", "ready", "to_approve"))],
    "tickets_blocked": [("billing_state", "=", "blocked")],
}
CHARGE_LISTS = {
    "charges": [("is_void", "=", False)],
    "charges_ready": [("state", "=", "ready")],
    "charges_released": [("is_waiting", "=", True)],
}
CHECKS = (
    "backlog blocked drafts released unaccounted quiet_day last_success states sums"
)
CASES = {
    "due_100": partial(find_due, BATCH),
    "due_all": partial(find_due, None),
    "due_batches": batch_due,
    "claim_100": claim,
    "backlog": find_status,
    "waiting_charges": find_waiting_charges,
    "cards": show_cards,
    "status": find_statistics,
    **{
        f"list_{name}": partial(show_list, "helpdesk.ticket", domain)
        for name, domain in TICKET_LISTS.items()
    },
    **{
        f"list_{name}": partial(show_list, "ticket.billing.charge", domain)
        for name, domain in CHARGE_LISTS.items()
    },
    "preview_100": preview,
    "bill_1": bill_one,
    "allowance_50000": sum_allowance,
    "contract_usage": partial(show_contract, ["allowance_text"]),
    "contract_tickets": partial(show_contract, ["total_tickets_created"]),
    "catch_up": catch_up,
    **{f"health_{key}": partial(check, key) for key in CHECKS.split()},
}
