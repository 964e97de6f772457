from odoo import api, models
from odoo.fields import Domain

from .helpdesk_ticket import EVENTS


class HelpdeskTicket(models.Model):
    """Finds tickets to bill by their state, whatever events were missed."""

    _inherit = "helpdesk.ticket"

    _billing_never_tried_index = models.Index(
        "(company_id) WHERE billing_run_id IS NULL "
        "AND billing_event IN ('resolve', 'close')"
    )
    _billing_no_event_index = models.Index(
        "(stage_id, last_stage_update) WHERE billing_event IS NULL "
        "OR billing_event NOT IN ('resolve', 'close')"
    )

    @api.model
    def _get_forgotten_tickets(self, company):
        """Return closed tickets of a company that a run has something to do for.

        By their state: events only make billing faster, losing every one of them loses
        nothing.
        """
        self._stamp_found_events()
        return self._search_each(self._get_forgotten_domains(company))

    @api.model
    def _search_each(self, domains):
        """Return the tickets of any of the domains.

        Each is asked for alone, from where it has few rows: all in one would read every
        ticket that there ever was.
        """
        return self.union(*[self.search(domain, order="id") for domain in domains])

    @api.model
    def _get_forgotten_domains(self, company, moment=None):
        """Return domains of tickets after their event that a run has something to do
        for, and that no run will take: never tried, not invoiced, not rated.

        :param datetime moment: only work that was due then already
        """
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("billing_event", "in", EVENTS)
            & Domain("billing_event_date", ">=", company._get_ticket_billing_start())
            & Domain("active", "in", [True, False])
            & Domain("billing_pending", "=", False)
            & Domain("billing_error", "=", False)
            & Domain("billable", "=", True)
            & Domain("duplicate_id", "=", False)
        )
        never_tried = Domain("billing_run_id", "=", False)
        due = self.env["ticket.billing.charge"]._get_due_domain(company, moment)
        not_invoiced = Domain("charge_ids", "any", due)
        not_rated = Domain(
            "timesheet_ids",
            "any",
            self.env["account.analytic.line"]._get_billable_domain()
            & Domain("charge_ids", "not any", [("is_void", "=", False)]),
        )
        return [domain & reason for reason in (never_tried, not_invoiced, not_rated)]

    @api.model
    def _stamp_found_events(self):
        """Stamp tickets that reached an event stage without our noticing.

        A change of the stage's flag touches no ticket that was there before.
        """
        stages = self.env["helpdesk.ticket.stage"].search(
            [("billing_event", "in", EVENTS)]
        )
        for stage in stages:
            since = Domain("last_stage_update", ">=", stage.billing_event_since)
            self._stamp_found_in_stage(stage, since)

    @api.model
    def _stamp_found_in_stage(self, stage, domain):
        unstamped = Domain("billing_event", "not in", EVENTS)
        archived_too = Domain("active", "in", [True, False])
        here = Domain("stage_id", "=", stage.id)
        found = self.search(here & unstamped & archived_too & domain, order="id")
        found._stamp_found_event(stage.billing_event)

    def _stamp_found_event(self, event):
        for ticket in self:
            ticket.write(
                {
                    "billing_event": event,
                    "billing_was_resolved": event == "resolve",
                    "billing_event_date": ticket.billing_event_date
                    or ticket.last_stage_update
                    or ticket.create_date,
                }
            )
