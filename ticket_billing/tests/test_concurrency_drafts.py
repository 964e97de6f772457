from contextlib import contextmanager
from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestConcurrencyDrafts(ConcurrencyCommon):
    """Two real transactions on the drafts and decisions of one customer."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self._set_up_second(env)
            self._switch_on(env)

    @contextmanager
    def _assert_collides(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.SerializationFailure),
        ):
            yield

    def _get_tickets(self, env):
        ids = [self.ids["ticket"], self.ids["second"]]
        return env["helpdesk.ticket"].browse(ids)

    def _count_drafts(self):
        with self._transaction() as env:
            return len(self._get_tickets(env).invoice_ids)

    def _process_first(self):
        with self._transaction() as env:
            self._process(env, "button")

    # Runs

    def test_two_runs_for_a_customer_make_one_draft(self):
        for trigger in ("button", "command", "api"):
            with self.subTest(trigger=trigger):
                with self._stale_transaction() as env:
                    self._read_early(env)
                    self._process_first()
                    with self._assert_collides():
                        self._process_second(env, trigger)
                with self._transaction() as env:
                    self._process_second(env, trigger)
                self.assertEqual(self._count_drafts(), 1)
                with self._transaction() as env:
                    self._get_tickets(env).invoice_ids.unlink()
                    charges = self._get_tickets(env)._get_charges()
                    charges.write({"rating_state": "void", "is_void": True})

    def test_two_schedules_bill_once(self):
        """The one that began before the other one ended leaves the customer out."""
        with self._transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                other["ticket.billing.run"]._process("schedule")
            run = env["ticket.billing.run"]._process("schedule")
            self._assert_busy(run)
        self.assertEqual(self._count_invoices(), (1, 1))

    def test_person_is_told_before_the_server_gives_up(self):
        """He waits twice; then he is told, while customers of nobody else are billed.

        The server tries a transaction five times before it shows an error.
        """
        with self._transaction() as env:
            for _time in range(2):
                self._read_early(env)
                with self._transaction() as other:
                    self._enter_gate(other)
                with self._assert_collides():
                    self._process(env, "button")
                env.cr.rollback()
            self._read_early(env)
            with self._transaction() as other:
                self._enter_gate(other)
            self._assert_busy(self._process(env, "button"))
        with self._transaction() as env:
            self.assertEqual(self._process(env, "button").invoiced, 1)
        self.assertEqual(self._count_invoices(), (1, 1))

    def test_waiting_is_counted_anew_after_each_commit(self):
        with self._transaction() as env:
            for _time in range(4):
                self.assertTrue(env["ticket.billing.run"]._may_wait())
                env["ir.cron"]._commit_progress()

    def test_a_try_counts_once_however_many_batches_it_has(self):
        waited = []

        def enter(gate, partners, wait=True):
            waited.append(wait)
            return partners

        with self._stale_transaction() as env:
            tickets = self._get_tickets(env)
            tickets += tickets[1].copy() + tickets[1].copy()
            for ticket in tickets:
                ticket.partner_id = env["res.partner"].create({"name": "Baker & Sons"})
            tickets.company_id.ticket_billing_batch_size = 1
            with patch.object(env.registry["ticket.billing.gate"], "_enter", enter):
                env["ticket.billing.run"]._process("button", tickets=tickets)
        self.assertEqual(waited, [True] * 4)

    def test_customer_that_is_busy_keeps_nobody_else_waiting(self):
        with self._transaction() as env:
            gates = env["ticket.billing.gate"]
            busy = self._get_tickets(env)[0].commercial_partner_id
            free = env["res.partner"].create({"name": "Blue Harbor Foods"})
            env.flush_all()
            with self._transaction() as other:
                self._enter_gate(other)
            self.assertEqual(
                gates.with_company(self.ids["company"])._enter(busy + free, wait=False),
                free,
            )

    def _assert_busy(self, run):
        line = run.line_ids.filtered(lambda li: li.ticket_id.id == self.ids["ticket"])
        self.assertEqual(line.outcome, "skipped")
        self.assertIn("someone else", line.reason)

    def test_schedule_leaves_out_a_customer_in_work(self):
        with self._transaction() as first:
            self._enter_gate(first)
            with self._transaction() as second:
                self._assert_busy(second["ticket.billing.run"]._process("schedule"))
        with self._transaction() as env:
            self.assertTrue(self._get_tickets(env)[0].billing_pending)
            env["ticket.billing.run"]._process("schedule")
        self.assertEqual(self._count_invoices(), (1, 1))

    def test_button_waits_for_whoever_bills_the_customer(self):
        with self._transaction() as first:
            self._enter_gate(first)
            with self._stale_transaction() as second:
                second.cr.execute("SET LOCAL lock_timeout = '100ms'")
                with (
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.LockNotAvailable),
                ):
                    self._process(second, "button")

    def _enter_gate(self, env):
        ticket = self._get_tickets(env)[0]
        gates = env["ticket.billing.gate"].with_company(ticket.company_id)
        self.assertTrue(gates._enter(ticket.commercial_partner_id))

    # The draft

    def test_draft_that_somebody_is_editing_is_not_joined(self):
        self._process_first()
        with self._transaction() as accountant:
            draft = self._get_tickets(accountant)[0].invoice_ids
            draft.narration = "Thank you"
            accountant.flush_all()
            with self._transaction() as env:
                self._process_second(env)
        self.assertEqual(self._count_drafts(), 2)

    def test_draft_that_was_posted_meanwhile_is_not_joined(self):
        self._process_first()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as accountant:
                self._get_tickets(accountant)[0].invoice_ids.action_post()
            with self._assert_collides():
                self._process_second(env)
        with self._transaction() as env:
            self._process_second(env)
            moves = self._get_tickets(env).invoice_ids
            self.assertEqual(sorted(moves.mapped("state")), ["draft", "posted"])

    # Decisions

    def _release(self):
        self._process_first()
        with self._transaction() as env:
            self._get_tickets(env)[0].invoice_ids.unlink()

    def test_two_people_bill_again_once(self):
        self._release()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._get_tickets(other)[0].action_bill_again()
            for price in ("today", "old"):
                with self._assert_collides(), env.cr.savepoint():
                    self._get_tickets(env)[0].action_bill_again(price)
        self.assertEqual(self._count_drafts(), 1)

    def test_work_that_somebody_decides_about_is_left_alone(self):
        """Others are told at once; they neither wait nor decide a second time."""
        self._release()
        with self._transaction() as other:
            self._get_tickets(other)[0].action_write_off("Goodwill")
            other.flush_all()
            with self._stale_transaction() as env:
                ticket = self._get_tickets(env)[0]
                for decide in (
                    lambda: ticket.action_bill_again("today"),
                    lambda: ticket.action_bill_again("old"),
                    lambda: ticket.action_write_off("No reply"),
                ):
                    with self._assert_told(env):
                        decide()
        with self._transaction() as env:
            self.assertEqual(self._get_tickets(env)[0].billing_state, "written_off")

    def test_work_that_somebody_credits_is_left_alone(self):
        self._process_first()
        with self._transaction() as env:
            self._get_tickets(env)[0].invoice_ids.action_post()
        with self._transaction() as other:
            self._credit(other, post=False)
            other.flush_all()
            with self._stale_transaction() as env, self._assert_told(env):
                self._credit(env)

    def test_charge_that_somebody_decides_about_is_not_invoiced(self):
        self._set_approval("all")
        self.addCleanup(self._set_approval, "over")
        self._process_first()
        with self._transaction() as env:
            charge = self._get_tickets(env)[0]._get_charges()
            charge.rating_state = "ready"
        with self._transaction() as other:
            charge = self._get_tickets(other)[0]._get_charges()
            charge.lock_for_update(allow_referencing=True)
            with self._transaction() as env:
                self._process(env, "button")
        self.assertEqual(self._count_drafts(), 0)

    @contextmanager
    def _assert_told(self, env):
        with self.assertRaisesRegex(UserError, "someone else"), env.cr.savepoint():
            yield

    def test_two_people_approve_once(self):
        self._set_approval("all")
        self.addCleanup(self._set_approval, "over")
        self._process_first()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._get_tickets(other)[0]._get_charges().action_approve()
            with self._assert_collides():
                self._get_tickets(env)[0]._get_charges().action_approve()
        self.assertEqual(self._count_invoices(), (1, 1))

    def _set_approval(self, approval):
        with self._transaction() as env:
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_policy_id.approval = approval

    def test_billed_again_and_written_off_at_the_same_time(self):
        self._release()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._get_tickets(other)[0].action_write_off("Goodwill")
            with self._assert_collides():
                self._get_tickets(env)[0].action_bill_again()
        self.assertEqual(self._count_drafts(), 0)

    def test_two_people_credit_once(self):
        self._process_first()
        with self._transaction() as env:
            self._get_tickets(env)[0].invoice_ids.action_post()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._credit(other)
            with self._assert_collides():
                self._credit(env)
        with self._transaction() as env:
            charge = self._get_tickets(env)[0]._get_charges()
            self.assertEqual(charge.credited_amount, 100.0)

    def test_whoever_credits_changes_the_charge(self):
        self._process_first()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._lock_for_credit(other)
            with self._assert_collides():
                self._lock_for_credit(env)

    def _lock_for_credit(self, env):
        charges = self._get_tickets(env)[0]._get_charges()
        env["ticket.billing.credit"]._lock(charges)
        charges.flush_recordset()

    def test_two_drafts_of_credit_notes_collide(self):
        self._process_first()
        with self._transaction() as env:
            self._get_tickets(env)[0].invoice_ids.action_post()
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._credit(other, post=False)
            with self._assert_collides():
                self._credit(env, post=False)

    def _credit(self, env, post=True):
        charge = self._get_tickets(env)[0]._get_charges()
        lines = [Command.create({"charge_id": charge.id})]
        wizard = env["ticket.billing.credit"].create({"line_ids": lines, "post": post})
        wizard.action_confirm()
