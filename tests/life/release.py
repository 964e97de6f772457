"""How a company used the first tagged release: every state that it knew."""

from odoo import Command

from .scene import CANCELLED, Scene

# What each ticket has come to; the rest of the name is free
STATES = {
    "Posted": "billed",
    "Draft": "invoiced",
    "Credited": "released",
    "Cancelled draft": "released",
    "Deleted draft": "released",
    "Credited in part": "billed",
    "Included": "covered",
    "Half included": "invoiced",
    "In euros": "invoiced",
    "Fee": "invoiced",
    "On site": "invoiced",
    "Approved": "invoiced",
    "To approve": "to_approve",
    "Blocked": "blocked",
    "Warranty": "not_billable",
    "Voided": "not_billable",
    "Open": "open",
    "Pending": "pending",
    "Level off": "pending",
}


def fill(env):
    """Fill two companies, one of them with contracts in two currencies."""
    first = Scene(env).prepare()
    second = Scene(env, env["res.company"].create({"name": "Second Support"}))
    fill_company(second.prepare())
    fill_company(first)
    fill_agreements(first)
    fill_currencies(first)
    check_states(env)


def fill_company(scene):
    """Work at the house rules: billed, credited, released and waiting."""
    scene.company.write(
        {
            "ticket_billing_enabled": True,
            "ticket_billing_on_close": True,
            "ticket_billing_start_date": "2020-01-01",
        }
    )
    customer = {"partner_id": scene.customer().id}

    def invoiced(name):
        return scene.bill(scene.ticket(name, 2.0, **customer))

    invoiced("Posted").invoice_ids.action_post()
    invoiced("Draft")
    fill_taken_back(scene, invoiced)
    approved = scene.bill(scene.ticket("Approved", 5.0, 4.0, **customer))
    approved.charge_ids.action_approve()
    scene.bill(scene.ticket("To approve", 9.0, **customer))
    scene.bill(scene.ticket("Blocked", 1.0, partner_id=False))
    warranty = scene.env.ref("ticket_billing.helpdesk_ticket_category_warranty")
    scene.bill(scene.ticket("Warranty", 1.0, category_id=warranty.id, **customer))
    scene.ticket("Voided", 1.0, **customer).stage_id = scene.env.ref(CANCELLED)
    scene.ticket("Open", 1.0, **customer)
    scene.close(scene.ticket("Pending", 2.0, **customer))
    off = scene.customer("Blue Fjord Logistics", ticket_billing_level="off")
    held = scene.close(scene.ticket("Level off", 2.0, partner_id=off.id))
    held.billing_next_try = "2020-01-01"
    scene.env["ticket.billing.run"]._process("schedule", tickets=held)


def fill_taken_back(scene, invoiced):
    """Invoices that were credited, cancelled and deleted."""
    for name in ("Credited", "Credited in part"):
        move = invoiced(name).invoice_ids
        move.action_post()
        quantity = 2.0 if name == "Credited" else 0.5
        credit_note = move._reverse_moves([{"invoice_date": move.invoice_date}])
        credit_note.invoice_line_ids.quantity = quantity
        credit_note.action_post()
    invoiced("Cancelled draft").invoice_ids.button_cancel()
    invoiced("Deleted draft").invoice_ids.unlink()


def fill_agreements(scene):
    """Contracts with hours and with a fee; work of another type, at an own rate."""
    fixed = {"hourly_rate_source": "fixed", "hourly_rate": 80.0}
    included = {"hour_allowance": "limited", "included_hours": 3.0}
    customer = scene.customer("Harbor Yoga")
    scene.contract(customer, **fixed, **included)
    for name in ("Included", "Half included"):
        scene.bill(scene.ticket(name, 2.0, partner_id=customer.id))
    fee = scene.customer("Maple Tools")
    scene.contract(fee, ticket_billing_strategy="mixed", per_ticket_rate=25.0, **fixed)
    scene.bill(scene.ticket("Fee", 1.5, partner_id=fee.id))
    trip = scene.ticket("On site", 1.0, 0.5, partner_id=fee.id)
    trip.timesheet_ids[0].billing_work_type_id = scene.env[
        "ticket.billing.work.type"
    ].create({"name": "On site", "multiplier": 1.5, "company_id": scene.company.id})
    trip.timesheet_ids[1].write(
        {"billing_rate_overridden": True, "billing_rate_override": 70.0}
    )
    scene.bill(trip)


def fill_currencies(scene):
    """A contract in another currency than its company's."""
    fixed = {"hourly_rate_source": "fixed", "hourly_rate": 80.0}
    euros = scene.env.ref("base.EUR")
    euros.write(
        {
            "active": True,
            "rate_ids": [Command.create({"name": "2020-01-01", "rate": 0.8})],
        }
    )
    abroad = scene.customer("Café Lumière")
    scene.contract(abroad, manual_currency_id=euros.id, **fixed)
    scene.bill(scene.ticket("In euros", 1.0, partner_id=abroad.id))


def check_states(env, states=STATES):
    """See that every ticket has come to what its name says."""
    env.flush_all()
    env.invalidate_all()
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    tickets = tickets.search([("name", "in", list(states))], order="id")
    wrong = [
        (ticket.name, ticket.company_id.name, ticket.billing_state)
        for ticket in tickets
        if ticket.billing_state != states[ticket.name]
    ]
    assert not wrong, wrong
    missing = set(states) - set(tickets.mapped("name"))
    assert not missing, missing
