import time

import psycopg2

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.errors import get_error_type
from ..tools.work import Rating
from .ticket_billing_run import _logger


class TicketBillingRun(models.Model):
    """Puts ready work on invoices that contracts have just made."""

    _inherit = "ticket.billing.run"

    @api.model
    def _join_contracts(self, drafts):
        """Put ready work on new invoices of contracts, and return the runs.

        Acts as the system for whoever made the invoices, and waits for nobody.

        :param drafts: a dict: contract → its new invoice
        """
        user = self.env.user
        engine = self.with_env(self._get_engine_env())
        engine = engine.with_context(ticket_billing_waits=False)
        contracts = self.env["contract.contract"].union(*drafts).with_env(engine.env)
        runs = self.browse()
        for company, own in contracts.grouped("company_id").items():
            engine = engine.with_company(company)
            charges = engine.env["ticket.billing.charge"]._get_joining(own)
            if not charges:
                continue
            values = {"company_id": company.id, "trigger": "contract"}
            run = engine.create({**values, "user_id": user.id})
            run._join_company(drafts, charges)
            runs |= run
        return runs.with_env(self.env)

    def _join_company(self, drafts, charges):
        started = time.monotonic()
        lines = []
        for contract, own in charges.grouped("contract_id").items():
            tickets = own.ticket_id.sorted(lambda t: (t._get_billing_date(), t.id))
            move = drafts[contract].with_env(self.env)
            if move.state == "draft":
                lines += self._join_contract(contract, move, tickets)
            else:
                reason = self.env._("The contract's invoice was posted at once.")
                own.missed_contract = True
                lines += self._prepare_left_out(tickets, reason)
        self._keep_lines(lines, started)

    def _join_contract(self, contract, move, tickets):
        """Put work of one contract on its invoice, without what cannot be billed.

        :return: the values of the run's lines
        """
        run = self.with_context(ticket_billing_join=(contract.id, move.id))
        try:
            with self.env.cr.savepoint():
                return run._process_batch(tickets)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            # Its snapshot is too old, and would be after another try: the transaction
            # is the contract's, which shall not fail for us
            _logger.info("Left to the next invoice, others were faster: %s", error)
            return self._prepare_left_out(tickets, self._get_busy_reason())
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception as error:
            ratings = [
                Rating(
                    ticket,
                    error=self._get_error_message(ticket, error),
                    error_type=get_error_type(error),
                )
                for ticket in tickets
            ]
            return self._prepare_lines(ratings, self.env["ticket.billing.charge"])

    @api.model
    def _get_busy_reason(self):
        return self.env._("The ticket is being billed by someone else.")

    def _prepare_left_out(self, tickets, reason):
        """Return the values of lines for tickets whose work did not join."""
        ratings = [Rating(ticket, reason=reason) for ticket in tickets]
        return self._prepare_lines(ratings, self.env["ticket.billing.charge"])

    def _bill(self, tickets):
        # EXTENDS ticket_billing: on a contract's invoice goes what is ready
        join = self.env.context.get("ticket_billing_join")
        return self._join(tickets, *join) if join else super()._bill(tickets)

    def _join(self, tickets, contract_id, move_id):
        """Put what is ready under a contract on its invoice, all or nothing.

        :return: the values of the run's lines, one for each ticket
        """
        locked = self._lock(tickets, tickets._get_all_charges())
        due = locked.filtered(lambda t: not self._get_unrated_reason(t))
        charges = self._get_standing_charges(due).filtered(
            lambda c: c.contract_id.id == contract_id
            and (c.state == "covered" or c._is_joining())
        )
        ready = charges.filtered(lambda c: c.state == "ready")
        held = self._hold_over_limit([], ready)
        held.write(held._prepare_held())
        move = self.env["account.move"].browse(move_id)
        billed = (charges - held)._join_invoice(move, self)
        self._close_joined(billed.ticket_id)
        ratings = [
            Rating(ticket, reason=self._get_not_joined_reason(ticket, locked, charges))
            for ticket in tickets
        ]
        return self._prepare_lines(ratings, billed)

    def _close_joined(self, tickets):
        """Note on tickets that their work is on the contract's invoice.

        Who has other work still goes on waiting for a run, or for help.
        """
        others = tickets._filter_unbilled()
        others.write({"billing_run_id": self.id})
        (tickets - others).write(self._prepare_settled(is_held=False))

    @api.model
    def _get_not_joined_reason(self, ticket, locked, charges):
        """Return why work of a ticket is not on the invoice, empty if all of it is."""
        if ticket not in locked:
            return self._get_busy_reason()
        not_now = self._get_unrated_reason(ticket)
        if not_now:
            return not_now
        left = charges.filtered(
            lambda c: c.ticket_id == ticket and c.state in ("to_approve", "covered")
        )
        return " ".join(dict.fromkeys(filter(None, left.mapped("reason"))))

    def _block(self, ticket, error):
        # EXTENDS ticket_billing: what could not join is billed once it is mended, and
        # does not wait for another invoice
        lines = super()._block(ticket, error)
        join = self.env.context.get("ticket_billing_join")
        if join:
            charges = self._get_standing_charges(ticket)
            missed = charges.filtered(
                lambda c: c.state == "ready" and c.contract_id.id == join[0]
            )
            missed.missed_contract = True
        return lines
