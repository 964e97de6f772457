"""``make torture``: random lives, crowds and killed processes, as long as wanted."""

import os
import shlex

from . import databases, session, system, testing
from .console import Failure, headline, say

DATABASE = "ticket_billing_torture"
ADDONS = ["ticket_billing", "ticket_billing_queue"]


def torture():
    """Torture a database of its own, from SEED on for MINUTES."""
    seed = os.environ.get("SEED") or "1"
    minutes = os.environ.get("MINUTES") or "10"
    try:
        int(seed), float(minutes)
    except ValueError:
        raise Failure("SEED is a whole number, MINUTES a number") from None
    arguments = shlex.split(os.environ.get("ARGS", ""))
    outcome = testing.Outcome()
    with session.working(testing=True) as odoo:
        system.remove_folder(testing.REPORTS)
        testing.REPORTS.mkdir()
        databases.ensure_database(DATABASE, ADDONS, odoo)
        headline(f"Torture from seed {seed}, {minutes} minutes of random lives")
        run(outcome, DATABASE, seed, minutes, arguments)
    say(f"\n{outcome.passed} passed, {outcome.failed} failed")
    return 1 if outcome.failed or not outcome.passed else 0


def stage_torture(outcome):
    """Run the short version, which always does the same."""
    headline("Random lives, crowds and killed processes, the short version")
    databases.copy(testing.DATABASE, DATABASE)
    try:
        run(outcome, DATABASE, "1", "0", [])
    finally:
        databases.drop(DATABASE)


def run(outcome, database, seed, minutes, arguments):
    testing.run_pytest(
        outcome,
        "torture",
        ["-p", "no:odoo", "-p", "no:logging", "-q", "-x", *arguments, "tests/torture"],
        measured=False,
        TORTURE_DATABASE=database,
        TORTURE_SEED=seed,
        TORTURE_MINUTES=minutes,
    )
