from psycopg2.errors import QueryCanceled

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import identity_exact

MAX_ATTEMPTS = 4
# A worker is ended after 120 s, by Odoo's defaults, 60 s of them computing. This many
# tickets take 15 s or so; a statement that takes longer than the rest of the time is
# waiting for something.
MOST_TICKETS = 500
STATEMENT_SECONDS = 60
NAMED = 3


class HelpdeskTicket(models.Model):
    """Tickets that are billed by a job."""

    _inherit = "helpdesk.ticket"

    def _enqueue_billing(self):
        """Leave these tickets of one company to a job, unless one waits for them."""
        if not self:
            return
        tickets = self.with_env(self.env["ticket.billing.run"]._get_engine_env())
        tickets.with_company(self.company_id).with_delay(
            identity_key=identity_exact,
            max_retries=MAX_ATTEMPTS,
            description=self._get_job_description(),
        )._job_bill()

    def _get_job_parts(self):
        """Return the tickets in parts for a job each: customers with a ticket that
        failed before go alone, for it may be what ends a job."""
        failed = self.filtered("billing_attempts").commercial_partner_id
        customers = self.grouped("commercial_partner_id")
        alone = [part for customer, part in customers.items() if customer in failed]
        return [self - self.browse().concat(*alone), *alone]

    def _get_job_description(self):
        customers = self.commercial_partner_id.mapped("display_name")
        return self.env._(
            "Bill %(count)s tickets of %(customers)s: %(numbers)s",
            count=len(self),
            customers=self._shorten(customers) or self.env._("nobody"),
            numbers=self._shorten([ticket._get_number() for ticket in self]),
        )

    def _shorten(self, names):
        shown = ", ".join(names[:NAMED])
        return f"{shown} … (+{len(names) - NAMED})" if names[NAMED:] else shown

    # In the job

    def _job_bill(self):
        """Bill those of these tickets that are still due.

        What is too much for one job, or is being billed by somebody else, is left to
        another one.

        :return: a text that says what became of them
        :raise RetryableJobError: if others were faster, or the database too slow
        """
        tickets = self.exists()
        now, later = tickets[:MOST_TICKETS], tickets[MOST_TICKETS:]
        runs = now._bill_in_job()
        later._enqueue_billing()
        if now._filter_due():
            soon = fields.Datetime.add(fields.Datetime.now(), minutes=1)
            self._wake_billing_runner(soon)
        return runs._get_job_result()

    def _bill_in_job(self):
        # In words now: nothing can be asked for after an error of the database
        others = self.env._("Others changed or billed the same work at the same time.")
        too_slow = self.env._(
            "The database took longer than %(seconds)s s to answer.",
            seconds=STATEMENT_SECONDS,
        )
        limit = SQL("SET LOCAL statement_timeout = %s", STATEMENT_SECONDS * 1000)
        self.env.cr.execute(limit)
        try:
            runs = self.env["ticket.billing.run"]._process_due("schedule", self.ids)
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            raise RetryableJobError(others) from error
        except QueryCanceled as error:
            raise RetryableJobError(too_slow) from error
        return runs

    def _filter_due(self):
        due = self.env["ticket.billing.run"]._get_due_domain()
        return self.filtered_domain(due)

    # After the last attempt

    def _on_job_failed(self, exc_name="", exc_message="", **_values):
        """Leave on the tickets why the job that was to bill them has failed.

        They are tried again later, as after any error, each customer by himself.

        :param str exc_name: the full name of the error's class
        :param str exc_message: what it says
        """
        reason = self._get_job_error(exc_name, exc_message)
        due = self.exists()._filter_due()
        for tickets in due.grouped("company_id").values():
            self.env["ticket.billing.run"]._process_failure("schedule", tickets, reason)

    def _get_job_error(self, exc_name, exc_message):
        if exc_name.endswith("FailedJobError"):
            return self.env._(
                "The job that bills this ticket has failed: %(reason)s",
                reason=exc_message,
            )
        return self.env._(
            "The job that bills this ticket has failed unexpectedly. The list of jobs "
            "and the server's log tell more."
        )
