from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from odoo.addons.ticket_billing.models.ticket_billing_health_alert import (
    TicketBillingHealth,
)

from ..tools.health_text import format_health
from .common_cli import CliCommon
from .common_health import CHECKS, CRONS

KEYS = {"check", "label", "status", "message", "count", "model", "domain", "url"}


@tagged("post_install", "-at_install")
class TestCliHealth(CliCommon):
    """``odoo-bin ticket_billing health``"""

    def setUp(self):
        super().setUp()
        self._write_company(ticket_billing_enabled=False)
        with self._transaction() as env:
            for name in CRONS:
                cron = env.ref(f"ticket_billing.{name}")
                cron.write({"lastcall": fields.Datetime.now(), "failure_count": 0})

    def _write_company(self, **values):
        with self._transaction() as env:
            env["res.company"].browse(self.ids["company"]).write(values)

    def _ask_health(self, status):
        answer = self._ask("health", status=status)
        self.assertEqual(set(answer), {"status", "companies"})
        [company] = answer["companies"]
        self.assertEqual(set(company), {"id", "name", "status", "checks"})
        self.assertEqual(company["id"], self.ids["company"])
        return answer["status"], {check["check"]: check for check in company["checks"]}

    def _block_one(self):
        with self._transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ids["tickets"])
            bad = tickets.filtered(lambda ticket: not ticket.partner_id)
            env["ticket.billing.run"]._process("button", tickets=bad)
            return bad

    def test_exit_status_and_json(self):
        self._write_company(ticket_billing_backlog_alert=24)
        blocked = self._block_one()
        status, checks = self._ask_health(0)
        self.assertEqual(status, "warning")
        self.assertEqual(set(checks["blocked"]), KEYS)
        self.assertEqual(checks["blocked"]["status"], "warning")
        self.assertGreaterEqual(checks["blocked"]["count"], 1)
        self.assertEqual(checks["blocked"]["model"], "helpdesk.ticket")
        with self._transaction() as env:
            found = env["helpdesk.ticket"].search(checks["blocked"]["domain"])
            self.assertIn(blocked.id, found.ids)
        self.assertEqual(checks["backlog"]["status"], "ok")
        # Due for years
        self._write_company(ticket_billing_enabled=True, ticket_billing_on_close=True)
        status, checks = self._ask_health(1)
        self.assertEqual(status, "error")
        self.assertEqual(checks["backlog"]["status"], "error")
        self.assertEqual(checks["runner"]["status"], "ok")

    def test_nothing_is_written_and_nobody_told(self):
        self._block_one()
        counts = self._count()
        self._ask_health(0)
        self.assertEqual(self._count(), counts)

    def _count(self):
        with self._transaction() as env:
            names = ("ticket.billing.health", "mail.mail", "mail.activity")
            return [
                [(row.id, row.write_date) for row in env[name].search([])]
                for name in names
            ]

    def test_address_of_the_row(self):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            env["ticket.billing.health"]._refresh(company)
        _status, checks = self._ask_health(0)
        for check in checks.values():
            self.assertRegex(check["url"], r"/odoo/ticket-billing-health/\d+$")

    def test_text(self):
        self._block_one()
        options = ("-d", get_db_name(), "--company", self.company_name)
        result = self._run("health", *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0], f"{self.company_name}: WARNING")
        self.assertRegex(lines[1], "^  WARNING Blocked tickets: Tickets that are")
        self.assertRegex(
            result.stdout, "(?m)^  OK      Scheduled actions: Switched off"
        )
        self.assertLessEqual(max(map(len, lines)), 120)

    def test_help_and_wrong_use(self):
        result = self._run("health", "--help")
        self.assertEqual(result.returncode, 0)
        for part in ("--company", "--json", "exit status: 0 when all checks are ok"):
            self.assertIn(part, result.stdout)
        db = ("-d", get_db_name())
        result = self._run("health", *db, "--company", "No such company")
        self.assertEqual(result.returncode, 2)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(self._run("health", "-d", "no_such_database").returncode, 1)

    # The scheduled action itself, in transactions of its own

    def _call_schedule(self):
        with self._transaction() as env:
            env.ref("ticket_billing.ir_cron_check_health").method_direct_trigger()

    def _get_mail_ids(self):
        """Return the ids of mails about our company."""
        with self._transaction() as env:
            mails = env["mail.mail"].search([("subject", "like", self.company_name)])
            return set(mails.ids)

    def _get_rows(self, env):
        own = [("company_id", "=", self.ids["company"])]
        return env["ticket.billing.health"].search(own)

    def _let_admin_in(self):
        """Let there be an administrator of the company who can be told."""
        with self._transaction() as env:
            admin = env.ref("base.user_admin")
            admin.company_ids += env["res.company"].browse(self.ids["company"])
            admin.email = "admin@example.com"
            return admin.id

    def test_schedule_tells_once(self):
        self._block_one()
        self.addCleanup(self._remove_rows)
        admin_id = self._let_admin_in()
        for number in (1, 0):
            before = self._get_mail_ids()
            self._call_schedule()
            self.assertEqual(len(self._get_mail_ids() - before), number)
            with self._transaction() as env:
                row = self._get_rows(env).filtered(lambda r: r.check == "blocked")
                self.assertEqual(row.status, "warning")
                recent = fields.Datetime.now() - timedelta(minutes=5)
                self.assertGreater(row.checked_at, recent)
                user_ids = [activity.user_id.id for activity in row.activity_ids]
                self.assertEqual(user_ids.count(admin_id), 1)

    def test_schedule_goes_on_where_a_company_fails(self):
        self.addCleanup(self._remove_rows)
        original, ours = TicketBillingHealth._refresh, self.ids["company"]

        def _refresh(this, company):
            if company.id != ours:
                raise ValueError("broken")
            return original(this, company)

        with (
            patch.object(TicketBillingHealth, "_refresh", _refresh),
            mute_logger("odoo.addons.ticket_billing"),
        ):
            self._call_schedule()
        with self._transaction() as env:
            self.assertLessEqual(set(CHECKS), set(self._get_rows(env).mapped("check")))
            rows = env["ticket.billing.health"].search([])
            self.assertEqual(rows.company_id.ids, [ours])

    def test_two_that_check_at_once_tell_once(self):
        """The one that did not see what the other has told fails in the database."""
        self._block_one()
        self._let_admin_in()
        self.addCleanup(self._remove_rows)
        before = self._get_mail_ids()
        with self._stale_transaction() as env:
            self._get_rows(env).mapped("status")
            with self._transaction() as other:
                company = other["res.company"].browse(self.ids["company"])
                other["ticket.billing.health"]._refresh(company)
            company = env["res.company"].browse(self.ids["company"])
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                env["ticket.billing.health"]._refresh(company)
                env.flush_all()
        self.assertEqual(len(self._get_mail_ids() - before), 1)

    def _remove_rows(self):
        """Leave nothing to other tests in the database."""
        with self._transaction() as env:
            rows = env["ticket.billing.health"].search([])
            rows.activity_ids.unlink()
            rows.unlink()
            env["mail.mail"].search([("subject", "like", "Ticket billing of")]).unlink()


@tagged("post_install", "-at_install")
class TestHealthText(BaseCase):
    def test_text(self):
        checks = [
            {"label": "Taxes", "status": "error", "message": "None. " + "word " * 30},
            {"label": "Products", "status": "ok", "message": "Fine."},
        ]
        answer = {
            "companies": [
                {"name": "Lakeside", "status": "error", "checks": checks},
                {"name": "Hillside", "status": "ok", "checks": checks[1:]},
            ]
        }
        lines = format_health(answer, 100)
        self.assertEqual(lines[0], "Lakeside: ERROR")
        self.assertTrue(lines[1].startswith("  ERROR   Taxes: None. word"))
        self.assertTrue(lines[2].startswith("          word"))
        self.assertEqual(
            lines[-4:],
            [
                "  OK      Products: Fine.",
                "",
                "Hillside: OK",
                "  OK      Products: Fine.",
            ],
        )
        self.assertLessEqual(max(map(len, lines)), 100)
