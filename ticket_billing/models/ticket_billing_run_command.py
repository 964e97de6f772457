from functools import partial

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_repr

from ..tools.due import Due
from .ticket_billing_run_line import OUTCOMES
from .ticket_billing_run_schedule import ORDER

TRIGGER = "command"


class TicketBillingRun(models.Model):
    """What the command line asks for, as plain data."""

    _inherit = "ticket.billing.run"

    @api.model
    def _process_command(
        self, domain=Domain.TRUE, tickets=None, limit=None, dry_run=False, tell=None
    ):
        """Bill what is due, or just some tickets, and return what became of them.

        Commits as it goes, each batch by itself. Why one failed is in the server's log.

        :param Domain domain: which tickets, of those that are due
        :param tickets: bill exactly these, due or not
        :param int limit: the largest number of tickets, of those that are due
        :param bool dry_run: bill nothing; everything else is as it would be
        :param tell: a function that is told after each batch of how many tickets it was
        :return: plain data: the ``tickets`` and their totals, the ids of the ``runs``,
            the numbers of the tickets that ``failed``, and how many of the domain are
            due afterwards, as ``remaining``
        """
        runs, failed = self.browse(), []
        for ids, done in self._get_command_parts(domain, tickets, limit, dry_run):
            runs |= done or runs
            failed += [] if done is not None else ids
            if tell:
                tell(len(ids))
        lines = runs.line_ids
        if dry_run and tickets is None:
            lines = self._sort_as_due(lines, domain, limit)
        return {
            "tickets": lines._get_rows(),
            **lines._get_answer_totals(),
            "remaining": self._count_due(domain, lines if dry_run else None),
            "runs": runs.ids,
            "dry_run": dry_run,
            "failed": [
                ticket._get_number()
                for ticket in self.env["helpdesk.ticket"].browse(failed)
            ],
        }

    @api.model
    def _get_command_parts(self, domain, tickets, limit, dry_run):
        """Return tuples of ids of tickets, and their runs or None if that failed."""
        if tickets is None and not dry_run:
            return self._drain(TRIGGER, domain, limit)
        due = None
        if tickets is None:
            tickets, due = self._search_due(domain, limit), Due()
        if not tickets:
            return []
        process = partial(
            self._process, TRIGGER, tickets=tickets, dry_run=dry_run, due=due
        )
        return [(tickets.ids, self._try_apart(process))]

    @api.model
    def _sort_as_due(self, lines, domain, limit):
        """Return the lines of a dry run in the order in which a run takes batches."""
        batches = self._get_due_batches(TRIGGER, domain, limit)
        place = {id_: number for number, ids in enumerate(batches) for id_ in ids}
        return lines.sorted(lambda line: place.get(line.ticket_id.id, len(batches)))

    @api.model
    def _search_due(self, domain, limit=None):
        tickets = self.env["helpdesk.ticket"].sudo()
        due = self._get_due_domain(TRIGGER) & domain
        return tickets.search(due, limit=limit, order=ORDER)

    @api.model
    def _count_due(self, domain, rehearsed=None):
        """Return how many tickets are due.

        :param rehearsed: the lines of a dry run; then how many a run would leave
        """
        due = self._search_due(domain)
        if not rehearsed:
            return len(due)
        settled = rehearsed.filtered(lambda line: not line._is_tried_again())
        return len(due - settled.ticket_id)


class TicketBillingRunLine(models.Model):
    """A line in words, for who reads it outside of Odoo."""

    _inherit = "ticket.billing.run.line"

    def _is_tried_again(self):
        """Return whether the ticket stays due after a run as in this dry run."""
        self.ensure_one()
        attempts = self.ticket_id.billing_attempts + 1
        most = self.company_id.ticket_billing_max_attempts
        return self.outcome == "blocked" and attempts < most

    @api.model
    def _get_last_lines(self):
        """Return for each ticket the last line that says more than "skipped"."""
        last = {}
        for line in self.search([("run_id.dry_run", "=", False)], order="id"):
            if line.outcome != "skipped" or line.number not in last:
                last[line.number] = line
        return self.browse(line.id for line in last.values())

    def _get_rows(self):
        """Return a dict of texts for each line."""
        return [line._get_row() for line in self]

    def _get_row(self):
        currency = self.currency_id or self.company_currency_id
        return {
            "number": self.number or "",
            "customer": self.partner_id.commercial_partner_id.name or "",
            "agreement": self.agreement or "",
            "strategy": self.strategy or "",
            "worked": float_repr(self.worked_hours, 2),
            "billed": float_repr(self.billed_hours, 2),
            "amount": float_repr(self.amount, currency.decimal_places),
            "currency": currency.name,
            "invoice": ", ".join(
                move.name or f"draft {move.id}" for move in self.move_ids
            ),
            "outcome": self.outcome,
            "reason": self.reason or self._get_waiting(),
        }

    def _get_waiting(self):
        return "waits for approval" if self.outcome == "to_approve" else ""

    def _get_answer_totals(self):
        """Return how many lines there are of each outcome, and by currency what was
        invoiced before tax, as text."""
        outcomes = self.mapped("outcome")
        invoiced = self.filtered(lambda line: line.outcome == "invoiced")
        return {
            "found": len(outcomes),
            **{outcome: outcomes.count(outcome) for outcome in OUTCOMES},
            "amounts": {
                currency.name: float_repr(
                    sum(lines.mapped("amount")), currency.decimal_places
                )
                for currency, lines in invoiced.grouped("currency_id").items()
            },
        }
