from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_contract import WithContractCommon
from .common_life import InvoiceLifeCommon

HEADING = ("line_section", "Work on tickets", 0.0)
OWN = ("product", "Hosting", 250.0)


@freeze_time("2026-03-10 10:00:00")
@tagged("post_install", "-at_install")
class TestWithContractLife(WithContractCommon, InvoiceLifeCommon):
    """What becomes of a contract's invoice with work on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(1.0)

    def setUp(self):
        super().setUp()
        self._close(self.ticket)
        self._run_due(self.ticket)
        self.move = self._invoice_contracts()
        self.run = self._get_last_run().with_env(self.env)
        self.charge = self.ticket.charge_ids
        self.assertEqual(self.move.amount_untaxed, 350.0)

    # Taken back

    def test_undo_takes_our_lines_and_the_heading(self):
        header = self.move.read(["invoice_origin", "ref", "invoice_date"])
        self.run.action_undo("Wrong rate")
        self.assertTrue(self.move.exists())
        self.assertEqual(self._get_printed(self.move), [OWN])
        self.assertEqual(
            self.move.read(["invoice_origin", "ref", "invoice_date"]), header
        )
        self.assertFalse(self.move.is_manually_modified)
        self.assertRecordValues(self.charge, [{"state": "ready", "is_undone": True}])
        self.assertEqual(self._bill(self.ticket).amount_untaxed, 100.0)
        self.assertEqual(self.move.amount_untaxed, 250.0)

    def test_undo_takes_notes_of_covered_work(self):
        self.policy.sudo().show_covered_work = True
        self.contract.write({"hour_allowance": "limited", "included_hours": 1.5})
        with freeze_time("2026-04-10 10:00:00"):
            ticket = self._close(self._create_ticket(2.0))
            self._run_due(ticket)
        move = self._invoice_contracts(day="2026-04-20")
        self.assertEqual(len(self._get_printed(move)), 4)
        self._get_last_run().with_env(self.env).action_undo("Wrong rate")
        self.assertEqual(self._get_printed(move), [OWN])

    def test_undo_of_another_run_leaves_ours(self):
        """The one of a run of ours that bills the same contract separately."""
        other = self._close(self._create_ticket(2.0))
        draft = self._bill(other)
        other.charge_ids.sudo().invoice_run_id.with_env(self.env).action_undo("No")
        self.assertFalse(draft.exists())
        self.assertEqual(self._get_printed(self.move)[:2], [OWN, HEADING])

    def test_changed_invoice_is_not_taken_back(self):
        line = self.move.invoice_line_ids.filtered("contract_line_id")
        line.price_unit = 240.0
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            self.run.action_undo("Wrong rate")
        self.assertEqual(self.move.amount_untaxed, 340.0)

    def test_undo_never_deletes_a_line_of_somebody_else(self):
        """Neither on a draft of ours to which another addon adds lines."""
        other = self._close(self._create_ticket(2.0))
        draft = self._bill(other)
        draft.invoice_line_ids = [(0, 0, {"name": "Stamps", "price_unit": 1.0})]
        draft.sudo().is_manually_modified = False
        draft.sudo()._stamp_ticket_billing_digest()
        run = other.charge_ids.sudo().invoice_run_id.with_env(self.env)
        run.action_undo("Wrong rate")
        self.assertEqual(draft.invoice_line_ids.mapped("name"), ["Stamps"])

    # States

    def test_deleted_invoice_leaves_the_work_to_a_person(self):
        self.move.unlink()
        self.assertRecordValues(
            self.charge, [{"state": "released", "waiting_reason": "deleted"}]
        )
        self._run_catch_up()
        self.assertFalse(self.ticket.billing_pending)
        self.assertEqual(
            self._get_printed(self._invoice_contracts(day="2026-04-20")), [OWN]
        )
        self.ticket.action_bill_again()
        self.assertEqual(self._get_live_lines(self.ticket)[0][3], 100.0)

    def test_cancelled_and_reset(self):
        self.move.button_cancel()
        self.assertEqual(self.charge.state, "released")
        self.move.button_draft()
        self.assertEqual(self.charge.state, "invoiced")
        self._post(self.move)
        self.assertEqual(self.charge.state, "billed")
        self.assertEqual(self.ticket.billing_state, "billed")

    def test_credited(self):
        self._post(self.move)
        refund = self._credit(self.move)
        self.assertEqual(refund.amount_untaxed, 350.0)
        self.assertRecordValues(
            self.charge, [{"state": "credited", "credited_amount": 100.0}]
        )

    def test_reversed_and_created_anew(self):
        self._post(self.move)
        new = self._reverse(self.move, modify=True)
        self.assertEqual(new.amount_untaxed, 350.0)
        self.assertEqual(self.charge.state, "invoiced")

    # The counter of the contract

    def test_contract_counts_each_invoice_once(self):
        own = self._bill(self._close(self._create_ticket(2.0)))
        self.env.invalidate_all()
        contract = self.contract.with_user(self.env.user)
        self.assertEqual(contract.invoice_count, 2)
        action = contract.action_show_invoices()
        self.assertEqual(set(action["domain"][0][2]), set((self.move | own).ids))
        other = self._create_contract(name="Other")
        self.assertEqual(other.invoice_count, 0)

    def test_counter_for_who_may_not_read_the_work(self):
        own = self._bill(self._close(self._create_ticket(2.0)))
        clerk = new_test_user(self.env, "clerk", groups="account.group_account_invoice")
        rules = self.env["ir.rule"].sudo()
        rules.create(
            {
                "name": "All but one invoice",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": f"[('id', '!=', {own.id})]",
            }
        )
        rules.create(
            {
                "name": "No work",
                "model_id": self.env["ir.model"]._get_id("ticket.billing.charge"),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        self.env.invalidate_all()
        contract = self.contract.with_user(clerk)
        self.assertEqual(contract._get_related_invoices(), self.move)
        self.assertEqual(contract.invoice_count, 1)

    def test_next_month_joins_the_next_invoice(self):
        with freeze_time("2026-04-02 10:00:00"):
            later = self._close(self._create_ticket(2.0))
            self._run_due(later)
            self.assertEqual(later.billing_state, "ready")
        move = self._invoice_contracts(day="2026-04-20")
        self.assertEqual(move.amount_untaxed, 450.0)
        self.assertEqual(move.invoice_date, fields.Date.to_date("2026-04-20"))
        self.assertEqual(self.ticket.invoice_ids, self.move)
