"""Bundles of real tickets, one for each fate of a ticket, made by the addon itself."""

from odoo import Command, fields

from .scene import HOURS, TITLES, WORKS

BUNDLE = 10


def make_open(env, customer, entries):
    """Open, with time on them: ten tickets of a customer, as all kinds are."""
    employee = env["hr.employee"].search([("company_id", "=", env.company.id)], limit=1)
    work = [
        Command.create(
            {
                "name": WORKS[number % len(WORKS)],
                "unit_amount": HOURS,
                "employee_id": employee.id,
            }
        )
        for number in range(entries)
    ]
    return env["helpdesk.ticket"].create(
        [
            {
                "name": TITLES[number % len(TITLES)],
                "description": "Please help.",
                "partner_id": customer.id,
                "team_id": False,
                "company_id": env.company.id,
                "timesheet_ids": work,
            }
            for number in range(BUNDLE)
        ]
    )


def make_pending(env, customer, entries):
    """Closed a while ago, and not looked at yet."""
    tickets = make_open(env, customer, entries)
    tickets.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
    return tickets


def make_cancelled(env, customer, entries):
    tickets = make_open(env, customer, entries)
    tickets.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
    return tickets


def make_invoiced(env, customer, entries, trigger="button"):
    """On a draft; with the trigger "close" as far as the policy lets it go at once."""
    tickets = make_pending(env, customer, entries)
    env["ticket.billing.run"]._process(trigger, tickets=tickets)
    return tickets


def make_ready(env, customer, entries):
    """Rated, and invoiced once the month is over."""
    return make_invoiced(env, customer, entries, "close")


def make_billed(env, customer, entries):
    """On one invoice, which is posted."""
    tickets = make_invoiced(env, customer, entries)
    tickets.invoice_ids.action_post()
    return tickets


def make_blocked(env, customer, entries):
    """Given up after some attempts."""
    tickets = make_pending(env, customer, entries)
    reason = "The product “Support” has no income account."
    for _attempt in range(env.company.ticket_billing_max_attempts):
        env["ticket.billing.run"]._process_failure("schedule", tickets, reason)
    return tickets


def make_to_approve(env, customer, entries):
    """Waits for a manager, for a customer whose policy wants it."""
    return make_invoiced(env, customer, entries)


def make_void(env, customer, entries):
    """Billed in the end, after what waited for approval was rated anew."""
    tickets = make_to_approve(env, customer, entries)
    tickets._on_billing_change("The time on the ticket changed.")
    env["ticket.billing.run"]._process("button", tickets=tickets)
    tickets._get_charges().action_approve()
    env["ticket.billing.run"]._process("button", tickets=tickets)
    tickets.invoice_ids.action_post()
    return tickets


def make_written_off(env, customer, entries):
    tickets = make_to_approve(env, customer, entries)
    tickets.action_write_off("Goodwill")
    return tickets


def make_released(env, customer, entries):
    """Its draft was deleted, and nobody has decided yet."""
    tickets = make_invoiced(env, customer, entries)
    tickets.invoice_ids.unlink()
    return tickets


def make_credited(env, customer, entries):
    """Billed and credited; one half billed again, the other written off."""
    tickets = make_billed(env, customer, entries)
    invoice = tickets.invoice_ids
    day = fields.Date.context_today(env["account.move"])
    invoice._reverse_moves([{"date": day, "invoice_date": day}], cancel=True)
    tickets[: BUNDLE // 2].action_bill_again("old")
    tickets[BUNDLE // 2 :].action_write_off("Goodwill")
    tickets.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
    return tickets


MAKERS = {
    "open": make_open,
    "billed": make_billed,
    "covered": make_ready,
    "void": make_void,
    "credited": make_credited,
    "written_off": make_written_off,
    "cancelled": make_cancelled,
    "pending": make_pending,
    "blocked": make_blocked,
    "to_approve": make_to_approve,
    "ready": make_ready,
    "released": make_released,
}
