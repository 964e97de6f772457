from odoo import api, models

from ..tools.due import get_due
from ..tools.work import Rating


class TicketBillingRating(models.AbstractModel):
    """What a manager has to look at before it is invoiced, and why."""

    _inherit = "ticket.billing.rating"

    # Limits

    @api.model
    def _get_limited_rating(self, rating, batch):
        """Return what the limits of approval hold for.

        Chosen time is a part of its ticket: it counts with what was rated of that
        before and nobody approved, or the limits would be passed in steps.
        """
        if not get_due(self.env).is_chosen:
            return rating
        none = self.env["ticket.billing.charge"]
        earlier = batch.charges.get(rating.ticket._origin, none).filtered(
            lambda c: not c._is_approved()
        )
        values = [
            {**vals, "kind": charge.kind}
            for charge, vals in zip(earlier, earlier._get_line_values(), strict=True)
        ]
        charges = [*values, *rating.charges]
        amounts = self._get_amounts_by_currency(charges)
        return Rating(rating.ticket, charges=charges, amounts=amounts)

    @api.model
    def _exceeds(self, rating, agreement):
        """Return whether billable hours or amount are over the limits of a policy."""
        policy = agreement.policy
        if policy.approval != "over":
            return policy.approval == "all"
        amount = self._get_total(rating.amounts, agreement.currency)
        return (
            0 < policy.approval_hours < rating.hours
            or 0 < policy.approval_amount < amount
        )

    @api.model
    def _get_reviewed_reason(self, rating, batch):
        """Return why work that a person decided about is rated anew, empty if it is
        not."""
        reviewed = batch.reviewed.get(rating.ticket._origin)
        if not reviewed:
            return ""
        last = self._get_standing_rejection(rating, reviewed, batch)
        if not last:
            sources = {charge["source_key"] for charge in rating.charges}
            fitting = reviewed.filtered(lambda c: c.source_key in sources)
            last = fitting.sorted("id")[-1:]
        if not last:
            return ""
        person, reason = last.reviewer_id.name, last.reason or ""
        texts = {
            "change": self.env._(
                "Rated anew after %(person)s changed it. %(reason)s",
                person=person,
                reason=reason,
            ),
            "reject": self.env._(
                "Rated anew after %(person)s rejected it: %(reason)s",
                person=person,
                reason=reason,
            ),
        }
        return texts.get(last.review) or self.env._(
            "Rated anew after %(person)s approved it. %(reason)s",
            person=person,
            reason=reason,
        )

    @api.model
    def _get_standing_rejection(self, rating, reviewed, batch):
        """Return a charge that was sent back, if nothing on the ticket was approved
        since: all that comes in its place is looked at, new entries too."""
        rejected = reviewed.filtered(lambda c: c.review == "reject")
        last = rejected.sorted(lambda c: (c.review_date, c.id))[-1:]
        if not last:
            return last
        standing = batch.charges.get(rating.ticket._origin, last.browse())
        approved = standing.filtered(
            lambda c: c.review == "approve" and c.review_date >= last.review_date
        )
        return last.browse() if approved else last

    @api.model
    def _get_revived_reason(self, rating):
        """Return that work was given up before it was ever invoiced, if it was: then
        nobody may have approved it."""
        charges = self.env["ticket.billing.charge"]
        ids = {vals.get("replaces_id") for vals in rating.charges} - {None}
        given_up = charges.browse(ids).filtered(
            lambda c: not c.was_invoiced and c.policy_id.approval != "none"
        )
        if not given_up:
            return ""
        return self.env._("Was written off before anybody approved it.")
