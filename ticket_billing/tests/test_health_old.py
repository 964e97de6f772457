from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_health import HealthCommon

TODAY = "2026-03-06 10:00:00"


@tagged("post_install", "-at_install")
class TestHealthOld(HealthCommon):
    """Drafts and released work that nobody looks at."""

    def _age(self, record, column, days):
        self.env.flush_all()
        moment = fields.Datetime.now() - timedelta(days=days, minutes=1)
        self.env.cr.execute(
            f"UPDATE {record._table} SET {column} = %s WHERE id = %s",
            [moment, record.id],
        )
        record.invalidate_recordset()

    def test_drafts(self):
        self._check_finding("drafts", "ok", "No draft is old")
        invoice = self._close_and_bill(self._create_ticket(1.0))
        other = self.init_invoice("out_invoice", products=self.time_product)
        self._age(other, "create_date", 100)
        cases = [(13, "ok"), (14, "warning"), (27, "warning"), (28, "error")]
        for days, status in cases:
            with self.subTest(days=days):
                self._age(invoice, "create_date", days)
                finding = self._find("drafts")
                self.assertEqual(finding["status"], status)
        text = "older than 14 days: 1"
        self._check_finding("drafts", "error", text, invoice)
        self.company.sudo().ticket_billing_old_days = 0
        self._check_finding("drafts", "ok", "Not looked at")
        self.company.sudo().ticket_billing_old_days = 14
        invoice.action_post()
        self._check_finding("drafts", "ok", "No draft is old")

    def test_released(self):
        self._check_finding("released", "ok", "No released work is old")
        ticket = self._create_ticket(1.0)
        invoice = self._close_and_bill(ticket)
        charge = ticket.charge_ids
        invoice.sudo().unlink()
        self.env.flush_all()
        self.assertTrue(charge.is_waiting)
        cases = [(13, "ok"), (14, "warning"), (27, "warning"), (28, "error")]
        for days, status in cases:
            with self.subTest(days=days):
                self._age(charge, "waiting_since", days)
                self.assertEqual(self._find("released")["status"], status)
        finding = self._check_finding(
            "released", "error", "more than 14 days: 1", charge
        )
        self.assertIn("100.00", finding["message"])
        charge.action_write_off("Goodwill")
        self._check_finding("released", "ok", "No released work is old")


@tagged("post_install", "-at_install")
@freeze_time(TODAY)
class TestHealthQuietDay(HealthCommon):
    """Whether as much as usual was billed on the day before, a Thursday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yesterday = fields.Date.to_date("2026-03-05")
        cls.company.sudo().ticket_billing_start_date = "2020-01-01"

    def setUp(self):
        super().setUp()
        tickets = self.env["helpdesk.ticket"].concat(
            *[self._create_ticket(1.0) for _number in range(10)]
        )
        self._close_and_bill(tickets)
        self.charges = tickets.charge_ids.sorted("id")

    def _bill_on(self, day, charges, hour=12):
        """Copy charges in the ledger to a day, as if they had been made on it."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO ticket_billing_charge
                (ticket_id, company_id, currency_id, partner_id, invoice_partner_id,
                 kind, source_key, service_date, product_id, rating_state, state,
                 rated_quantity, covered_quantity, quantity, create_date)
            SELECT ticket_id, company_id, currency_id, partner_id, invoice_partner_id,
                   kind, source_key || %s, service_date, product_id, 'covered',
                   'covered', rated_quantity, 0, quantity, %s
              FROM ticket_billing_charge WHERE id = ANY(%s)
            """,
            [
                f"-{day}-{hour}",
                datetime.combine(day, time(hour)),
                charges.ids,
            ],
        )

    def _bill_weeks(self, weeks, count=10):
        for week in range(1, weeks + 1):
            day = self.yesterday - timedelta(weeks=week)
            self._bill_on(day, self.charges[:count])

    def _move_charges(self):
        """Let what the tickets were billed with lie before everything."""
        self.env.cr.execute(
            "UPDATE ticket_billing_charge SET create_date = %s WHERE id = ANY(%s)",
            [datetime(2026, 3, 6, 9), self.charges.ids],
        )

    def test_too_early_to_tell(self):
        self._move_charges()
        self._bill_weeks(3)
        self._check_finding("quiet_day", "ok", "Too early to tell")
        self._bill_weeks(0)
        self._bill_on(self.yesterday - timedelta(weeks=4), self.charges)
        self._check_finding("quiet_day", "warning", "4 same weekdays before: 10.0")

    def test_quiet_day(self):
        self._move_charges()
        self._bill_weeks(8)
        text = "billed on 03/05/2026: 0. The mean of the 8 same weekdays before: 10.0"
        self._check_finding("quiet_day", "warning", text)
        # Ten per cent of the mean is not under ten per cent
        self._bill_on(self.yesterday, self.charges[:1])
        self._check_finding("quiet_day", "ok", "billed on 03/05/2026: 1.")

    def test_quiet_day_on_which_tickets_were_closed(self):
        self._move_charges()
        self._bill_weeks(8)
        with freeze_time("2026-03-05 15:00:00"):
            ticket = self._close(self._create_ticket(1.0))
        text = "Closed on that day: 1"
        self._check_finding("quiet_day", "error", text, ticket)

    def test_too_few_to_say_anything(self):
        self._move_charges()
        self._bill_weeks(8, count=4)
        self._check_finding("quiet_day", "ok", "before: 4.0")

    def test_days_are_those_of_the_company(self):
        """Late on Wednesday in UTC is Thursday in Auckland."""
        self._move_charges()
        self._bill_weeks(8)
        wednesday = self.yesterday - timedelta(days=1)
        self._bill_on(wednesday, self.charges, hour=20)
        self._check_finding("quiet_day", "warning", "billed on 03/05/2026: 0.")
        self.company.partner_id.tz = "Pacific/Auckland"
        self._check_finding("quiet_day", "ok", "billed on 03/05/2026: 10.")
