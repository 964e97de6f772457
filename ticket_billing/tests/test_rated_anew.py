from odoo.tests import tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestRatedAnew(InvoiceLifeCommon):
    """What was set aside because something changed is rated again by itself."""

    def _run_by_itself(self, tickets):
        """Do what the scheduled actions do."""
        self._run_catch_up()
        self._make_due(tickets.filtered("billing_pending"))
        self._run_schedule()
        tickets.invalidate_recordset()

    # Fees

    def _hold_a_fee(self, **values):
        """Return a ticket whose fee waits for approval, its hour is covered."""
        self.policy.sudo().approval = "all"
        contract = self._create_contract(per_ticket_rate=50.0, **values)
        ticket = self._close(self._create_ticket(1.0))
        self._run_by_itself(ticket)
        states = {c.kind: c.state for c in ticket._get_charges()}
        self.assertEqual(states, {"ticket": "to_approve", "time": "covered"})
        return contract, ticket

    def test_fee_of_a_ticket_that_was_opened_again(self):
        _contract, ticket = self._hold_a_fee(ticket_billing_strategy="per_ticket")
        ticket.stage_id = self.stage_progress
        self._close(ticket)
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "to_approve")

    def test_fee_after_the_terms_of_the_contract_changed(self):
        contract, ticket = self._hold_a_fee(hour_allowance="unlimited")
        contract.per_ticket_rate = 60.0
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "to_approve")
        self.assertEqual(sum(ticket._get_charges().mapped("amount")), 60.0)

    def test_fee_after_the_limits_changed(self):
        _contract, ticket = self._hold_a_fee(hour_allowance="unlimited")
        self.policy.sudo().approval = "none"
        self._run_by_itself(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 50.0)

    def test_fee_that_is_not_agreed_any_more_is_looked_at_once(self):
        contract, ticket = self._hold_a_fee(hour_allowance="unlimited")
        contract.per_ticket_rate = 0.0
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "covered")
        self._run_catch_up()
        self.assertFalse(ticket.billing_pending)

    def test_fee_that_is_agreed_later_waits_for_a_person(self):
        """New terms make no invoices of tickets that were settled long ago."""
        ticket = self._close(self._create_ticket())
        self._run_by_itself(ticket)
        self.assertIn("no fee is agreed", ticket.billing_reason)
        self._create_contract(per_ticket_rate=50.0)
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "not_billable")
        ticket.invalidate_recordset()
        self.assertIn("A fee was agreed after", ticket.billing_reason)
        self.assertEqual(self._bill(ticket).amount_untaxed, 50.0)

    # Levels

    def _hold_by_level(self):
        self.policy.sudo().automation_level = "off"
        contract = self._create_contract()
        ticket = self._close(self._create_ticket(1.0))
        self._run_by_itself(ticket)
        self.assertTrue(ticket.billing_is_held)
        return contract, ticket, self._create_policy(automation_level="draft")

    def test_another_policy_of_the_company_lets_tickets_go(self):
        _contract, ticket, policy = self._hold_by_level()
        self.company.sudo().ticket_billing_policy_id = policy
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_another_policy_of_the_contract_lets_tickets_go(self):
        contract, ticket, policy = self._hold_by_level()
        contract.ticket_billing_policy_id = policy
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_another_policy_of_the_customer_lets_tickets_go(self):
        _contract, ticket, policy = self._hold_by_level()
        self.customer.ticket_billing_policy_id = policy
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_new_contract_with_its_own_policy_lets_tickets_go(self):
        _contract, ticket, policy = self._hold_by_level()
        self._create_contract(
            date_start="2021-01-01", ticket_billing_policy_id=policy.id
        )
        self._run_by_itself(ticket)
        self.assertEqual(ticket.billing_state, "invoiced")

    # Groups of rounding

    def test_hours_of_two_customers_are_not_rounded_together(self):
        ticket = self._create_ticket(0.1)
        self._post(self._close_and_bill(ticket))
        ticket.partner_id = self._create_customer("Blue Harbor Foods")
        self._log_time(ticket, 0.1)
        self._bill(ticket)
        quantities = self._get_lines(ticket.invoice_ids).mapped("quantity")
        self.assertEqual(quantities, [0.25, 0.25])

    def test_hours_in_two_currencies_are_not_rounded_together(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        ticket = self._create_ticket(0.1)
        self._post(self._close_and_bill(ticket))
        pricelist = self.env["product.pricelist"].sudo()
        self.customer.property_product_pricelist = pricelist.create(
            {
                "name": "Euro",
                "currency_id": euro.id,
                "item_ids": [(0, 0, {"compute_price": "fixed", "fixed_price": 100.0})],
            }
        )
        self._log_time(ticket, 0.1)
        self._bill(ticket)
        quantities = self._get_lines(ticket.invoice_ids).mapped("quantity")
        self.assertEqual(quantities, [0.25, 0.25])
