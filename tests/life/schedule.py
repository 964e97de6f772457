"""The scheduled actions of ours, run by hand as an administrator does."""

from odoo.tools import SQL

ADDONS = "ticket_billing%"


def run(env, *others):
    """Run every scheduled action of our addons, the search for forgotten tickets first.

    :param others: external ids of scheduled actions of others that follow
    """
    for cron in (*find(env), *map(env.ref, others)):
        env.cr.commit()
        failed = cron.method_direct_trigger()
        assert failed is True, (cron.name, failed)
        env.cr.commit()
        env.invalidate_all()


def find(env):
    data = env["ir.model.data"].search(
        [("model", "=", "ir.cron"), ("module", "=like", ADDONS)], order="name"
    )
    crons = env["ir.cron"].with_context(active_test=False).browse(data.mapped("res_id"))
    assert crons, "no scheduled action of ours"
    return crons


def let_time_pass(env):
    """Let every delay be over: of tickets to bill, and of drafts to post."""
    env.flush_all()
    past = SQL("now() AT TIME ZONE 'UTC' - interval '1 minute'")
    for table, column in (
        ("helpdesk_ticket", "billing_next_try"),
        ("account_move", "ticket_billing_next_post"),
    ):
        env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(past)s "
                "WHERE %(column)s IS NOT NULL",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                past=past,
            )
        )
    env.invalidate_all()
