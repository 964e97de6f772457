from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestApproval(TicketBillingCommon):
    def test_hours_over_the_limit_wait(self):
        cases = [
            # hours, state of the ticket
            ([8.0], "invoiced"),
            ([8.01], "to_approve"),
            ([6.44, 1.1, 0.46], "invoiced"),
        ]
        for hours, state in cases:
            with self.subTest(hours=hours):
                ticket = self._close(self._create_ticket(*hours))
                self._bill(ticket)
                self.assertEqual(ticket.billing_state, state)

    def test_amount_over_the_limit_waits(self):
        self.policy.sudo().approval_amount = 150.0
        ticket = self._close(self._create_ticket(2.0))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "to_approve")

    def test_everything_waits_where_agreed(self):
        self.policy.sudo().approval = "all"
        ticket = self._close(self._create_ticket(0.5))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.charge_ids.state, "to_approve")

    def test_nothing_waits_where_agreed(self):
        self.policy.sudo().approval = "none"
        move = self._close_and_bill(self._create_ticket(20.0))
        self.assertEqual(move.amount_untaxed, 2000.0)

    def test_policy_of_another_agreement_holds_nothing(self):
        self.policy.sudo().approval = "all"
        free = self._create_policy(approval="none")
        self._create_contract(
            ticket_billing_policy_id=free.id,
            date_start="2025-01-01",
            date_end="2025-06-30",
        )
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-06-30")
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 100.0)

    def test_what_a_reviewer_cut_does_not_come_back(self):
        """2 h rated, 1.5 h approved: the half hour is handled, not forgotten."""
        self.policy.sudo().approval = "all"
        ticket = self._close(self._create_ticket(2.0))
        self._bill(ticket)
        charge = ticket._get_charges()
        charge.write({"quantity": 1.5, "amount": 150.0})
        charge.with_user(self.env.user).action_approve()
        self.policy.sudo().approval = "none"
        self._log_time(ticket, 1.0)
        self._bill(ticket)
        lines = self._get_lines(ticket.invoice_ids)
        amounts = sorted(lines.mapped("price_subtotal"))
        self.assertEqual(amounts, [100.0, 150.0])

    def test_nothing_passes_over_approval(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        self.assertFalse(self._bill(ticket))
        self._make_due(ticket)
        self._run_schedule()
        self.assertFalse(ticket.invoice_ids)

    def test_amount_of_a_run_leaves_out_what_waits(self):
        ticket = self._close(self._create_ticket(9.0))
        run = self.env["ticket.billing.run"]._process("button", tickets=ticket)
        self.assertRecordValues(run, [{"to_approve": 1, "amount": 0.0}])
        self.assertEqual(run.line_ids.amount, 900.0)

    def test_approved_work_is_invoiced(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        ticket.charge_ids.action_approve()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 900.0)
        self.assertRecordValues(
            ticket.charge_ids,
            [{"state": "invoiced", "reviewer_id": self.env.user.id}],
        )

    def test_run_that_invoices_approved_work_tells_its_hours_and_terms(self):
        ticket = self._close(self._create_ticket(8.02, 1.1))
        self._bill(ticket)
        ticket.charge_ids.action_approve()
        self.assertRecordValues(
            ticket.billing_run_id.line_ids,
            [
                {
                    "outcome": "invoiced",
                    "worked_hours": 9.12,
                    "billed_hours": 9.25,
                    "agreement": self.policy.name,
                    "strategy": "",
                    "amount": 925.0,
                }
            ],
        )

    def test_what_was_rated_together_is_approved_together(self):
        ticket = self._close(self._create_ticket(5.0, 5.0))
        self._bill(ticket)
        ticket.charge_ids[0].action_approve()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 1000.0)

    def test_technician_may_not_approve(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        with self.assertRaises(AccessError):
            ticket.charge_ids.with_user(self.agent).action_approve()

    def test_change_of_time_rates_anew(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        old = ticket.charge_ids
        ticket.timesheet_ids.sudo().unit_amount = 3.0
        self.assertEqual(old.state, "void")
        self.assertEqual(self._bill(ticket).amount_untaxed, 300.0)

    def test_change_of_contract_rates_anew(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        ticket.billing_contract_id = self._create_contract(
            hourly_rate_source="fixed", hourly_rate=50.0
        )
        self._bill(ticket)
        live = ticket.charge_ids.filtered(lambda charge: not charge.is_void)
        self.assertRecordValues(live, [{"state": "to_approve", "amount": 450.0}])
