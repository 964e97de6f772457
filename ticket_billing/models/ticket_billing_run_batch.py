import time

import psycopg2

from odoo import api, models
from odoo.exceptions import UserError

from ..tools.errors import get_error_type
from ..tools.work import Rating
from .ticket_billing_run import BATCH_SIZE, _logger


class TicketBillingRun(models.Model):
    """Takes tickets a batch at a time; one bad ticket stops nobody else."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_batches(self, tickets, company):
        """Return the tickets in batches, those of one customer together.

        They may draw on the same contract, the oldest work first; and in that order
        they are halved if there is a bad one among them.
        """
        size = company[BATCH_SIZE]
        batches = []
        for group in tickets.grouped("commercial_partner_id").values():
            if not batches or len(batches[-1]) + len(group) > size:
                batches.append(tickets.browse())
            batches[-1] += group.sorted(lambda t: (t._get_billing_date(), t.id))
        return batches

    def _process_batch(self, tickets):
        """Bill the tickets together, or without those that cannot be billed.

        :return: the values of the run's lines
        """
        lines, error = self._try_bill(tickets)
        if not error:
            return lines
        if len(tickets) == 1:
            return self._block(tickets, error)
        customers = tickets.grouped("commercial_partner_id")
        if len(customers) > 1:
            parts = self._halve(tickets)
        else:
            parts = self._part_bad(tickets)
        return [line for part in parts for line in self._process_batch(part)]

    def _try_bill(self, tickets, keep=True):
        """Bill the tickets, or nothing of it.

        :param bool keep: False to see whether it can be done
        :return: the values of the run's lines, and the error that prevented it or None
        """
        try:
            with self.env.cr.savepoint() as savepoint:
                lines = self._bill(tickets)
                if not keep:
                    savepoint.rollback()
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            # Somebody else was faster, or the database is gone: never the ticket's
            # fault, and nothing works in this transaction any more
            raise
        except Exception as error:
            return [], error
        return lines, None

    @api.model
    def _halve(self, tickets):
        """Return the tickets in two halves, those of one customer as long together as
        there are others, so that a bad ticket of another one changes nothing."""
        parts = list(tickets.grouped("commercial_partner_id").values())
        if len(parts) == 1:
            parts = list(tickets)
        half, none = len(parts) // 2, tickets.browse()
        return none.concat(*parts[:half]), none.concat(*parts[half:])

    def _part_bad(self, tickets):
        """Return the good tickets of a customer together, and each bad one alone.

        The good ones use up what his contracts include as if the bad were not there.
        If it is only together that they fail, each is taken alone.
        """
        bad = self._find_bad(tickets)
        good = tickets - bad
        return [good, *bad] if bad and good else list(tickets)

    def _find_bad(self, tickets):
        """Return the tickets that cannot be billed; nothing of the trial is kept."""
        _lines, error = self._try_bill(tickets, keep=False)
        if not error:
            return tickets.browse()
        if len(tickets) == 1:
            return tickets
        first, second = self._halve(tickets)
        return self._find_bad(first) + self._find_bad(second)

    def _block(self, ticket, error):
        """Keep an error of one ticket, and return the values of the run's line."""
        error = self._get_refusal(error) or error
        message = self._get_error_message(ticket, error)
        self._note_error(ticket, message)
        rating = Rating(ticket, error=message, error_type=get_error_type(error))
        return self._prepare_lines([rating], self.env["ticket.billing.charge"])

    @api.model
    def _process_failure(self, trigger, tickets, reason):
        """Keep on record that tickets of one company could not even be tried.

        :param str trigger: one of the values of the field
        :param str reason: why, in a sentence for the people who see the tickets
        :return: the run, whose lines are all blocked
        """
        started = time.monotonic()
        engine = self.with_env(self._get_engine_env())
        run = engine.with_company(tickets.company_id).create(
            {
                "company_id": tickets.company_id.id,
                "trigger": trigger,
                "user_id": self.env.uid,
            }
        )
        error = UserError(reason)
        tickets = tickets.with_env(run.env)
        lines = [line for ticket in tickets for line in run._block(ticket, error)]
        run._keep_lines(lines, started)
        return run

    @api.model
    def _get_refusal(self, error):
        """Return what a constraint of the database says as an error of the user, None
        if it has no words for people."""
        if not isinstance(error, psycopg2.IntegrityError):
            return None
        for model in self.env.values():
            if error.diag.constraint_name in model._table_objects:
                return UserError(model._sql_error_to_message(error))
        return None

    def _get_error_message(self, ticket, error):
        """Return what an error says to somebody who may not know of databases."""
        if isinstance(error, UserError):
            return str(error)
        _logger.error(
            "Run %s: ticket %s cannot be billed",
            self.id,
            ticket._get_number(),
            exc_info=error,
        )
        return self.env._(
            "Unexpected error. The server's log tells more, at run %(run)s.",
            run=self.id,
        )
