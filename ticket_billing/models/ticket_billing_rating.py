from odoo import api, models
from odoo.exceptions import UserError

from ..tools.errors import get_error_type
from ..tools.work import Rating


class TicketBillingRating(models.AbstractModel):
    """What the work on tickets is worth under the agreements that hold for it.

    Preview, statistics and the runs all call ``_rate``. It writes nothing and
    knows nothing of invoices.
    """

    _name = "ticket.billing.rating"
    _inherit = "ticket.billing.agreement"
    _description = "Ticket Billing Rating"

    @api.model
    def _rate(self, tickets, takes=None, each_alone=False, charges=None):
        """Return a list with the ``Rating`` of each ticket, in the given order.

        :param tickets: tickets of one company, which is the environment's
        :param takes: says of a ``Work`` whether it is rated now; the rest is held
        :param bool each_alone: rate each ticket as if it were the only one, which
            matters where several draw on what a contract includes
        :param charges: all charges of the tickets, void ones too, if the caller has
            read them already
        """
        tickets = tickets.with_env(self.env)
        batch = self._get_batch(tickets, charges)
        ratings = [self._rate_ticket(ticket, batch, takes) for ticket in tickets]
        self._cover(ratings, each_alone)
        for rating in ratings:
            self._complete_rating(rating, batch)
        return ratings

    @api.model
    def _rate_ticket(self, ticket, batch, takes):
        rating = Rating(ticket)
        rating.reason = ticket._get_not_billable_reason()
        rating.unrated_hours = ticket.total_hours
        if rating.reason:
            return rating
        try:
            works = self._get_works(ticket, batch)
            if works[0].earlier_charges:
                rating.unrated_hours = 0.0
            if takes:
                taken = [w for w in works if takes(w) or not self._has_work(w)]
                rating.is_held = len(taken) < len(works)
                works = taken
            self._prepare_charges(rating, works)
        except UserError as error:
            rating.charges, rating.works, rating.error = [], [], str(error)
            rating.error_type = get_error_type(error)
        return rating

    @api.model
    def _prepare_charges(self, rating, works):
        """Let the strategy of each agreement add its charges to the rating."""
        for work in works:
            key = self._get_billing_strategy_key(work)
            charges = self._get_billing_strategy(key)._prepare_charges(work)
            if charges:
                rating.charges += charges
                rating.strategies.append(key)
                rating.works.append(work)

    @api.model
    def _cover(self, ratings, each_alone):
        """Split the charges into what is covered and what is billable.

        Addons that pay for work in another way extend this.
        """
        self._draw_allowances(ratings, each_alone)

    @api.model
    def _complete_rating(self, rating, batch):
        """Add amounts, approval and reason, once it is known what is covered."""
        rating.amounts = self._get_amounts_by_currency(rating.charges)
        if not rating.charges:
            rating.reason = rating.reason or self._get_nothing_reason(rating, batch)
            return
        reason = self._get_reviewed_reason(rating, batch)
        reason = reason or self._get_revived_reason(rating)
        limited = self._get_limited_rating(rating, batch)
        if reason or any(
            self._exceeds(limited, work.agreement) for work in rating.works
        ):
            for charge in rating.charges:
                if charge["rating_state"] == "ready":
                    charge.update(rating_state="to_approve", reason=reason)

    @api.model
    def _get_nothing_reason(self, rating, batch):
        """Return why there is nothing to charge, empty after an error or if earlier
        charges are ready to be invoiced."""
        if rating.error:
            return ""
        if rating.is_held:
            return self._get_held_reason(rating.ticket)
        charges = batch.charges.get(rating.ticket._origin)
        if not charges:
            return self._get_no_work_reason(rating.ticket, batch)
        states = charges.mapped("state")
        if "to_approve" in states:
            return self.env._("Waits for a manager's approval.")
        if any(charges.mapped("is_waiting")):
            return self.env._(
                "Its invoice was deleted, cancelled or credited: waits for a person."
            )
        if "ready" in states:
            return ""
        return self.env._("Everything is billed already.")

    @api.model
    def _get_no_work_reason(self, ticket, batch):
        """Return why a ticket that may be billed has nothing to bill."""
        lines = self.env["account.analytic.line"]
        entries = batch.entries.get(ticket._origin, lines)
        reasons = [entry._get_not_billed_reason() for entry in entries]
        reasons = list(dict.fromkeys(filter(None, reasons)))
        if reasons:
            reasons.insert(0, self.env._("The time is not billed."))
        reasons += self._get_withheld_fee_reasons(ticket, batch)
        if not reasons and self._has_late_fee(ticket, batch):
            return self.env._(
                "A fee was agreed after the ticket was looked at. Generate the invoice "
                "by hand if it is to be billed."
            )
        return " ".join(reasons) or self.env._(
            "No billable time was logged and no fee is agreed."
        )

    @api.model
    def _has_late_fee(self, ticket, batch):
        """Return whether a fee holds for a ticket that had nothing to bill."""
        try:
            works = self._get_works(ticket, batch)
        except UserError:
            return False
        return any(map(self._has_work, works))

    @api.model
    def _get_withheld_fee_reasons(self, ticket, batch):
        """Return that a fee is not billed without billable time, where that is so."""
        try:
            works = self._get_works(ticket, batch)
        except UserError:
            return []
        return [
            self.env._(
                "Billing policy “%s”: no fee without billable time.",
                work.agreement.policy.name,
            )
            for work in works
            if work.fee_is_withheld and work.agreement.contract.per_ticket_rate
        ]

    # Strategy

    @api.model
    def _get_billing_strategy(self, key):
        """Return the model that knows how to price this work."""
        return self.env[f"ticket.billing.strategy.{key}"]

    @api.model
    def _get_billing_strategy_key(self, work):
        """Return the ticket's strategy, else the contract's, else the policy's."""
        agreement = work.agreement
        key = (
            work.ticket.billing_strategy
            or agreement.contract.ticket_billing_strategy
            or agreement.policy.strategy
        )
        return self._get_agreed_strategy_key(work) if key == "auto" else key

    @api.model
    def _has_work(self, work):
        """Return whether the strategy of the work finds something to rate."""
        key = self._get_billing_strategy_key(work)
        return self._get_billing_strategy(key)._has_work(work)

    @api.model
    def _get_agreed_strategy_key(self, work):
        """Return the strategy that the agreement's terms amount to."""
        if not work.agreement.contract.per_ticket_rate:
            return "time_based"
        return "mixed" if work.entries else "per_ticket"
