"""Processes are killed at their SQL statements; one catch-up makes it good."""

from contextlib import contextmanager

import psycopg2
import pytest
from lib import postgres

import odoo.sql_db
from odoo.tools import SQL

from .kills import Killer, crash_server, is_private, lose_connection
from .life import Life
from .odoo_process import wait
from .predicates import Allowed
from .rules_billing import run_schedule
from .statements import Statements, at_statement


@contextmanager
def some_life(prepare):
    """Yield a life of some tickets, and let it come to its end."""
    life = Life()
    try:
        life.begin(first=75, second=20, third=130)
        prepare(life)
        life.is_broken = True
        yield life
        life.is_broken = False
    finally:
        life.teardown()


def close_all(life):
    for ticket in range(3):
        life.close(ticket=ticket)


def bill_and_post(life):
    close_all(life)
    life.bill_all()
    for move in range(3):
        life.post(move=move, kinds=("out_invoice",))


def release(life):
    close_all(life)
    life.bill_all()
    life.delete_draft(move=0, kinds=("out_invoice",))


def hold(life):
    life.change_policy(terms={"approval": "all"})
    close_all(life)
    life.bill_all()


class Works:
    """The work of each scenario, a function of a life that returns the work."""

    @staticmethod
    def close(life):
        def work(env):
            done = life.scene.stage(env, "done")
            life.scene.tickets(env).stage_id = done

        return work

    @staticmethod
    def bill(life):
        return lambda env: life.scene.tickets(env).action_generate_invoice()

    @staticmethod
    def run_schedule(_life):
        return run_schedule

    @staticmethod
    def approve(life):
        return lambda env: life.scene.charges(env).with_env(env).action_approve()

    @staticmethod
    def bill_again(life):
        def work(env):
            charges = life.scene.charges(env).filtered("is_waiting")
            charges.with_env(env).action_bill_again("today")

        return work

    @staticmethod
    def credit_and_bill_again(life):
        def work(env):
            action = life.scene.tickets(env).action_credit()
            wizard = env["ticket.billing.credit"].browse(action["res_id"])
            wizard.write({"post": True, "decision": "old"})
            wizard.action_confirm()

        return work

    @staticmethod
    def reverse_and_create(life):
        def work(env):
            posted = life.scene.move(env, 0, "posted")
            if posted.reversal_move_ids:
                return
            context = {"active_model": "account.move", "active_ids": posted.ids}
            wizard = env["account.move.reversal"].with_context(**context)
            values = {"journal_id": posted.journal_id.id, "date": life.get_day(0)}
            wizard.create(values).reverse_moves(is_modify=True)

        return work


# Name of the work, what happens before it, what it may do, statements in a short run
SCENARIOS = [
    ("close", lambda _life: None, {}, 6),
    ("bill", close_all, {}, 80),
    ("run_schedule", close_all, {}, 14),
    ("approve", hold, {}, 12),
    ("bill_again", release, {}, 14),
    ("credit_and_bill_again", bill_and_post, {"may_post": True, "copies": True}, 12),
    ("reverse_and_create", bill_and_post, {"may_post": True}, 3),
]
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)
killed_at = set()


@pytest.mark.parametrize("name, prepare, allowed, most", SCENARIOS)
def test_killed_at_every_statement(process, plan, say, name, prepare, allowed, most):
    """What was killed is as if it had never begun, or done; a catch-up settles it."""
    with some_life(prepare) as life:
        work = getattr(Works, name)(life)
        killer = Killer(life, work, allowed, () if plan.is_long else killed_at)
        texts = killer.kill_everywhere(10**6 if plan.is_long else most)
        assert texts
    killed_at.update(texts)
    say(f"  {name}: killed {len(texts)} times, {len(set(texts))} statements")


def test_killed_at_a_hundred_statements(say):
    """The scenarios before this one came by at least as many distinct statements."""
    say(f"  killed at {len(killed_at)} distinct statements")
    assert len(killed_at) >= 100


@pytest.mark.parametrize("accident", [lose_connection, crash_server])
def test_connection_is_lost_in_the_middle(process, say, accident):
    """The user sees an error; nothing is half done, and the catch-up does it all."""
    flush_commits(process)
    pid = postgres.running_pid()
    with some_life(close_all) as life:
        for number in (30, 60, 90):
            act = at_statement(number, lambda: accident(process.database))

            def bill(act=act):
                with Statements(act), pytest.raises(LOST):
                    process.call(Works.bill(life))

            assert wait(process.fork(bill)) == 0
            life.look(Allowed())
            assert not life.books.charges
    if accident is crash_server:
        crashed = postgres.running_pid() != pid
        say("  PostgreSQL was crashed" if crashed else "  PostgreSQL is shared: spared")


def flush_commits(process):
    """Let commits reach the log before they return, which our server does not do.

    And write a checkpoint: in a database that was copied from another one, PostgreSQL
    else hands out numbers of sequences again after a crash.
    """
    with process.transaction() as env:
        name = SQL.identifier(process.database)
        env.cr.execute(SQL("ALTER DATABASE %s SET synchronous_commit = on", name))
        if is_private():
            env.cr.execute("CHECKPOINT")
    odoo.sql_db.close_all()
