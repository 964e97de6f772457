from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_review import ReviewCommon


@tagged("post_install", "-at_install")
class TestChange(ReviewCommon):
    def test_rated_and_approved_are_both_kept(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=90.0, reason="Our own router")
        self.assertRecordValues(
            charge,
            [
                {
                    "state": "to_approve",
                    "rated_quantity": 2.0,
                    "rated_price_unit": 100.0,
                    "quantity": 1.5,
                    "cut_quantity": 0.5,
                    "price_unit": 90.0,
                    "amount": 135.0,
                    "review": "change",
                    "reviewer_id": self.env.user.id,
                    "change_reason": "Our own router",
                }
            ],
        )
        charge.action_approve()
        line = self._get_lines(charge.ticket_id.invoice_ids)
        self.assertEqual((line.quantity, line.price_unit), (1.5, 90.0))
        self.assertEqual(charge.invoiced_amount, 135.0)

    def test_receipt_shows_what_was_changed(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=90.0, reason="Our own router")
        text = charge.explanation_text
        self.assertIn("Quantity: 1.50 instead of 2.00.", text)
        self.assertIn("Price: 90.00 USD instead of 100.00 USD.", text)
        self.assertIn("Changed: Our own router", text)
        customer = charge.customer_explanation
        self.assertIn("Quantity: 1.50 instead of 2.00.", customer)
        self.assertNotIn("Our own router", customer)

    def test_amounts_are_rounded_half_up(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=0.15, price_unit=33.1, reason="Agreed by phone")
        # 4.965, which binary floats keep as less
        self.assertEqual(charge.amount, 4.97)

    def test_what_was_cut_does_not_come_back(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=80.0, reason="Goodwill")
        charge.action_approve()
        self._log_time(charge.ticket_id, 1.0)
        self._bill(charge.ticket_id)
        late = charge.ticket_id._get_charges() - charge.sudo()
        self.assertRecordValues(late, [{"quantity": 1.0, "price_unit": 100.0}])

    def test_each_change_is_in_the_journal(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, reason="Our own router")
        entry = self.env["ticket.billing.log"].search([("kind", "=", "change")])
        self.assertRecordValues(
            entry,
            [
                {
                    "ticket_id": charge.ticket_id.id,
                    "before": "2.00 × 100.00 USD",
                    "after": "1.50 × 100.00 USD",
                    "reason": "Our own router",
                    "amount": 150.0,
                }
            ],
        )

    def test_only_what_was_rated_can_be_billed(self):
        self._create_contract(hour_allowance="limited", included_hours=0.5)
        charge = self._wait(2.0)
        self.assertEqual(charge.covered_quantity, 0.5)
        for quantity in (-1.0, 0.0, 1.51, 0.333):
            with self.subTest(quantity=quantity), self.assertRaises(UserError):
                charge.action_change(quantity=quantity, reason="Agreed")
        with self.assertRaisesRegex(UserError, "0.00 or more"):
            charge.action_change(price_unit=-1.0, reason="Agreed")
        with self.assertRaisesRegex(UserError, "Say why"):
            charge.action_change(quantity=1.0, reason=" ")
        charge.action_change(quantity=1.5, price_unit=0.0, reason="Agreed")
        self.assertEqual(charge.amount, 0.0)

    def test_nothing_is_changed_on_an_invoice(self):
        charge = self._wait(2.0)
        charge.action_approve()
        with self.assertRaisesRegex(UserError, "not invoiced"):
            charge.action_change(quantity=1.0, reason="Too late")

    def test_changed_work_that_is_rated_anew_says_so(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, reason="Goodwill")
        self.policy.sudo().approval = "none"
        charge.analytic_line_id.sudo().unit_amount = 2.5
        self._bill(charge.ticket_id)
        self.assertEqual(charge.ticket_id.billing_state, "to_approve")
        self.assertIn("changed it", charge.ticket_id.billing_reason)

    def test_changed_work_that_is_billed_again_at_the_old_price_stays_changed(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, reason="Goodwill")
        charge.action_approve()
        charge.ticket_id.sudo().invoice_ids.unlink()
        self.assertEqual(charge.state, "released")
        charge.action_bill_again("old")
        copy = charge.ticket_id._get_charges() - charge.sudo()
        self.assertRecordValues(
            copy,
            [
                {
                    "rated_quantity": 2.0,
                    "quantity": 1.5,
                    "cut_quantity": 0.5,
                    "change_reason": "Goodwill",
                    "reviewer_id": self.env.user.id,
                    "state": "invoiced",
                }
            ],
        )
        self.assertIn("Quantity: 1.50 instead of 2.00.", copy.explanation_text)

    def test_on_paper(self):
        """70 + 22 min are 1.75 h, 0.50 h of it included, 0.25 h cut: 1.00 h at 93.33.

        1.17 h − 0.50 h = 0.67 h and 0.58 h − 0.25 h = 0.33 h: 62.53 + 30.80 = 93.33,
        and 17.73 of tax: 111.06. 20 min more are 2.00 h, of which 1.75 h are handled:
        0.25 h at 93.33 = 23.33 + 4.43 = 27.76.
        """
        self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=93.33,
            hour_allowance="limited",
            included_hours=0.5,
        )
        charges = self._wait(70 / 60, 22 / 60).sorted("id")
        self.assertEqual(charges.mapped("quantity"), [0.67, 0.58])
        charges[1].action_change(quantity=0.33, reason="Our own router")
        charges.action_approve()
        ticket = charges.ticket_id
        move = ticket.sudo().invoice_ids
        self.assertEqual(charges.mapped("invoiced_amount"), [62.53, 30.8])
        totals = [93.33, 17.73, 111.06]
        names = ["amount_untaxed", "amount_tax", "amount_total"]
        self.assertEqual([move[name] for name in names], totals)
        statement = move._get_statement_of_work()
        rows = [row for part in statement["tickets"][0]["parts"] for row in part]
        self.assertEqual([row["quantity"] for row in rows], [0.67, 0.33])
        self.assertEqual([row["amount"] for row in rows], [62.53, 30.8])
        self.assertEqual((statement["work"], statement["total"]), (93.33, 111.06))
        move.action_post()
        move._reverse_moves(cancel=True)
        self.assertEqual(set(charges.mapped("state")), {"credited"})
        ticket.with_user(self.env.user).sudo(False).action_bill_again("old")
        again = ticket.sudo().invoice_ids.filtered(lambda m: m.state == "draft")
        self.assertEqual([again[name] for name in names], totals)
        again.action_post()
        ticket.stage_id = self.stage_progress
        self._log_time(ticket, 20 / 60)
        self.policy.sudo().approval = "none"
        self._close_and_bill(ticket)
        late = ticket.sudo().invoice_ids.filtered(lambda m: m.state == "draft")
        self.assertEqual([late[name] for name in names], [23.33, 4.43, 27.76])

    def test_cut_work_whose_price_is_nothing_keeps_its_hours_apart(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=0.0, reason="Goodwill")
        charge.action_approve()
        self.assertRecordValues(
            charge, [{"state": "covered", "covered_quantity": 1.5, "cut_quantity": 0.5}]
        )

    def test_change_is_no_approval_for_the_daily_limit(self):
        self.policy.sudo().write({"approval": "none", "invoice_frequency": "month"})
        ticket = self._close(self._create_ticket(2.0))
        self._make_due(ticket)
        self._run_schedule()
        charge = ticket._get_charges().with_user(self.env.user).sudo(False)
        charge.action_change(price_unit=400.0, reason="Weekend")
        self.company.sudo().ticket_billing_daily_limit = 500.0
        charge.action_invoice()
        self.assertEqual(charge.state, "to_approve")

    def test_technicians_change_nothing(self):
        charge = self._wait(2.0)
        with self.assertRaises(AccessError):
            charge.with_user(self.agent).action_change(quantity=1.0, reason="Mine")


