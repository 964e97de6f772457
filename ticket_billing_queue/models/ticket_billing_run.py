import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.queue_job.job import ENQUEUED, FAILED, PENDING, STARTED
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID
from odoo.addons.ticket_billing.models.ticket_billing_run_line import OUTCOMES

from .queue_job import PATIENCE_MINUTES

# What is due beyond that is billed here, or left to jobs of the next run
MOST_TICKETS = 10_000

_logger = logging.getLogger(__name__)


class TicketBillingRun(models.Model):
    """Hands what is due to jobs, as long as a job runner is there to run them."""

    _inherit = "ticket.billing.run"

    @api.model
    def _cron_process(self):
        # EXTENDS ticket_billing: it bills what no job takes
        self._try_apart(self._note_dead_jobs)
        if self._is_job_runner_alive():
            self._try_apart(self._enqueue_due)
        return super()._cron_process()

    @api.model
    def _get_cron_domain(self):
        # EXTENDS ticket_billing
        domain = super()._get_cron_domain()
        jobs = self._get_waiting_jobs()
        if not self._is_job_runner_alive():
            if jobs:
                _logger.warning(
                    "No job runner is at work: the scheduled action bills the tickets "
                    "of %s waiting jobs",
                    len(jobs),
                )
            return domain
        in_time = jobs.filtered(lambda job: not job._is_late())
        return domain & Domain("id", "not in", in_time._get_ticket_ids())

    @api.model
    def _is_job_runner_alive(self):
        """Return whether a job runner, on whatever host, serves this database.

        It holds a lock in the database for as long as it is connected.
        """
        query = SQL(
            "SELECT EXISTS (SELECT FROM pg_locks"
            " JOIN pg_database ON pg_database.oid = pg_locks.database"
            " WHERE datname = current_database() AND locktype = 'advisory'"
            " AND objsubid = 1 AND granted"
            " AND (classid::bigint << 32) | objid::bigint = %s)",
            PG_ADVISORY_LOCK_ID,
        )
        return self.env.execute_query(query)[0][0]

    # Jobs

    @api.model
    def _get_waiting_jobs(self):
        """Return the jobs of ours that wait or are at work."""
        return self._search_jobs(Domain("state", "in", (PENDING, ENQUEUED, STARTED)))

    @api.model
    def _search_jobs(self, domain):
        ours = Domain("model_name", "=", "helpdesk.ticket")
        ours &= Domain("method_name", "=", "_job_bill")
        return self.env["queue.job"].sudo().search(ours & Domain(domain))

    @api.model
    def _enqueue_due(self):
        """Make a job for each batch of whole customers that is due."""
        waiting = self._get_waiting_jobs()._get_ticket_ids()
        others = Domain("id", "not in", waiting)
        batches = self._get_due_batches("schedule", others, MOST_TICKETS)
        for ids in batches:
            for tickets in self.env["helpdesk.ticket"].browse(ids)._get_job_parts():
                tickets._enqueue_billing()
        if batches:
            # Looks after them, should the job runner be gone by then
            self.env["helpdesk.ticket"]._wake_billing_runner(
                fields.Datetime.add(
                    fields.Datetime.now(), minutes=PATIENCE_MINUTES, seconds=1
                )
            )

    @api.model
    def _note_dead_jobs(self):
        """Leave the reason on tickets whose jobs were given up by the job runner.

        It does so, without telling us, if a job's process was ended again and again.
        """
        dead = Domain("exc_name", "=", "JobFoundDead")
        untold = Domain("exc_message", "=", False)
        for job in self._search_jobs(Domain("state", "=", FAILED) & dead & untold):
            message = self.env._("The process that ran the job was ended each time.")
            job.exc_message = message
            job.records._on_job_failed("FailedJobError", message)

    def _get_job_result(self):
        """Return in a text for the list of jobs what was billed."""
        if not self:
            return self.env._("Nothing was due any more.")
        return "\n".join(
            self.env._(
                "Run %(run)s: %(found)s tickets, %(invoiced)s invoiced, %(covered)s "
                "covered, %(to_approve)s to approve, %(skipped)s skipped, %(blocked)s "
                "blocked",
                run=run.id,
                **{name: run[name] for name in ("found", *OUTCOMES)},
            )
            for run in self
        )
