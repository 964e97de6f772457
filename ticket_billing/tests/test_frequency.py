from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..tools.due import get_invoice_from
from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestFrequency(TicketBillingCommon):
    """Ready work waits until its day, week or month is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age_terms()

    def _close_at(self, moment, *hours, **values):
        with freeze_time(moment):
            ticket = self._close(self._create_ticket(*hours, **values))
        return ticket

    def _run_at(self, moment):
        """Let the search and the schedule run, once the delay is over."""
        with freeze_time(moment):
            self._run_catch_up()
            self._make_due(self.env["helpdesk.ticket"].search([]))
            return self._run_schedule()

    def test_first_day_of_each_frequency(self):
        cases = [
            ("at_once", date(2026, 1, 31), None),
            ("day", date(2026, 12, 31), date(2027, 1, 1)),
            ("week", date(2026, 3, 2), date(2026, 3, 9)),
            ("week", date(2026, 3, 8), date(2026, 3, 9)),
            ("week", date(2026, 12, 31), date(2027, 1, 4)),
            ("month", date(2026, 1, 31), date(2026, 2, 1)),
            ("month", date(2028, 2, 29), date(2028, 3, 1)),
            ("month", date(2026, 12, 1), date(2027, 1, 1)),
        ]
        for frequency, day, first in cases:
            with self.subTest(frequency=frequency, day=day):
                self.assertEqual(get_invoice_from(frequency, day), first)

    def test_month_end_in_three_time_zones(self):
        self.policy.sudo().invoice_frequency = "month"
        cases = [
            # zone, closed (UTC), last moment of the month, first of the next (UTC)
            (
                "UTC",
                "2026-03-31 23:59:00",
                "2026-03-31 23:59:59",
                "2026-04-01 00:00:00",
            ),
            (
                "Europe/Berlin",
                "2026-03-31 21:59:00",
                "2026-03-31 21:59:59",
                "2026-03-31 22:00:00",
            ),
            (
                "America/New_York",
                "2026-10-31 23:59:00",
                "2026-11-01 03:59:59",
                "2026-11-01 04:00:00",
            ),
            (
                "Australia/Sydney",
                "2026-04-30 13:59:00",
                "2026-04-30 13:59:59",
                "2026-04-30 14:00:00",
            ),
        ]
        for tz, closed, before, after in cases:
            with self.subTest(tz=tz):
                self.company.partner_id.tz = tz
                day = self.company._get_ticket_billing_date(
                    fields.Datetime.from_string(closed)
                )
                ticket = self._create_ticket()
                self._log_time(ticket, 1.0, date=day)
                with freeze_time(closed):
                    self._close(ticket)
                self._run_at(before)
                self.assertEqual(ticket.charge_ids.state, "ready")
                self.assertEqual(ticket.billing_state, "ready")
                self._run_at(after)
                self.assertEqual(ticket.charge_ids.state, "invoiced")

    def test_daily_invoices_around_the_changes_of_the_clock(self):
        self.policy.sudo().invoice_frequency = "day"
        self.company.partner_id.tz = "Europe/Berlin"
        cases = [
            # the day has 23 hours, then one has 25
            ("2026-03-29", "2026-03-29 21:59:59", "2026-03-29 22:00:00"),
            ("2026-10-25", "2026-10-25 22:59:59", "2026-10-25 23:00:00"),
        ]
        for day, before, after in cases:
            with self.subTest(day=day):
                ticket = self._create_ticket()
                self._log_time(ticket, 1.0, date=day)
                with freeze_time(f"{day} 01:30:00"):
                    self._close(ticket)
                self._run_at(before)
                self.assertEqual(ticket.charge_ids.state, "ready")
                self._run_at(after)
                self.assertEqual(ticket.charge_ids.state, "invoiced")

    def test_one_invoice_for_the_month(self):
        self.policy.sudo().invoice_frequency = "month"
        for day in ("2026-03-05", "2026-03-17", "2026-03-31"):
            self._close_at(f"{day} 10:00:00", 1.0)
            run = self._run_at(f"{day} 11:00:00")
            self.assertRecordValues(run, [{"found": 1, "skipped": 1}])
            self.assertIn("Is invoiced from", run.line_ids.reason)
        self._close_at("2026-04-01 00:00:00", 1.0)
        run = self._run_at("2026-04-01 00:30:00")
        self.assertEqual(len(run.line_ids.move_ids), 1)
        self.assertEqual(run.line_ids.move_ids.amount_untaxed, 300.0)
        self.assertFalse(self._run_at("2026-04-01 01:30:00").line_ids)

    def test_a_ticket_on_paper(self):
        """119 min → 2.00 h, 1.50 h included, 0.50 h × 93.33 → 46.67, 19 % = 8.87.

        10 min more in March: 129 min → 2.25 h less 2.00 h = 0.25 h × 93.33 = 23.3325 →
        23.33, 19 % = 4.43.
        """
        self.policy.sudo().invoice_frequency = "month"
        self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=93.33,
            hour_allowance="limited",
            included_hours=1.5,
        )
        ticket = self._create_ticket()
        for minutes in (47, 72):
            self._log_time(ticket, minutes / 60, date="2026-03-10")
        with freeze_time("2026-03-10 16:00:00"):
            self._close(ticket)
        self._run_at("2026-03-10 17:00:00")
        self.assertFalse(ticket.invoice_ids)
        run = self._run_at("2026-04-01 00:30:00")
        first = [{"amount_untaxed": 46.67, "amount_tax": 8.87, "amount_total": 55.54}]
        self.assertRecordValues(ticket.invoice_ids, first)
        with freeze_time("2026-04-01 08:00:00"):
            run.action_undo("Looked at once more")
            move = self._bill(ticket)
        self.assertRecordValues(move, first)
        move.action_post()
        credit = move._reverse_moves([{}], cancel=True)
        self.assertRecordValues(credit, first)
        self.assertEqual(ticket.billing_state, "released")
        ticket.stage_id = self.stage_progress
        self._log_time(ticket, 10 / 60, date="2026-03-11")
        with freeze_time("2026-04-02 16:00:00"):
            self._close(ticket)
        self._run_at("2026-04-02 17:00:00")
        self.assertRecordValues(
            ticket.invoice_ids - move - credit,
            [{"amount_untaxed": 23.33, "amount_tax": 4.43, "amount_total": 27.76}],
        )
        self.assertEqual(ticket.billing_state, "released")

    def test_closed_in_the_last_minute_belongs_to_its_month(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-03-30")
        with freeze_time("2026-03-31 23:59:30"):
            self._close(ticket)
        self._run_at("2026-04-01 00:10:00")
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_ticket_says_when_it_is_invoiced(self):
        self.policy.sudo().invoice_frequency = "week"
        ticket = self._close_at("2026-03-05 10:00:00", 1.0)
        self._run_at("2026-03-05 11:00:00")
        self.assertIn("03/09/2026", ticket.billing_reason)

    def test_another_frequency_holds_for_what_waits(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._close_at("2026-03-05 10:00:00", 1.0)
        self._run_at("2026-03-05 11:00:00")
        self.policy.sudo().invoice_frequency = "day"
        self.assertEqual(ticket.charge_ids.invoice_from, date(2026, 3, 6))
        self._run_at("2026-03-06 00:30:00")
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_button_does_not_wait_but_approval_does(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._close_at("2026-03-05 10:00:00", 1.0)
        large = self._close_at("2026-03-05 10:00:00", 9.0)
        self._run_at("2026-03-05 11:00:00")
        with freeze_time("2026-03-05 12:00:00"):
            large.charge_ids.action_approve()
            self.assertEqual(large.billing_state, "ready")
            self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)
        self._run_at("2026-04-01 00:30:00")
        self.assertEqual(large.billing_state, "invoiced")

    def test_level_that_was_lowered_holds_at_the_end_of_the_month(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._close_at("2026-03-05 10:00:00", 1.0)
        self._run_at("2026-03-05 11:00:00")
        self.policy.sudo().automation_level = "off"
        self._run_at("2026-04-01 00:30:00")
        self.assertFalse(ticket.invoice_ids)
        self.assertFalse(self._run_at("2026-04-01 01:30:00").line_ids)
        self.assertIn("Off", ticket.billing_reason)
        self.policy.sudo().automation_level = "draft"
        self._run_at("2026-04-02 00:30:00")
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_daily_limit_counts_on_the_day_of_the_invoice(self):
        self.policy.sudo().invoice_frequency = "month"
        self.company.sudo().ticket_billing_daily_limit = 150.0
        tickets = self._close_at("2026-03-05 10:00:00", 1.0)
        tickets += self._close_at("2026-03-06 10:00:00", 1.0)
        self._run_at("2026-03-06 11:00:00")
        self.assertEqual(set(tickets.mapped("billing_state")), {"ready"})
        self._run_at("2026-04-01 00:30:00")
        self.assertEqual(set(tickets.mapped("billing_state")), {"to_approve"})


@tagged("post_install", "-at_install")
class TestUpTo(TicketBillingCommon):
    """The wizard that invoices ready work up to a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().invoice_frequency = "month"
        cls._age_terms()

    @classmethod
    def _rate_at(cls, day, hours, **values):
        ticket = cls._create_ticket(**values)
        cls._log_time(ticket, hours, date=day)
        with freeze_time(f"{day} 10:00:00"):
            ticket.stage_id = cls.stage_done
        with freeze_time(f"{day} 11:00:00"):
            cls.env["ticket.billing.run"]._process("schedule")
        return ticket

    def _open(self, **values):
        return self.env["ticket.billing.up.to"].create(
            {"up_to": "2026-03-31", **values}
        )

    def _preview(self, wizard):
        action = wizard.action_preview()
        return self.env["ticket.billing.preview"].browse(action["res_id"])

    @freeze_time("2026-04-02 10:00:00")
    def test_form_proposes_the_last_month(self):
        form = Form(self.env["ticket.billing.up.to"])
        self.assertEqual(form.up_to, date(2026, 3, 31))

    @freeze_time("2026-03-20 10:00:00")
    def test_work_up_to_the_day_is_invoiced(self):
        early = self._rate_at("2026-03-10", 1.0)
        late = self._rate_at("2026-03-18", 2.0)
        wizard = self._open(up_to="2026-03-15", invoice_date="2026-03-16")
        self.assertEqual(wizard.ready_count, 1)
        preview = self._preview(wizard)
        self.assertRecordValues(
            preview.invoice_ids,
            [{"amount_untaxed": 100.0, "amount_tax": 19.0, "amount_total": 119.0}],
        )
        preview.action_confirm()
        move = early.invoice_ids
        self.assertRecordValues(
            move,
            [
                {
                    "state": "draft",
                    "amount_untaxed": 100.0,
                    "invoice_date": date(2026, 3, 16),
                    "invoice_date_due": date(2026, 4, 15),
                }
            ],
        )
        self.assertEqual(late.billing_state, "ready")

    @freeze_time("2026-03-20 10:00:00")
    def test_work_of_one_ticket_on_both_sides_of_the_day(self):
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-03-10")
        self._log_time(ticket, 2.0, date="2026-03-18")
        self._close(ticket)
        self._make_due(ticket)
        self._run_schedule()
        self._preview(self._open(up_to="2026-03-15")).action_confirm()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
        self._preview(self._open()).action_confirm()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 300.0)

    @freeze_time("2026-03-20 10:00:00")
    def test_chosen_customers_alone(self):
        other = self._create_customer("Harbour Logistics")
        own = self._rate_at("2026-03-10", 1.0)
        foreign = self._rate_at("2026-03-10", 1.0, partner_id=other.id)
        preview = self._preview(self._open(partner_ids=self.customer.ids))
        preview.action_confirm()
        self.assertEqual(own.billing_state, "invoiced")
        self.assertEqual(foreign.billing_state, "ready")

    @freeze_time("2026-03-20 10:00:00")
    def test_what_changed_meanwhile_is_shown_again(self):
        self._rate_at("2026-03-10", 1.0)
        preview = self._preview(self._open())
        second = self._rate_at("2026-03-11", 1.0)
        self.assertTrue(second.charge_ids)
        wizard_tickets = preview.ticket_ids
        self._log_time(wizard_tickets, 1.0, date="2026-03-10")
        preview.action_confirm()
        self.assertFalse(wizard_tickets.invoice_ids)
        self.assertTrue(preview.difference)

    @freeze_time("2026-03-20 10:00:00")
    def test_what_waits_for_somebody_is_counted(self):
        self._rate_at("2026-03-10", 1.0)
        self._rate_at("2026-03-10", 9.0)
        wizard = self._open()
        self.assertEqual((wizard.ready_count, wizard.undecided_count), (1, 1))

    @freeze_time("2026-03-20 10:00:00")
    def test_nothing_ready_says_so(self):
        with self.assertRaisesRegex(UserError, "ready to be invoiced"):
            self._open(up_to="2026-03-01").action_preview()

    @freeze_time("2026-03-20 10:00:00")
    def test_only_managers(self):
        self._rate_at("2026-03-10", 1.0)
        auditor = new_test_user(
            self.env, "auditor", groups="ticket_billing.group_ticket_billing_auditor"
        )
        with self.assertRaises(AccessError):
            self.env["ticket.billing.up.to"].with_user(auditor).create({})
