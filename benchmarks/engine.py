"""Our engine, by the shape of the invoices that it makes."""

from functools import partial

from odoo.fields import Domain

# What shares an invoice, and what a line is
SHAPES = {
    "ticket_entry": {"group_by": "ticket", "line_detail": "entry"},
    "ticket_line": {"group_by": "ticket", "line_detail": "ticket"},
    "customer_entry": {"group_by": "customer", "line_detail": "entry"},
    "customer_line": {"group_by": "customer", "line_detail": "ticket"},
}


def prepare(name, env):
    """Let invoices have a shape, and return the batches of tickets that are due."""
    env.company.ticket_billing_policy_id.write(SHAPES[name])
    env.cr.execute("UPDATE helpdesk_ticket SET billing_next_try = '2026-01-01'")
    env.invalidate_all()
    return env["ticket.billing.run"]._get_due_batches("schedule", Domain.TRUE, None)


def bill(env, batches):
    """Bill the tickets batch by batch, as the scheduled action does."""
    for ids in batches:
        env["ticket.billing.run"]._process_due("schedule", ids)
        env.flush_all()
        env.invalidate_all()


def measure(bench, name):
    """Return the ``Sample`` of billing all tickets in a shape."""
    return bench.measure(bill, partial(prepare, name))


def read_drafts(bench, name, read):
    """Bill all tickets in a shape, and return what ``read`` tells of the drafts."""
    with bench.transaction() as env:
        bill(env, prepare(name, env))
        moves = env["ticket.billing.charge"].search([]).invoice_line_ids.move_id
        return read(moves)


def prepare_button(env):
    """Bill one ticket, and return another one of the same customer."""
    env.company.ticket_billing_policy_id.write(SHAPES["ticket_entry"])
    due = [("billing_pending", "=", True)]
    other = env["helpdesk.ticket"].search(due, limit=1)
    same = [*due, ("partner_id", "=", other.partner_id.id), ("id", "!=", other.id)]
    ticket = env["helpdesk.ticket"].search(same, limit=1)
    other.action_generate_invoice()
    return ticket


def press_button(_env, ticket):
    """Bill one ticket by its button."""
    ticket.action_generate_invoice()
