from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk


class TicketBillingPortal(CustomerPortalHelpdesk):
    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        # EXTENDS helpdesk_mgmt: offers just what will be accepted from this user
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        own = ticket.with_env(request.env)
        return {**values, "closed_stages": own._get_portal_close_stages()}
