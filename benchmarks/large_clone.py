"""Copies bundles of records by SQL, with all that is linked within a bundle."""

from collections import namedtuple

from odoo.tools import SQL

# In this order each row finds what it is linked to numbered already
TABLES = (
    "ticket_billing_run",
    "helpdesk_ticket",
    "account_analytic_line",
    "account_move",
    "account_move_line",
    "ticket_billing_charge",
    "ticket_billing_run_line",
)
LINKS = {
    "ticket_billing_charge_aml_rel": ("ticket_billing_charge", "account_move_line"),
    "ticket_billing_run_line_move_rel": ("ticket_billing_run_line", "account_move"),
    "account_move_line_account_tax_rel": ("account_move_line", None),
}
NUMBER = "'HT' || lpad(%s::text, 8, '0')"
SEQUENCE = (
    "CASE WHEN {state} = 'posted' THEN regexp_replace({prefix}, '[0-9]{{4}}', "
    "to_char({date} - target.days, 'YYYY')) || lpad({id}::text, 8, '0') END"
)

Table = namedtuple("Table", "name ids base")


def _sequence_of(row_id, prefix="row.sequence_prefix", state="row.state"):
    return SEQUENCE.format(state=state, prefix=prefix, date="row.date", id=row_id)


class Bundle:
    """Records that belong together, to be copied as a whole."""

    def __init__(self, env, tickets, customer):
        self.env = env
        self.cr = env.cr
        self.customer = customer
        env.flush_all()
        charges = env["ticket.billing.charge"].search(
            [("ticket_id", "in", tickets.ids)]
        )
        lines = env["ticket.billing.run.line"].search(
            [("ticket_id", "in", tickets.ids)]
        )
        moves = charges.invoice_line_ids.move_id
        self.records = {
            "ticket_billing_run": lines.run_id | tickets.billing_run_id,
            "helpdesk_ticket": tickets,
            "account_analytic_line": tickets.timesheet_ids,
            "account_move": moves,
            "account_move_line": moves.line_ids,
            "ticket_billing_charge": charges,
            "ticket_billing_run_line": lines,
        }
        self.tables = {}

    def clone(self, targets, with_run_lines):
        """Copy the bundle once for each of the targets.

        :param targets: name of a table with ``n`` (from 1), ``partner_id``, ``name``,
            ``contract_id``, and ``days``, which all dates are moved into the past by
        :param bool with_run_lines: copy the lines of runs as well
        """
        self.targets = targets
        self.cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(targets)))
        [self.copies] = self.cr.fetchone()
        names = [name for name in TABLES if with_run_lines or "run_line" not in name]
        self.tables = {name: self._number(name) for name in names}
        for table in self.tables.values():
            if table.ids:
                self._copy_rows(table)
        for name, (left, right) in LINKS.items():
            if left in self.tables and self.tables[left].ids:
                self._copy_links(name, left, right)

    def _number(self, name):
        """Return the table with room for the copies."""
        ids = sorted(self.records[name].ids)
        self.cr.execute(
            SQL(
                "SELECT setval(%(sequence)s, last_value + %(room)s) - %(room)s "
                "FROM %(table)s",
                sequence=f"{name}_id_seq",
                room=len(ids) * self.copies + 1,
                table=SQL.identifier(f"{name}_id_seq"),
            )
        )
        return Table(name, ids, self.cr.fetchone()[0])

    # Rows

    def _copy_rows(self, table):
        columns = self._get_columns(table.name)
        own = self._get_own_values(table)
        select = [
            own.get(name) or self._get_value(table, name, *column)
            for name, column in columns.items()
        ]
        self.cr.execute(
            f"""
            INSERT INTO {table.name} ({", ".join(f'"{name}"' for name in columns)})
            SELECT {", ".join(select)}
              FROM {self.targets} target
             CROSS JOIN (SELECT {", ".join(self._get_ranks(columns))}
                           FROM {table.name} WHERE id = ANY(%s) OFFSET 0) row
             ORDER BY target.n, row.rank
            """,
            [table.ids],
        )

    def _get_ranks(self, columns):
        """Return the expressions of a row of the bundle, where ids are ranks."""
        ranks = [
            f'array_position(ARRAY{self.tables[linked].ids}::int[], "{name}") '
            f'AS "{name}"'
            if linked in self.tables
            else f'"{name}"'
            for name, (_kind, linked) in columns.items()
        ]
        return [*ranks, "row_number() OVER (ORDER BY id) AS rank"]

    def _get_columns(self, name):
        """Return a dict: column → its type, and the table that it is linked to."""
        self.cr.execute(
            """
            SELECT attname, format_type(atttypid, NULL), confrelid::regclass::text
              FROM pg_attribute
              LEFT JOIN seed_foreign_key ON conrelid = attrelid AND column_ = attname
             WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
            """,
            [name],
        )
        return {column: rest for column, *rest in self.cr.fetchall()}

    def _get_value(self, table, name, kind, linked):
        """Return the expression of a column in a copy."""
        column = f'row."{name}"'
        if linked in self.tables:
            return self._get_id(linked, column)
        if linked in self.records:
            return "NULL"
        if linked in ("res_partner", "contract_contract"):
            return self._get_customer_value(table, name, linked)
        if kind == "date":
            return f"{column} - target.days"
        if kind.startswith("timestamp"):
            return f"{column} - target.days * interval '1 day'"
        return column

    def _get_id(self, name, column):
        """Return the expression of the id of a copy from that of the original."""
        table = self.tables[name]
        rank = "row.rank" if column == "row.id" else column
        return f"{table.base} + (target.n - 1) * {len(table.ids)} + {rank}"

    def _get_customer_value(self, table, name, linked):
        column = "partner_id" if linked == "res_partner" else "contract_id"
        if column == "contract_id":
            return f'CASE WHEN row."{name}" IS NOT NULL THEN target.contract_id END'
        return (
            f'CASE WHEN row."{name}" = {self.customer.id} THEN target.{column} '
            f'ELSE row."{name}" END'
        )

    # Values of their own

    def _get_own_values(self, table):
        """Return a dict: column → expression, of what is never the same in a copy."""
        own = {"id": self._get_id(table.name, "row.id")}
        return {**own, **getattr(self, f"_get_{table.name}", dict)()}

    def _get_helpdesk_ticket(self):
        number = NUMBER % f"({self._get_id('helpdesk_ticket', 'row.id')})"
        return {"number": number, "partner_name": "target.name"}

    def _get_ticket_billing_run_line(self):
        return {
            "number": NUMBER % f"({self._get_id('helpdesk_ticket', 'row.ticket_id')})"
        }

    def _get_ticket_billing_charge(self):
        entry = self._get_id("account_analytic_line", "row.analytic_line_id")
        ticket = self._get_id("helpdesk_ticket", "row.ticket_id")
        key = (
            "CASE kind WHEN 'time' THEN "
            f"'line:' || ({entry}) || ':' || split_part(row.source_key, ':', 3) ELSE "
            f"'ticket:' || ({ticket}) || ':fee:' || split_part(row.source_key, ':', 4) "
            "END"
        )
        # Nothing of it becomes due by being older
        return {"source_key": key, "invoice_from": "row.invoice_from"}

    def _get_account_move(self):
        name = _sequence_of(f"({self._get_id('account_move', 'row.id')})")
        return {
            "name": name,
            "payment_reference": name,
            "sequence_prefix": f"regexp_replace({name}, '[0-9]{{8}}$', '')",
            "sequence_number": f"CASE WHEN row.state = 'posted' THEN "
            f"({self._get_id('account_move', 'row.id')}) ELSE 0 END",
            "access_token": "NULL",
            "invoice_partner_display_name": "target.name",
            "ticket_billing_key": "row.ticket_billing_key || '/' || target.partner_id",
            "amount_residual": "0",
            "amount_residual_signed": "0",
            "payment_state": "CASE WHEN row.state = 'posted' THEN 'paid' "
            "ELSE row.payment_state END",
        }

    def _get_account_move_line(self):
        move = f"({self._get_id('account_move', 'row.move_id')})"
        prefix = "regexp_replace(row.move_name, '[0-9]*$', '')"
        return {
            "move_name": _sequence_of(move, prefix, "row.parent_state"),
            "full_reconcile_id": "NULL",
            "matching_number": "NULL",
            "amount_residual": "0",
            "amount_residual_currency": "0",
            "reconciled": "row.display_type = 'payment_term'",
        }

    # Links

    def _copy_links(self, name, left, right):
        columns = self._get_columns(name)
        ranks = self._get_ranks(columns)
        columns = sorted(columns, key=lambda column: columns[column][1] != left)
        values = [self._get_id(left, f"row.{columns[0]}"), f"row.{columns[1]}"]
        if right:
            values[1] = self._get_id(right, values[1])
        self.cr.execute(
            f"""
            INSERT INTO {name} ({", ".join(columns)})
            SELECT {", ".join(values)}
              FROM {self.targets} target
             CROSS JOIN (SELECT {", ".join(ranks[:-1])} FROM {name}
                          WHERE {columns[0]} = ANY(%s) OFFSET 0) row
             ORDER BY target.n
            """,
            [self.tables[left].ids],
        )
