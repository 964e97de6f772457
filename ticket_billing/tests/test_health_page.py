from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import AGENT_GROUPS
from .common_health import HealthCommon

GROUP = "ticket_billing.group_ticket_billing_"


@tagged("post_install", "-at_install")
class TestHealthPage(HealthCommon):
    """Who sees the page, and what it opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: cls._create_user(name, *groups)
            for name, groups in {
                "outsider": ["base.group_user"],
                "technician": AGENT_GROUPS,
                "accountant": ["account.group_account_invoice"],
                "manager": [f"{GROUP}manager"],
                "administrator": [f"{GROUP}admin"],
                "auditor": [f"{GROUP}auditor"],
            }.items()
        }
        cls.health._refresh(cls.company)
        cls.row = cls.health.search(
            [("company_id", "=", cls.company.id), ("check", "=", "blocked")]
        )

    @classmethod
    def _create_user(cls, login, *groups, **values):
        return new_test_user(
            cls.env,
            f"{login}_h",
            groups=",".join(groups),
            **{"company_id": cls.company.id, **values},
        )

    def test_readers_read_and_nobody_changes(self):
        readers = ("manager", "administrator", "auditor")
        for name, user in self.users.items():
            row = self.row.with_user(user)
            with self.subTest(user=name):
                self.assertEqual(row.has_access("read"), name in readers)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(row.has_access(operation))
                if name in readers:
                    self.assertTrue(row.name and row.message)
                    with self.assertRaises(AccessError):
                        row.status = "error"
                    with self.assertRaises(AccessError):
                        row.create({"company_id": self.company.id, "check": "x"})
                    with self.assertRaises(AccessError):
                        row.unlink()
                    row.action_check_now()
                else:
                    for action in (row.action_check_now, row.action_open_records):
                        with self.assertRaises(AccessError):
                            action()
                    with self.assertRaises(AccessError):
                        row.browse().action_check_now()

    def test_only_administrators_write_notes(self):
        for name in ("manager", "auditor"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                self.row.with_user(self.users[name]).message_post(body="x")
        self.row.with_user(self.users["administrator"]).message_post(body="On it")
        self.assertIn("On it", self.row.message_ids[0].body)

    def test_other_companies_are_not_seen(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        user = self._create_user(
            "elsewhere", f"{GROUP}admin", company_id=other.id, company_ids=[other.id]
        )
        rows = self.env["ticket.billing.health"].with_user(user)
        self.assertFalse(rows.search([]))
        with self.assertRaises(AccessError):
            self.row.with_user(user).action_check_now()
        with self.assertRaises(AccessError):
            self.row.with_user(user).action_open_records()
        checked = self.row.checked_at
        self.env.cr.execute("UPDATE ticket_billing_health SET checked_at = NULL")
        self.env.invalidate_all()
        rows.action_check_now()
        self.assertEqual(rows.search([]).company_id, other)
        self.assertFalse(self.row.checked_at)
        self.assertTrue(checked)

    def test_each_company_has_each_check_once(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.health.create({"company_id": self.company.id, "check": "blocked"})

    def test_records_are_opened_under_the_users_own_rights(self):
        ticket = self._close(self._create_ticket(1.0, partner_id=False))
        self._run_due(ticket)
        with self.assertRaisesRegex(UserError, "nothing to show"):
            self._get_row("drafts").with_user(
                self.users["auditor"]
            ).action_open_records()
        for name in ("manager", "auditor"):
            row = self.row.with_user(self.users[name])
            action = row.action_open_records()
            tickets = self.env[action["res_model"]].with_user(self.users[name])
            with self.subTest(user=name):
                self.assertEqual(tickets.search(action["domain"]), ticket)
                self.assertEqual(action["type"], "ir.actions.act_window")
        with self.assertRaisesRegex(UserError, "You may not open “Scheduled Actions”"):
            self._get_row("runner").with_user(
                self.users["administrator"]
            ).action_open_records()
        system = self._create_user("system", f"{GROUP}admin", "base.group_system")
        action = self._get_row("runner").with_user(system).action_open_records()
        crons = self.env["ir.cron"].with_user(system).search(action["domain"])
        self.assertEqual(crons, self._get_crons())

    def _get_row(self, key):
        own = [("company_id", "=", self.company.id), ("check", "=", key)]
        return self.health.search(own)

    def test_worst_first(self):
        self.time_product.active = False
        self.ticket_product.taxes_id = False
        self.health.action_check_now()
        rows = self.env["ticket.billing.health"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(rows[:3].mapped("check"), ["products", "taxes", "runner"])

    def test_name_is_in_the_language_of_the_reader(self):
        field = self.health._fields["name"]
        self.assertFalse(field.store)
        self.assertIn("lang", self.env.registry.field_depends_context[field])

    def test_form_and_settings(self):
        user = self.users["auditor"]
        with Form(self.row.with_user(user)) as form:
            self.assertEqual(form.name, "Blocked tickets")
        settings = self.env["res.config.settings"].sudo()
        settings.create(
            {
                "ticket_billing_backlog_alert": 12,
                "ticket_billing_backlog_tickets": 50,
                "ticket_billing_old_days": 7,
            }
        ).execute()
        self.assertRecordValues(
            self.company,
            [
                {
                    "ticket_billing_backlog_alert": 12,
                    "ticket_billing_backlog_tickets": 50,
                    "ticket_billing_old_days": 7,
                }
            ],
        )
        log = self.env["ticket.billing.log"].sudo()
        [entry] = log.search([("field_name", "=", "Backlog alert")])
        self.assertEqual((entry.before, entry.after), ("24", "12"))

    def test_texts_show_no_more_of_tickets_than_is_counted(self):
        ticket = self._create_ticket(
            1.0, name="Secret plan", description="Secret plan", partner_id=False
        )
        self._run_due(self._close(ticket))
        for finding in self.health._get_health(self.company):
            self.assertNotIn("Secret", finding["message"])
