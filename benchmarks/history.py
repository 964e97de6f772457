"""What a company has invoiced before: without it PostgreSQL's plans are others."""

import odoo.sql_db
from odoo import Command
from odoo.tools import SQL

from .rows import copy_rows

SEED = 100
# What one measurement fills with rows that are taken back
FILLED = (
    "account_move",
    "account_move_line",
    "helpdesk_ticket",
    "mail_message",
    "sale_order_line",
    "ticket_billing_charge",
    "ticket_billing_run_line",
)


def create_history(env, customers, count):
    """Make posted invoices of three lines, a hundred by Odoo and the rest as copies.

    :param int count: how many; a multiple of a hundred
    """
    product = env.company.ticket_billing_policy_id.time_product_id
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": customers[number % len(customers)].id,
                "invoice_date": "2026-01-15",
                "invoice_line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity})
                    for quantity in (1, 2, 3)
                ],
            }
            for number in range(SEED)
        ]
    )
    moves.action_post()
    env.flush_all()
    where = f"row.journal_id = {moves.journal_id.id} AND row.state = 'posted'"
    copy_rows(
        env,
        "account_move",
        count // SEED - 1,
        changes={
            "name": "row.name || '-' || copy.number",
            "payment_reference": "row.name || '-' || copy.number",
            "sequence_prefix": "row.sequence_prefix || copy.number || '/'",
        },
        where=where,
    )
    copy_rows(
        env,
        "account_move_line",
        count // SEED - 1,
        parents={"move_id": "account_move"},
        changes={"move_name": "row.move_name || '-' || copy.number"},
        where=f"row.journal_id = {moves.journal_id.id} AND row.parent_state = 'posted'",
    )


def analyze(database, *tables):
    """Tell PostgreSQL's planner what is in the database, and drop what is dead.

    :param tables: names of the only tables to look at
    """
    with odoo.sql_db.db_connect(database).cursor() as cr:
        cr.rollback()
        cr._cnx.autocommit = True
        names = SQL(", ").join(map(SQL.identifier, tables))
        cr.execute(SQL("VACUUM ANALYZE %s", names))
        cr._cnx.autocommit = False
