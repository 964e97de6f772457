from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.health import WARNING, Finding, HealthCheck
from .common_health import CHECKS, HealthCommon

LOGGER = "odoo.addons.ticket_billing"


@tagged("post_install", "-at_install")
class TestHealth(HealthCommon):
    """Checks are run each on its own, and other addons add theirs."""

    def setUp(self):
        super().setUp()
        self.model = self.env.registry["ticket.billing.health"]

    def test_all_is_well(self):
        self._close_and_bill(self._create_ticket(1.0))
        findings = self.health._get_health(self.company)
        # Other addons may have added some
        found = [f["check"] for f in findings if f["check"] in CHECKS]
        self.assertEqual(found, CHECKS)
        for finding in findings:
            with self.subTest(check=finding["check"]):
                self.assertEqual(finding["status"], "ok", finding["message"])
                self.assertEqual(finding["company_id"], self.company.id)
                self.assertTrue(finding["label"])

    def test_each_check_that_fails_hides_no_other(self):
        """Broken by an error of Python or of the database."""
        self.time_product.active = False
        others = {f["check"]: f["status"] for f in self._get_findings()}
        self.assertEqual(others["products"], "error")
        for key in CHECKS:
            with self.subTest(check=key), self._breaking(key, self._divide):
                findings = self._get_findings()
            found = {finding["check"]: finding for finding in findings}
            broken = found.pop(key)
            self.assertEqual(broken["status"], "error")
            self.assertIn("could not be run (ZeroDivisionError)", broken["message"])
            self.assertIn(f"Health check {key}", broken["message"])
            del others[key]
            self.assertEqual({k: f["status"] for k, f in found.items()}, others)
            others[key] = "error" if key == "products" else "ok"

    def test_broken_statement_hides_no_other(self):
        def fail(_company):
            self.env.cr.execute("SELECT * FROM no_such_table")

        for function in (fail, self._cancel, self._refuse):
            with (
                self.subTest(function=function),
                mute_logger("odoo.sql_db"),
                self._breaking("blocked", function),
            ):
                findings = self._get_findings()
            broken = [f["check"] for f in findings if f["status"] != "ok"]
            self.assertEqual(broken, ["blocked"])

    def test_trouble_with_the_connection_is_raised(self):
        errors = (
            SerializationFailure,
            psycopg2.OperationalError,
            psycopg2.InterfaceError,
            ConcurrencyError,
        )
        for error in errors:
            with self.subTest(error=error.__name__):

                def fail(_company, error=error):
                    raise error("gone")

                with self._breaking("blocked", fail), self.assertRaises(error):
                    self._get_findings()

    def test_other_addons_add_checks(self):
        ticket = self._create_ticket()

        def _get_checks(this):
            def find(company):
                self.assertEqual(this.env.company, company)
                self.assertTrue(this.env.su)
                domain = [("id", "=", ticket.id)]
                return Finding(WARNING, "Used up: 1.", 1, "helpdesk.ticket", domain)

            return {**original(this), "blocks": HealthCheck("Prepaid blocks", find)}

        original = self.model._get_checks
        with patch.object(self.model, "_get_checks", _get_checks):
            self._check_finding("blocks", "warning", "Used up: 1.", ticket)
            self.health._refresh(self.company)
            row = self._get_row("blocks")
            self.assertEqual(row.name, "Prepaid blocks")
            self.assertEqual(row.status, "warning")
            action = row.action_open_records()
            self.assertEqual(action["res_model"], "helpdesk.ticket")
        # Its addon was uninstalled
        row.invalidate_recordset()
        self.assertEqual(row.name, "blocks")
        with self.assertRaisesRegex(UserError, "nothing to show"):
            row.action_open_records()
        self.health._refresh(self.company)
        self.assertFalse(row.exists())

    def test_companies_one_after_the_other(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        findings = self.health._get_health(self.company + other)
        companies = [f["company"] for f in findings if f["check"] in CHECKS]
        self.assertEqual(
            companies, [self.company.name] * len(CHECKS) + ["Elsewhere"] * len(CHECKS)
        )

    def test_number_of_queries_does_not_grow_with_the_tickets(self):
        numbers = []
        self._get_findings()
        for count in (10, 30):
            tickets = self.env["helpdesk.ticket"].concat(
                *[self._create_ticket(1.0) for _number in range(count)]
            )
            half = len(tickets) // 2
            self._close_and_bill(tickets[:half])
            tickets[: half // 2].invoice_ids.filtered(
                lambda m: m.state == "draft"
            ).sudo().unlink()
            self._close(tickets[half:])
            self._let_search_pass()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_findings()
            numbers.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*numbers)
        self.assertLess(numbers[0], 150)

    # Helpers

    def _get_findings(self):
        with mute_logger(LOGGER):
            return self.health._get_health(self.company)

    def _get_row(self, key):
        own = [("company_id", "=", self.company.id), ("check", "=", key)]
        return self.health.search(own)

    def _breaking(self, key, function):
        """Let one check run a function instead of its own."""
        original = self.model._get_checks

        def _get_checks(this):
            checks = original(this)
            return {**checks, key: checks[key]._replace(find=function)}

        return patch.object(self.model, "_get_checks", _get_checks)

    def _divide(self, _company):
        return 1 / 0

    def _cancel(self, _company):
        self.env.cr.execute("SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)")

    def _refuse(self, company):
        raise UserError(company.name)


@tagged("post_install", "-at_install")
class TestHealthFailure(HealthCommon):
    def test_log_tells_which_check_failed_and_why(self):
        model = self.env.registry["ticket.billing.health"]
        with (
            patch.object(model, "_find_sums", lambda _self, _company: 1 / 0),
            self.assertLogs(LOGGER, "ERROR") as log,
        ):
            self._find("sums")
        [record] = log.records
        self.assertIn("Health check sums of company", record.getMessage())
        self.assertTrue(record.exc_info)
