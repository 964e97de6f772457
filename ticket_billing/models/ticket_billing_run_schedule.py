from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_ticket import EVENTS
from .ticket_billing_run import BATCH_SIZE, BY_HAND


class TicketBillingRun(models.Model):
    """Which tickets are due, and the scheduled actions that bill them."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_companies(self, trigger, tickets):
        """Return the companies to run in, at least one."""
        if tickets is not None:
            return tickets.sudo().company_id or self.env.company
        due = self.env["helpdesk.ticket"]._read_group(
            self._get_due_domain(trigger), ["company_id"]
        )
        companies = self.env["res.company"].union(*[company for (company,) in due])
        return companies or self.env.company

    @api.model
    def _get_due_domain(self, trigger="schedule"):
        """Return the domain of tickets that may be billed now."""
        by_hand = trigger in BY_HAND
        companies = self.env["res.company"].search([])
        if not by_hand:
            companies = companies.filtered("ticket_billing_enabled")
        domain = (
            Domain("active", "in", [True, False])
            & Domain("billing_pending", "=", True)
            & (Domain.TRUE if by_hand else Domain("billing_is_held", "=", False))
            & Domain.OR(self._get_company_due_domain(c, by_hand) for c in companies)
        )
        if by_hand:
            return domain
        return domain & Domain("billing_next_try", "<=", fields.Datetime.now())

    @api.model
    def _get_company_due_domain(self, company, by_hand):
        start = company._get_ticket_billing_start()
        return (
            Domain("company_id", "=", company.id)
            & Domain("billing_event", "in", EVENTS)
            & Domain("billing_event_date", ">=", start)
            & (Domain.TRUE if by_hand else self._get_switch_domain(company))
        )

    @api.model
    def _get_switch_domain(self, company):
        """Return the domain of tickets whose event the company bills on."""
        switches = {
            "ticket_billing_on_close": Domain("billing_event", "=", "close"),
            "ticket_billing_on_resolve": Domain("billing_was_resolved", "=", True),
        }
        return Domain.OR(domain for name, domain in switches.items() if company[name])

    def _get_due_tickets(self, limit):
        """Return the tickets of the run's company that are due, oldest first."""
        company = Domain("company_id", "=", self.company_id.id)
        domain = self._get_due_domain(self.trigger) & company
        return self.env["helpdesk.ticket"].search(
            domain, limit=limit, order="billing_next_try, id"
        )

    @api.model
    def _cron_process(self):
        """Bill what is due, a batch at a time, until nothing is left or time is up."""
        tickets = self.env["helpdesk.ticket"]
        limit = min(self.env["res.company"].search([]).mapped(BATCH_SIZE))
        domain = self._get_due_domain()
        remaining = tickets.search_count(domain)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while remaining:
            runs = self._process("schedule", limit=limit)
            found = min(sum(runs.mapped("found")), remaining)
            time_left = self.env["ir.cron"]._commit_progress(found)
            self.env.invalidate_all()
            before, remaining = remaining, tickets.search_count(domain)
            if not time_left or remaining >= before:
                break

    @api.model
    def _cron_catch_up(self):
        """Flag closed tickets with work to rate, whatever was missed."""
        charges = self.env["ticket.billing.charge"].sudo()
        waiting = charges.search([("state", "in", ("to_approve", "ready"))])
        moved = self.env["ticket.billing.rating"].sudo()._filter_moved(waiting)
        (charges._get_outdated() | moved).ticket_id._on_billing_change(
            self.env._("The terms changed while the work was rated.")
        )
        tickets = self.env["helpdesk.ticket"].sudo()._get_forgotten_tickets()
        tickets._flag_for_billing()
