from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..tools.due import Due
from .helpdesk_ticket import EVENTS

REVIEWS = [
    ("approve", "Approved"),
    ("change", "Changed"),
    ("reject", "Rejected"),
    ("write_off", "Written Off"),
]


class TicketBillingCharge(models.Model):
    """What managers decide about work before it is invoiced: approve or reject it."""

    _inherit = "ticket.billing.charge"

    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company of the Customer"
    )
    review = fields.Selection(
        selection=REVIEWS,
        string="Decision",
        help="What a person decided about the work last, before it was invoiced.",
    )
    reviewer_id = fields.Many2one(comodel_name="res.users", string="Reviewed by")
    review_date = fields.Datetime(string="Reviewed on")
    cut_quantity = fields.Float(
        string="Cut",
        compute="_compute_cut_quantity",
        digits=(16, 2),
        help="What was rated and is neither covered nor billed.",
    )
    change_reason = fields.Char(
        string="Why Changed", help="Why a person changed the quantity or the price."
    )

    def _compute_cut_quantity(self):
        for charge in self:
            rest = charge.rated_quantity - charge.covered_quantity - charge.quantity
            charge.cut_quantity = max(rest, 0.0)

    def action_approve(self):
        """Let the work on the tickets of these charges be invoiced. Managers only.

        What was rated together is approved together: one ticket, one decision. Work on
        tickets that are assigned to the user is left to another manager, if there is
        one.

        :return: True if nothing waited, else a notification with links to the drafts or
            the tickets, which names the tickets that were left
        :raise UserError: if all of the work is on the user's own tickets, or some of it
            was rated anew since the user saw it
        """
        self._check_manager()
        self._check_readable()
        self.sudo()._check_seen()
        waiting = (
            self.sudo()
            .ticket_id._get_charges()
            .filtered(lambda c: c.state == "to_approve")
        )
        own = waiting._get_own_work()
        charges = waiting - own
        if own and not charges:
            raise UserError(own._get_own_work_reason())
        if not charges:
            return True
        charges._note_review("approve")
        reasons = charges.mapped("reason")
        self.env["ticket.billing.log"]._note_charges(
            "approve",
            charges,
            {charge: charge.amount for charge in charges},
            reason=" ".join(dict.fromkeys(filter(None, reasons))),
        )
        charges.write({"rating_state": "ready", "reason": False})
        charges.ticket_id._thank_approvers()
        charges._process_approved()
        return charges._get_approved_action(own)

    def _check_seen(self):
        """Refuse to approve work that is not what the user has looked at.

        :raise UserError: which names the tickets
        """
        gone = self.filtered("is_void")
        if gone:
            raise UserError(
                self.env._(
                    "Rated anew meanwhile: %(numbers)s. Look at it again.",
                    numbers=", ".join(gone._get_ticket_numbers()),
                )
            )

    def _process_approved(self):
        """Invoice approved work that is due.

        Of tickets with other work, that is not billed by itself or not yet, nothing
        else: somebody chose this part of it.
        """
        runs = self.env["ticket.billing.run"]
        chosen = self.filtered(
            lambda c: c.ticket_id.billing_event not in EVENTS
            or c.ticket_id.billing_pending
            or c.ticket_id.billing_trial_line_id
        )
        closed = (self - chosen).ticket_id
        if closed:
            runs._process("button", tickets=closed, due=Due())
        if chosen:
            due = Due(charge_ids=tuple(chosen.ids))
            runs._process("button", tickets=chosen.ticket_id, due=due)

    def action_reject(self, reason):
        """Send work back to whoever did it, with a reason. Managers only.

        What waits for approval on the tickets of these charges, and what of these
        charges is ready, becomes void. Each ticket is blocked, and its technician gets
        an activity, until an entry changes or a manager bills the ticket. What is rated
        again then waits for approval.

        :param str reason: what is to be corrected, in a sentence that stays on record
        :raise UserError: without a reason, or if nothing of it waits
        """
        self._check_manager()
        self._check_readable()
        reason = self._clean_reason(reason, self.env._("Say what is to be corrected."))
        asked = self.sudo()
        charges = asked.ticket_id._get_charges().filtered(
            lambda c: c.state == "to_approve" or (c in asked and c.state == "ready")
        )
        charges._lock_waiting(
            self.env._("There is nothing to reject: only work that is not invoiced.")
        )
        charges._note_review("reject")
        self.env["ticket.billing.log"]._note_charges(
            "reject",
            charges,
            {charge: charge.amount for charge in charges},
            reason=reason,
        )
        tickets = charges.ticket_id
        charges._void(reason)
        tickets._send_back(reason, self.env.user)
        return True

    def action_invoice(self):
        """Put these charges that are ready on drafts now, whatever their frequency
        says. Managers only.

        :return: an action that opens the drafts or tells the outcome
        :raise UserError: if none of them is ready
        """
        self._check_manager()
        self._check_readable()
        charges = self.sudo().filtered(lambda c: c.state == "ready")
        if not charges:
            raise UserError(
                self.env._("There is nothing to invoice: none of this work is ready.")
            )
        tickets = self.env["helpdesk.ticket"].browse(charges.ticket_id.ids)
        runs = self.env["ticket.billing.run"]._process(
            "button", tickets=tickets, due=Due(charge_ids=tuple(charges.ids))
        )
        return runs._get_result_action()

    def action_open_review(self):
        """Show work that waits beside its receipt, to change and approve it."""
        self._check_manager()
        self._check_readable()
        return self.env["ticket.billing.review"]._open(self)

    def action_open_reject(self):
        """Ask what is to be corrected."""
        self._check_manager()
        self._check_readable()
        return self.env["ticket.billing.decision"]._open(
            self.filtered(lambda c: c.state in ("to_approve", "ready")), "reject"
        )

    # Who may decide, and about what

    def _get_own_work(self):
        """Return the charges of tickets that are assigned to the user, which another
        manager has to approve."""
        user = self.env.user
        own = self.filtered(lambda c: c.ticket_id.user_id == user)
        return own.filtered(
            lambda c: c.ticket_id._get_billing_managers(c.company_id) - user
        )

    def _get_own_work_reason(self):
        return self.env._(
            "Another manager has to decide about tickets that are assigned to you: "
            "%(numbers)s.",
            numbers=", ".join(self._get_ticket_numbers()),
        )

    def _get_approved_action(self, left):
        """Return a notification that these charges were approved.

        :param left: charges that were left to somebody else
        """
        messages = self.env["ticket.billing.message"]
        tickets = self.ticket_id
        text = self.env._("Tickets approved: %(count)s", count=len(tickets))
        results = messages._get_readable(self.invoice_line_ids.move_id) or tickets
        if not left:
            return messages._show(text, results)
        return messages._show(
            f"{text}\n{left._get_own_work_reason()}",
            results,
            title=self.env._("Approved in part"),
            type="warning",
            sticky=True,
        )

    def _lock_waiting(self, nothing):
        """Lock work that is decided about.

        :param str nothing: what to say if there is none
        :raise UserError: if there is none, or somebody bills it now
        """
        if not self:
            raise UserError(nothing)
        if self.try_lock_for_update(allow_referencing=True) != self:
            raise LockError(self.env._("The work is being billed by someone else."))

    def _note_review(self, review):
        """Keep who decided what, and when; two people who decide at the same time
        collide in the database."""
        for version, charges in self.grouped("version").items():
            charges.write(
                {
                    "review": review,
                    "reviewer_id": self.env.uid,
                    "review_date": fields.Datetime.now(),
                    "version": version + 1,
                }
            )
