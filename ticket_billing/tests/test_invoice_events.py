from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_life import InvoiceLifeCommon

STAGES = ("draft", "posted", "paid")


@tagged("post_install", "-at_install")
class TestInvoiceEvents(InvoiceLifeCommon):
    """Every event after billing, on draft, posted and paid invoices."""

    def _bill_to(self, stage, *hours):
        """Return a billed ticket and its invoice in a stage of its life."""
        customer = self._create_customer("Northwind Dental")
        ticket = self._create_ticket(*(hours or (2.0,)), partner_id=customer.id)
        move = self._close_and_bill(ticket)
        if stage != "draft":
            move.action_post()
        if stage == "paid":
            self._pay(move)
        return ticket, move

    def _each_stage(self, *stages):
        for stage in stages or STAGES:
            yield stage, *self._bill_to(stage)

    def _check_nothing_more_is_billed(self, ticket):
        """Neither button, schedule nor hourly search bills the work again."""
        before = ticket.sudo()._get_charges().invoice_line_ids
        self._bill(ticket)
        self._run_catch_up()
        ticket.sudo().billing_pending = True
        self._make_due(ticket)
        self._run_schedule()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.sudo()._get_charges().invoice_line_ids, before)

    # The invoice

    def test_line_edited(self):
        for values, invoiced, edited in (
            ({"quantity": 1.5}, 150.0, -50.0),
            ({"price_unit": 110.0}, 220.0, 20.0),
            ({"discount": 10.0}, 180.0, -20.0),
            ({"name": "As agreed"}, 200.0, 0.0),
        ):
            with self.subTest(values=values):
                ticket, move = self._bill_to("draft")
                self._get_lines(move).write(values)
                self.assertRecordValues(
                    ticket._get_charges(),
                    [
                        {
                            "amount": 200.0,
                            "invoiced_amount": invoiced,
                            "edited_amount": edited,
                            "state": "invoiced",
                            "waiting_amount": 0.0,
                        }
                    ],
                )
                self._check_nothing_more_is_billed(ticket)
                move.action_post()
                self._credit(move)
                self.assertEqual(ticket._get_charges().waiting_amount, invoiced)

    def test_line_deleted(self):
        ticket, move = self._bill_to("draft")
        self._get_lines(move).unlink()
        self.assertRecordValues(
            ticket._get_charges(),
            [
                {
                    "state": "released",
                    "waiting_reason": "deleted",
                    "waiting_amount": 200.0,
                    "is_waiting": True,
                }
            ],
        )
        self._check_nothing_more_is_billed(ticket)

    def test_draft_deleted(self):
        for was_posted in (False, True):
            with self.subTest(was_posted=was_posted):
                ticket, move = self._bill_to("posted" if was_posted else "draft")
                if was_posted:
                    move.button_draft()
                move.with_context(force_delete=True).unlink()
                self.assertEqual(ticket._get_charges().waiting_reason, "deleted")
                self._check_nothing_more_is_billed(ticket)

    def test_cancelled_then_reset_and_posted(self):
        for _stage, ticket, move in self._each_stage():
            charge = ticket._get_charges()
            move.button_cancel()
            self.assertRecordValues(
                charge,
                [
                    {
                        "state": "released",
                        "waiting_reason": "cancelled",
                        "waiting_amount": 200.0,
                    }
                ],
            )
            self._check_nothing_more_is_billed(ticket)
            move.button_draft()
            self.assertRecordValues(
                charge, [{"state": "invoiced", "is_waiting": False}]
            )
            move.action_post()
            self.assertRecordValues(
                charge, [{"state": "billed", "waiting_since": False}]
            )
            self._check_nothing_more_is_billed(ticket)

    def test_reset_and_posted_again(self):
        for _stage, ticket, move in self._each_stage("posted", "paid"):
            move.button_draft()
            self.assertEqual(ticket.billing_state, "invoiced")
            self._check_nothing_more_is_billed(ticket)
            move.action_post()
            self.assertEqual(ticket.billing_state, "billed")

    def test_full_credit_note(self):
        for _stage, ticket, move in self._each_stage("posted", "paid"):
            refund = self._credit(move)
            self.assertRecordValues(
                ticket._get_charges(),
                [
                    {
                        "state": "credited",
                        "credited_amount": 200.0,
                        "waiting_amount": 200.0,
                        "waiting_reason": "credited",
                    }
                ],
            )
            self._check_nothing_more_is_billed(ticket)
            refund.button_draft()
            self.assertRecordValues(
                ticket._get_charges(), [{"state": "billed", "is_waiting": False}]
            )
            refund.button_cancel()
            self.assertEqual(ticket.billing_state, "billed")

    def test_reverse_and_create(self):
        for _stage, ticket, move in self._each_stage("posted", "paid"):
            draft = self._reverse(move, modify=True)
            charge = ticket._get_charges()
            self.assertRecordValues(
                charge, [{"state": "invoiced", "is_waiting": False}]
            )
            self.assertEqual(self._get_lines(draft).charge_ids, charge)
            self._check_nothing_more_is_billed(ticket)
            draft.action_post()
            self.assertEqual(charge.state, "billed")
            self.assertEqual(ticket.amount_invoiced, 200.0)
            self._credit(draft, quantity=0.5)
            self.assertEqual(charge.waiting_amount, 50.0)

    def test_partial_credit(self):
        for values, credited in (
            ({"quantity": 0.5}, 50.0),
            ({"quantity": 1.0, "price_unit": 33.33}, 33.33),
        ):
            for _stage, ticket, move in self._each_stage("posted", "paid"):
                self._credit(move, **values)
                self.assertRecordValues(
                    ticket._get_charges(),
                    [
                        {
                            "state": "billed",
                            "credited_amount": credited,
                            "waiting_amount": credited,
                            "waiting_reason": "partly",
                        }
                    ],
                )
                self.assertEqual(ticket.billing_state, "released")
                self._check_nothing_more_is_billed(ticket)

    def test_credit_note_by_hand_changes_nothing_in_the_ledger(self):
        for _stage, ticket, move in self._each_stage("posted", "paid"):
            refund = self.env["account.move"].create(
                {
                    "move_type": "out_refund",
                    "partner_id": move.partner_id.id,
                    "invoice_line_ids": [
                        Command.create(
                            {"product_id": self.time_product.id, "quantity": 2.0}
                        )
                    ],
                }
            )
            refund.action_post()
            self.assertRecordValues(
                ticket._get_charges(), [{"state": "billed", "credited_amount": 0.0}]
            )
            self._check_nothing_more_is_billed(ticket)

    def test_duplicate_of_the_invoice(self):
        for _stage, ticket, move in self._each_stage():
            copy = move.copy()
            self.assertFalse(copy.invoice_line_ids.charge_ids)
            self.assertFalse(copy.billed_ticket_count)
            self.assertEqual(ticket.amount_invoiced, 200.0)
            self._check_nothing_more_is_billed(ticket)

    # The ticket

    def test_duplicate_of_the_ticket_is_billed_for_its_own_work(self):
        for _stage, ticket, _move in self._each_stage():
            copy = ticket.copy()
            self.assertFalse(copy.charge_ids)
            self.assertEqual(copy.billing_state, "open")
            self._log_time(copy, 1.0)
            self._close(copy)
            self._bill(copy)
            self.assertEqual(copy.amount_invoiced, 100.0)
            self.assertEqual(ticket.amount_invoiced, 200.0)

    def test_customer_or_contract_of_the_ticket_changed(self):
        other = self._create_customer("Harbour Logistics")
        contract = self._create_contract(
            partner_id=other.id, hourly_rate_source="fixed", hourly_rate=50.0
        )
        for _stage, ticket, move in self._each_stage():
            charge = ticket._get_charges()
            ticket.partner_id = other
            ticket.billing_contract_id = contract
            self.assertRecordValues(
                charge, [{"partner_id": move.partner_id.id, "contract_id": False}]
            )
            self._check_nothing_more_is_billed(ticket)
            self._log_time(ticket, 1.0)
            self._bill(ticket)
            new = ticket._get_charges() - charge
            self.assertRecordValues(new, [{"partner_id": other.id, "amount": 50.0}])

    # The time entry

    def test_entry_edited_moved_or_deleted(self):
        elsewhere = self._create_ticket()
        for _stage, ticket, _move in self._each_stage():
            entry = ticket.timesheet_ids.sudo()
            changes = [
                lambda e: e.write({"unit_amount": 3.0}),
                lambda e: e.write({"date": "2020-01-01"}),
                lambda e: e.write({"ticket_id": elsewhere.id}),
                lambda e: e.write({"employee_id": False}),
                lambda e: e.unlink(),
            ]
            for change in changes:
                with self.assertRaises(UserError), self.cr.savepoint():
                    change(entry)
            self.assertEqual(ticket._get_charges().state[-2:], "ed")
            self.assertTrue(entry.exists())

    def test_entry_of_released_work_may_be_corrected(self):
        for _stage, ticket, move in self._each_stage():
            move.button_cancel()
            entry = ticket.timesheet_ids.sudo()
            entry.unit_amount = 1.0
            self.assertEqual(ticket._get_charges().worked_hours, 2.0)
            ticket.action_bill_again()
            new = ticket._get_charges().filtered(lambda c: not c.is_superseded)
            self.assertRecordValues(new, [{"quantity": 1.0, "state": "invoiced"}])

    def test_entry_added_later_is_billed(self):
        for _stage, ticket, _move in self._each_stage():
            self._log_time(ticket, 1.0)
            self._bill(ticket)
            self.assertEqual(ticket.amount_invoiced, 300.0)

    # Waiting

    def test_waiting_since_is_kept(self):
        ticket, move = self._bill_to("draft")
        move.button_cancel()
        charge = ticket._get_charges().sudo()
        past = fields.Datetime.to_datetime("2026-01-05 10:00:00")
        charge.waiting_since = past
        ticket.timesheet_ids.sudo().name = "Another text"
        charge.reason = "Asked the customer"
        charge.written_off_amount = 0.0
        charge._compute_waiting()
        self.assertEqual(charge.waiting_since, past)
        move.button_draft()
        self.assertFalse(charge.waiting_since)

    def test_list_of_what_waits(self):
        deleted, move = self._bill_to("draft")
        move.unlink()
        partly, move = self._bill_to("posted")
        self._credit(move, quantity=0.5)
        given_up, move = self._bill_to("draft")
        move.unlink()
        given_up.action_write_off("Goodwill")
        tickets = deleted | partly | given_up
        charges = self.env["ticket.billing.charge"]
        own = [("ticket_id", "in", tickets.ids)]
        waiting = charges.search([*own, ("is_waiting", "=", True)])
        self.assertEqual(waiting.ticket_id, deleted | partly)
        groups = charges._read_group(
            [*own, ("is_waiting", "=", True)],
            ["waiting_reason"],
            ["waiting_amount:sum"],
        )
        self.assertEqual(dict(groups), {"deleted": 200.0, "partly": 50.0})
