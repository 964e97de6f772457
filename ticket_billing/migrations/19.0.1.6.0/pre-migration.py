from odoo.tools import SQL
from odoo.tools.sql import column_exists


def migrate(cr, version):
    """Let work that was released or credited before wait since then, not from now on.

    Whatever changed a row last then was what released it.
    """
    table, column = "ticket_billing_charge", "waiting_since"
    if column_exists(cr, table, column):
        return
    cr.execute(
        SQL(
            "ALTER TABLE %s ADD COLUMN %s timestamp without time zone",
            SQL.identifier(table),
            SQL.identifier(column),
        )
    )
    cr.execute(
        SQL(
            "UPDATE ticket_billing_charge "
            "SET waiting_since = date_trunc('second', write_date) "
            "WHERE state = 'released' OR credited_amount > 0"
        )
    )
