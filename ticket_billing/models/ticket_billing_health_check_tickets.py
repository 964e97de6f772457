from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.health import ERROR, MOST_IDS, OK, WARNING, Finding, HealthCheck
from .helpdesk_ticket import EVENTS

# A search for forgotten tickets has passed by what changed while it was at work
SEARCH_MINUTES = 10


class TicketBillingHealth(models.Model):
    """Whether every closed ticket is accounted for."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "stages": self._get_setup_check(
                self.env._("Stages without a billing event"), self._find_stages
            ),
            "unaccounted": HealthCheck(
                self.env._("Tickets in no known state"), self._find_unaccounted
            ),
        }

    # Stages

    def _find_stages(self, company):
        """Closed stages from which nothing is billed, by accident perhaps."""
        stages = self.env["helpdesk.ticket.stage"].search(
            Domain("closed", "=", True)
            & Domain("billing_event", "=", "none")
            & Domain("company_id", "in", (False, company.id))
        )
        if not stages:
            return Finding(OK, self.env._("Each closed stage has a billing event."))
        tickets = self.env["helpdesk.ticket"].search_count(
            self._get_own_domain(company)
            & Domain("stage_id", "in", stages.ids)
            & Domain("billable", "=", True)
            & Domain("last_stage_update", ">=", company._get_ticket_billing_start())
        )
        message = self.env._(
            "Closed stages without a billing event: %(stages)s. Billable tickets there "
            "that are not billed: %(tickets)s. Choose Closed, or Void for tickets that "
            "end without a bill.",
            stages=", ".join(stages.mapped("name")),
            tickets=tickets,
        )
        status = ERROR if tickets else WARNING
        domain = [("id", "in", stages.ids)]
        return Finding(status, message, len(stages), "helpdesk.ticket.stage", domain)

    # Accounted for

    def _find_unaccounted(self, company):
        """Closed billable tickets that are neither billed nor covered nor written off
        nor wait for anything."""
        tickets = self.env["helpdesk.ticket"]
        closed = self._get_closed_domain(company)
        groups = tickets._read_group(closed, ["billing_state"], ["__count"])
        lost = self._get_unaccounted(company)
        if lost:
            message = self.env._(
                "Closed billable tickets that no step of billing knows of: %(count)s. "
                "Generate their invoices by hand, and ask whoever maintains Odoo how "
                "they got lost.",
                count=len(lost),
            )
            domain = [
                ("id", "in", lost.ids[:MOST_IDS]),
                ("active", "in", [True, False]),
            ]
            return Finding(ERROR, message, len(lost), tickets._name, domain)
        if not groups:
            return Finding(OK, self.env._("No billable ticket was closed yet."))
        labels = dict(tickets._fields["billing_state"]._description_selection(self.env))
        parts = [f"{labels.get(state, '?')} {count}" for state, count in groups]
        return Finding(
            OK,
            self.env._(
                "Billable tickets that were closed since billing began: %(count)s, "
                "each accounted for (%(parts)s).",
                count=sum(count for _state, count in groups),
                parts=", ".join(parts),
            ),
        )

    @api.model
    def _get_closed_domain(self, company):
        """Return the domain of tickets after their event that are billable by
        themselves."""
        return (
            self._get_own_domain(company)
            & Domain("billing_event", "in", EVENTS)
            & Domain("billing_event_date", ">=", company._get_ticket_billing_start())
            & Domain("billable", "=", True)
            & Domain("duplicate_id", "=", False)
        )

    @api.model
    def _get_unaccounted(self, company):
        """Return the tickets that are lost.

        Only of those that did not change since the last search for forgotten tickets:
        the others are found by the next one.
        """
        closed = self._get_closed_domain(company)
        stateless = Domain("billing_state", "in", (False, "open"))
        settled_no_more = Domain(
            "charge_ids",
            "any",
            Domain("state", "=", "released")
            & Domain("is_waiting", "=", False)
            & Domain("is_superseded", "=", False),
        )
        tickets = self.env["helpdesk.ticket"]
        found = tickets._search_each(
            [
                closed & stateless,
                closed & settled_no_more,
                # Time alone makes work due: what is due since then is found next time
                *tickets._get_forgotten_domains(company, self._get_last_search()),
                self._get_unnoticed_domain(company),
            ]
        )
        own = Domain("id", "in", found.ids) & Domain("active", "in", [True, False])
        searched = own & self._get_searched_domain()
        return tickets.search(searched, order="id") if found else found

    @api.model
    def _get_searched_domain(self):
        """Return the domain of tickets that did not change since the last search."""
        newer = Domain("write_date", ">=", self._get_last_search())
        return ~newer & Domain("timesheet_ids", "not any", newer)

    @api.model
    def _get_last_search(self):
        """Return the moment from which on the search for forgotten tickets may not have
        looked yet; not longer ago than twice its interval."""
        cron = self._get_cron("ir_cron_catch_up")
        interval = self._get_interval(cron) if cron else relativedelta()
        before = fields.Datetime.now() - 2 * interval
        if cron.lastcall:
            searched = fields.Datetime.subtract(cron.lastcall, minutes=SEARCH_MINUTES)
            before = max(before, searched)
        return before

    @api.model
    def _get_unnoticed_domain(self, company):
        """Return the domain of tickets in a stage with an event that they missed."""
        stages = self.env["helpdesk.ticket.stage"].search(
            [("billing_event", "in", EVENTS)]
        )
        start = company._get_ticket_billing_start()
        missed = Domain.OR(
            Domain("stage_id", "=", stage.id)
            & Domain("last_stage_update", ">=", stage.billing_event_since)
            for stage in stages
        )
        return (
            self._get_own_domain(company)
            & missed
            & Domain("billing_event", "not in", EVENTS)
            & Domain("last_stage_update", ">=", start)
            & Domain("billable", "=", True)
            & Domain("duplicate_id", "=", False)
        )
