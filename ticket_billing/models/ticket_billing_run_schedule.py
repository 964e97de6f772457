from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, retrying

from ..tools.due import Due
from .helpdesk_ticket import EVENTS
from .ticket_billing_run import BY_HAND, _logger

ORDER = "billing_next_try, id"


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
    def _get_due_domain(self, trigger="schedule", companies=None):
        """Return the domain of tickets that may be billed now.

        :param companies: those of these companies; of all if it is not given
        """
        by_hand = trigger in BY_HAND
        if companies is None:
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
        domain = self._get_due_domain(self.trigger, self.company_id)
        return self.env["helpdesk.ticket"].search(domain, limit=limit, order=ORDER)

    # Scheduled actions

    @api.model
    def _cron_process(self):
        """Bill what is due, until nothing is left or the time is up."""
        domain = self._get_cron_domain()
        remaining = self.env["helpdesk.ticket"].search_count(
            self._get_due_domain() & domain
        )
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for ids, _runs in self._drain("schedule", domain):
            if not self.env["ir.cron"]._commit_progress(len(ids)):
                break

    @api.model
    def _get_cron_domain(self):
        """Return which of the due tickets the scheduled action bills itself."""
        return Domain.TRUE

    @api.model
    def _drain(self, trigger, domain=Domain.TRUE, limit=None):
        """Bill what is due, oldest first, each batch in a transaction of its own.

        Batches hold whole customers. What cannot be billed, or is being billed by
        somebody else, is passed over, so that it keeps nobody waiting.

        :param Domain domain: which of the due tickets
        :param int limit: the largest number of tickets
        :return: yields after each batch the ids of its tickets, and the runs or None if
            it could not be processed
        """
        for ids in self._get_due_batches(trigger, domain, limit):
            yield ids, self._try_apart(partial(self._process_due, trigger, ids))
            self.env.invalidate_all()

    @api.model
    def _try_apart(self, process):
        """Return what ``process`` returns, in its own transaction; None if it fails.

        It is tried again as often as the server does with a click if somebody else was
        faster. Any other trouble goes to the server's log and keeps nobody waiting.
        """
        try:
            return retrying(process, self.env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("Left to the next run, for others were faster: %s", error)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception:
            _logger.exception("A part of the billing failed: left to the next run")
        self.env.cr.rollback()
        return None

    @api.model
    def _get_due_batches(self, trigger, domain, limit):
        """Return the ids of due tickets in batches, the one with the oldest first."""
        due = self._get_due_domain(trigger) & domain
        tickets = (
            self.env["helpdesk.ticket"].sudo().search(due, limit=limit, order=ORDER)
        )
        place = {id_: number for number, id_ in enumerate(tickets.ids)}
        batches = [
            batch.ids
            for company, own in tickets.grouped("company_id").items()
            for batch in self._get_batches(own, company)
        ]
        return sorted(batches, key=lambda ids: min(map(place.get, ids)))

    @api.model
    def _process_due(self, trigger, ids):
        """Bill those of the tickets that are still due, and return the runs."""
        due = self._get_due_domain(trigger) & Domain("id", "in", ids)
        tickets = self.env["helpdesk.ticket"].sudo().search(due, order=ORDER)
        if not tickets:
            return self.browse()
        return self._process(trigger, tickets=tickets, due=Due())

    @api.model
    def _cron_catch_up(self):
        """Flag closed tickets with work to rate, whatever was missed.

        One transaction for each company: trouble in one keeps no other waiting.
        """
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._try_apart(partial(self._catch_up, company))
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _catch_up(self, company):
        """Flag what was forgotten in a company, and rate anew what became outdated."""
        charges = self.env["ticket.billing.charge"].sudo()
        ratings = self.env["ticket.billing.rating"].sudo().with_company(company)
        own = Domain("company_id", "=", company.id)
        waiting = charges.search(own & Domain("state", "in", ("to_approve", "ready")))
        outdated = waiting & charges._get_outdated() | ratings._filter_moved(waiting)
        outdated.ticket_id._on_billing_change(
            self.env._("The terms changed while the work was rated.")
        )
        tickets = self.env["helpdesk.ticket"].sudo().with_company(company)
        tickets._get_forgotten_tickets(company)._flag_for_billing()
