from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestStrategyPerTicket(TicketBillingCommon):
    def test_fee_of_the_contract(self):
        self._create_contract(
            per_ticket_rate=50.0, ticket_billing_strategy="per_ticket"
        )
        move = self._close_and_bill(self._create_ticket())
        self.assertEqual(move.amount_untaxed, 50.0)
        self.assertEqual(self._get_lines(move).product_id, self.ticket_product)

    def test_fee_alone_is_enough_to_agree_on_it(self):
        self._create_contract(per_ticket_rate=50.0)
        move = self._close_and_bill(self._create_ticket())
        self.assertEqual(move.amount_untaxed, 50.0)

    def test_fee_includes_the_hours_and_records_them(self):
        self._create_contract(
            per_ticket_rate=50.0, ticket_billing_strategy="per_ticket"
        )
        ticket = self._create_ticket(3.0)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 50.0)
        time = ticket.charge_ids.filtered(lambda charge: charge.kind == "time")
        self.assertRecordValues(
            time, [{"state": "covered", "covered_quantity": 3.0, "amount": 0.0}]
        )

    def test_fee_is_charged_once_in_the_life_of_a_ticket(self):
        self._create_contract(
            per_ticket_rate=50.0, ticket_billing_strategy="per_ticket"
        )
        ticket = self._create_ticket()
        self._close_and_bill(ticket)
        ticket.stage_id = self.stage_progress
        self._close(ticket)
        self.assertEqual(sum(self._bill(ticket).mapped("amount_untaxed")), 50.0)

    def test_fee_of_zero_by_intention_is_covered(self):
        self._create_contract(ticket_billing_strategy="per_ticket")
        ticket = self._close(self._create_ticket())
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "covered")

    def test_fee_without_contract_is_the_price_of_the_product(self):
        self.ticket_product.list_price = 45.0
        self.policy.sudo().strategy = "per_ticket"
        move = self._close_and_bill(self._create_ticket())
        self.assertEqual(move.amount_untaxed, 45.0)

    def test_strategy_of_the_ticket_comes_first(self):
        self._create_contract(
            per_ticket_rate=50.0,
            ticket_billing_strategy="per_ticket",
            hourly_rate_source="fixed",
            hourly_rate=80.0,
        )
        ticket = self._create_ticket(1.0, billing_strategy="time_based")
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 80.0)
