from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestPortalClose(TicketBillingCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "portal_ada", groups="base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer
        cls.outsider = new_test_user(cls.env, "insider", groups="base.group_user")

    def _close_by_link(self, login, ticket_id):
        self.authenticate(login, login)
        return self.url_open(
            f"/ticket/close?ticket_id={ticket_id}&stage_id={self.stage_done.id}"
        )

    def test_customer_closes_his_own_ticket(self):
        ticket = self._create_ticket(1.0, partner_id=self.portal.partner_id.id)
        self._close_by_link("portal_ada", ticket.id)
        self.assertRecordValues(
            ticket,
            [{"billing_event": "close", "billing_event_user_id": self.portal.id}],
        )

    def test_nobody_closes_tickets_that_he_may_not_read(self):
        other = self._create_customer("Harbour Logistics")
        ticket = self._create_ticket(1.0, partner_id=other.id)
        for login in ("portal_ada", "insider"):
            with self.subTest(login=login):
                response = self._close_by_link(login, ticket.id)
                self.assertNotIn(f"/my/ticket/{ticket.id}", response.url)
                self.assertEqual(ticket.billing_event, "none")

    def test_what_is_no_ticket_is_not_found(self):
        for ticket_id in ("", "x", "0", "-1", "999999999"):
            with self.subTest(ticket_id=ticket_id):
                response = self._close_by_link("portal_ada", ticket_id)
                self.assertEqual(response.status_code, 200)
                self.assertIn("/my", response.url)
