from odoo.fields import Domain
from odoo.tests import freeze_time, tagged
from odoo.tests.common import get_db_name

from .common import TicketBillingCommon
from .common_cli import CliCommon

HOUR = "2026-03-05 10:00:00"


@tagged("post_install", "-at_install")
class TestStatus(TicketBillingCommon):
    """What the command says of billing, beside the records."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age_terms()

    def _get_status(self):
        runs = self.env["ticket.billing.run"].sudo()
        return runs._get_status(self.company, 30)["companies"][0]

    def _close_at(self, moment, *hours, **values):
        with freeze_time(moment):
            return self._close(self._create_ticket(*hours, **values))

    @freeze_time(HOUR)
    def test_backlog(self):
        """One ticket of each kind; none is counted twice."""
        self._close_at("2026-03-05 08:30:00", 1.0)
        self._close_at("2026-03-05 09:59:00", 1.0)
        before = self._close_at("2019-12-31 10:00:00", 1.0)
        before.sudo().billing_pending = True
        held = self._close_at("2026-03-04 10:00:00", 1.0)
        held.sudo().billing_is_held = True
        given_up = self._close_at("2026-03-03 10:00:00", 1.0)
        given_up.sudo().write({"billing_pending": False, "billing_error": "No price"})
        trial = self._close_at("2026-03-02 10:00:00", 1.0)
        run = self.env["ticket.billing.run"].sudo()._process("button", trial)
        trial.sudo().write(
            {
                "billing_pending": True,
                "billing_is_held": True,
                "billing_trial_line_id": run.line_ids.id,
            }
        )
        backlog = self._get_status()["backlog"]
        self.assertEqual(
            {key: (kind["count"], kind["age_hours"]) for key, kind in backlog.items()},
            {
                "due": (1, 1),
                "later": (1, 0),
                "not_by_itself": (1, 54144),
                "held": (1, 24),
                "trial": (1, 72),
                "blocked": (1, 48),
            },
        )
        self.assertEqual(backlog["due"]["oldest"], "2026-03-05 08:30:00")

    @freeze_time(HOUR)
    def test_backlog_where_nothing_is_switched_on(self):
        self._close_at("2026-03-05 08:30:00", 1.0)
        self.company.sudo().ticket_billing_enabled = False
        backlog = self._get_status()["backlog"]
        self.assertEqual(backlog["due"]["count"], 0)
        self.assertEqual(backlog["not_by_itself"]["count"], 1)

    def test_due_is_what_the_schedule_takes(self):
        for event in ("close", "resolve"):
            self.company.sudo().write(
                {
                    "ticket_billing_on_close": event == "close",
                    "ticket_billing_on_resolve": event == "resolve",
                }
            )
            self._make_due(self._close(self._create_ticket(1.0)))
            due = self.env["ticket.billing.run"].sudo()._get_due_domain()
            due &= Domain("company_id", "=", self.company.id)
            with self.subTest(event=event):
                self.assertEqual(
                    self._get_status()["backlog"]["due"]["count"],
                    self.env["helpdesk.ticket"].sudo().search_count(due),
                )

    def test_charges_with_amounts(self):
        self.policy.sudo().write({"approval": "all", "invoice_frequency": "month"})
        tickets = self._close(self._create_ticket(1.0) + self._create_ticket(2.0))
        tickets.action_generate_invoice()
        none = {"count": 0, "oldest": None, "age_hours": None, "amounts": {}}
        charges = self._get_status()["charges"]
        self.assertEqual(charges["to_approve"]["count"], 2)
        amounts = {self.company.currency_id.name: "300.00"}
        self.assertEqual(charges["to_approve"]["amounts"], amounts)
        self.assertEqual(charges["ready"], none)
        tickets[0].charge_ids.action_approve()
        charges = self._get_status()["charges"]
        self.assertEqual(charges["ready"]["count"], 1)
        tickets[0].action_generate_invoice()
        tickets[0].invoice_ids.sudo().unlink()
        charges = self._get_status()["charges"]
        self.assertEqual(charges["ready"], none)
        self.assertEqual(charges["released"]["count"], 1)
        self.assertEqual(
            charges["released"]["amounts"], {self.company.currency_id.name: "100.00"}
        )

    def test_switches(self):
        self.company.sudo().write(
            {"ticket_billing_delay_minutes": 5, "ticket_billing_on_resolve": True}
        )
        self.policy.sudo().automation_level = "shadow"
        self.assertEqual(
            self._get_status()["switches"],
            {
                "enabled": True,
                "on_close": True,
                "on_resolve": True,
                "start_date": "2020-01-01",
                "delay_minutes": 5,
                "level": "shadow",
                "level_name": "Trial",
            },
        )

    def test_last_run_of_each_kind(self):
        runs = self.env["ticket.billing.run"].sudo()
        tickets = self._close(self._create_ticket(1.0) + self._create_ticket(2.0))
        runs._process("button", tickets[0], dry_run=True)
        runs._process("button", tickets[0])
        button = runs._process("button", tickets[1])
        dry_run = runs._process("button", tickets[0], dry_run=True)
        last = self._get_status()["last_runs"]
        self.assertEqual([run["id"] for run in last], [dry_run.id, button.id])
        self.assertEqual(last[1]["invoiced"], 1)
        self.assertEqual(last[1]["amount"], "200.00")
        self.assertEqual(last[1]["date"], str(button.create_date)[:19])
        self.assertTrue(last[0]["dry_run"])

    def test_statistics_are_those_of_the_company(self):
        tickets = self._close(self._create_ticket(1.0))
        self.env["ticket.billing.run"].sudo()._process("button", tickets)
        statistics = self._get_status()["statistics"]
        self.assertEqual(statistics["companies"], [self.company.name])
        self.assertEqual(statistics["tickets"]["invoiced"], 1)
        self.assertEqual(
            statistics["by_day"][0]["amounts"],
            {self.company.currency_id.name: "100.00"},
        )

    def test_scheduled_actions(self):
        crons = self.env["ticket.billing.run"].sudo()
        cron = self.env.ref("ticket_billing.ir_cron_process_tickets").sudo()
        cron.write(
            {"active": False, "nextcall": HOUR, "lastcall": HOUR, "failure_count": 2}
        )
        self.env.ref("ticket_billing.ir_cron_catch_up").sudo().unlink()
        status = crons._get_status(self.company, 30)["scheduled_actions"]
        self.assertEqual(
            status,
            [
                {
                    "key": "ir_cron_process_tickets",
                    "name": "Ticket Billing: bill closed tickets",
                    "active": False,
                    "last_call": HOUR,
                    "next_call": HOUR,
                    "failures": 2,
                },
                {"key": "ir_cron_catch_up", "name": None, "active": False},
            ],
        )


@tagged("post_install", "-at_install")
class TestCliStatus(CliCommon):
    """``odoo-bin ticket_billing status``"""

    def test_status(self):
        answer = self._ask("status", "--days", "1")
        self.assertEqual(set(answer), {"companies", "scheduled_actions"})
        [company] = answer["companies"]
        self.assertEqual(company["id"], self.ids["company"])
        self.assertEqual(company["backlog"]["not_by_itself"]["count"], 5)
        self.assertFalse(company["switches"]["enabled"])
        result = self._run("status", "-d", get_db_name())
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, "Not by themselves +5 ")
        self.assertLessEqual(max(map(len, result.stdout.splitlines())), 120)
