import html
import re

from odoo import http
from odoo.tests import HttpCase, new_test_user

from .common import TicketBillingCommon


class PortalCommon(TicketBillingCommon, HttpCase):
    """A customer with two logins in the portal, and people who are not concerned."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._create_portal_user("portal_ada", parent_id=cls.customer.id)
        cls.colleague = cls._create_portal_user("portal_bob", parent_id=cls.customer.id)
        cls.stranger = cls._create_portal_user("portal_eve")

    @classmethod
    def _create_portal_user(cls, login, **values):
        user = new_test_user(
            cls.env, login, groups="base.group_portal", company_id=cls.company.id
        )
        user.partner_id.write(values)
        return user

    @classmethod
    def _create_user(cls, login, groups, **values):
        values = {"company_id": cls.company.id, **values}
        return new_test_user(cls.env, login, groups=groups, **values)

    def _create_portal_ticket(self, **values):
        return self._create_ticket(1.0, partner_id=self.portal.partner_id.id, **values)

    def _log_in(self, user):
        self.authenticate(user.login, user.login)

    def _get_close_values(self, ticket, stage=None, **values):
        stage = stage or self.stage_done
        return {"ticket_id": ticket.id, "stage_id": stage.id, **values}

    def _follow_link(self, params):
        """Open a link that would close a ticket; stays where it leads to."""
        return self.url_open("/ticket/close", params=params, allow_redirects=False)

    def _send_form(self, values):
        """Send the form that closes a ticket, with the token of the session."""
        data = {"csrf_token": http.Request.csrf_token(self), **values}
        return self.url_open("/ticket/close", data=data, allow_redirects=False)

    def _get_address(self, response):
        """Return the path that a response sends to, without the server's name."""
        location = response.headers.get("Location", "")
        return re.sub(r"^https?://[^/]+", "", location)

    def _get_forms(self, text):
        """Return of each form that closes a ticket: its method, fields and text."""
        forms = re.findall(r"<form([^>]*/ticket/close[^>]*)>(.*?)</form>", text, re.S)
        return [
            (
                re.search(r'method="(\w+)"', attributes)[1].lower(),
                self._get_fields(content),
                " ".join(re.sub(r"<[^>]*>", " ", html.unescape(content)).split()),
            )
            for attributes, content in forms
        ]

    def _get_fields(self, content):
        fields = {}
        for tag in re.findall(r"<input[^>]*>", content):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            fields[attributes["name"]] = html.unescape(attributes["value"])
        return fields
