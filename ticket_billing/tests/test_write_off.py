from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestWriteOff(InvoiceLifeCommon):
    def test_released_work_is_written_off_with_a_reason(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        ticket.action_write_off("  Goodwill after the outage  ")
        self.assertRecordValues(
            ticket._get_charges(),
            [
                {
                    "state": "written_off",
                    "reason": "Goodwill after the outage",
                    "written_off_amount": 200.0,
                    "reviewer_id": self.env.user.id,
                    "is_waiting": False,
                    "waiting_amount": 0.0,
                }
            ],
        )
        self.assertEqual(ticket.billing_state, "written_off")
        self.assertEqual(ticket.billing_reason, "Goodwill after the outage")

    def test_credited_work(self):
        ticket = self._create_ticket(2.0)
        self._credit(self._post(self._close_and_bill(ticket)))
        ticket.action_write_off("Complaint")
        self.assertEqual(ticket.billing_state, "written_off")

    def test_work_that_waits_for_approval(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        ticket.action_write_off("Warranty")
        self.assertEqual(ticket.billing_state, "written_off")
        self.assertFalse(self._bill(ticket))
        self._run_catch_up()
        self.assertFalse(ticket.billing_pending)

    def test_part_of_a_charge(self):
        ticket = self._create_ticket(2.0)
        self._credit(self._post(self._close_and_bill(ticket)), quantity=0.5)
        ticket.action_write_off("Discount")
        self.assertRecordValues(
            ticket._get_charges(),
            [
                {
                    "state": "billed",
                    "written_off_amount": 50.0,
                    "waiting_amount": 0.0,
                    "reason": "Discount",
                }
            ],
        )
        self.assertEqual(ticket.billing_state, "billed")

    def test_a_reason_is_required(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        for reason in ("", "   ", None, False, 0, ["x"]):
            with self.subTest(reason=reason), self.assertRaisesRegex(UserError, "why"):
                ticket.action_write_off(reason)

    def test_billed_work_cannot_be_written_off(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket)
        with self.assertRaisesRegex(UserError, "nothing to write off"):
            ticket.action_write_off("Goodwill")

    def test_managers_only(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).action_write_off("Goodwill")

    def test_undone_by_billing_again(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        ticket.action_write_off("Warranty")
        self.policy.sudo().approval = "none"
        ticket.action_bill_again()
        self.assertEqual(ticket.billing_state, "invoiced")
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 900.0)

    def test_invoice_that_comes_back_decides_again(self):
        ticket = self._create_ticket(2.0)
        move = self._close_and_bill(ticket)
        move.button_cancel()
        ticket.action_write_off("Goodwill")
        move.button_draft()
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_what_was_written_off_before_waits_when_it_is_credited_anew(self):
        ticket = self._create_ticket(2.0)
        move = self._close_and_bill(ticket)
        move.button_cancel()
        ticket.action_write_off("Goodwill")
        move.button_draft()
        move.action_post()
        self._credit(move)
        self.assertRecordValues(
            ticket._get_charges(),
            [{"state": "credited", "written_off_amount": 0.0, "waiting_amount": 200.0}],
        )

    def test_credit_note_that_is_taken_back_takes_back_the_write_off(self):
        cases = [({"quantity": 0.5}, 50.0), ({}, 200.0)]
        for values, amount in cases:
            with self.subTest(credit=values):
                ticket = self._create_ticket(2.0)
                move = self._post(self._close_and_bill(ticket))
                refund = self._credit(move, **values)
                ticket.action_write_off("Discount")
                refund.button_draft()
                charge = ticket._get_charges()
                self.assertRecordValues(
                    charge, [{"state": "billed", "written_off_amount": 0.0}]
                )
                refund.action_post()
                self.assertEqual(charge.waiting_amount, amount)

    def test_more_credit_after_a_write_off_waits_again(self):
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=0.5)
        ticket.action_write_off("Discount")
        self._credit(move, quantity=1.5)
        self.assertRecordValues(
            ticket._get_charges(), [{"state": "credited", "waiting_amount": 150.0}]
        )
