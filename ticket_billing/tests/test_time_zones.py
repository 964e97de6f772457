from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import TicketBillingCommon

BERLIN, NEW_YORK, AUCKLAND = "Europe/Berlin", "America/New_York", "Pacific/Auckland"


@tagged("post_install", "-at_install")
class TestTimeZones(TicketBillingCommon):
    """Moments become days in the company's time zone; delays are minutes anywhere."""

    def test_delay_and_day_in_the_nights_when_the_clock_changes(self):
        cases = [
            # zone, closed (UTC), day of the event in the zone
            (BERLIN, "2026-03-29 00:59:30", "2026-03-29"),
            (BERLIN, "2026-10-24 22:30:00", "2026-10-25"),
            (NEW_YORK, "2026-03-08 06:59:30", "2026-03-08"),
            (NEW_YORK, "2026-11-01 03:59:00", "2026-10-31"),
            (AUCKLAND, "2026-04-04 13:59:30", "2026-04-05"),
            (AUCKLAND, "2026-09-26 11:59:30", "2026-09-26"),
        ]
        for tz, closed, day in cases:
            with self.subTest(tz=tz, closed=closed):
                self.company.partner_id.tz = tz
                ticket = self._create_ticket(1.0)
                with freeze_time(closed):
                    self._close(ticket)
                due = fields.Datetime.from_string(closed) + timedelta(minutes=2)
                with freeze_time(due - timedelta(seconds=1)):
                    run = self._run_schedule().sudo()
                    self.assertNotIn(ticket, run.line_ids.ticket_id)
                with freeze_time(due):
                    self.assertIn(ticket, self._run_schedule().line_ids.ticket_id)
                self.assertEqual(str(ticket._get_billing_date()), day)

    def test_start_is_a_day_of_the_company(self):
        self.company.partner_id.tz = "Europe/Berlin"
        self.company.sudo().ticket_billing_start_date = "2026-03-06"
        with freeze_time("2026-03-05 22:59:59"):
            early = self._close(self._create_ticket(1.0))
        with freeze_time("2026-03-05 23:00:00"):
            first = self._close(self._create_ticket(1.0))
        self.assertFalse(early.billing_pending)
        self.assertTrue(first.billing_pending)

    def test_company_time_zone_of_the_event_day(self):
        moment = fields.Datetime.from_string("2026-01-31 23:30:00")
        cases = [
            ("UTC", "2026-01-31"),
            ("Europe/Berlin", "2026-02-01"),
            ("America/New_York", "2026-01-31"),
        ]
        for tz, day in cases:
            with self.subTest(tz=tz):
                self.company.partner_id.tz = tz
                self.assertEqual(
                    self.company._get_ticket_billing_date(moment),
                    fields.Date.from_string(day),
                )
