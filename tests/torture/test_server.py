"""From closing to invoice, with a real server and its own scheduled actions."""

from .books import read_books
from .scene import Scene
from .server import running, wait_for

PASSWORD = "Mailbox-takes-no-more-7"
MINUTES = 5


def test_closed_ticket_has_its_invoice_within_minutes(process, plan, say):
    """Its draft is posted, as the automation level says.

    At the default delay if there is time for it, without any in the short version.

    The server, its scheduled action and the person who closes are three processes;
    this one looks into the database.
    """
    delay = 2 if plan.is_long else 0
    with process.transaction() as env:
        scene = Scene(env)
        scene.company(env).sudo().ticket_billing_delay_minutes = delay
        scene.policy(env).automation_level = "post"
        env.user.sudo().password = PASSWORD
        login, done = env.user.login, scene.stage(env, "done").id
        ticket_id = open_ticket(env, scene).id
    with running(process.database) as server:
        server.log_in(login, PASSWORD)
        server.execute("helpdesk.ticket", "write", [ticket_id], {"stage_id": done})
        seconds = wait_for(
            lambda: is_posted(read_books(process, scene)),
            f"no invoice within {MINUTES} minutes",
            60 * MINUTES,
        )
    books = read_books(process, scene)
    (move,) = books.moves.values()
    assert (move.state, move.amount_untaxed) == ("posted", 150)
    assert books.tickets[ticket_id].billing_state == "billed"
    say(f"  from closing to invoice with a delay of {delay} min: {seconds:.0f} s")


def is_posted(books):
    return any(move.state == "posted" for move in books.moves.values())


def open_ticket(env, scene):
    """Return a ticket with an hour and a quarter at 120.00."""
    scene.contract(env, 0).hour_allowance = "none"
    ticket = env["helpdesk.ticket"].create(
        {
            "name": "Printer offline",
            "description": "The printer at the front desk is offline.",
            "partner_id": scene.customer_ids[0],
            "team_id": scene.teams(env)[0].id,
        }
    )
    env["account.analytic.line"].create(
        {
            "ticket_id": ticket.id,
            "name": "Replaced the network cable",
            "unit_amount": 1.25,
            "employee_id": env.user.employee_id.id,
        }
    )
    return ticket