@tagged("post_install", "-at_install")
class TestReject(ReviewCommon):
    def test_rejected_work_goes_back_to_its_technician(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Split the travel time")
        self.assertRecordValues(
            charge, [{"state": "void", "review": "reject", "is_void": True}]
        )
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("Split the travel time", ticket.billing_reason)
        activity = self._get_activities(ticket, "rejected")
        self.assertEqual(activity.user_id, self.agent)
        self.assertIn("Split the travel time", activity.note)
        self.assertFalse(self._get_activities(ticket, "to_approve"))

    def test_nothing_bills_it_by_itself(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Split the travel time")
        self._make_due(ticket)
        self._run_catch_up()
        self._run_schedule()
        self.policy.sudo().rounding_increment = 0.5
        self._run_schedule()
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertFalse(ticket._get_charges())

    def test_technicians_cannot_bill_it(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id.with_user(self.agent)
        charge.action_reject("Split the travel time")
        data = ticket.get_billing_preview()[0]
        self.assertFalse(data["will_bill"])
        self.assertIn("Split the travel time", data["reason"])
        ticket.action_generate_invoice()
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertFalse(ticket.sudo()._get_charges())
        self.assertFalse(self._get_activities(ticket, "stuck"))

    def test_changed_entry_is_rated_anew_and_waits(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Only one hour was agreed")
        self.policy.sudo().approval = "none"
        charge.analytic_line_id.sudo().unit_amount = 1.0
        self.assertEqual(ticket.billing_state, "pending")
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.billing_state, "to_approve")
        self.assertIn("rejected it: Only one hour", ticket.billing_reason)
        self.assertFalse(self._get_activities(ticket, "rejected"))

    def test_entries_that_are_logged_anew_wait_too(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Split the travel time")
        self.policy.sudo().approval = "none"
        charge.analytic_line_id.sudo().unlink()
        self._log_time(ticket, 1.5)
        self._log_time(ticket, 0.5)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.billing_state, "to_approve")
        self.assertIn("rejected it: Split", ticket.billing_reason)
        ticket._get_charges().with_user(self.env.user).sudo(False).action_approve()
        self._log_time(ticket, 0.25)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_manager_bills_it_again(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Only one hour was agreed")
        ticket.with_user(self.manager).action_generate_invoice()
        self.assertEqual(ticket.billing_state, "to_approve")
        ticket._get_charges().with_user(self.manager).sudo(False).action_approve()
        self.assertEqual(ticket.sudo().invoice_ids.amount_untaxed, 200.0)

    def test_rejecting_needs_a_reason_and_work(self):
        charge = self._wait(2.0)
        with self.assertRaisesRegex(UserError, "corrected"):
            charge.action_reject("")
        charge.action_approve()
        with self.assertRaisesRegex(UserError, "nothing to reject"):
            charge.action_reject("Too late")
        with self.assertRaises(AccessError):
            charge.with_user(self.agent).action_reject("Mine")

    def test_billing_again_that_is_rejected_waits_for_a_person(self):
        self.policy.sudo().approval = "none"
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        self.policy.sudo().approval = "all"
        ticket.action_bill_again()
        new = ticket._get_charges().filtered(lambda c: c.state == "to_approve")
        new.with_user(self.env.user).sudo(False).action_reject("Not yet")
        old = ticket._get_charges()
        self.assertRecordValues(old, [{"state": "released", "is_waiting": True}])

    def test_reopened_ticket_forgets_the_rejection(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Only one hour was agreed")
        ticket.stage_id = self.stage_progress
        self.assertEqual(ticket.billing_state, "open")
        self.assertFalse(ticket.billing_rejected)
