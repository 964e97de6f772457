from odoo import api, models
from odoo.exceptions import LockError, UserError

from .ticket_billing_charge_one_bill import BACK_STATES

PRICES = ("today", "old")


class TicketBillingCharge(models.Model):
    """What a person decides about work whose bill was taken back."""

    _inherit = "ticket.billing.charge"

    def action_bill_again(self, price="today"):
        """Bill work again that was released, credited or written off. Managers only.

        What was credited in part is billed again in that part alone.

        :param str price: ``today`` rates the work anew under the terms of today;
            ``old`` bills what was agreed before
        :return: an action that opens the drafts or tells the outcome
        :raise UserError: if there is nothing to bill again, or the ticket cannot be
            billed; the message says why, and nothing is changed. Also for work on the
            user's own tickets that was written off before it was invoiced
        """
        self._check_manager()
        self._check_readable()
        if price not in PRICES:
            raise UserError(self.env._("The price is that of today or the old one."))
        charges = self.sudo().filtered(lambda c: c._can_bill_again())
        if not charges:
            raise UserError(
                self.env._(
                    "There is nothing to bill again: only work that was released, "
                    "credited or written off."
                )
            )
        own = charges.filtered(lambda c: not c.was_invoiced)._get_own_work()
        if own:
            raise UserError(own._get_own_work_reason())
        run_model = self.env["ticket.billing.run"]
        engine = charges.with_env(run_model._get_engine_env())
        for ticket in engine.ticket_id:
            engine._check_no_reason(ticket, ticket._get_not_now_reason())
        waiting = {charge: charge._get_again_amount() for charge in charges}
        engine._make_room(price)
        tickets = self.env["helpdesk.ticket"].browse(charges.ticket_id.ids)
        runs = run_model._process("button", tickets=tickets)
        engine._check_billed_again(runs)
        prices = {"today": self.env._("Today's terms"), "old": self.env._("Old price")}
        self.env["ticket.billing.log"]._note_charges(
            "again", charges, waiting, after=prices[price]
        )
        engine.ticket_id._note_decision(
            self.env._("Released or credited work is billed again."), self.env.user
        )
        return runs._get_result_action()

    def action_open_bill_again(self):
        """Ask at which price these charges are billed again."""
        self._check_manager()
        self._check_readable()
        return self.env["ticket.billing.decision"]._open(
            self.filtered(lambda c: c._can_bill_again()), "again"
        )

    def _get_again_amount(self):
        """Return what waits to be billed again, or was written off."""
        is_lost = self.state == "written_off"
        return self.written_off_amount if is_lost else self.waiting_amount

    def _can_bill_again(self):
        """Return whether a person may bill this work again."""
        self.ensure_one()
        written_off = self.state == "written_off" and not self.is_superseded
        return self.is_waiting or written_off

    def _is_all_back(self):
        """Return whether all of the charge is off its invoices, and none of it is
        billed again."""
        self.ensure_one()
        standing = self.replacement_ids.filtered(lambda c: not c.is_void)
        return not standing and self.state in BACK_STATES

    def _is_whole(self, price):
        """Return whether the work is billed again as a whole.

        Otherwise it is what waits that is billed: where a part of it was written off,
        or where a person billed or credited another amount than was agreed.
        """
        if not self._is_all_back() or self.state != "credited":
            return self._is_all_back()
        billed = self._get_share(self._get_last_lines())
        agreed = self.amount if price == "old" else billed
        return not self.currency_id.compare_amounts(self.waiting_amount, agreed)

    def _make_room(self, price):
        """Let new charges stand for these.

        At today's price the next rating makes them; at the old one they are copies. Two
        people cannot do it at the same time: whole charges are changed, and parts have
        the same next source.
        """
        if self.try_lock_for_update(allow_referencing=True) != self:
            raise LockError(self.env._("The work is being billed by someone else."))
        for company, charges in self.grouped("company_id").items():
            charges = charges.with_company(company)
            whole = charges.filtered(lambda c: c._is_whole(price))
            parts = (charges - whole) | whole.filtered("is_remainder")
            values = parts._prepare_remainders(price)
            if price == "old":
                values += (whole - parts)._prepare_copies()
            whole.is_superseded = True
            charges._claim(values)

    def _check_billed_again(self, runs):
        """Refuse to leave work half way between its old and its new charge.

        :raise UserError: with the reason that the run gave
        """
        left = self.filtered(
            lambda c: c.is_waiting or (c.is_superseded and not c.replaced_by_id)
        )
        for line in runs.sudo().line_ids:
            if line.outcome == "blocked" or line.ticket_id in left.ticket_id:
                self._check_no_reason(line.ticket_id, line.reason)
        if left:
            self._check_no_reason(left[0].ticket_id, self._get_gone_reason())

    @api.model
    def _get_gone_reason(self):
        return self.env._(
            "Its time entry is gone or is not billed any more. Bill it at the old "
            "price, or write it off."
        )

    @api.model
    def _check_no_reason(self, ticket, reason):
        """Refuse to bill a ticket again if there is a reason against it."""
        if reason:
            raise UserError(
                self.env._(
                    "The work on ticket %(number)s cannot be billed again. %(reason)s",
                    number=ticket._get_number(),
                    reason=reason,
                )
            )

    # Final

    @api.model
    def _get_final_reason(self, charges):
        """Return why invoices whose work was billed again stay as they are."""
        charge = charges[0]
        moves = charge.replaced_by_id.invoice_line_ids.move_id
        return self.env._(
            "Work on ticket %(number)s was billed again on %(invoice)s. That is final: "
            "credit the new invoice instead.",
            number=charge.ticket_id._get_number(),
            invoice=", ".join(moves.mapped("display_name"))
            or self.env._("an invoice to come"),
        )
