import logging
import time

from odoo import SUPERUSER_ID, api, fields, models

from ..tools.due import EVERYTHING, Due
from .helpdesk_ticket import MANAGER

# One name for all that is said of billing, whatever the file
_logger = logging.getLogger("odoo.addons.ticket_billing")

BY_HAND = ("button", "command", "api")
BATCH_SIZE = "ticket_billing_batch_size"


class TicketBillingRun(models.Model):
    """One row for each run of the engine in one company: the audit trail."""

    _name = "ticket.billing.run"
    _inherit = "ticket.billing.input.mixin"
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
        help="What started the run. API: another program. Contract: its next invoice, "
        "which the work joins.",
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Started By")
    dry_run = fields.Boolean(help="Nothing was billed: shows what would have been.")
    duration = fields.Float(string="Duration (s)")
    line_ids = fields.One2many(
        comodel_name="ticket.billing.run.line", inverse_name="run_id", string="Tickets"
    )
    charge_ids = fields.One2many(
        comodel_name="ticket.billing.charge", inverse_name="run_id"
    )
    invoiced_charge_ids = fields.One2many(
        comodel_name="ticket.billing.charge", inverse_name="invoice_run_id"
    )
    # Written once: the lines of what touched no money are not kept for ever
    found = fields.Integer(help="Tickets that the run tried to bill.")
    invoiced = fields.Integer(help="Tickets with work on draft invoices.")
    covered = fields.Integer(
        help="Tickets without an invoice: a contract or a fee pays for the work, or it "
        "is worth nothing."
    )
    to_approve = fields.Integer(help="Tickets that wait for a manager.")
    skipped = fields.Integer(help="Tickets with nothing to bill now.")
    blocked = fields.Integer(
        help="Tickets that cannot be billed before something is mended."
    )
    amount = fields.Monetary(
        groups="ticket_billing.group_ticket_billing_amounts",
        help="What was invoiced, at the agreed prices, in the company's currency.",
    )

    # The way in

    @api.model
    def _process(self, trigger, tickets=None, limit=None, dry_run=False, due=None):
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
        :param Due due: which ready charges are invoiced; without it all of the tickets
            that a person names, else what is due by its frequency
        """
        user = self.env.user
        by_hand = trigger in BY_HAND
        if due is None:
            due = EVERYTHING if by_hand and tickets is not None else Due()
        engine = self.with_env(self._get_engine_env()).with_context(
            ticket_billing_waits=by_hand and self._may_wait(),
            ticket_billing_due=due,
            ticket_billing_retries=by_hand and self._may_retry_rejected(),
        )
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
    def _get_engine_env(self):
        """Return the system's environment, in the language of the user.

        Nothing else of the caller's context may reach the invoices: a default_… in it
        would become a value of theirs.
        """
        context = {"lang": self.env.user.lang}
        return self.env(user=SUPERUSER_ID, context=context, su=True)

    @api.model
    def _may_retry_rejected(self):
        """Return whether the user may bill what a manager sent back."""
        return self.env.su or self.env.user.has_group(MANAGER)

    def _process_company(self, tickets, limit):
        started = time.monotonic()
        if tickets is None:
            tickets = self._get_due_tickets(limit)
        else:
            # Named twice, a ticket is billed once all the same
            tickets = (
                tickets.union()
                .with_env(self.env)
                .filtered(lambda ticket: ticket.company_id == self.company_id)
            )
        batches = self._get_batches(tickets, self.company_id)
        lines = self._rehearse(batches) if self.dry_run else self._perform(batches)
        self._keep_lines(lines, started)

    def _keep_lines(self, lines, started):
        """Put on record what became of the tickets, and tell who has to know.

        :param lines: the values of the run's lines
        :param float started: the moment when the run began, by ``time.monotonic``
        """
        self.env["ticket.billing.run.line"]._add_minutes(self, lines)
        lines = self.env["ticket.billing.run.line"].create(lines)
        if not self.dry_run:
            lines._stamp_trials()
            self._tell_responsible()
            self.env["account.move"]._wake_poster(lines.move_ids)
        totals = lines._get_totals()
        self.write({**totals, "duration": time.monotonic() - started})
        self._write_log()

    def _perform(self, batches):
        """Bill the tickets and return the values of the run's lines."""
        return [line for batch in batches for line in self._process_batch(batch)]

    def _rehearse(self, batches):
        """Bill the tickets as a run does, take all of it back, and return the values
        of the run's lines: to the cent, and with every error, what it would do."""
        # Messages would be sent for records that are gone
        run = self.with_context(tracking_disable=True)
        with self.env.cr.savepoint() as savepoint:
            lines = run._perform(batches)
            savepoint.rollback()
        return [{**line, "move_ids": False} for line in lines]

    def _tell_responsible(self):
        """Ask for help with tickets that were given up, and for approval; not for
        others any more."""
        tickets = self.line_ids.ticket_id
        stuck = tickets.filtered("billing_error")
        stuck.filtered(
            lambda t: not t.billing_pending and not t.billing_rejected
        )._ask_responsible()
        (tickets - stuck)._thank_responsible()
        waiting = self.line_ids.filtered(lambda line: line.outcome == "to_approve")
        waiting.ticket_id._ask_approvers()

    def _write_log(self):
        """Tell the server's log what became of each ticket, by numbers."""
        for line in self.line_ids:
            _logger.info(
                "Run %s: ticket %s %s %s",
                self.id,
                line.number,
                line.outcome,
                line.reason or "",
            )
        _logger.info(
            "Run %s (%s%s, %s): %s found, %s invoiced, %s covered, %s to approve, "
            "%s skipped, %s blocked, in %.2f s",
            self.id,
            self.trigger,
            ", dry run" if self.dry_run else "",
            self.company_id.name,
            self.found,
            self.invoiced,
            self.covered,
            self.to_approve,
            self.skipped,
            self.blocked,
            self.duration,
        )
