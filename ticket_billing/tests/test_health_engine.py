from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common_health import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthRunner(HealthCommon):
    """Whether the scheduled actions are at work."""

    def test_runner_is_well(self):
        finding = self._check_finding("runner", "ok", "at work", self._get_crons())
        self.assertEqual(finding["count"], 0)

    def test_action_that_is_not_active(self):
        for cron in self._get_crons():
            with self.subTest(cron=cron.name):
                cron.active = False
                self._check_finding("runner", "error", f"“{cron.name}” is not active")
                cron.active = True
                self._check_finding("runner", "ok", "at work")

    def test_action_that_was_deleted(self):
        self.env.ref("ticket_billing.ir_cron_catch_up").sudo().unlink()
        self._check_finding("runner", "error", "ir_cron_catch_up was deleted")

    def test_action_that_is_late(self):
        cron = self.env.ref("ticket_billing.ir_cron_process_tickets").sudo()
        now = fields.Datetime.now()
        cases = [
            ("hours", 1, timedelta(minutes=119), "ok"),
            ("hours", 1, timedelta(minutes=121), "error"),
            ("days", 1, timedelta(hours=47), "ok"),
            ("days", 1, timedelta(hours=49), "error"),
            ("months", 1, timedelta(days=58), "ok"),
        ]
        for unit, number, ago, status in cases:
            with self.subTest(unit=unit, ago=ago):
                cron.write(
                    {
                        "interval_type": unit,
                        "interval_number": number,
                        "lastcall": now - ago,
                    }
                )
                self.assertEqual(self._find("runner")["status"], status)

    def test_action_that_is_still_at_it(self):
        """A backlog of hours: Odoo says that an action has run once it is done."""
        cron = self.env.ref("ticket_billing.ir_cron_process_tickets").sudo()
        cron.lastcall = fields.Datetime.now() - timedelta(hours=3)
        self._check_finding("runner", "error", "has not run since")
        progress = self.env["ir.cron.progress"].sudo()
        progress.create({"cron_id": cron.id, "done": 100, "remaining": 900})
        self._check_finding("runner", "ok", "at work")

    def test_check_does_not_accuse_itself(self):
        """Its own last run is always the one before."""
        cron = self.env.ref("ticket_billing.ir_cron_check_health").sudo()
        cron.lastcall = fields.Datetime.now() - timedelta(days=3)
        self._check_finding("runner", "ok", "at work")

    def test_new_action_that_was_not_called_yet(self):
        cron = self.env.ref("ticket_billing.ir_cron_process_tickets").sudo()
        cron.lastcall = False
        # The database may be older than the test
        self._age(cron, cron.create_date - fields.Datetime.now())
        self._check_finding("runner", "ok", "at work")
        self._age(cron, timedelta(hours=3))
        self._check_finding("runner", "error", "has not run since")

    def _age(self, record, passed):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {record._table} SET create_date = create_date - %s WHERE id = %s",
            [passed, record.id],
        )
        record.invalidate_recordset()

    def test_action_that_fails(self):
        cron = self.env.ref("ticket_billing.ir_cron_post_drafts").sudo()
        for failures, status in [
            (0, "ok"),
            (1, "warning"),
            (2, "warning"),
            (3, "error"),
        ]:
            with self.subTest(failures=failures):
                cron.failure_count = failures
                self.assertEqual(self._find("runner")["status"], status)

    def test_every_action_that_is_wrong_is_told_of(self):
        for cron in self._get_crons():
            cron.active = False
        finding = self._find("runner")
        self.assertEqual(finding["count"], 4)
        for name in self._get_crons().mapped("name"):
            self.assertIn(name, finding["message"])

    def test_no_event_is_switched_on(self):
        self.company.sudo().ticket_billing_on_close = False
        self._check_finding("runner", "warning", "choose an event")

    def test_company_that_bills_nothing_by_itself(self):
        self.company.sudo().ticket_billing_enabled = False
        for cron in self._get_crons():
            cron.active = False
        for key in ("runner", "last_success", "backlog", "quiet_day"):
            with self.subTest(check=key):
                self._check_finding(key, "ok", "Switched off")


