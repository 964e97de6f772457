from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools.due import Due
from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestUndo(TicketBillingCommon):
    """Drafts of a run that nobody touched are taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age_terms()

    def _run(self, tickets):
        self._make_due(tickets)
        run = self._run_schedule()
        self.env.invalidate_all()
        return run

    def _bill_by_schedule(self, *hours, **values):
        ticket = self._close(self._create_ticket(*hours, **values))
        return ticket, self._run(ticket)

    def test_work_is_ready_again_and_waits(self):
        ticket, run = self._bill_by_schedule(1.0)
        move = ticket.invoice_ids
        run.action_undo("Wrong rate")
        self.assertFalse(move.exists())
        self.assertRecordValues(
            ticket.charge_ids,
            [{"state": "ready", "amount": 100.0, "invoiced_amount": 0.0}],
        )
        self.assertRecordValues(
            run, [{"undone_by_id": self.env.uid, "undo_reason": "Wrong rate"}]
        )
        self.assertIn("Wrong rate", ticket.message_ids[0].body)
        self.assertIn("taken back", ticket.billing_reason)
        self._run_catch_up()
        self.assertFalse(self._run(ticket).sudo().line_ids)
        self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)
        self.assertFalse(ticket.charge_ids.is_undone)

    def test_later_work_is_rated_with_it(self):
        ticket, run = self._bill_by_schedule(1.0)
        run.action_undo("Wrong month")
        self._log_time(ticket, 0.5)
        self._run(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 150.0)

    def test_closing_what_was_billed_when_resolved_does_not_bill_it(self):
        self.company.sudo().ticket_billing_on_resolve = True
        ticket = self._create_ticket(1.0)
        ticket.stage_id = self.env["helpdesk.ticket.stage"].create(
            {"name": "Resolved", "billing_event": "resolve"}
        )
        self._run(ticket).action_undo("Wrong month")
        self._close(ticket)
        self.assertFalse(ticket.billing_pending)
        self._run(ticket)
        self.assertEqual(ticket.billing_state, "ready")

    def test_other_terms_are_billed_by_themselves(self):
        ticket, run = self._bill_by_schedule(1.1)
        run.action_undo("Wrong rounding")
        self.policy.sudo().rounding_increment = 0.5
        self._run(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 150.0)

    def test_time_may_be_corrected_again(self):
        ticket, run = self._bill_by_schedule(1.0)
        with self.assertRaises(UserError):
            ticket.timesheet_ids.unit_amount = 2.0
        run.action_undo("Wrong time")
        ticket.timesheet_ids.unit_amount = 2.0
        self._run(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 200.0)

    def test_what_another_run_added_stays(self):
        first, run = self._bill_by_schedule(1.0)
        second, second_run = self._bill_by_schedule(2.0)
        move = first.invoice_ids
        self.assertEqual(second.invoice_ids, move)
        run.action_undo("Too early")
        self.assertEqual(move.amount_untaxed, 200.0)
        self.assertEqual(move.invoice_origin, second.number)
        self.assertEqual(first.billing_state, "ready")
        self.assertEqual(second.billing_state, "invoiced")
        third, _run = self._bill_by_schedule(0.5)
        self.assertEqual(third.invoice_ids, move)
        second_run.action_undo("That one, too")
        self.assertEqual(move.amount_untaxed, 50.0)

    def test_covered_work_is_printed_again(self):
        self.policy.sudo().show_covered_work = True
        self._create_contract(hour_allowance="limited", included_hours=1.0)
        ticket, run = self._bill_by_schedule(1.5)
        run.action_undo("Wrong contract")
        self.assertFalse(ticket.charge_ids.note_line_id)
        move = self._bill(ticket)
        self.assertEqual(move.amount_untaxed, 50.0)
        self.assertTrue(ticket.charge_ids.note_line_id)

    def test_changed_and_posted_drafts_stay(self):
        other = self._create_customer("Harbour Logistics")
        third = self._create_customer("Lakeside School")
        tickets = self._create_ticket(1.0)
        tickets += self._create_ticket(1.0, partner_id=other.id)
        tickets += self._create_ticket(1.0, partner_id=third.id)
        run = self._run(self._close(tickets))
        edited, posted = tickets[0].invoice_ids, tickets[1].invoice_ids
        edited.invoice_line_ids[0].price_unit = 90.0
        posted.action_post()
        action = run.action_undo("Wrong rate")
        self.assertIn(tickets[0].number, action["params"]["message"])
        self.assertEqual(
            tickets.mapped("billing_state"), ["invoiced", "billed", "ready"]
        )
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            run.action_undo("Once more")

    def test_reason_is_asked_only_where_drafts_can_be_taken_back(self):
        ticket, run = self._bill_by_schedule(1.0)
        self.assertTrue(run.can_undo)
        self.assertEqual(run.action_open_undo()["res_model"], "ticket.billing.undo")
        ticket.invoice_ids.action_post()
        run.invalidate_recordset()
        self.assertFalse(run.can_undo)
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            run.action_open_undo()

    def test_run_is_taken_back_once(self):
        _ticket, run = self._bill_by_schedule(1.0)
        run.action_undo("Wrong rate")
        self.assertFalse(run.can_undo)

    def test_reset_invoice_is_not_taken_back(self):
        """Also where it is as the run left it, its date included."""
        ticket = self._close(self._create_ticket(1.0))
        today = fields.Date.today()
        run = self.env["ticket.billing.run"]._process(
            "button", tickets=ticket, due=Due(up_to=today, invoice_date=today)
        )
        ticket.invoice_ids.action_post()
        ticket.invoice_ids.button_draft()
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            run.action_undo("Wrong rate")

    def test_reason_is_wanted_and_managers_alone(self):
        ticket, run = self._bill_by_schedule(1.0)
        for reason in ("", "  ", False, None, 5):
            with self.assertRaisesRegex(UserError, "Say why"):
                run.action_undo(reason)
        auditor = new_test_user(
            self.env, "auditor", groups="ticket_billing.group_ticket_billing_auditor"
        )
        with self.assertRaises(AccessError):
            run.with_user(auditor).action_undo("No right")
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_ticket_that_changed_meanwhile_is_rated_anew(self):
        other = self._create_customer("Harbour Logistics")
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        tickets += self._create_ticket(1.0)
        run = self._run(self._close(tickets))
        tickets[0].billable = False
        tickets[1].stage_id = self.stage_progress
        tickets[2].partner_id = other
        run.action_undo("Wrong customer")
        self.assertEqual(set(tickets.charge_ids.mapped("state")), {"void"})
        self.assertEqual(
            tickets.mapped("billing_state"), ["not_billable", "open", "pending"]
        )
        self._run(tickets[2])
        self.assertEqual(tickets[2].invoice_ids.partner_id, other)

    def test_covered_and_billed_by_month(self):
        """The run that invoices is the one that is undone, not the one that rated."""
        self.policy.sudo().invoice_frequency = "month"
        ticket, rating_run = self._bill_by_schedule(1.0)
        self.assertEqual(ticket.billing_state, "ready")
        self._bill(ticket)
        with self.assertRaisesRegex(UserError, "nothing to take back"):
            rating_run.action_undo("Not this one")
        ticket.charge_ids.invoice_run_id.action_undo("This one")
        self.assertEqual(ticket.billing_state, "ready")
