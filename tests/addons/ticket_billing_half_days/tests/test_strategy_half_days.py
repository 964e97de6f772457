from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.ticket_billing.tests.common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestStrategyHalfDays(TicketBillingCommon):
    """An hour costs 100.00, a half day has four of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().write({"strategy": "half_days", "approval": "none"})

    def test_each_started_half_day_of_each_day_is_billed(self):
        ticket = self._create_ticket()
        for date, hours in (("2026-03-02", 0.5), ("2026-03-02", 4.0)):
            self._log_time(ticket, hours, date=date)
        self._log_time(ticket, 1.0, date="2026-03-03")
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 1200.0)
        self.assertRecordValues(
            ticket.charge_ids.sorted("worked_hours"),
            [
                {"worked_hours": 0.5, "quantity": 0.5},
                {"worked_hours": 1.0, "quantity": 4.0},
                {"worked_hours": 4.0, "quantity": 7.5},
            ],
        )

    def test_late_time_within_a_half_day_costs_nothing(self):
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-03-02")
        self._close_and_bill(ticket)
        late = self._log_time(ticket, 2.5, date="2026-03-02")
        self._bill(ticket)
        self.assertEqual(late.charge_ids.state, "covered")
        self.assertEqual(sum(ticket.charge_ids.mapped("amount")), 400.0)

    def test_late_time_beyond_a_half_day_is_the_next_one(self):
        ticket = self._create_ticket()
        self._log_time(ticket, 3.0, date="2026-03-02")
        self._close_and_bill(ticket)
        self._log_time(ticket, 2.0, date="2026-03-02")
        self._bill(ticket)
        self.assertEqual(sum(ticket.charge_ids.mapped("amount")), 800.0)

    def test_late_time_of_another_day_is_a_half_day_of_its_own(self):
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-03-02")
        self._close_and_bill(ticket)
        self._log_time(ticket, 1.0, date="2026-03-03")
        self._bill(ticket)
        self.assertEqual(sum(ticket.charge_ids.mapped("amount")), 800.0)

    def test_other_hours_rate_anew_what_waits(self):
        self.policy.sudo().approval = "all"
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self.policy.sudo().half_day_hours = 5.0
        self._bill(ticket)
        waiting = ticket.charge_ids.filtered(lambda charge: charge.state != "void")
        self.assertEqual(waiting.mapped("quantity"), [5.0])

    def test_a_half_day_of_no_hours_is_refused(self):
        with self.assertRaises(ValidationError):
            self.policy.sudo().half_day_hours = 0.0
