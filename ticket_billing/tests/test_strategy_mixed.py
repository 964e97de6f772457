from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestStrategyMixed(TicketBillingCommon):
    def test_fee_and_time_are_two_lines(self):
        self._create_contract(
            per_ticket_rate=200.0,
            hourly_rate_source="fixed",
            hourly_rate=100.0,
            ticket_billing_strategy="mixed",
        )
        move = self._close_and_bill(self._create_ticket(3.0))
        self.assertEqual(move.amount_untaxed, 500.0)
        self.assertEqual(
            sorted(self._get_lines(move).mapped("price_subtotal")), [200.0, 300.0]
        )

    def test_time_and_a_fee_are_mixed_without_saying_so(self):
        self._create_contract(per_ticket_rate=200.0)
        ticket = self._close(self._create_ticket(3.0))
        run = self.env["ticket.billing.run"]._process("button", tickets=ticket)
        self.assertEqual(run.line_ids.strategy, "Fee and time")
        self.assertEqual(run.amount, 500.0)

    def test_late_time_brings_no_second_fee(self):
        self._create_contract(per_ticket_rate=200.0)
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self._log_time(ticket, 1.0)
        self.assertEqual(sum(self._bill(ticket).mapped("amount_untaxed")), 400.0)
