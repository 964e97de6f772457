from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


class TicketBillingController(HelpdeskTicketController):
    @http.route()
    def support_ticket_close(self, **kw):
        # EXTENDS helpdesk_mgmt: closing bills, so it takes the right to read the ticket
        number = kw.get("ticket_id", "")
        ticket = request.env["helpdesk.ticket"].browse(
            int(number) if number.isdigit() else 0
        )
        if not ticket.exists() or not ticket.has_access("read"):
            return request.redirect("/my")
        return super().support_ticket_close(**kw)
