from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from ..tools.health import ERROR, OK, WARNING, Finding

# Whether tickets are billed on an event → the event of stages
EVENT_SWITCHES = {
    "ticket_billing_on_close": "close",
    "ticket_billing_on_resolve": "resolve",
}


class TicketBillingHealth(models.Model):
    """Whether time has a project and events have a stage; what billing by itself needs
    at all, for the pages on which it is switched on."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        project = self.env._("Project for time")
        events = self.env._("Stages with a billing event")
        return {
            **super()._get_checks(),
            "project": self._get_setup_check(project, self._find_project),
            "events": self._get_setup_check(events, self._find_events),
        }

    def _find_project(self, company):
        """Whether time on tickets has a project that takes it."""
        project = company.ticket_billing_project_id
        if project and not (project.active and project.allow_timesheets):
            message = self.env._(
                "The default project for time, “%(project)s”, is archived or takes no "
                "time: restore it, switch on its timesheets, or choose another one.",
                project=project.display_name,
            )
            return self._get_problem(message, project)
        teams = self.env["helpdesk.ticket.team"].with_company(company)
        own = Domain("company_id", "in", (False, company.id))
        bare = teams.search(own & Domain("default_project_id", "=", False))
        if project or (not bare and teams.search_count(own, limit=1)):
            return Finding(OK, self.env._("Time on tickets has a project."))
        message = self.env._(
            "There is no default project for time: on tickets without a project of "
            "their own or of their team nobody can log time. Choose one in the "
            "settings."
        )
        return self._get_problem(message, company, WARNING)

    def _find_events(self, company):
        """Whether tickets can reach the events that the company bills on."""
        stages = self.env["helpdesk.ticket.stage"]
        own = Domain("company_id", "in", (False, company.id))
        events = [event for name, event in EVENT_SWITCHES.items() if company[name]]
        wanted = Domain("billing_event", "in", events or [*EVENT_SWITCHES.values()])
        found = set(stages.search(own & wanted).mapped("billing_event"))
        missing = set(events) - found
        if found and not missing:
            return Finding(
                OK, self.env._("There are stages from which tickets are billed.")
            )
        labels = dict(stages._fields["billing_event"]._description_selection(self.env))
        message = self.env._(
            "No stage has the billing event %(events)s: no ticket ever becomes "
            "billable by it. Choose it on a stage.",
            events=", ".join(labels[e] for e in sorted(missing or {"close"})),
        )
        return Finding(ERROR, message, 0, stages._name, [*own])

    # What is told of beside the switches

    @api.model
    def _get_needs(self, company):
        """Return what automatic billing of a company lacks, the worst first.

        As the system, like the page Health: rights are the caller's business.

        :return: a list of dicts as ``_get_health`` returns them, without those that
            are well
        """
        checker = self._get_checker(company)
        found = [
            checker._get_check_health(company, key, check._replace(find=check.need))
            for key, check in checker._get_checks().items()
            if check.need
        ]
        wrong = [finding for finding in found if finding["status"] != OK]
        return sorted(wrong, key=lambda finding: finding["status"] != ERROR)

    @api.model
    def _get_needs_html(self, company):
        """Return what automatic billing lacks as a list with links to it, False if it
        lacks nothing."""
        needs = self._get_needs(company)
        if not needs:
            return False
        rows = self.search([("company_id", "=", company.id)])
        row_ids = {row.check: row.id for row in rows}
        items = [
            Markup("<li><b>%s:</b> %s %s</li>")
            % (need["label"], need["message"], self._get_link(need, row_ids))
            for need in needs
        ]
        return Markup('<ul class="mb-0 ps-3">%s</ul>') % Markup().join(items)

    @api.model
    def _get_link(self, need, row_ids):
        """Return a link to what has to be mended: the company's page Automation, the
        record, else the page Health."""
        model, domain = need["model"], need["domain"] or []
        path = f"ticket-billing-health/{row_ids.get(need['check'], '')}".rstrip("/")
        if model == "res.company":
            path = f"ticket-billing-automation/{need['company_id']}"
        elif model and self.env[model].has_access("read"):
            ids = [value for name, _op, value in domain if name == "id"]
            if ids and len(ids[0]) == 1:
                path = f"{model}/{ids[0][0]}"
            elif not ids and need["check"] == "events":
                path = model
        return Markup('<a href="/odoo/%s">%s</a>') % (path, self.env._("Open"))
