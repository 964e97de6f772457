"""What the engine is compared with: Odoo alone, and others who make such invoices."""

from odoo import Command

HEADER = (
    "move_type",
    "partner_id",
    "journal_id",
    "currency_id",
    "invoice_payment_term_id",
    "invoice_origin",
    "ref",
    "fiscal_position_id",
)
LINE = (
    "display_type",
    "product_id",
    "product_uom_id",
    "name",
    "quantity",
    "price_unit",
)
HINTS = ("tax_ids", "tax_tag_ids", "balance", "amount_currency")
EMPTY = (False, [Command.set([])])
CHUNK = 100


# Odoo alone


def read_values(moves):
    """Return the values of the same drafts twice: without hints, and with all that the
    engine could know beforehand."""
    return [_read_draft(move, ()) for move in moves], [
        _read_draft(move, HINTS) for move in moves
    ]


def _read_draft(move, hints):
    lines = [
        _read(line, LINE + (hints if line.display_type == "product" else ()))
        for line in move.invoice_line_ids
    ]
    commands = [Command.create(vals) for vals in lines]
    return {**_read(move, HEADER), "invoice_line_ids": commands}


def _read(record, names):
    """Return the values that these fields are created with, without empty ones."""
    fields = {name: record._fields[name] for name in names}
    values = {
        name: field.convert_to_write(record[name], record)
        for name, field in fields.items()
    }
    return {name: value for name, value in values.items() if value not in EMPTY}


def create_moves(vals_list, env, _prepared=None):
    """Create drafts by Odoo alone, a hundred at a time."""
    for start in range(0, len(vals_list), CHUNK):
        create_some_moves(vals_list[start : start + CHUNK], env)
        env.flush_all()
        env.invalidate_all()


def create_some_moves(vals_list, env, _prepared=None):
    """Create drafts by Odoo alone, all at once, and forget nothing."""
    env["account.move"].with_context(mail_create_nolog=True).create(vals_list)


# sale_timesheet


def find_orders(name, env):
    """Return the ids of the orders of one kind, a hundred to an invoicing."""
    orders = env["sale.order"].search([("client_order_ref", "=", name)])
    return [orders.ids[n : n + CHUNK] for n in range(0, len(orders), CHUNK)]


def invoice_orders(env, batches):
    """Make the invoices of sales orders, an invoice for each."""
    for ids in batches:
        env["sale.order"].browse(ids)._create_invoices(grouped=True)
        env.flush_all()
        env.invalidate_all()


# contract


def find_contracts(env):
    """Return the ids of the contracts that are due, a hundred at a time."""
    contracts = env["contract.contract"].search([("code", "=", "recurring")])
    return [contracts.ids[n : n + CHUNK] for n in range(0, len(contracts), CHUNK)]


def invoice_contracts(env, batches):
    """Make the recurring invoices of contracts, one for each."""
    for ids in batches:
        env["contract.contract"].browse(ids)._recurring_create_invoice()
        env.flush_all()
        env.invalidate_all()


# A loop, as one would write it first


def find_tickets(count, env):
    return env["helpdesk.ticket"].search([("billing_pending", "=", True)], limit=count)


def loop_by_ticket(env, tickets):
    """Make an invoice for each ticket, and write its lines one by one."""
    for ticket in tickets:
        move = env["account.move"].create(_prepare_header(ticket))
        _write_lines(move, ticket)


def loop_by_customer(env, tickets):
    """Write the lines of each ticket on the open invoice of its customer."""
    moves = env["account.move"]
    for ticket in tickets:
        header = _prepare_header(ticket)
        domain = [(name, "=", value) for name, value in header.items()]
        move = moves.search([*domain, ("state", "=", "draft")], limit=1)
        _write_lines(move or moves.create(header), ticket)


def _prepare_header(ticket):
    return {
        "move_type": "out_invoice",
        "partner_id": ticket.partner_id.id,
        "invoice_origin": "Tickets",
    }


def _write_lines(move, ticket):
    product = ticket.company_id.ticket_billing_policy_id.time_product_id
    for entry in ticket.timesheet_ids:
        vals = {
            "product_id": product.id,
            "name": f"{ticket.number} {entry.name}",
            "quantity": entry.unit_amount,
        }
        move.write({"invoice_line_ids": [Command.create(vals)]})
    ticket.write({"customer_reference": move.ref or "billed"})
    move.env.flush_all()
