from odoo.tests import tagged

from .common_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestPortalPage(PortalCommon):
    """The buttons on a ticket's page: for who may press them, while it is open."""

    def _get_page_forms(self, ticket, **params):
        response = self.url_open(f"/my/ticket/{ticket.id}", params=params)
        self.assertIn(ticket.name, response.text)
        return self._get_forms(response.text)

    def test_buttons_are_forms_that_close(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        forms = self._get_page_forms(ticket)
        stages = (self.stage_done, self.stage_cancelled)
        self.assertEqual(
            [text for _method, _fields, text in forms],
            ["Close Ticket: Done", "Close Ticket: Cancelled"],
        )
        for (method, fields, _text), stage in zip(forms, stages, strict=True):
            self.assertEqual(method, "post")
            self.assertTrue(fields.pop("csrf_token"))
            expected = {"ticket_id": str(ticket.id), "stage_id": str(stage.id)}
            self.assertEqual(fields, expected)
        self.url_open("/ticket/close", data=self._get_page_forms(ticket)[1][1])
        ticket.invalidate_recordset()
        self.assertEqual(ticket.stage_id, self.stage_cancelled)

    def test_buttons_are_gone_once_closed_and_back_when_opened_again(self):
        ticket = self._close(self._create_portal_ticket())
        self._log_in(self.portal)
        self.assertFalse(self._get_page_forms(ticket))
        ticket.stage_id = self.stage_progress
        self.assertTrue(ticket.closed_date)
        self.assertEqual(len(self._get_page_forms(ticket)), 2)
        self._close(ticket)
        # As after a change of team that closed it
        ticket.closed_date = False
        self.assertFalse(self._get_page_forms(ticket))

    def test_who_only_has_the_link_has_no_buttons(self):
        ticket = self._create_portal_ticket()
        token = ticket._portal_ensure_token()
        self.assertFalse(self._get_page_forms(ticket, access_token=token))
        self._log_in(self.stranger)
        self.assertFalse(self._get_page_forms(ticket, access_token=token))
        self._log_in(self.portal)
        forms = self._get_page_forms(ticket, access_token=token)
        self.assertEqual({f["access_token"] for _m, f, _t in forms}, {token})

    def test_page_of_a_ticket_without_team_offers_what_it_accepts(self):
        settled = self.env["helpdesk.ticket.stage"].create(
            {
                "name": "Settled",
                "sequence": 99,
                "closed": True,
                "close_from_portal": True,
                "company_id": self.company.id,
            }
        )
        ticket = self._create_portal_ticket(team_id=False)
        self._log_in(self.portal)
        _method, fields, text = self._get_page_forms(ticket)[-1]
        self.assertEqual(text, "Close Ticket: Settled")
        self.url_open("/ticket/close", data=fields)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.stage_id, settled)
