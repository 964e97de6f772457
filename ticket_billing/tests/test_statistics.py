from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import AGENT_GROUPS, TicketBillingCommon

DAY = "2026-03-05"


@tagged("post_install", "-at_install")
class TestStatistics(TicketBillingCommon):
    """The figures of runs, beside those that are counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age_terms()
        cls.currency = cls.company.currency_id.name

    def _close_at(self, moment, *hours, **values):
        with freeze_time(moment):
            return self._close(self._create_ticket(*hours, **values))

    def _run_at(self, moment, trigger="schedule", tickets=None, **values):
        """Let a run take place at a moment, which took 90 seconds."""
        with freeze_time(moment):
            runs = self.env["ticket.billing.run"]._process(trigger, tickets, **values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ticket_billing_run SET create_date = %s, duration = 90"
            " WHERE id IN %s",
            [moment, runs._ids],
        )
        self.env.invalidate_all()
        return runs

    def _get(self, date_from=None, date_to=None):
        return self.env["ticket.billing.run"].get_statistics(date_from, date_to)

    def _set_up_day(self):
        """Three tickets of the schedule, one of a person, a dry run of them before."""
        first = self._close_at(f"{DAY} 10:00:00", 1.0)
        second = self._close_at(f"{DAY} 10:00:00", 2.0)
        bad = self._close_at(f"{DAY} 10:00:00", 1.0, partner_id=False)
        self._run_at(f"{DAY} 10:05:00", dry_run=True)
        self._run_at(f"{DAY} 10:10:00")
        third = self._close_at(f"{DAY} 11:00:00", 4.0)
        self._run_at(f"{DAY} 11:30:00")
        by_hand = self._close_at(f"{DAY} 12:00:00", 1.0)
        self._run_at(f"{DAY} 12:01:00", "button", by_hand)
        self._run_at(f"{DAY} 12:02:00", "button", first)
        return first + second + third + by_hand + bad

    def test_figures_of_a_day(self):
        self._set_up_day()
        figures = self._get(DAY, DAY)
        self.assertEqual(
            figures["tickets"],
            {
                "found": 5,
                "invoiced": 4,
                "covered": 0,
                "to_approve": 0,
                "skipped": 0,
                "blocked": 1,
            },
        )
        self.assertEqual(figures["success_rate"], 0.8)
        # 10 and 10 and 30 minutes: mean 16.67; 95 % of the way lies at 28
        self.assertEqual(
            figures["minutes_to_draft"],
            {"tickets": 3, "mean": 16.67, "percentile_95": 28.0},
        )
        self.assertEqual(
            figures["errors"],
            [
                {
                    "error_type": "customer",
                    "label": "No customer",
                    "tickets": 1,
                    "times": 2,
                }
            ],
        )
        self.assertEqual(
            figures["by_hour"],
            [
                {"hour": 10, "tickets": 2},
                {"hour": 11, "tickets": 1},
                {"hour": 12, "tickets": 1},
            ],
        )
        self.assertEqual(
            figures["by_day"],
            [{"date": DAY, "tickets": 4, "amounts": {self.currency: 800.0}}],
        )

    def test_totals_by_trigger(self):
        self._set_up_day()
        figures = self._get(DAY, DAY)
        none = dict.fromkeys(("covered", "to_approve", "skipped", "blocked"), 0)
        self.assertEqual(
            figures["by_trigger"],
            [
                {
                    **none,
                    "trigger": "button",
                    "label": "Button",
                    "runs": 2,
                    "seconds": 180.0,
                    "found": 2,
                    "invoiced": 1,
                    "skipped": 1,
                    "amounts": {self.currency: 100.0},
                },
                {
                    **none,
                    "trigger": "schedule",
                    "label": "Schedule",
                    "runs": 2,
                    "seconds": 180.0,
                    "found": 5,
                    "invoiced": 3,
                    "blocked": 2,
                    "amounts": {self.currency: 700.0},
                },
            ],
        )
        # Seven lines in six minutes
        self.assertEqual(figures["per_hour"], 70.0)

    def test_nothing_done(self):
        figures = self._get("2019-01-01", "2019-01-31")
        self.assertIsNone(figures["success_rate"])
        self.assertIsNone(figures["per_hour"])
        self.assertEqual(
            figures["minutes_to_draft"],
            {"tickets": 0, "mean": None, "percentile_95": None},
        )
        self.assertFalse(figures["errors"] + figures["by_day"] + figures["by_hour"])

    def test_days_are_those_of_the_company(self):
        self.company.partner_id.tz = "Australia/Sydney"
        # Half past midnight on the 6th in Sydney
        self._close_at(f"{DAY} 13:00:00", 1.0)
        self._run_at(f"{DAY} 13:30:00")
        self.assertFalse(self._get(DAY, DAY)["tickets"]["found"])
        figures = self._get(date(2026, 3, 6), date(2026, 3, 6))
        self.assertEqual(figures["by_day"][0]["date"], "2026-03-06")
        self.assertEqual(figures["by_hour"], [{"hour": 0, "tickets": 1}])
        self.assertEqual(self._get("2026-03-06")["tickets"]["found"], 1)
        self.assertEqual(self._get(None, DAY)["tickets"]["found"], 0)

    def test_blocked_and_invoiced_later_counts_as_invoiced(self):
        ticket = self._close_at(f"{DAY} 10:00:00", 1.0, partner_id=False)
        self._run_at(f"{DAY} 10:10:00")
        self.assertEqual(self._get(DAY, DAY)["success_rate"], 0.0)
        with freeze_time(f"{DAY} 10:20:00"):
            ticket.partner_id = self.customer
        self._run_at(f"{DAY} 10:40:00")
        figures = self._get(DAY, DAY)
        self.assertEqual(figures["success_rate"], 1.0)
        self.assertEqual(figures["minutes_to_draft"]["mean"], 40.0)
        self.assertEqual(figures["errors"][0]["tickets"], 1)

    def test_later_work_counts_in_no_average(self):
        ticket = self._close_at(f"{DAY} 10:00:00", 1.0)
        self._run_at(f"{DAY} 10:10:00")
        with freeze_time(f"{DAY} 20:00:00"):
            self._log_time(ticket, 3.0)
        runs = self._run_at(f"{DAY} 20:10:00")
        self.assertEqual(runs.line_ids.outcome, "invoiced")
        minutes = self._get(DAY, DAY)["minutes_to_draft"]
        self.assertEqual(minutes, {"tickets": 1, "mean": 10.0, "percentile_95": 10.0})
        [(average,)] = self.env["ticket.billing.run.line"]._read_group(
            [("ticket_id", "=", ticket.id)], aggregates=["minutes_to_draft:avg"]
        )
        self.assertEqual(average, 10.0)

    def test_by_hand_counts_in_no_average(self):
        ticket = self._close_at(f"{DAY} 10:00:00", 1.0)
        runs = self._run_at(f"{DAY} 10:10:00", "command", ticket)
        self.assertEqual(str(runs.line_ids.event_date), f"{DAY} 10:00:00")
        self.assertEqual(self._get(DAY, DAY)["minutes_to_draft"]["tickets"], 0)

    def test_trial_is_left_out(self):
        self.policy.sudo().automation_level = "shadow"
        self._close_at(f"{DAY} 10:00:00", 1.0)
        runs = self._run_at(f"{DAY} 10:10:00")
        self.assertTrue(runs.line_ids.is_trial)
        figures = self._get(DAY, DAY)
        self.assertEqual(figures["tickets"]["found"], 0)
        self.assertEqual(figures["by_trigger"][0]["found"], 0)
        self.assertEqual(figures["by_trigger"][0]["runs"], 1)

    def test_other_companies_are_left_out(self):
        self._set_up_day()
        other = self.env["res.company"].sudo().create({"name": "Hillside"})
        auditor = self._create_user("auditor", company_id=other.id)
        runs = self.env["ticket.billing.run"].with_user(auditor)
        self.assertFalse(runs.get_statistics(DAY, DAY)["tickets"]["found"])

    # Rights

    def _create_user(self, login, group="auditor", **values):
        name = f"ticket_billing.group_ticket_billing_{group}"
        return new_test_user(
            self.env, login, groups=f"base.group_user,{name}", **values
        )

    def test_who_may_ask(self):
        self._set_up_day()
        for group in ("manager", "auditor"):
            with self.subTest(group=group):
                user = self._create_user(group, group, company_id=self.company.id)
                figures = self.env["ticket.billing.run"].with_user(user)
                figures = figures.get_statistics(DAY, DAY)
                self.assertEqual(figures["tickets"]["found"], 5)
                self.assertIn("amounts", figures["by_day"][0])
        with self.assertRaises(AccessError):
            self.env["ticket.billing.run"].with_user(self.agent).get_statistics()

    def test_amounts_are_for_those_who_may_see_them(self):
        self._set_up_day()
        for name in ("ticket.billing.run", "ticket.billing.run.line"):
            self.env["ir.model.access"].sudo().create(
                {
                    "name": "agents read runs",
                    "model_id": self.env["ir.model"]._get_id(name),
                    "group_id": self.env.ref(AGENT_GROUPS[-1]).id,
                    "perm_read": True,
                }
            )
        runs = self.env["ticket.billing.run"].with_user(self.agent)
        figures = runs.get_statistics(DAY, DAY)
        self.assertEqual(figures["by_day"], [{"date": DAY, "tickets": 4}])
        self.assertNotIn("amounts", figures["by_trigger"][0])

    # Views

    def test_views_show_what_they_promise(self):
        self._set_up_day()
        manager = self._create_user("boss", "manager", company_id=self.company.id)
        lines = self.env["ticket.billing.run.line"].with_user(manager)
        real = [("dry_run", "=", False), ("is_trial", "=", False)]
        groups = lines._read_group(
            real,
            ["outcome", "error_type"],
            ["__count", "billed_hours:sum", "amount_company:sum"],
        )
        self.assertIn(("invoiced", False, 4, 8.0, 800.0), groups)
        self.assertIn(("blocked", "customer", 2, 0.0, 0.0), groups)
        by_trigger = lines._read_group(real, ["trigger"], ["__count"])
        self.assertEqual(dict(by_trigger), {"button": 2, "schedule": 5})
        runs = self.env["ticket.billing.run"].with_user(manager)
        cases = [
            (lines, "search", ["last_7_days", "group_by_error_type", "dry_run"]),
            (lines, "graph", ["create_date", "outcome"]),
            (lines, "pivot", ["amount_company", "minutes_to_draft", "error_type"]),
            (lines, "list", ["number", "outcome", "reason"]),
            (runs, "search", ["last_7_days", "blocked", "group_by_trigger"]),
            (runs, "graph", ["create_date", "trigger"]),
            (runs, "pivot", ["invoiced", "blocked"]),
        ]
        for model, kind, names in cases:
            arch = model.get_view(view_type=kind)["arch"]
            for name in names:
                with self.subTest(model=model._name, kind=kind, name=name):
                    self.assertIn(f'name="{name}"', arch)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ticket_billing.ticket_billing_run_action"
        )
        self.assertEqual(action["view_mode"], "list,kanban,form,graph,pivot")
