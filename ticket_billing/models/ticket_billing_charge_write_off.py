from odoo import fields, models


class TicketBillingCharge(models.Model):
    """Work that a person gives up, with a reason."""

    _inherit = "ticket.billing.charge"

    def action_open_write_off(self):
        """Ask why these charges are written off."""
        self._check_manager()
        self._check_readable()
        return self.env["ticket.billing.decision"]._open(
            self.filtered(lambda c: c._can_write_off()), "write_off"
        )

    def action_write_off(self, reason):
        """Give up work that waits for approval, its invoice or a person. Managers only.

        :param str reason: why, in a sentence that stays on record
        :raise UserError: without a reason, or for work that cannot be written off
        """
        self._check_manager()
        self._check_readable()
        question = self.env._("Say why the work is written off.")
        reason = self._clean_reason(reason, question)
        charges = self.sudo().filtered(lambda c: c._can_write_off())
        charges._lock_waiting(
            self.env._(
                "There is nothing to write off: only work that waits for approval, "
                "for its invoice, or for a decision after it was credited or "
                "released."
            )
        )
        given_up = {charge: charge._get_given_up() for charge in charges}
        self.env["ticket.billing.log"]._note_charges(
            "write_off", charges, given_up, reason=reason
        )
        for charge in charges:
            charge.write(charge._prepare_written_off(reason, self.env.user))
        charges.ticket_id._thank_approvers()
        charges.ticket_id._note_decision(
            self.env._("Work is written off: %(reason)s", reason=reason), self.env.user
        )
        return True

    def _can_write_off(self):
        self.ensure_one()
        return self.is_waiting or self.state in ("to_approve", "ready")

    def _get_given_up(self):
        """Return how much is given up if the charge is written off now."""
        return self.waiting_amount if self.was_invoiced else self.amount

    def _prepare_written_off(self, reason, user):
        """Return the values of the charge once it is given up, or a part of it."""
        self.ensure_one()
        values = {
            "written_off_amount": self.written_off_amount + self._get_given_up(),
            "review": "write_off",
            "reviewer_id": user.id,
            "review_date": fields.Datetime.now(),
            "reason": reason,
            "version": self.version + 1,
        }
        if not self.was_invoiced or self._is_all_back():
            values["rating_state"] = "written_off"
        return values

    def _forget_write_offs(self):
        """Take back write-offs of work that is billed after all.

        An invoice or a credit note that comes back to life undoes what was decided
        about it: what is credited later waits for a person again.
        """
        for charge in self.filtered("written_off_amount"):
            if not charge.was_invoiced or charge.state == "written_off":
                continue
            left = charge._get_open_credit() + charge.written_off_amount
            charge.write(
                {
                    "rating_state": "ready",
                    "written_off_amount": min(charge.written_off_amount, max(left, 0)),
                }
            )
