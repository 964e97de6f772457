from odoo import api, fields, models

from ..tools.due import get_due
from ..tools.work import Rating
from .helpdesk_ticket import EVENTS
from .ticket_billing_run import BY_HAND

RETRY_MINUTES = 60


class TicketBillingRun(models.Model):
    """What a run does with tickets, all of them or none."""

    _inherit = "ticket.billing.run"

    def _bill(self, tickets):
        """Rate the tickets, write their charges and put what is ready on drafts.

        :return: the values of the run's lines, one for each ticket
        """
        known = tickets._get_all_charges()
        locked = self._lock(tickets, known)
        closed = locked.filtered(self._takes)
        rating = self.env["ticket.billing.rating"]
        by_itself = self.trigger not in BY_HAND
        takes = rating._bills_by_itself if by_itself else None
        ratings = rating._rate(closed, takes, charges=known)
        standing = self._filter_standing(known, closed)
        if by_itself:
            standing = self._leave_held(ratings, standing)
        ready = standing.filtered(lambda c: c.state == "ready")._filter_due()
        held = self._hold_over_limit(ratings, ready)
        held.write(held._prepare_held())
        charges = standing + self._claim(ratings)
        billed = charges._filter_due()._create_invoices(self)
        self._tell_later(ratings, charges)
        self._close(ratings)
        unrated = self._get_unrated(tickets, locked, closed)
        lines = self._prepare_lines([*ratings, *unrated], billed)
        trials = rating._rate_trial(ratings) if by_itself else []
        return self._add_trials(lines, trials)

    @api.model
    def _takes(self, ticket):
        """Return whether a ticket is billed if there is something to bill.

        Time that a person chose does not wait until its ticket is closed. What a
        manager sent back is billed again by a manager, or once an entry changes.
        """
        if ticket.billing_rejected and not self.env.context["ticket_billing_retries"]:
            return False
        if get_due(self.env).is_chosen:
            return not ticket._get_not_billable_reason()
        return ticket.billing_event in EVENTS

    @api.model
    def _leave_held(self, ratings, standing):
        """Return the charges without those that a level leaves to a person by now."""
        due = standing.filtered(lambda c: c.state == "ready")._filter_due()
        held = due.filtered(self.env["ticket.billing.rating"]._is_charge_held)
        for rating in ratings:
            rating.is_held |= rating.ticket in held.ticket_id
        return standing - held

    @api.model
    def _tell_later(self, ratings, charges):
        """Let the ratings say what is invoiced another day."""
        if get_due(self.env).is_chosen:
            return
        later = charges.filtered(lambda c: c.state == "ready").grouped("ticket_id")
        for rating in ratings:
            own = later.get(rating.ticket, charges.browse())
            rating.later_reason = own._get_later_reason()

    @api.model
    def _get_standing_charges(self, tickets):
        """Return the charges that the tickets have in this company already."""
        return self._filter_standing(tickets._get_charges(), tickets)

    @api.model
    def _filter_standing(self, charges, tickets):
        """Return those of the charges that tickets have in this company."""
        return charges.filtered(
            lambda c: not c.is_void
            and c.company_id == self.env.company
            and c.ticket_id in tickets
        )

    @api.model
    def _hold_over_limit(self, ratings, ready):
        """Let new charges wait where a customer would be billed too much in a day.

        :param ready: charges that would be invoiced with the new ones
        :return: those of ``ready`` that have to wait, too
        """
        if not self.env.company.ticket_billing_daily_limit:
            return ready.browse()
        fresh = self._get_fresh_charges(ratings)
        new = fresh.filtered(lambda c: c.rating_state == "ready")._filter_due()
        over = (ready + new)._get_over_limit()
        charges = [vals for rating in ratings for vals in rating.charges]
        for vals, charge in zip(charges, fresh, strict=True):
            if charge in over:
                vals.update(charge._prepare_held())
        return ready & over

    def _claim(self, ratings):
        """Write the charges of ratings and return them.

        :raise UserError: if work has a charge already that the rating did not know of
        """
        vals_list = [
            dict(vals, run_id=self.id) for rating in ratings for vals in rating.charges
        ]
        charges = self.env["ticket.billing.charge"]._claim(vals_list)
        lost = {vals["source_key"] for vals in vals_list}
        lost -= set(charges.mapped("source_key"))
        if lost:
            charges._refuse_claim(sorted(lost))
        return charges

    def _get_unrated(self, tickets, locked, closed):
        """Return ratings that say why the other tickets were not even rated."""
        busy = self._get_busy_reason()
        return [
            Rating(
                ticket,
                reason=self._get_unrated_reason(ticket) if ticket in locked else busy,
            )
            for ticket in tickets - closed
        ]

    @api.model
    def _get_unrated_reason(self, ticket):
        rejected = ticket.billing_rejected and ticket.billing_error
        return rejected or ticket._get_not_now_reason()

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
        if get_due(self.env).is_chosen:
            # The rest of the tickets waits as it did
            tickets = self.env["helpdesk.ticket"].union(*[r.ticket for r in settled])
            tickets._forget_rejection()
            return
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
        values = {
            "billing_run_id": self.id,
            "billing_pending": is_held,
            "billing_is_held": is_held,
            "billing_attempts": 0,
            "billing_error": False,
            "billing_rejected": False,
        }
        return values if is_held else {**values, "billing_trial_line_id": False}

    def _note_error(self, ticket, message):
        """Keep the reason, and try again later as long as there are attempts left.

        Who has chosen the work is told, and tries again himself.
        """
        if get_due(self.env).is_chosen:
            return
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

    def _prepare_lines(self, ratings, billed):
        """Return the values of the run's lines: what was done, or why not.

        :param billed: the charges that were put on drafts with the ratings
        """
        lines = self.env["ticket.billing.run.line"]
        by_ticket = billed.grouped("ticket_id")
        none = billed.browse()
        return [
            lines._prepare_line(self, rating, by_ticket.get(rating.ticket, none))
            for rating in ratings
        ]
