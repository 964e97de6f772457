from odoo import models
from odoo.exceptions import AccessError

from .helpdesk_ticket import MANAGER

AUDITOR = "ticket_billing.group_ticket_billing_auditor"
# More would fill the screen
MOST_NAMED = 10


class HelpdeskTicket(models.Model):
    """The buttons of a ticket, and who may press them."""

    _inherit = "helpdesk.ticket"

    def action_generate_invoice(self):
        """Bill the tickets now and open the drafts for those who may read them.

        Works at every automation level and before the delay is over. Nothing is
        billed twice, and nothing passes over approval.

        :return: an action that opens the invoices or tells the outcome
        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_can_bill()
        runs = self.env["ticket.billing.run"]._process("button", tickets=self)
        return runs._get_result_action()

    def action_bill_again(self, price="today"):
        """Bill work on these tickets again that was released, credited or written off.

        Managers only. What was credited in part is billed again in that part alone.

        :param str price: ``today`` rates the work anew under the terms of today;
            ``old`` bills what was agreed before
        :return: an action that opens the drafts or tells the outcome
        :raise UserError: if there is nothing to bill again, or a ticket cannot be
            billed; the message says why, and nothing is changed
        """
        self._check_readable()
        return self._get_charges().with_env(self.env).action_bill_again(price)

    def action_write_off(self, reason):
        """Give up work on these tickets that waits for approval, its invoice, or a
        person's decision. Managers only.

        :param str reason: why, in a sentence that stays on record
        :raise UserError: without a reason, or if there is nothing to write off
        """
        self._check_readable()
        return self._get_charges().with_env(self.env).action_write_off(reason)

    def action_open_bill_again(self):
        """Ask at which price released or credited work is billed again."""
        self._check_readable()
        return self._get_charges().with_env(self.env).action_open_bill_again()

    def action_open_write_off(self):
        """Ask why work on these tickets is written off."""
        self._check_readable()
        return self._get_charges().with_env(self.env).action_open_write_off()

    def action_open_review(self):
        """Show work on these tickets that waits, to change and approve it."""
        self._check_readable()
        return self._get_charges().with_env(self.env).action_open_review()

    def action_open_reject(self):
        """Ask what is to be corrected before work on these tickets is billed."""
        self._check_readable()
        return self._get_charges().with_env(self.env).action_open_reject()

    def action_credit(self):
        """Ask what of the posted invoices of these tickets is credited."""
        self._check_readable()
        return self._get_charges().with_env(self.env).action_credit()

    def _note_decision(self, text, user):
        """Keep in the chatter, for colleagues only, what a person decided."""
        for ticket in self:
            ticket.message_post(
                body=text, author_id=user.partner_id.id, subtype_xmlid="mail.mt_note"
            )

    def action_view_invoices(self):
        """Open the invoices of these tickets, for users who may read invoices.

        :raise AccessError: if the user may not read one of the tickets, or no invoices
        """
        self._check_readable()
        moves = self.env["account.move"]
        moves.check_access("read")
        moves = moves.browse(self.invoice_ids.ids)._filtered_access("read")
        return moves._get_records_action(name=self.env._("Invoices"))

    def _check_can_bill(self):
        """Refuse users who may not bill all of these tickets.

        :raise AccessError: for those who cannot
        """
        self._check_readable()
        if not self._can_bill():
            others = self.filtered(lambda t: self.env.user not in t._get_technicians())
            others = others or self
            numbers = [ticket._get_number() for ticket in others[:MOST_NAMED]]
            if len(others) > MOST_NAMED:
                numbers.append("…")
            raise AccessError(
                self.env._(
                    "You may bill tickets that you created or that are assigned to "
                    "you. Ask a manager of ticket billing to bill the others: "
                    "%(tickets)s.",
                    tickets=", ".join(numbers),
                )
            )

    def _check_can_preview(self):
        """Refuse users who may neither bill these tickets nor audit all of them.

        :raise AccessError: for those who cannot
        """
        self._check_readable()
        if not self.env.user.has_group(AUDITOR):
            self._check_can_bill()

    def _can_bill(self):
        """Return whether the user may bill all of these tickets, as far as he reads.

        Managers bill every ticket, technicians those that are assigned to them or that
        they created.
        """
        user = self.env.user
        if self.env.su or user.has_group(MANAGER):
            return True
        is_technician = user.has_group("ticket_billing.group_ticket_billing_user")
        return is_technician and all(user in t._get_technicians() for t in self)

    def _get_technicians(self):
        return self.user_id | self.create_uid
