from odoo import Command
from odoo.tests import tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestOneBill(InvoiceLifeCommon):
    """Work is billed once, whatever is done to its invoices and credit notes."""

    def _bill_an_hour(self):
        ticket = self._create_ticket(1.0)
        return ticket, self._close_and_bill(ticket)

    # An invoice and the one that was made in its place

    def test_credit_note_of_a_replaced_invoice_stays(self):
        ticket, move = self._bill_an_hour()
        new = self._reverse(self._post(move), modify=True)
        refund = ticket.invoice_ids - move - new
        with self._refused("twice"):
            refund.button_draft()
        new.button_cancel()
        refund.button_draft()
        self.assertEqual(ticket._get_charges().state, "billed")

    def test_replacement_does_not_come_back_beside_the_old_invoice(self):
        ticket, move = self._bill_an_hour()
        new = self._reverse(self._post(move), modify=True)
        refund = ticket.invoice_ids - move - new
        new.button_cancel()
        refund.button_draft()
        refund.button_cancel()
        with self._refused("twice"):
            new.button_draft()

    def test_two_replacements_of_one_invoice_go_with_two_credit_notes(self):
        ticket, move = self._bill_an_hour()
        self._reverse(self._post(move), modify=True)
        self._reverse(move, modify=True)
        charge = ticket._get_charges()
        self.assertEqual(charge.invoiced_amount - charge.credited_amount, 100.0)

    # The kind of a document

    def test_invoice_with_work_is_not_switched(self):
        ticket, move = self._bill_an_hour()
        with self._refused(ticket.number):
            move.action_switch_move_type()
        refund = self._reverse(self._post(move))
        with self._refused(ticket.number):
            refund.action_switch_move_type()

    def test_other_invoices_are_switched_as_ever(self):
        move = self.init_invoice("out_invoice", partner=self.customer, amounts=[100.0])
        move.action_switch_move_type()
        self.assertEqual(move.move_type, "out_refund")

    # Credit notes that lose their invoice

    def test_invoice_that_is_credited_in_part_is_not_cancelled(self):
        ticket, move = self._bill_an_hour()
        refund = self._credit(self._post(move), quantity=0.4)
        move.button_draft()
        with self._refused(refund.name):
            move.button_cancel()
        with self._refused(refund.name):
            move.invoice_line_ids = [Command.delete(self._get_lines(move).id)]
        self.assertEqual(ticket._get_charges().state, "invoiced")
        move.action_post()
        refund.button_draft()
        refund.button_cancel()
        move.button_draft()
        move.button_cancel()
        self.assertEqual(ticket._get_charges().state, "released")

    def test_draft_of_a_credit_note_is_not_posted_after_billing_again(self):
        ticket, move = self._bill_an_hour()
        draft = self._reverse(self._post(move))
        self._credit(move)
        ticket.action_bill_again()
        with self._refused("billed again"):
            draft.action_post()

    def test_credit_note_from_scratch_names_no_charges(self):
        """What is sent by RPC links nothing that the credit note does not reverse."""
        ticket, move = self._bill_an_hour()
        self._post(move)
        charge = ticket._get_charges()
        line = {"name": "Goodwill", "price_unit": 100.0}
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({**line, "charge_ids": [Command.set(charge.ids)]})
                ],
            }
        )
        refund.action_post()
        self.assertFalse(refund.invoice_line_ids.charge_ids)
        self.assertEqual(charge.state, "billed")

    # To whom, and in which currency

    def test_draft_stays_with_its_customer_and_currency(self):
        ticket, move = self._bill_an_hour()
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        with self._refused(ticket.number):
            move.currency_id = euro
        with self._refused(ticket.number):
            move.partner_id = self._create_customer("Blue Harbor Foods")
        contact = self._create_customer(
            "Accounts payable", parent_id=self.customer.id, is_company=False
        )
        move.partner_id = contact
        self.assertEqual(move.partner_id, contact)

    # Work that changed while its invoice was away

    def test_invoice_does_not_come_back_after_its_hours_changed(self):
        ticket, move = self._bill_an_hour()
        move.button_cancel()
        ticket.timesheet_ids.sudo().unit_amount = 5.0
        with self._refused("Bill the work again"):
            move.button_draft()
        ticket.action_bill_again()
        self.assertEqual(ticket._get_charges().sorted("id")[-1].amount, 500.0)

    def test_invoice_does_not_come_back_after_its_time_was_deleted(self):
        ticket, move = self._bill_an_hour()
        move.button_cancel()
        ticket.timesheet_ids.sudo().unlink()
        with self._refused("Bill the work again"):
            move.button_draft()

    def test_credit_note_is_not_undone_after_its_hours_changed(self):
        ticket, move = self._bill_an_hour()
        refund = self._credit(self._post(move))
        ticket.timesheet_ids.sudo().unit_amount = 5.0
        with self._refused("Bill the work again"):
            refund.button_draft()

    def test_invoice_comes_back_if_nothing_changed(self):
        ticket, move = self._bill_an_hour()
        move.button_cancel()
        ticket.timesheet_ids.sudo().name = "Replaced the cable and the switch"
        move.button_draft()
        self.assertEqual(ticket._get_charges().state, "invoiced")
