from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestDraftJoining(TicketBillingCommon):
    """Later work joins an open draft that nobody touched."""

    def setUp(self):
        super().setUp()
        self.first = self._create_ticket(1.0, customer_reference="PO 1")
        self.draft = self._close_and_bill(self.first)

    def _bill_second(self, **values):
        second = self._create_ticket(2.0, **values)
        return second, self._close_and_bill(second)

    def test_later_work_joins(self):
        second, move = self._bill_second(customer_reference="PO 2")
        self.assertEqual(move, self.draft)
        self.assertRecordValues(
            move,
            [
                {
                    "amount_untaxed": 300.0,
                    "amount_total": 357.0,
                    "invoice_origin": f"{self.first.number}, {second.number}",
                    "ref": "PO 1, PO 2",
                    "is_manually_modified": False,
                }
            ],
        )
        third, move = self._bill_second()
        self.assertEqual(move, self.draft)
        self.assertEqual(third.invoice_ids.amount_untaxed, 500.0)

    def test_late_time_joins(self):
        self._log_time(self.first, 0.5)
        self.assertEqual(self._bill(self.first), self.draft)
        self.assertEqual(self.draft.amount_untaxed, 150.0)

    def test_due_date_moves_along(self):
        self.customer.property_payment_term_id = False
        with freeze_time("2026-03-05 10:00:00"):
            _ticket, draft = self._bill_second()
        with freeze_time("2026-03-10 10:00:00"):
            _ticket, move = self._bill_second()
        self.assertEqual(move, draft)
        self.assertEqual(move.invoice_date_due, fields.Date.to_date("2026-04-09"))

    def test_draft_that_somebody_touched_stays_as_it_is(self):
        line = self._get_lines(self.draft)
        product = self.ticket_product.id
        changes = {
            "price": lambda: line.write({"price_unit": 90.0}),
            "text": lambda: line.write({"name": "As agreed on the phone"}),
            "discount": lambda: line.write({"discount": 5.0}),
            "date": lambda: self.draft.write({"invoice_date": "2026-03-05"}),
            "note": lambda: self.draft.write({"narration": "Thank you"}),
            "line": lambda: self.draft.write(
                {"invoice_line_ids": [Command.create({"product_id": product})]}
            ),
            "deleted line": lambda: line.unlink(),
        }
        for name, change in changes.items():
            with self.subTest(change=name), self.cr.savepoint() as savepoint:
                change()
                before = self._describe_invoice(self.draft)
                _ticket, move = self._bill_second()
                self.assertNotIn(self.draft, move)
                self.assertEqual(self._describe_invoice(self.draft), before)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_posted_and_reset_draft_is_not_joined(self):
        self.draft.action_post()
        self.draft.button_draft()
        _ticket, move = self._bill_second()
        self.assertNotEqual(move, self.draft)

    def test_cancelled_draft_is_not_joined(self):
        self.draft.button_cancel()
        _ticket, move = self._bill_second()
        self.assertNotEqual(move, self.draft)

    def test_draft_made_by_hand_stays_as_it_is(self):
        self.draft.unlink()
        by_hand = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"product_id": self.time_product.id})
                ],
            }
        )
        _ticket, move = self._bill_second()
        self.assertNotEqual(move, by_hand)
        self.assertEqual(len(by_hand.invoice_line_ids), 1)

    def test_duplicate_of_a_draft_is_not_joined(self):
        copy = self.draft.copy()
        self.draft.button_cancel()
        self.assertFalse(copy.ticket_billing_key)
        _ticket, move = self._bill_second()
        self.assertNotEqual(move, copy)

    def test_other_terms_make_another_draft(self):
        self.customer.property_payment_term_id = self.env.ref(
            "account.account_payment_term_15days"
        )
        _ticket, move = self._bill_second()
        self.assertNotEqual(move, self.draft)

    def test_draft_of_another_customer_is_not_joined(self):
        _ticket, move = self._bill_second(
            partner_id=self._create_customer("Harbour Logistics").id
        )
        self.assertNotEqual(move, self.draft)

    def test_one_invoice_per_ticket_joins_nothing_of_others(self):
        self.policy.sudo().group_by = "ticket"
        second, move = self._bill_second()
        self.assertNotEqual(move, self.draft)
        self._log_time(second, 1.0)
        self.assertEqual(self._bill(second), move)

    def test_covered_work_joins_as_a_note(self):
        self.policy.sudo().show_covered_work = True
        self._create_contract(
            hour_allowance="unlimited",
            hourly_rate_source="fixed",
            hourly_rate=100.0,
        )
        second = self._close(self._create_ticket(2.0))
        self._bill(second)
        self.assertEqual(second.billing_state, "covered")
        self.assertEqual(second._get_charges().note_line_id.move_id, self.draft)
        self.assertEqual(self.draft.amount_untaxed, 100.0)

    def test_credit_note_and_replacement_are_not_joined(self):
        self.draft.action_post()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=self.draft.ids)
            .create(
                {"journal_id": self.draft.journal_id.id, "date": fields.Date.today()}
            )
        )
        wizard.reverse_moves(is_modify=True)
        _ticket, move = self._bill_second()
        self.assertNotIn(wizard.new_move_ids, move)

    def test_preview_says_that_a_draft_is_joined(self):
        second = self._close(self._create_ticket(2.0))
        action = second.action_preview_billing()
        wizard = self.env["ticket.billing.preview"].browse(action["res_id"])
        self.assertRecordValues(
            wizard.invoice_ids,
            [
                {
                    "is_joined": True,
                    "amount_untaxed": 200.0,
                    "amount_tax": 38.0,
                    "amount_total": 238.0,
                    "draft_total": 357.0,
                }
            ],
        )
        self.assertRecordValues(wizard.line_ids, [{"amount": 200.0}])
        self.assertEqual(second.get_billing_preview()[0]["amount_untaxed"], 200.0)

    def test_nobody_names_the_draft_to_join(self):
        for name in ("ticket_billing_key", "ticket_billing_digest"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.draft.write({name: "x"})
