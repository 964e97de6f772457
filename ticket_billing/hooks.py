from odoo.fields import Domain
from odoo.tools import SQL

MODULE = "ticket_billing"
# Whose external ids they are while the addon is gone
KEPT = "__ticket_billing__"
USED_MODELS = ("product.product", "helpdesk.ticket.category")


def pre_init_hook(env):
    """Take back what an earlier installation left to those who use it."""
    env.cr.execute(
        SQL("UPDATE ir_model_data SET module = %s WHERE module = %s", MODULE, KEPT)
    )


def uninstall_hook(env):
    """Keep the ledger, which is evidence, and what others have of ours."""
    env["ticket.billing.charge"]._archive_ledger()
    env.flush_all()
    _keep_used_records(env)
    _keep_statements(env)
    _drop_activities(env)


def _keep_used_records(env):
    """Leave products and categories of ours to the records that refer to them.

    Odoo would empty the reference, or fail to delete what has to stay.
    """
    ours = Domain("module", "=", MODULE)
    data = env["ir.model.data"].search(ours & Domain("model", "in", USED_MODELS))
    for row in data:
        record = env[row.model].browse(row.res_id).exists()
        if record and _is_used(env, record):
            kept = [record, *(record[name] for name in record._inherits.values())]
            names = Domain.OR(
                Domain("model", "=", r._name) & Domain("res_id", "=", r.id)
                for r in kept
            )
            env["ir.model.data"].search(ours & names).module = KEPT


def _is_used(env, record):
    """Return whether a record of somebody else refers to one of ours."""
    return any(
        env.execute_query(
            SQL(
                "SELECT 1 FROM %s WHERE %s = %s LIMIT 1",
                SQL.identifier(table),
                SQL.identifier(column),
                record.id,
            )
        )
        for table, column in _get_references(env, record._table)
    )


def _get_references(env, table):
    """Return (table, column) of each foreign key to a table, but for those of ours."""
    return env.execute_query(
        SQL(
            """
            SELECT source.relname, attribute.attname
              FROM pg_constraint fkey
              JOIN pg_class source ON source.oid = fkey.conrelid
              JOIN pg_class target ON target.oid = fkey.confrelid
              JOIN pg_attribute attribute ON attribute.attrelid = fkey.conrelid
                                         AND attribute.attnum = fkey.conkey[1]
             WHERE fkey.contype = 'f'
               AND target.relname = %s
               AND target.relnamespace = current_schema()::regnamespace
               AND source.relname NOT LIKE 'ticket\\_billing\\_%%'
            """,
            table,
        )
    )


def _keep_statements(env):
    """Turn statements of work into usual attachments of their invoices."""
    env.cr.execute(
        SQL(
            "UPDATE ir_attachment SET res_field = NULL "
            "WHERE res_model = 'account.move' AND res_field = 'statement_of_work_file'"
        )
    )


def _drop_activities(env):
    """Ask nobody any more to do something about billing.

    Odoo would leave that as an activity of another kind.
    """
    ours = [("module", "=", MODULE), ("model", "=", "mail.activity.type")]
    types = env["ir.model.data"].search(ours).mapped("res_id")
    env["mail.activity"].search([("activity_type_id", "in", types)]).unlink()
