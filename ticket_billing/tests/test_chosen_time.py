from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestChosenTime(TicketBillingCommon):
    """Time that a person bills from a list, before its ticket is closed."""

    def _bill_now(self, entries):
        entries.with_user(self.env.user).sudo(False).action_bill_now()
        tickets = entries.ticket_id
        tickets.invalidate_recordset()
        return tickets.sudo().invoice_ids

    def test_time_on_an_open_ticket(self):
        ticket = self._create_ticket(1.0, 2.0)
        chosen = ticket.timesheet_ids[0]
        move = self._bill_now(chosen)
        self.assertEqual(move.amount_untaxed, 100.0 * chosen.unit_amount)
        self.assertEqual(ticket.billing_state, "open")
        self.assertEqual(ticket._get_charges().analytic_line_id, chosen)

    def test_the_rest_is_billed_once_closed(self):
        """10 + 10 min at steps of 0.25 h: 0.25 now, and 0.50 − 0.25 later."""
        ticket = self._create_ticket(1 / 6, 1 / 6)
        chosen = ticket.timesheet_ids[0]
        self.assertEqual(self._bill_now(chosen).amount_untaxed, 25.0)
        self._close_and_bill(ticket)
        lines = self._get_lines(ticket.sudo().invoice_ids)
        self.assertEqual(sum(lines.mapped("price_subtotal")), 50.0)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_fee_waits_for_the_end(self):
        self._create_contract(per_ticket_rate=15.0)
        ticket = self._create_ticket(1.0)
        move = self._bill_now(ticket.timesheet_ids)
        self.assertEqual(move.amount_untaxed, 100.0)
        self.assertEqual(ticket._get_charges().mapped("kind"), ["time"])
        self._close_and_bill(ticket)
        lines = self._get_lines(ticket.sudo().invoice_ids)
        self.assertEqual(sum(lines.mapped("price_subtotal")), 115.0)

    def test_fee_is_found_though_nobody_noticed_the_end(self):
        self._create_contract(per_ticket_rate=15.0)
        ticket = self._create_ticket(1.0)
        self._bill_now(ticket.timesheet_ids)
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = %s, last_stage_update = now() "
            "WHERE id = %s",
            [self.stage_done.id, ticket.id],
        )
        ticket.invalidate_recordset()
        self._run_catch_up()
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(sum(ticket._get_charges().mapped("amount")), 115.0)

    def test_fee_of_a_ticket_that_was_opened_again(self):
        self._create_contract(per_ticket_rate=15.0)
        self.policy.sudo().automation_level = "off"
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        self._run_schedule()
        self.assertTrue(ticket.billing_is_held)
        ticket.stage_id = self.stage_progress
        self._bill_now(ticket.timesheet_ids)
        self.policy.sudo().automation_level = "draft"
        self._close(ticket)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(sum(ticket._get_charges().mapped("amount")), 115.0)

    def test_limit_holds_for_all_that_was_chosen(self):
        ticket = self._create_ticket(5.0, 5.0, 5.0)
        first, second, third = ticket.timesheet_ids
        self._bill_now(first)
        self._bill_now(second)
        states = ticket._get_charges().mapped("state")
        self.assertEqual(sorted(states), ["invoiced", "to_approve"])
        ticket._get_charges().with_user(self.env.user).sudo(False).action_approve()
        self._bill_now(third)
        states = ticket._get_charges().mapped("state")
        self.assertEqual(sorted(states), ["invoiced", "invoiced", "to_approve"])

    def test_approval_bills_nothing_else_of_a_held_ticket(self):
        for level in ("off", "shadow"):
            with self.subTest(level=level):
                self.policy.sudo().write({"approval": "all", "automation_level": level})
                ticket = self._close(self._create_ticket(1.0, 2.0))
                self._make_due(ticket)
                self._run_schedule()
                chosen = ticket.timesheet_ids[0]
                self._bill_now(chosen)
                charge = ticket._get_charges()
                self.assertEqual(charge.analytic_line_id, chosen)
                charge.with_user(self.env.user).sudo(False).action_approve()
                self.assertEqual(ticket._get_charges(), charge)
                self.assertEqual(charge.state, "invoiced")
                self.assertTrue(ticket.billing_is_held)

    def test_rejected_time_on_an_open_ticket_is_corrected(self):
        self.policy.sudo().approval = "all"
        ticket = self._create_ticket(1.0)
        self._bill_now(ticket.timesheet_ids)
        charge = ticket._get_charges()
        charge.with_user(self.env.user).sudo(False).action_reject("Too much")
        self.assertEqual(ticket.billing_state, "blocked")
        ticket.timesheet_ids.sudo().unit_amount = 0.5
        self.assertEqual(ticket.billing_state, "open")
        entries = ticket.timesheet_ids.with_user(self.agent).sudo(False)
        entries.action_bill_now()
        self.assertEqual(ticket.billing_state, "to_approve")

    def test_pending_ticket_stays_pending(self):
        ticket = self._close(self._create_ticket(1.0, 2.0))
        self._bill_now(ticket.timesheet_ids[0])
        self.assertEqual(ticket.billing_state, "pending")
        self._make_due(ticket)
        self._run_schedule()
        charges = ticket._get_charges()
        self.assertEqual(set(charges.mapped("state")), {"invoiced"})
        self.assertEqual(sum(charges.mapped("amount")), 300.0)

    def test_ready_time_does_not_wait_for_its_month(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._close(self._create_ticket(1.0, 2.0))
        self._make_due(ticket)
        self._run_schedule()
        chosen = ticket.timesheet_ids[0]
        self._bill_now(chosen)
        charges = ticket._get_charges()
        billed = charges.filtered(lambda c: c.analytic_line_id == chosen)
        self.assertEqual(billed.state, "invoiced")
        self.assertEqual((charges - billed).state, "ready")

    def test_several_customers_are_refused_by_name(self):
        other = self._create_customer("Harbor Logistics")
        tickets = self._create_ticket(1.0) | self._create_ticket(
            1.0, partner_id=other.id
        )
        with self.assertRaisesRegex(UserError, "Harbor Logistics") as caught:
            self._bill_now(tickets.timesheet_ids)
        self.assertIn("Northwind Dental", str(caught.exception))
        self.assertFalse(tickets._get_charges())

    def test_two_tickets_of_one_customer_share_a_draft(self):
        site = self._create_customer(
            "Paula Reyes", parent_id=self.customer.id, is_company=False
        )
        tickets = self._create_ticket(1.0) | self._create_ticket(
            2.0, partner_id=site.id
        )
        self._bill_now(tickets.timesheet_ids)
        amounts = self._get_lines(tickets.sudo().invoice_ids)
        self.assertEqual(sum(amounts.mapped("price_subtotal")), 300.0)

    def test_twice_is_once(self):
        ticket = self._create_ticket(1.0)
        self._bill_now(ticket.timesheet_ids)
        moves = self._bill_now(ticket.timesheet_ids)
        self.assertEqual(moves.amount_untaxed, 100.0)

    def test_approval_holds(self):
        self.policy.sudo().approval = "all"
        ticket = self._create_ticket(1.0)
        self.assertFalse(self._bill_now(ticket.timesheet_ids))
        self.assertEqual(ticket.billing_state, "to_approve")
        ticket._get_charges().with_user(self.env.user).sudo(False).action_approve()
        self.assertEqual(ticket.sudo().invoice_ids.amount_untaxed, 100.0)
        self.assertEqual(ticket.billing_event, "none")

    def test_approval_of_time_that_cannot_be_invoiced_is_kept(self):
        self.policy.sudo().approval = "all"
        ticket = self._create_ticket(1.0)
        self._bill_now(ticket.timesheet_ids)
        self.time_product.sudo().active = False
        charge = ticket._get_charges()
        charge.with_user(self.env.user).sudo(False).action_approve()
        self.assertEqual(charge.state, "ready")
        self.time_product.sudo().active = True
        self._close(ticket)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(charge.state, "invoiced")

    def test_what_cannot_be_billed_blocks_nothing(self):
        self.time_product.sudo().list_price = 0.0
        ticket = self._create_ticket(1.0)
        answer = ticket.timesheet_ids.with_user(self.env.user).action_bill_now()
        self.assertIn("price", answer["params"]["message"])
        self.assertEqual(ticket.billing_state, "open")
        self.assertFalse(ticket.billing_error)

    def test_not_billable_tickets_say_why(self):
        ticket = self._create_ticket(1.0, billable=False)
        answer = ticket.timesheet_ids.with_user(self.env.user).action_bill_now()
        self.assertIn("Marked as not billable", answer["params"]["message"])

    def test_undone_time_waits_for_its_ticket(self):
        ticket = self._create_ticket(1.0)
        self._bill_now(ticket.timesheet_ids)
        run = ticket._get_charges().invoice_run_id
        run.with_user(self.env.user).sudo(False).action_undo("Too early")
        self.assertEqual(ticket.billing_state, "open")
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 100.0)

    def test_time_without_a_ticket(self):
        entry = (
            self.env["account.analytic.line"]
            .sudo()
            .create(
                {
                    "name": "Team meeting",
                    "project_id": self.project.id,
                    "employee_id": self.employee.id,
                    "unit_amount": 1.0,
                }
            )
        )
        with self.assertRaisesRegex(UserError, "there is none"):
            entry.with_user(self.env.user).action_bill_now()

    def test_technicians_bill_their_own_tickets(self):
        mine = self._create_ticket(1.0)
        colleague = new_test_user(
            self.env, "colleague", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        other = self._create_ticket(1.0, user_id=colleague.id)
        mine.timesheet_ids.with_user(self.agent).sudo(False).action_bill_now()
        self.assertEqual(mine.sudo().invoice_ids.amount_untaxed, 100.0)
        with self.assertRaises(AccessError):
            other.timesheet_ids.with_user(self.agent).sudo(False).action_bill_now()
