from urllib.parse import urlencode

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

LARGEST_ID = 2**31 - 1


def _read_id(text):
    """Return the id that a parameter holds, 0 if it holds anything else."""
    text = str(text)
    # Not isdigit() alone, which takes ² and the digits of other scripts, too
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))
    number = int(text) if is_number else 0
    return number if number <= LARGEST_ID else 0


class TicketBillingController(HelpdeskTicketController):
    @http.route(methods=["GET", "POST"], website=True)
    def support_ticket_close(self, **kw):
        # EXTENDS helpdesk_mgmt: closing bills, so it takes somebody whose ticket it is,
        # a stage that its page offers, and a form that was sent from there. A link only
        # asks for confirmation.
        ticket = request.env["helpdesk.ticket"].browse(_read_id(kw.get("ticket_id")))
        if not ticket._can_close_from_portal():
            return request.redirect("/my")
        page = self._get_ticket_page(ticket, kw.get("access_token"))
        if ticket.sudo().closed:
            return request.redirect(page)
        stage_id = _read_id(kw.get("stage_id"))
        stage = ticket._get_portal_close_stages().filtered(lambda s: s.id == stage_id)
        if stage and request.httprequest.method == "POST":
            super().support_ticket_close(ticket_id=ticket.id, stage_id=stage.id)
            return request.redirect(page)
        values = {
            "ticket": ticket.sudo(),
            "stage": stage,
            "access_token": kw.get("access_token"),
            "ticket_page": page,
            "page_name": "ticket",
        }
        return request.render("ticket_billing.portal_ticket_close", values)

    def _get_ticket_page(self, ticket, access_token):
        """Return the address of the ticket's page, with the token that opened it."""
        if not access_token:
            return ticket.access_url
        return f"{ticket.access_url}?{urlencode({'access_token': access_token})}"
