from odoo import models

from .helpdesk_ticket import MANAGER

STUCK = "ticket_billing.mail_activity_type_stuck"


class HelpdeskTicket(models.Model):
    """Tells people of tickets that billing gave up on."""

    _inherit = "helpdesk.ticket"

    def _ask_responsible(self):
        """Give whoever is responsible an activity with the reason, once a ticket."""
        stuck = self.env.ref(STUCK, raise_if_not_found=False)
        for ticket in self:
            user = ticket._get_billing_responsible()
            if user and stuck and stuck not in ticket.activity_ids.activity_type_id:
                ticket.activity_schedule(
                    STUCK, user_id=user.id, note=ticket.billing_error
                )

    def _get_billing_responsible(self):
        """Return who is told that the ticket cannot be billed, perhaps nobody.

        The leader of the team, else who works on it, else a manager of ticket billing:
        the first who may read it.
        """
        self.ensure_one()
        company = self.company_id
        managers = self.env.ref(MANAGER).all_user_ids.sorted("id")
        for user in self.team_id.user_id + self.user_id + managers:
            ticket = self.with_user(user).with_context(allowed_company_ids=company.ids)
            is_here = user.active and company in user.company_ids
            if is_here and ticket.has_access("read"):
                return user
        return self.env["res.users"]

    def _thank_responsible(self):
        """Take back what was asked about tickets that are settled after all."""
        self.activity_unlink([STUCK])
