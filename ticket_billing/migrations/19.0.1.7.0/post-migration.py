from odoo.tools import SQL

# Indexes of all rows in whose place there are some of what waits
REPLACED = (
    "helpdesk_ticket__billing_state_index",
    "ticket_billing_charge__state_index",
    "ticket_billing_charge__analytic_line_id_index",
)


def migrate(cr, version):
    for name in REPLACED:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
