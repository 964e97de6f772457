from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestInvoiceLife(TicketBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(2.0)

    def setUp(self):
        super().setUp()
        self.move = self._close_and_bill(self.ticket)
        self.charge = self.ticket.charge_ids

    def _reverse(self, modify=False):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create(
                {"journal_id": self.move.journal_id.id, "date": fields.Date.today()}
            )
        )
        wizard.reverse_moves(is_modify=modify)
        return wizard.new_move_ids

    def test_second_press_bills_nothing(self):
        self.assertEqual(self._bill(self.ticket), self.move)

    def test_second_run_bills_nothing(self):
        self.ticket.sudo().billing_pending = True
        self._make_due(self.ticket)
        run = self._run_schedule()
        self.assertRecordValues(run, [{"found": 1, "skipped": 1, "invoiced": 0}])
        self.assertEqual(self.ticket.invoice_ids, self.move)

    def test_posted(self):
        self.assertEqual(self.charge.state, "invoiced")
        self.move.action_post()
        self.assertEqual(self.charge.state, "billed")
        self.assertEqual(self.ticket.billing_state, "billed")

    def test_cancelled_draft_waits_for_a_person(self):
        self.move.button_cancel()
        self.assertEqual(self.charge.state, "released")
        self.assertEqual(self._bill(self.ticket), self.move)
        self._run_catch_up()
        self.assertFalse(self.ticket.billing_pending)
        self.move.button_draft()
        self.assertEqual(self.charge.state, "invoiced")

    def test_deleted_draft_waits_for_a_person(self):
        self.move.unlink()
        self.assertEqual(self.charge.state, "released")
        self.assertEqual(self.ticket.billing_state, "released")
        self.assertFalse(self._bill(self.ticket))

    def test_released_work_says_that_it_waits(self):
        self.move.unlink()
        action = self.ticket.action_generate_invoice()
        self.assertIn("waits for a person", action["params"]["message"])

    def test_ticket_warns_of_what_stays_on_an_invoice(self):
        self.assertFalse(self.ticket.billing_reason)
        for stage in (self.stage_progress, self.stage_cancelled):
            self.ticket.stage_id = stage
            self.assertIn("stays there", self.ticket.billing_reason)

    def test_deleted_line_waits_for_a_person(self):
        self._get_lines(self.move).unlink()
        self.assertEqual(self.charge.state, "released")

    def test_edited_draft_shows_what_is_invoiced(self):
        self._get_lines(self.move).price_unit = 90.0
        self.assertRecordValues(
            self.charge,
            [{"amount": 200.0, "invoiced_amount": 180.0, "state": "invoiced"}],
        )

    def test_full_credit_note_waits_for_a_person(self):
        self.move.action_post()
        refund = self._reverse()
        self.assertEqual(self.charge.state, "billed")
        refund.action_post()
        self.assertEqual(self.charge.state, "credited")
        self.assertEqual(self.charge.credited_amount, 200.0)
        self.assertEqual(self.ticket.billing_state, "released")

    def test_reverse_and_create_moves_the_charge(self):
        self.move.action_post()
        self._reverse(modify=True)
        replacement = self.ticket.invoice_ids.filtered(
            lambda m: m.move_type == "out_invoice" and m.state == "draft"
        )
        self.assertEqual(len(replacement), 1)
        self.assertEqual(self.charge.state, "invoiced")
        self.assertEqual(self._bill(self.ticket), self.ticket.invoice_ids)

    def test_partial_credit_stays_billed(self):
        self.move.action_post()
        refund = self._reverse()
        self._get_lines(refund).quantity = 0.5
        refund.action_post()
        self.assertRecordValues(
            self.charge, [{"state": "billed", "credited_amount": 50.0}]
        )

    def test_debit_note_bills_nothing_of_the_ledger(self):
        self.move.action_post()
        note = self.move.with_context(include_business_fields=True).copy(
            {"move_type": "out_invoice"}
        )
        self.assertFalse(note.invoice_line_ids.charge_ids)
        self.assertEqual(self.charge.invoiced_amount, 200.0)

    def test_debit_note_after_a_partial_credit_bills_nothing(self):
        self.move.action_post()
        refund = self._reverse()
        self._get_lines(refund).quantity = 0.5
        refund.action_post()
        with patch.object(self.registry["account.move"], "_is_debit_note") as is_debit:
            is_debit.return_value = True
            note = self.move.with_context(include_business_fields=True).copy(
                {"move_type": "out_invoice"}
            )
        self.assertFalse(note.invoice_line_ids.charge_ids)
        self.assertEqual(self.charge.invoiced_amount, 200.0)

    def test_duplicate_of_an_invoice_bills_nothing(self):
        copy = self.move.copy()
        self.assertFalse(copy.invoice_line_ids.charge_ids)
        self.assertEqual(self.charge.invoiced_amount, 200.0)

    def test_billed_entry_is_frozen_even_for_the_system(self):
        entry = self.ticket.timesheet_ids.sudo()
        other = self._create_ticket()
        changes = [
            {"unit_amount": 3.0},
            {"date": "2020-01-01"},
            {"ticket_id": other.id},
        ]
        for values in changes:
            with self.subTest(values=values), self.assertRaises(UserError):
                entry.write(values)
        with self.assertRaises(UserError):
            entry.unlink()

    def test_billed_entry_is_shown_read_only(self):
        self.assertTrue(self.ticket.timesheet_ids.readonly_timesheet)
        self.move.unlink()
        self.ticket.timesheet_ids.invalidate_recordset()
        self.assertFalse(self.ticket.timesheet_ids.readonly_timesheet)

    def test_text_of_a_billed_entry_may_change(self):
        entry = self.ticket.timesheet_ids.sudo()
        entry.name = "Replaced the cable of the printer"
        entry.unit_amount = 2.0
        self.assertEqual(self.charge.state, "invoiced")

    def test_released_entry_may_be_deleted_and_the_charge_stays(self):
        self.move.unlink()
        self.ticket.timesheet_ids.sudo().unlink()
        self.assertRecordValues(
            self.charge,
            [
                {
                    "analytic_line_id": False,
                    "worked_hours": 2.0,
                    "name": "Replaced the network cable",
                    "employee_id": self.employee.id,
                }
            ],
        )

    def test_billed_ticket_cannot_be_deleted(self):
        with self.assertRaisesRegex(UserError, "Archive"):
            self.ticket.unlink()

    def test_change_of_customer_leaves_the_invoice(self):
        self.ticket.partner_id = self._create_customer("Harbour Logistics")
        self.assertEqual(self.ticket.billing_state, "invoiced")
        self.assertEqual(self.charge.partner_id, self.customer)
        self.assertEqual(self._bill(self.ticket), self.move)
