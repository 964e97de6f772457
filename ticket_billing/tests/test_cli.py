import json
import os
import pty
import subprocess

from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import SQL

from .common_cli import CliCommon

KEYS = {
    "tickets",
    "found",
    "invoiced",
    "covered",
    "to_approve",
    "skipped",
    "blocked",
    "amounts",
    "remaining",
    "runs",
    "dry_run",
    "failed",
}


@tagged("post_install", "-at_install")
class TestCli(CliCommon):
    """``odoo-bin ticket_billing process``"""

    def _without_runs(self, answer):
        """Return what a dry run and the run that follows have in common."""
        rows = [{**row, "invoice": ""} for row in answer["tickets"]]
        return {**answer, "tickets": rows, "runs": [], "dry_run": None}

    def test_dry_run_is_the_run_that_follows(self):
        foretold = self._ask("process", "--dry-run")
        self.assertEqual(foretold["found"], 5)
        self.assertTrue(foretold["dry_run"])
        self.assertEqual(set(self._get_states()), {"pending"})
        done = self._ask("process")
        self.assertEqual(self._without_runs(done), self._without_runs(foretold))
        self.assertEqual(set(done), KEYS)
        self.assertEqual(
            [(row["number"], row["amount"], row["outcome"]) for row in done["tickets"]],
            [
                (self.numbers[0], "100.00", "invoiced"),
                (self.numbers[1], "250.00", "invoiced"),
                (self.numbers[2], "125.00", "invoiced"),
                (self.numbers[3], "2000.00", "to_approve"),
                (self.numbers[4], "0.00", "blocked"),
            ],
        )
        self.assertEqual(done["amounts"], {"USD": "475.00"})
        # Blocked, but not for good: the next run tries it again
        self.assertEqual(done["remaining"], 1)
        self.assertEqual(
            self._get_states(),
            ["invoiced", "invoiced", "invoiced", "to_approve", "blocked"],
        )
        self._check_runs(foretold["runs"], done["runs"])
        report = self._run("report", "-d", get_db_name(), "--json")
        self.assertEqual(report.returncode, 0, report.stderr)
        rows = {row["number"]: row for row in json.loads(report.stdout)["tickets"]}
        self.assertEqual([rows[number] for number in self.numbers], done["tickets"])

    def _check_runs(self, rehearsed, made):
        with self._transaction() as env:
            runs = env["ticket.billing.run"].browse(rehearsed + made)
            self.assertEqual(
                runs.mapped("dry_run"), [True] * len(rehearsed) + [False] * len(made)
            )
            self.assertEqual(set(runs.mapped("trigger")), {"command"})
            self.assertEqual(runs.company_id.ids, [self.ids["company"]])

    def test_limit_takes_the_oldest_whatever_is_switched_off(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            self.assertFalse(company.ticket_billing_enabled)
            company.ticket_billing_policy_id.automation_level = "off"
            tickets = env["helpdesk.ticket"].browse(self.ids["tickets"])
            tickets.billing_next_try = "2100-01-01"
            tickets[2].billing_next_try = "2099-01-01"
        self.addCleanup(self._reset_level)
        foretold = self._ask("process", "--dry-run", "--limit", "3")
        done = self._ask("process", "--limit", "3")
        self.assertEqual(
            [row["number"] for row in done["tickets"]],
            [self.numbers[2], self.numbers[0], self.numbers[1]],
        )
        self.assertEqual(done["invoiced"], 3)
        self.assertEqual(done["remaining"], 2)
        self.assertEqual(self._without_runs(done), self._without_runs(foretold))

    def _reset_level(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_policy_id.automation_level = "draft"

    def test_each_batch_is_saved_by_itself(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_batch_size = 2
        self.addCleanup(self._reset_batch_size)
        foretold = self._ask("process", "--dry-run")
        self._forbid_runs(after=1)
        done = self._ask("process", status=1)
        self.assertEqual([r["number"] for r in done["tickets"]], self.numbers[:2])
        self.assertEqual(done["failed"], self.numbers[2:])
        self.assertEqual(len(done["runs"]), 1)
        self.assertEqual(done["remaining"], 3)
        self.assertIn("could not be processed and stay as they were: 3", self.stderr)
        self.assertIn(self.numbers[4], self.stderr)
        self.assertIn("The log (", self.stderr)
        self._allow_runs()
        rest = self._ask("process")
        self.assertEqual(len(rest["runs"]), 2)
        rows = done["tickets"] + rest["tickets"]
        self.assertEqual([{**row, "invoice": ""} for row in rows], foretold["tickets"])

    def _reset_batch_size(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_batch_size = 100

    def _forbid_runs(self, after):
        """Let the database refuse runs of our company, once there are some more."""
        self.addCleanup(self._allow_runs)
        with self._transaction() as env:
            own = [("company_id", "=", self.ids["company"])]
            most = env["ticket.billing.run"].search_count(own) + after
            env.cr.execute(
                SQL(
                    """
                    CREATE FUNCTION refuse_runs() RETURNS trigger AS $$
                    BEGIN
                        IF (SELECT COUNT(*) FROM ticket_billing_run
                             WHERE company_id = NEW.company_id) >= %s
                        THEN RAISE EXCEPTION 'The disk is full';
                        END IF;
                        RETURN NEW;
                    END $$ LANGUAGE plpgsql;
                    CREATE TRIGGER refuse_runs BEFORE INSERT ON ticket_billing_run
                    FOR EACH ROW WHEN (NEW.company_id = %s)
                    EXECUTE FUNCTION refuse_runs()
                    """,
                    most,
                    self.ids["company"],
                )
            )

    def _allow_runs(self):
        with self._transaction() as env:
            env.cr.execute("DROP FUNCTION IF EXISTS refuse_runs CASCADE")

    def test_tickets_by_number(self):
        """Those alone, even before the start date and whatever the frequency says."""
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_policy_id.invoice_frequency = "month"
        self.addCleanup(self._reset_frequency)
        chosen = ["--ticket", self.numbers[2], "--ticket", self.numbers[0]]
        foretold = self._ask("process", "--dry-run", *chosen)
        self.assertEqual(foretold["amounts"], {"USD": "225.00"})
        self.assertEqual(foretold["remaining"], 3)
        done = self._ask("process", *chosen)
        self.assertEqual(self._without_runs(done), self._without_runs(foretold))
        self.assertEqual(
            self._get_states(),
            ["invoiced", "pending", "invoiced", "pending", "pending"],
        )
        # What is due by its frequency is none of the others
        rest = self._ask("process", "--customer", self.names[0])
        self.assertEqual([r["number"] for r in rest["tickets"]], [self.numbers[1]])
        self.assertEqual(rest["skipped"], 1)
        self.assertIn("Is invoiced from", rest["tickets"][0]["reason"])

    def _reset_frequency(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_policy_id.invoice_frequency = "at_once"

    def test_nothing_due_is_no_failure(self):
        with self._transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ids["tickets"])
            tickets.billing_pending = False
        for args in ((), ("--dry-run",)):
            answer = self._ask("process", *args)
            self.assertEqual(set(answer), KEYS)
            self.assertEqual(answer["found"], 0)
            self.assertEqual(answer["runs"], [])
            self.assertEqual(answer["amounts"], {})
        result = self._run(
            "process", "-d", get_db_name(), "--company", self.company_name
        )
        self.assertEqual(result.returncode, 0)
        self.assertEqual(result.stdout, "Nothing to bill: no ticket is due.\n")
        self.assertEqual(result.stderr, "")

    def test_table_and_progress_on_a_terminal(self):
        """The table goes to stdout, the progress to a terminal alone."""
        args = (
            "process",
            "-d",
            get_db_name(),
            "--company",
            self.company_name,
            "--dry-run",
        )
        ours, theirs = pty.openpty()
        result = subprocess.run(
            self._get_command(*args),
            env=self._get_environment(COLUMNS="120"),
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
            check=False,
        )
        os.close(theirs)
        told = os.read(ours, 10000).decode()
        os.close(ours)
        self.assertEqual(result.returncode, 0, told)
        self.assertIn("0 of 5 tickets", told)
        self.assertIn("5 of 5 tickets", told)
        lines = result.stdout.splitlines()
        self.assertTrue(lines[0].startswith("Ticket"))
        self.assertLessEqual(max(map(len, lines)), 120)
        self.assertIn("2000.00 USD", lines[4])
        self.assertIn("1 blocked; invoiced before tax: 475.00 USD", result.stdout)
        self.assertIn("1 ticket would still be due.", lines[-1])
