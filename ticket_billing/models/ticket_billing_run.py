import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .helpdesk_ticket import EVENTS
from .ticket_billing_rating import Rating

_logger = logging.getLogger(__name__)

RETRY_MINUTES = 60
BY_HAND = ("button", "command", "api")
BATCH_SIZE = "ticket_billing_batch_size"


class TicketBillingRun(models.Model):
    """One row for each run of the engine in one company: the audit trail."""

    _name = "ticket.billing.run"
    _description = "Ticket Billing Run"
    _order = "id desc"
    _rec_name = "create_date"

    company_id = fields.Many2one(comodel_name="res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    trigger = fields.Selection(
        selection=[
            ("close", "Ticket Closed"),
            ("resolve", "Ticket Resolved"),
            ("button", "Button"),
            ("schedule", "Schedule"),
            ("command", "Command Line"),
            ("api", "API"),
            ("contract", "Contract"),
        ],
        required=True,
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Started By")
    dry_run = fields.Boolean(help="Nothing was billed: shows what would have been.")
    duration = fields.Float(help="Seconds.")
    line_ids = fields.One2many(
        comodel_name="ticket.billing.run.line", inverse_name="run_id", string="Tickets"
    )
    found = fields.Integer(compute="_compute_totals", store=True)
    invoiced = fields.Integer(compute="_compute_totals", store=True)
    covered = fields.Integer(compute="_compute_totals", store=True)
    to_approve = fields.Integer(compute="_compute_totals", store=True)
    skipped = fields.Integer(compute="_compute_totals", store=True)
    blocked = fields.Integer(compute="_compute_totals", store=True)
    amount = fields.Monetary(
        compute="_compute_totals",
        store=True,
        groups="ticket_billing.group_ticket_billing_amounts",
        help="What was invoiced, before tax, in the company's currency.",
    )

    @api.depends("line_ids.outcome", "line_ids.amount_company")
    def _compute_totals(self):
        for run in self:
            outcomes = run.line_ids.mapped("outcome")
            run.found = len(outcomes)
            for outcome in ("invoiced", "covered", "to_approve", "skipped", "blocked"):
                run[outcome] = outcomes.count(outcome)
            invoiced = run.line_ids.filtered(lambda line: line.outcome == "invoiced")
            run.amount = sum(invoiced.mapped("amount_company"))

    # The way in

    @api.model
    def _process(self, trigger, tickets=None, limit=None, dry_run=False):
        """Bill tickets and return the runs, one for each company.

        The one way into the engine: schedule, button, command line and jobs all
        call it. Rights are the caller's business: it acts as the system.

        :param str trigger: one of the values of the field; ``button``, ``command`` and
            ``api`` are a person's wish and pass over switches, automation level and
            delay, but never over approval
        :param tickets: bill just these, whatever the start date says; without them,
            all that are due are billed
        :param int limit: the largest number of tickets to bill, of those that are due
        :param bool dry_run: write a run that shows what would be billed, and nothing
            else
        """
        user = self.env.user
        # Nothing of the caller's context may reach the invoices: a default_… in it
        # would become a value of theirs
        env = self.env(user=SUPERUSER_ID, context={"lang": user.lang}, su=True)
        engine = self.with_env(env)
        runs = self.browse()
        for company in engine._get_companies(trigger, tickets):
            engine = engine.with_company(company)
            run = engine.create(
                {
                    "company_id": company.id,
                    "trigger": trigger,
                    "user_id": user.id,
                    "dry_run": dry_run,
                }
            )
            run._process_company(tickets, limit and limit - sum(runs.mapped("found")))
            runs |= run
            if limit and sum(runs.mapped("found")) >= limit:
                break
        return runs.with_env(self.env)

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

    def _process_company(self, tickets, limit):
        started = fields.Datetime.now()
        if tickets is None:
            tickets = self._get_due_tickets(limit)
        else:
            tickets = tickets.with_env(self.env).filtered(
                lambda ticket: ticket.company_id == self.company_id
            )
        size = self.company_id[BATCH_SIZE]
        for start in range(0, len(tickets), size):
            self._process_batch(tickets[start : start + size])
        self.duration = (fields.Datetime.now() - started).total_seconds()

    # What is due

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

    # Batches

    def _process_batch(self, tickets):
        """Bill the tickets together; if that fails, halve them to find the bad one."""
        try:
            with self.env.cr.savepoint():
                self._bill(tickets)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Never the ticket's fault, and nothing works in this transaction any more
            raise
        except Exception as error:
            if len(tickets) == 1:
                self._block(tickets, error)
                return
            half = len(tickets) // 2
            self._process_batch(tickets[:half])
            self._process_batch(tickets[half:])

    def _bill(self, tickets):
        """Rate the tickets, write their charges and put what is ready on drafts."""
        locked = self._lock(tickets)
        closed = locked.filtered(lambda t: t.billing_event in EVENTS)
        by_itself = self.trigger not in BY_HAND
        ratings = self.env["ticket.billing.rating"]._rate(closed, by_itself)
        ready = closed._get_charges().filtered(
            lambda c: c.state == "ready" and c.company_id == self.company_id
        )
        if not self.dry_run:
            charges = self._claim(ratings)
            ready |= charges.filtered(lambda c: c.state == "ready")
            ready._create_invoices()
            self._close(ratings)
        self._log(ratings, ready)
        self._log(self._get_unrated(tickets, locked, closed), ready.browse())

    def _lock(self, tickets):
        """Return the tickets that nobody else is billing, their rows locked."""
        if self.dry_run:
            return tickets
        return tickets.try_lock_for_update(allow_referencing=True)

    def _claim(self, ratings):
        return self.env["ticket.billing.charge"]._claim(
            [
                dict(vals, run_id=self.id)
                for rating in ratings
                for vals in rating.charges
            ]
        )

    def _get_unrated(self, tickets, locked, closed):
        """Return ratings that say why the other tickets were not even rated."""
        busy = self.env._("The ticket is being billed by someone else.")
        still_open = self.env._("The ticket is still open: it is billed once closed.")
        return [
            Rating(
                ticket,
                reason=ticket._get_not_billable_reason() or still_open
                if ticket in locked
                else busy,
            )
            for ticket in tickets - closed
        ]

    # After the work

    def _close(self, ratings):
        """Note on the tickets what became of them.

        Every ticket is written, which makes a second run that read it before this
        one fail in the database instead of going on with what it read.
        """
        for rating in ratings:
            if rating.error:
                self._note_error(rating.ticket, rating.error)
        settled = [rating for rating in ratings if not rating.error]
        for is_held in (False, True):
            tickets = self.env["helpdesk.ticket"].union(
                *[r.ticket for r in settled if r.is_held == is_held]
            )
            tickets.write(self._prepare_settled(is_held))

    def _prepare_settled(self, is_held):
        """Return the values of tickets without an error.

        What the automation level holds stays pending. Nothing looks at it again
        before somebody raises the level or presses the button.
        """
        return {
            "billing_run_id": self.id,
            "billing_pending": is_held,
            "billing_is_held": is_held,
            "billing_attempts": 0,
            "billing_error": False,
        }

    def _note_error(self, ticket, message):
        """Keep the reason, and try again later as long as there are attempts left."""
        attempts = ticket.billing_attempts + 1
        ticket.write(
            {
                "billing_run_id": self.id,
                "billing_error": message,
                "billing_attempts": attempts,
                "billing_pending": attempts
                < self.company_id.ticket_billing_max_attempts,
                "billing_next_try": fields.Datetime.add(
                    fields.Datetime.now(), minutes=RETRY_MINUTES
                ),
            }
        )

    def _block(self, ticket, error):
        """Keep an error of one ticket; the others of the batch go on."""
        message = str(error)
        if not isinstance(error, UserError):
            _logger.exception(
                "Run %s: ticket %s cannot be billed", self.id, ticket.number
            )
            message = self.env._(
                "Unexpected error. The server's log tells more, at run %(run)s.",
                run=self.id,
            )
        if not self.dry_run:
            self._note_error(ticket, message)
        charges = self.env["ticket.billing.charge"]
        self._log([Rating(ticket, error=message)], charges)

    def _log(self, ratings, ready):
        """Write one line per ticket: what was done, or why not."""
        self.env["ticket.billing.run.line"]._create_from_ratings(self, ratings, ready)

    # Runner

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
        """Flag closed tickets with work that was never rated, whatever was missed."""
        tickets = self.env["helpdesk.ticket"].sudo()._get_forgotten_tickets()
        tickets._flag_for_billing()

    def _get_notification_action(self):
        """Return a notification that tells what became of the tickets."""
        lines = self.line_ids
        reasons = [f"{line.number}: {line.reason}" for line in lines if line.reason]
        billed = sum(line.outcome == "invoiced" for line in lines)
        summary = self.env._("Tickets on draft invoices: %(count)s", count=billed)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Ticket Billing"),
                "message": "\n".join([summary, *reasons]),
                "type": "success" if billed == len(lines) else "warning",
                "sticky": bool(reasons),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
