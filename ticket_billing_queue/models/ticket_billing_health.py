from odoo import api, models
from odoo.fields import Domain

from odoo.addons.queue_job.job import FAILED
from odoo.addons.ticket_billing.tools.health import (
    OK,
    WARNING,
    Finding,
    HealthCheck,
)

from .queue_job import PATIENCE_MINUTES


class TicketBillingHealth(models.Model):
    """Whether somebody runs the jobs."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "jobs": HealthCheck(self.env._("Jobs"), self._find_jobs),
        }

    def _find_jobs(self, company):
        """Whether jobs that bill tickets wait without a job runner, or for too long."""
        runs = self.env["ticket.billing.run"]
        own = Domain("company_id", "=", company.id)
        jobs = runs._get_waiting_jobs().filtered_domain(own)
        late = jobs.filtered(lambda job: job._is_late())
        if not runs._is_job_runner_alive():
            return self._get_runnerless(jobs)
        if late:
            message = self.env._(
                "%(count)s jobs wait for more than %(minutes)s minutes. The scheduled "
                "action bills their tickets. See whether the channel "
                "root.ticket_billing has room, and whether the job runner reaches the "
                "server.",
                count=len(late),
                minutes=PATIENCE_MINUTES,
            )
            return self._get_jobs_finding(WARNING, message, late)
        failed = runs._search_jobs(own & Domain("state", "=", FAILED))
        if failed:
            message = self.env._(
                "Jobs that failed: %(count)s. Their tickets say why and are tried "
                "again; set the jobs to done once you have seen them.",
                count=len(failed),
            )
            return self._get_jobs_finding(WARNING, message, failed)
        message = self.env._(
            "A job runner is at work. Jobs that wait or are run: %(count)s.",
            count=len(jobs),
        )
        return self._get_jobs_finding(OK, message, jobs)

    def _get_runnerless(self, jobs):
        """Return what it means that nobody runs the jobs."""
        if not jobs:
            message = self.env._(
                "No job runner is at work: the scheduled action bills the tickets. "
                "Load queue_job in the server's configuration to have jobs."
            )
            return Finding(OK, message)
        message = self.env._(
            "%(count)s jobs wait, but no job runner is at work. The scheduled action "
            "bills their tickets. Load queue_job in the server's configuration, and "
            "restart the server.",
            count=len(jobs),
        )
        return self._get_jobs_finding(WARNING, message, jobs)

    @api.model
    def _get_jobs_finding(self, status, message, jobs):
        domain = [("id", "in", jobs.ids)]
        return Finding(status, message, len(jobs), "queue.job", domain)
