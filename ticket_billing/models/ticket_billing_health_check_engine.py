from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools.health import ERROR, OK, WARNING, Finding, HealthCheck, get_worst

CRONS = (
    "ir_cron_process_tickets",
    "ir_cron_post_drafts",
    "ir_cron_catch_up",
    "ir_cron_check_health",
)
BY_ITSELF = ("schedule", "close", "resolve")
# Cron jobs that fail are switched off by Odoo after a while
MOST_FAILURES = 2
HOURS_WITHOUT_SUCCESS = 24


class TicketBillingHealth(models.Model):
    """Whether billing is at work: the scheduled actions, and what came of them."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "runner": HealthCheck(
                self.env._("Scheduled actions"), self._find_runner, self._find_runner
            ),
            "last_success": HealthCheck(
                self.env._("Last success"), self._find_last_success
            ),
        }

    # Scheduled actions

    def _find_runner(self, company):
        """Whether the scheduled actions are there, active and on time."""
        if not company.ticket_billing_enabled:
            return Finding(OK, self._get_switched_off_text(company))
        crons = {name: self._get_cron(name) for name in CRONS}
        problems = [
            problem
            for name, cron in crons.items()
            if (problem := self._get_cron_problem(name, cron, company))
        ]
        if not (company.ticket_billing_on_close or company.ticket_billing_on_resolve):
            problems.append((WARNING, self._get_no_event_text()))
        if problems:
            status = get_worst(status for status, _text in problems)
            message = " ".join(text for _status, text in problems)
        else:
            status = OK
            last = min(cron.lastcall or cron.create_date for cron in crons.values())
            message = self.env._(
                "All scheduled actions are at work: each has run since %(moment)s.",
                moment=self._get_moment_text(last, company),
            )
        ids = [cron.id for cron in crons.values() if cron]
        domain = [("id", "in", ids), ("active", "in", [True, False])]
        return Finding(status, message, len(problems), "ir.cron", domain)

    @api.model
    def _get_switched_off_text(self, company):
        return self.env._(
            "Switched off: %(company)s bills no tickets by itself.",
            company=company.name,
        )

    @api.model
    def _get_no_event_text(self):
        return self.env._(
            "Billing is on, but neither closed nor resolved tickets are billed: choose "
            "an event in the settings."
        )

    @api.model
    def _get_cron(self, name):
        return self.env["ir.cron"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id(f"ticket_billing.{name}")
        )

    @api.model
    def _get_interval(self, cron):
        """Return how often a scheduled action runs."""
        return relativedelta(**{cron.interval_type: cron.interval_number})

    def _get_cron_problem(self, name, cron, company):
        """Return status and sentence if a scheduled action is not at work, else None.

        :param cron: the action, an empty record if it was deleted
        """
        if not cron:
            return ERROR, self.env._(
                "The scheduled action %(name)s was deleted: upgrade Ticket Billing to "
                "get it back.",
                name=name,
            )
        if not cron.active:
            return ERROR, self.env._("“%(name)s” is not active.", name=cron.name)
        last = self._get_last_run(cron)
        # Whoever reads this at the hands of the check itself sees it at work
        is_late = last + 2 * self._get_interval(cron) < fields.Datetime.now()
        if is_late and name != "ir_cron_check_health":
            return ERROR, self.env._(
                "“%(name)s” has not run since %(moment)s: see whether the server runs "
                "scheduled actions.",
                name=cron.name,
                moment=self._get_moment_text(last, company),
            )
        if cron.failure_count:
            status = ERROR if cron.failure_count > MOST_FAILURES else WARNING
            return status, self.env._(
                "“%(name)s” failed %(count)s times in a row: the server's log tells "
                "why.",
                name=cron.name,
                count=cron.failure_count,
            )
        return None

    @api.model
    def _get_last_run(self, cron):
        """Return when a scheduled action worked last, be it not done yet."""
        at_work = self.env["ir.cron.progress"].search(
            [("cron_id", "=", cron.id), ("done", ">", 0)], order="id desc", limit=1
        )
        last = cron.lastcall or cron.create_date
        return max(last, at_work.write_date or last)

    @api.model
    def _get_moment_text(self, moment, company):
        """Return a moment (naive, UTC) as people of the company read it."""
        zone = company._get_ticket_billing_tz().zone
        return format_datetime(self.env, moment, tz=zone, dt_format="short")

    # Success

    def _find_last_success(self, company):
        """Whether runs that billed by themselves have settled any ticket lately."""
        if not company.ticket_billing_enabled:
            return Finding(OK, self._get_switched_off_text(company))
        runs = self.env["ticket.billing.run"]
        own = (
            Domain("company_id", "=", company.id)
            & Domain("dry_run", "=", False)
            & Domain("trigger", "in", BY_ITSELF)
        )
        settled = Domain.OR(
            Domain(name, ">", 0) for name in ("invoiced", "covered", "to_approve")
        )
        success = runs.search(own & settled, limit=1, order="id desc")
        failed = own & Domain("blocked", ">", 0) & Domain("id", ">", success.id or 0)
        [(count, first)] = runs._read_group(failed, [], ["__count", "create_date:min"])
        if not success and not count:
            return Finding(OK, self.env._("No ticket was due yet."))
        last = self.env._("never")
        if success:
            last = self._get_moment_text(success.create_date, company)
        if not count:
            message = self.env._(
                "The last run that billed tickets by itself: %(moment)s.", moment=last
            )
            return Finding(OK, message)
        return self._get_no_success(failed, count, first, last)

    def _get_no_success(self, failed, count, first, last):
        """Return what it means that runs after the last success only blocked tickets.

        :param failed: the domain of these runs, ``count`` how many, ``first`` when the
            first of them was
        :param str last: when something was billed by itself last
        """
        hours = (fields.Datetime.now() - first).total_seconds() / 3600
        status = OK
        if hours > HOURS_WITHOUT_SUCCESS:
            status = ERROR if hours > 3 * HOURS_WITHOUT_SUCCESS else WARNING
        message = self.env._(
            "Runs since the last success that only blocked tickets: %(count)s. Last "
            "success: %(moment)s. See what the blocked tickets have in common.",
            count=count,
            moment=last,
        )
        return Finding(status, message, count, "ticket.billing.run", failed)