@tagged("post_install", "-at_install")
class TestHealthLastSuccess(HealthCommon):
    """Whether runs by themselves settle tickets."""

    def _run(self, trigger="schedule", hours_ago=0, dry_run=False, **counts):
        run = (
            self.env["ticket.billing.run"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "trigger": trigger,
                    "dry_run": dry_run,
                    **counts,
                }
            )
        )
        return self._move(run, hours_ago)

    def _move(self, run, hours_ago):
        """Let a run have been some hours ago."""
        moment = fields.Datetime.now() - timedelta(hours=hours_ago)
        self.env.cr.execute(
            "UPDATE ticket_billing_run SET create_date = %s WHERE id = %s",
            [moment, run.id],
        )
        run.invalidate_recordset()
        return run

    def test_nothing_was_due_yet(self):
        self._check_finding("last_success", "ok", "No ticket was due yet")
        self._run("button", blocked=1, hours_ago=100)
        self._run("schedule", blocked=1, hours_ago=100, dry_run=True)
        self._check_finding("last_success", "ok", "No ticket was due yet")

    def test_run_of_the_schedule_is_the_last_success(self):
        ticket = self._close(self._create_ticket(1.0))
        self._run_due(ticket)
        self._check_finding("last_success", "ok", "The last run that billed tickets")

    def test_runs_that_only_block(self):
        self._run(invoiced=1, hours_ago=200)
        failed = self._run(blocked=2)
        for hours, status in [(23, "ok"), (25, "warning"), (73, "error")]:
            with self.subTest(hours=hours):
                self._move(failed, hours)
                self._check_finding("last_success", status, "only blocked", failed)
        failed |= self._run(blocked=1, hours_ago=1)
        self._check_finding("last_success", "error", "only blocked tickets: 2", failed)
        self._run(covered=1)
        self._check_finding("last_success", "ok", "The last run")

    def test_never_a_success(self):
        self._run(blocked=1, hours_ago=80)
        self._check_finding("last_success", "error", "Last success: never")


@tagged("post_install", "-at_install")
class TestHealthBacklog(HealthCommon):
    """Tickets that are due, and tickets that are blocked."""

    def _make_due_for(self, tickets, hours):
        moment = fields.Datetime.now() - timedelta(hours=hours, minutes=1)
        tickets.sudo().billing_next_try = moment

    def test_backlog_by_age(self):
        self._check_finding("backlog", "ok", "No ticket is due")
        tickets = self._close(self._create_ticket(1.0) + self._create_ticket(1.0))
        self._check_finding("backlog", "ok", "No ticket is due")
        for hours, status in [
            (23, "ok"),
            (24, "warning"),
            (47, "warning"),
            (48, "error"),
        ]:
            with self.subTest(hours=hours):
                self._make_due_for(tickets[0], hours)
                text = f"due: 1, the first of them for {hours} h"
                self._check_finding("backlog", status, text, tickets[0])
        self.company.sudo().ticket_billing_backlog_alert = 0
        self._check_finding("backlog", "ok", "due: 1")
        self.company.sudo().ticket_billing_backlog_alert = 48
        self._check_finding("backlog", "warning", "due: 1")
        self._run_schedule()
        self._check_finding("backlog", "ok", "No ticket is due")

    def test_backlog_by_size(self):
        tickets = self.env["helpdesk.ticket"].concat(
            *[self._create_ticket(1.0) for _number in range(5)]
        )
        self._make_due_for(self._close(tickets), 0)
        for most, status in [(0, "ok"), (5, "ok"), (4, "warning"), (2, "error")]:
            with self.subTest(most=most):
                self.company.sudo().ticket_billing_backlog_tickets = most
                self._check_finding("backlog", status, "due: 5", tickets)

    def test_what_is_held_is_no_backlog(self):
        ticket = self._close(self._create_ticket(1.0))
        self._make_due_for(ticket, 100)
        ticket.sudo().billing_is_held = True
        self._check_finding("backlog", "ok", "No ticket is due")

    def test_blocked(self):
        self._check_finding("blocked", "ok", "No ticket is blocked")
        blocked = self._close(self._create_ticket(1.0, partner_id=False))
        fine = self._close(self._create_ticket(1.0))
        self._run_due(blocked + fine)
        self._check_finding("blocked", "warning", "blocked: 1. Wait for a person: 0")
        blocked.sudo().write({"billing_pending": False, "billing_rejected": True})
        text = "blocked: 1. Wait for a person: 1, sent back by a manager of these: 1"
        self._check_finding("blocked", "warning", text, blocked)
        closed = fields.Datetime.now() - timedelta(days=15)
        blocked.sudo().billing_event_date = closed
        self._check_finding("blocked", "error", "The first was closed on", blocked)
        self.company.sudo().ticket_billing_old_days = 16
        self._check_finding("blocked", "warning", "blocked: 1", blocked)
        blocked.partner_id = self.customer
        self._check_finding("blocked", "ok", "No ticket is blocked")

    def test_bad_limits_are_refused(self):
        names = ("backlog_alert", "backlog_tickets", "old_days")
        for name in names:
            for value in (-1, 1_000_000_000):
                with self.subTest(field=name), self.assertRaises(ValidationError):
                    self.company.sudo().write({f"ticket_billing_{name}": value})
