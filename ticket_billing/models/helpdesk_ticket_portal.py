from odoo import models


class HelpdeskTicket(models.Model):
    """Closing a ticket on its page in the portal: who may, and how."""

    _inherit = "helpdesk.ticket"

    def _can_close_from_portal(self):
        """Return whether there is such a ticket and the user may close it on its page.

        Customers and followers may, and whoever moves it in the helpdesk. To read it is
        not enough: auditors read all tickets and change none.
        """
        if not self.exists() or not self.has_access("read"):
            return False
        user, ticket = self.env.user, self.sudo()
        concerned = ticket.partner_id | ticket.message_partner_ids
        return (
            user._is_portal()
            or user.partner_id in concerned
            or self.has_access("write")
        )

    def _get_portal_close_stages(self):
        """Return the stages that the ticket's page offers the user to close it with.

        There are none while the ticket is closed. What is not offered is refused, too.
        """
        self.ensure_one()
        ticket = self.sudo()
        if ticket.closed or not self._can_close_from_portal():
            return ticket.stage_id.browse()
        team = ticket.team_id.with_company(ticket.company_id)
        return team._get_applicable_stages().filtered("close_from_portal")
