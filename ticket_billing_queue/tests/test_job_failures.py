from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.exception import FailedJobError, RetryableJobError
from odoo.addons.queue_job.job import Job
from odoo.addons.ticket_billing.models.ticket_billing_run_schedule import (
    TicketBillingRun as Engine,
)
from odoo.addons.ticket_billing_queue.hooks import uninstall_hook

from .common import TicketBillingQueueCommon

TICKETS = "odoo.addons.ticket_billing_queue.models.helpdesk_ticket"
CONTROLLER = "odoo.addons.queue_job.controllers.main"
SECONDS = [1, 5, 15]


@tagged("post_install", "-at_install")
class TestJobFailures(TicketBillingQueueCommon):
    """Attempts, and what is left on the tickets after the last one."""

    def setUp(self):
        super().setUp()
        self.tickets = self._create_due_tickets(self.customer, self.customer)
        self.tickets._enqueue_billing()
        self.record = self._get_jobs()
        self.job = Job.load(self.env, self.record.uuid)

    def _run_job(self):
        """Let queue_job run the job as its runner would, and return its failure."""
        failure = None
        with (
            self.enter_registry_test_mode(),
            mute_logger(CONTROLLER, "odoo.sql_db"),
            self.registry.cursor() as cr,
        ):
            env = self.env(cr=cr)
            try:
                RunJobController._runjob(env, Job.load(env, self.record.uuid))
            except Exception as error:
                # Not assertRaises: it takes back what is done after the failure
                failure = error
        self.env.invalidate_all()
        return failure

    def _fail_with(self, error):
        return patch.object(Engine, "_process_due", side_effect=error)

    def test_others_were_faster(self):
        with self._fail_with(SerializationFailure()):
            for number, seconds in enumerate(SECONDS, 1):
                with self.assertRaises(RetryableJobError):
                    self.job.perform()
                self.assertEqual(self.job.retry, number)
                self.assertEqual(self.job._get_retry_seconds(), seconds)
            with self.assertRaisesRegex(Exception, "Max. retries .4. reached"):
                self.job.perform()

    def test_statement_that_takes_too_long(self):
        def sleep(runs, _trigger, _ids):
            runs.env.cr.execute(SQL("SELECT pg_sleep(5)"))

        with (
            patch(f"{TICKETS}.STATEMENT_SECONDS", 0.2),
            patch.object(Engine, "_process_due", sleep),
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(RetryableJobError, "The database took longer"),
            self.env.cr.savepoint(),
        ):
            self.job.perform()
        timeout = self.env.execute_query(SQL("SHOW statement_timeout"))
        self.assertEqual(timeout, [("0",)])

    def test_job_that_is_tried_again(self):
        with self._fail_with(SerializationFailure()):
            with self.assertRaises(RetryableJobError):
                self.job.perform()
        self.assertEqual(self.tickets.mapped("billing_error"), [False, False])
        self.assertIsNone(self._run_job())
        self.assertEqual(self.record.state, "done")
        self.assertEqual(self.tickets.invoice_ids.amount_untaxed, 200.0)

    def test_last_attempt_leaves_the_reason_on_the_tickets(self):
        self.record.retry = 3
        with self._fail_with(SerializationFailure()):
            self.assertIsInstance(self._run_job(), FailedJobError)
        self.assertEqual(self.record.state, "failed")
        reason = (
            "The job that bills this ticket has failed: Max. retries (4) reached: "
            "Others changed or billed the same work at the same time."
        )
        self.assertEqual(self.tickets.mapped("billing_error"), [reason, reason])
        self.assertEqual(self.tickets.mapped("billing_pending"), [True, True])
        self.assertIn(reason, self.tickets[0].billing_reason)
        run = self.tickets.billing_run_id.sudo()
        self.assertEqual((run.found, run.blocked), (2, 2))
        self.assertEqual(set(run.line_ids.mapped("reason")), {reason})

    def test_unexpected_error_leaves_a_reason_without_details(self):
        with self._fail_with(ValueError("secret")):
            self.assertIsInstance(self._run_job(), ValueError)
        self.assertEqual(self.record.state, "failed")
        self.assertIn("has failed unexpectedly", self.tickets[0].billing_error)
        self.assertNotIn("secret", self.tickets[0].billing_error)

    def test_tickets_that_fail_again_and_again_wait_for_a_person(self):
        self.tickets.sudo().billing_attempts = 2
        with self._fail_with(ValueError("x")):
            self.assertIsInstance(self._run_job(), ValueError)
        self.assertEqual(self.tickets.mapped("billing_pending"), [False, False])
        self.assertEqual(self.tickets.mapped("billing_state"), ["blocked", "blocked"])
        self.assertEqual(len(self.tickets.sudo().activity_ids), 2)

    def test_reason_is_left_on_tickets_that_are_still_due_only(self):
        billed, waiting = self.tickets
        billed.action_generate_invoice()
        with self._fail_with(ValueError("x")):
            self.assertIsInstance(self._run_job(), ValueError)
        self.assertFalse(billed.billing_error)
        self.assertTrue(waiting.billing_error)

    def test_ticket_that_is_gone_by_now(self):
        gone, left = self.tickets
        gone.timesheet_ids.sudo().unlink()
        gone.sudo().unlink()
        self.assertIsNone(self._run_job())
        self.assertEqual(left.invoice_ids.amount_untaxed, 100.0)
        left._enqueue_billing()
        left.sudo().billing_pending = True
        self.tickets.with_env(self.record.env)._on_job_failed("ValueError", "x")
        self.assertTrue(left.billing_error)

    def test_job_whose_process_was_ended_again_and_again(self):
        """The job runner gives such a job up by itself, without telling us."""
        self.record.write({"state": "failed", "exc_name": "JobFoundDead"})
        self._run_cron()
        reason = (
            "The job that bills this ticket has failed: The process that ran the job "
            "was ended each time."
        )
        self.assertEqual(self.tickets.mapped("billing_error"), [reason, reason])
        self.assertEqual(self.tickets.mapped("billing_attempts"), [1, 1])
        self._make_due(self.tickets)
        self.runs._note_dead_jobs()
        self.assertEqual(self.tickets.mapped("billing_attempts"), [1, 1])

    def test_uninstalling_leaves_the_tickets_to_the_scheduled_action(self):
        failed = self.record.copy({"uuid": "2", "state": "failed"})
        uninstall_hook(self.env)
        self.assertEqual(self.record.state, "cancelled")
        self.assertEqual(failed.state, "done")
        self._run_cron()
        self.assertEqual(self.tickets.invoice_ids.amount_untaxed, 200.0)
