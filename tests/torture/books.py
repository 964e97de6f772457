"""What is in the database, read with plain SQL: nothing here knows the product."""

from dataclasses import dataclass, field
from decimal import Decimal

import psycopg2
import psycopg2.extensions
from psycopg2.extras import NamedTupleCursor

from odoo.sql_db import connection_info_for

# Odoo lets its connections read numbers as floats; ours reads them exactly
EXACT = psycopg2.extensions.new_type(
    (1700,), "EXACT", lambda value, _cursor: value and Decimal(value)
)

TICKETS = """
    SELECT ticket.*, partner.commercial_partner_id AS customer_id,
           stage.billing_event AS stage_event
      FROM helpdesk_ticket ticket
      JOIN res_partner partner ON partner.id = ticket.partner_id
      JOIN helpdesk_ticket_stage stage ON stage.id = ticket.stage_id
     WHERE ticket.partner_id = ANY(%(partners)s)
"""
ENTRIES = """
    SELECT entry.*
      FROM account_analytic_line entry
     WHERE entry.ticket_id = ANY(%(tickets)s)
"""
CHARGES = """
    SELECT charge.*, currency.rounding, currency.name AS currency,
           policy.rounding_method, policy.rounding_scope,
           policy.rounding_increment, policy.minimum_hours,
           partner.commercial_partner_id AS customer_id,
           payer.commercial_partner_id AS payer_id
      FROM ticket_billing_charge charge
      JOIN res_partner partner ON partner.id = charge.partner_id
      JOIN res_partner payer ON payer.id = charge.invoice_partner_id
      JOIN res_currency currency ON currency.id = charge.currency_id
      JOIN ticket_billing_policy policy ON policy.id = charge.policy_id
     WHERE charge.ticket_id = ANY(%(tickets)s)
"""
MOVES = """
    SELECT move.* FROM account_move move
     WHERE move.commercial_partner_id = ANY(%(customers)s)
"""
LINES = """
    SELECT line.* FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
     WHERE move.commercial_partner_id = ANY(%(customers)s)
"""
LINKS = """
    SELECT link.charge_id, link.line_id FROM ticket_billing_charge_aml_rel link
      JOIN ticket_billing_charge charge ON charge.id = link.charge_id
     WHERE charge.ticket_id = ANY(%(tickets)s)
"""
CONTRACTS = """
    SELECT contract.*, partner.commercial_partner_id AS customer_id,
           ARRAY(SELECT helpdesk_ticket_team_id
                   FROM contract_contract_helpdesk_ticket_team_rel team
                  WHERE team.contract_contract_id = contract.id) AS team_ids
      FROM contract_contract contract
      JOIN res_partner partner ON partner.id = contract.partner_id
     WHERE partner.commercial_partner_id = ANY(%(customers)s)
"""
WORK_TYPES = "SELECT * FROM ticket_billing_work_type"
RUN_LINES = """
    SELECT line.id, line.run_id, line.ticket_id, line.outcome, line.reason
      FROM ticket_billing_run_line line WHERE line.ticket_id = ANY(%(tickets)s)
"""
TABLES = {
    "entries": ENTRIES,
    "charges": CHARGES,
    "moves": MOVES,
    "lines": LINES,
    "contracts": CONTRACTS,
    "work_types": WORK_TYPES,
    "run_lines": RUN_LINES,
}


@dataclass
class Books:
    """Rows by id, as they are committed at one moment."""

    tickets: dict = field(default_factory=dict)
    entries: dict = field(default_factory=dict)
    charges: dict = field(default_factory=dict)
    moves: dict = field(default_factory=dict)
    lines: dict = field(default_factory=dict)
    contracts: dict = field(default_factory=dict)
    work_types: dict = field(default_factory=dict)
    run_lines: dict = field(default_factory=dict)
    lines_of: dict = field(default_factory=dict)
    charges_of: dict = field(default_factory=dict)

    def get_lines(self, charge, *types):
        """Return the lines of a charge on moves of these types, cancelled ones not."""
        lines = [self.lines[id_] for id_ in self.lines_of.get(charge.id, ())]
        moves = ((line, self.moves[line.move_id]) for line in lines)
        return [
            line
            for line, move in moves
            if move.state != "cancel" and move.move_type in types
        ]

    def get_charges(self, line):
        return [self.charges[id_] for id_ in self.charges_of.get(line.id, ())]


def read_books(process, scene):
    """Return the books of the customers of a scene, on a connection of its own."""
    dsn = connection_info_for(process.database)[1]
    partner_ids, customer_ids = scene.partner_ids, scene.customer_ids
    connection = psycopg2.connect(**dsn, cursor_factory=NamedTupleCursor)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        psycopg2.extensions.register_type(EXACT, connection)
        with connection.cursor() as cursor:
            return _read(cursor, list(partner_ids), list(customer_ids))
    finally:
        connection.close()


def _read(cursor, partner_ids, customer_ids):
    values = {"partners": partner_ids, "customers": customer_ids}
    books = Books(tickets=_fetch(cursor, TICKETS, values))
    values["tickets"] = list(books.tickets)
    for name, query in TABLES.items():
        setattr(books, name, _fetch(cursor, query, values))
    cursor.execute(LINKS, values)
    for charge_id, line_id in cursor.fetchall():
        books.lines_of.setdefault(charge_id, []).append(line_id)
        books.charges_of.setdefault(line_id, []).append(charge_id)
    return books


def _fetch(cursor, query, values):
    cursor.execute(query, values)
    return {row.id: row for row in sorted(cursor.fetchall(), key=lambda row: row.id)}
