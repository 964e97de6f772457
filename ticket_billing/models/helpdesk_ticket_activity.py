from odoo import models
from odoo.tools import plaintext2html

from .helpdesk_ticket import MANAGER

STUCK = "ticket_billing.mail_activity_type_stuck"
TO_APPROVE = "ticket_billing.mail_activity_type_to_approve"
REJECTED = "ticket_billing.mail_activity_type_rejected"


class HelpdeskTicket(models.Model):
    """Tells people of tickets that billing gave up on, that wait for approval, or whose
    work was sent back."""

    _inherit = "helpdesk.ticket"

    # Given up

    def _ask_responsible(self):
        """Give whoever is responsible an activity with the reason, once a ticket."""
        for ticket in self:
            user = ticket._get_billing_responsible()
            ticket._ask(STUCK, user, ticket.billing_error)

    def _get_billing_responsible(self):
        """Return who is told that the ticket cannot be billed, perhaps nobody.

        The leader of the team, else who works on it, else a manager of ticket billing:
        the first who may read it.
        """
        self.ensure_one()
        people = self.team_id.user_id + self.user_id
        people += self._get_billing_managers(self.company_id)
        return self._filter_readers(people)[:1]

    def _thank_responsible(self):
        """Take back what was asked about tickets that are settled after all."""
        self.activity_unlink([STUCK, REJECTED])

    # Approval

    def _ask_approvers(self):
        """Give the approvers an activity, once a ticket."""
        for ticket in self:
            approvers = ticket._get_billing_approvers()
            reason = ticket._get_to_approve_reason(ticket._get_charges())
            ticket._ask(TO_APPROVE, approvers, reason)

    def _get_billing_approvers(self):
        """Return who is asked to approve work on the ticket.

        Those that the policies name, else the leader of the team if he is a manager of
        ticket billing, else all managers: as far as they may decide about it.
        """
        self.ensure_one()
        waiting = self._get_charges().filtered(lambda c: c.state == "to_approve")
        managers = self._get_billing_managers(self.company_id)
        others = self._filter_readers(managers - self.user_id) or managers
        named = waiting.policy_id.approver_ids & others
        return named or (self.team_id.user_id & others) or others

    def _thank_approvers(self):
        """Take back what was asked of the approvers, once nothing waits for them."""
        if not self:
            return
        charges = self._get_charges()
        waiting = charges.filtered(lambda c: c.state == "to_approve").ticket_id
        (self - waiting).activity_unlink([TO_APPROVE])

    def _get_billing_managers(self, company):
        """Return the people who are managers of ticket billing in a company."""
        return (
            self.env.ref(MANAGER)
            .sudo()
            .all_user_ids.filtered(lambda u: u.active and company in u.company_ids)
            .sorted("id")
        )

    # Sent back

    def _send_back(self, reason, user):
        """Block tickets whose work a manager rejected, and tell their technicians."""
        for ticket in self:
            error = self.env._(
                "Rejected by %(person)s: %(reason)s", person=user.name, reason=reason
            )
            ticket.write(
                {
                    "billing_rejected": True,
                    "billing_pending": False,
                    "billing_error": error,
                }
            )
            ticket._ask(REJECTED, ticket._get_rejected_technicians(), error)
            ticket._note_decision(error, user)

    def _get_rejected_technicians(self):
        """Return who is to correct the work: who the ticket is assigned to, else those
        who did it, else whoever is responsible."""
        self.ensure_one()
        workers = self.timesheet_ids.employee_id.user_id.sorted("id")
        return (
            self._filter_readers(self.user_id)
            or self._filter_readers(workers)
            or self._get_billing_responsible()
        )

    # Activities

    def _ask(self, xmlid, users, note):
        """Give users an activity of a type that the ticket does not have yet."""
        self.ensure_one()
        activity_type = self.env.ref(xmlid, raise_if_not_found=False)
        if not activity_type or activity_type in self.activity_ids.activity_type_id:
            return
        for user in users:
            self.activity_schedule(
                xmlid, user_id=user.id, note=plaintext2html(note or "")
            )

    def _filter_readers(self, users):
        """Return the users who are there and may read the ticket."""
        self.ensure_one()
        company = self.company_id
        context = {"allowed_company_ids": company.ids}
        return users.filtered(
            lambda user: user.active
            and company in user.company_ids
            and self.with_user(user).with_context(**context).has_access("read")
        )
