from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AGENT_GROUPS
from .common_portal import PortalCommon

NO_TICKETS = (
    *("", " ", "x", "0", "-1", "+1", "1.0", "1_0", "999999999", "2147483648"),
    *("9" * 310, "9" * 5000, "\0", "1\0", "²", "١", "None", "1e308"),
)


@tagged("post_install", "-at_install")
class TestPortalClose(PortalCommon):
    """Who closes which ticket from outside, in which stage, and by which way."""

    def _get_stage(self, ticket):
        ticket.invalidate_recordset()
        return ticket.stage_id

    def _set_up_foreign_company(self):
        """Return another company, and a helpdesk manager who works only there."""
        company = self.env["res.company"].create({"name": "Other Support"})
        manager = self._create_user(
            "foreign_manager",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        return company, manager

    # Who

    def test_customer_closes_his_own_ticket(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        response = self._send_form(self._get_close_values(ticket))
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self._get_address(response), f"/my/ticket/{ticket.id}")
        self.assertEqual(self._get_stage(ticket), self.stage_done)
        self.assertRecordValues(
            ticket,
            [{"billing_event": "close", "billing_event_user_id": self.portal.id}],
        )

    def test_who_is_concerned_closes(self):
        follower = self._create_portal_user("portal_follower")
        insider = self._create_user("insider_customer", "base.group_user")
        watcher = self._create_user("insider_follower", "base.group_user")
        helper = self._create_user("helper", "helpdesk_mgmt.group_helpdesk_user")
        followers = (follower | watcher).partner_id
        for user in self.colleague | follower | insider | watcher | helper | self.agent:
            with self.subTest(login=user.login):
                ticket = self._create_portal_ticket()
                ticket.message_subscribe(followers.ids)
                if user == insider:
                    ticket.partner_id = insider.partner_id
                self._log_in(user)
                self._send_form(self._get_close_values(ticket))
                self.assertEqual(self._get_stage(ticket), self.stage_done)
                self.assertEqual(ticket.billing_event_user_id, user)

    def test_nobody_else_closes_or_learns_that_there_is_a_ticket(self):
        insider = self._create_user("insider", "base.group_user")
        foreign = self._set_up_foreign_company()[1]
        auditor = self._create_user(
            "auditor", "ticket_billing.group_ticket_billing_auditor"
        )
        agent = self._create_user("other_agent", ",".join(AGENT_GROUPS))
        team = self.env["helpdesk.ticket.team"].create({"name": "Field Service"})
        ticket = self._create_portal_ticket(team_id=team.id)
        nothing = {"ticket_id": 999999999, "stage_id": self.stage_done.id}
        for user in self.stranger | insider | foreign | auditor | agent:
            with self.subTest(login=user.login):
                self._log_in(user)
                self._follow_link(nothing)  # Sets the cookie of the language
                for ask in (self._follow_link, self._send_form):
                    there = ask(self._get_close_values(ticket))
                    not_there = ask(nothing)
                    self.assertEqual(there.status_code, 303)
                    self.assertEqual(self._get_address(there), "/my")
                    self.assertEqual(there.status_code, not_there.status_code)
                    self.assertEqual(there.headers.keys(), not_there.headers.keys())
                    self.assertEqual(there.text, not_there.text)
                self.assertEqual(self._get_stage(ticket), self.stage_new)

    def test_who_is_not_logged_in_is_asked_to(self):
        ticket = self._create_portal_ticket()
        response = self._follow_link(self._get_close_values(ticket))
        self.assertIn("/web/login", self._get_address(response))
        self.assertEqual(self._get_stage(ticket), self.stage_new)

    def test_token_of_the_page_does_not_close(self):
        ticket = self._create_portal_ticket()
        token = ticket._portal_ensure_token()
        self._log_in(self.stranger)
        response = self._send_form(self._get_close_values(ticket, access_token=token))
        self.assertEqual(self._get_address(response), "/my")
        self.assertEqual(self._get_stage(ticket), self.stage_new)

    # What

    def test_what_is_no_ticket_is_not_found(self):
        self._log_in(self.portal)
        for ask in (self._follow_link, self._send_form):
            for ticket_id in NO_TICKETS:
                with self.subTest(ticket_id=ticket_id[:12], ask=ask.__name__):
                    stage_id = self.stage_done.id
                    response = ask({"ticket_id": ticket_id, "stage_id": stage_id})
                    self.assertEqual(response.status_code, 303)
                    self.assertEqual(self._get_address(response), "/my")
            self.assertEqual(self._get_address(ask({})), "/my")

    def test_file_is_no_ticket(self):
        self._log_in(self.portal)
        form = self._get_forms(self._open_page(self._create_portal_ticket()))[0]
        response = self.url_open(
            "/ticket/close",
            data={"csrf_token": form[1]["csrf_token"]},
            files={"ticket_id": ("1", b"1"), "stage_id": ("1", b"1")},
            allow_redirects=False,
        )
        self.assertEqual(self._get_address(response), "/my")

    def _open_page(self, ticket):
        return self.url_open(f"/my/ticket/{ticket.id}").text

    def test_only_stages_that_the_page_offers_close(self):
        company = self._set_up_foreign_company()[0]
        team = self.env["helpdesk.ticket.team"].create({"name": "Field Service"})
        closing = {"closed": True, "close_from_portal": True}
        stages = self.env["helpdesk.ticket.stage"].create(
            [
                {**closing, "name": "Other company", "company_id": company.id},
                {**closing, "name": "Other team", "team_ids": team.ids},
                {**closing, "name": "Archived", "active": False},
                {**closing, "name": "Internal", "close_from_portal": False},
            ]
        )
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        for stage in stages | self.stage_progress:
            with self.subTest(
                stage=stages.ids.index(stage.id) if stage in stages else 9
            ):
                for ask in (self._follow_link, self._send_form):
                    response = ask(self._get_close_values(ticket, stage))
                    self.assertIn("cannot be closed that way", response.text)
                self.assertEqual(self._get_stage(ticket), self.stage_new)
        stages[1].team_ids = self.team
        self._send_form(self._get_close_values(ticket, stages[1]))
        self.assertEqual(self._get_stage(ticket), stages[1])

    def test_what_is_no_stage_is_refused(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        for ask in (self._follow_link, self._send_form):
            for stage_id in NO_TICKETS:
                with self.subTest(stage_id=stage_id[:12], ask=ask.__name__):
                    response = ask({"ticket_id": ticket.id, "stage_id": stage_id})
                    self.assertIn("cannot be closed that way", response.text)
            self.assertIn("that way", ask({"ticket_id": ticket.id}).text)
        self.assertEqual(self._get_stage(ticket), self.stage_new)

    def test_closed_ticket_stays_in_its_stage(self):
        ticket = self._close(self._create_portal_ticket())
        closed_date = ticket.closed_date
        self._log_in(self.portal)
        for ask in (self._follow_link, self._send_form):
            for stage in (self.stage_cancelled, self.stage_done):
                response = ask(self._get_close_values(ticket, stage))
                self.assertEqual(self._get_address(response), f"/my/ticket/{ticket.id}")
                self.assertEqual(self._get_stage(ticket), self.stage_done)
        self.assertEqual(ticket.closed_date, closed_date)
        self.assertNotEqual(ticket.billing_event_user_id, self.portal)

    # How

    def test_link_asks_and_changes_nothing(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        response = self._follow_link(self._get_close_values(ticket))
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._get_stage(ticket), self.stage_new)
        self.assertIn(ticket.number, response.text)
        self.assertIn(ticket.name, response.text)
        self.assertIn(f'href="/my/ticket/{ticket.id}">Back', response.text)
        [(method, fields, text)] = self._get_forms(response.text)
        self.assertEqual(method, "post")
        self.assertIn("Close Ticket", text)
        self.url_open("/ticket/close", data=fields)
        self.assertEqual(self._get_stage(ticket), self.stage_done)

    @mute_logger("odoo.http")
    def test_form_without_the_token_of_the_session_is_refused(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        for token in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 40 + "o4102444800"}):
            with self.subTest(token=token):
                values = self._get_close_values(ticket, **token)
                response = self.url_open("/ticket/close", data=values)
                self.assertEqual(response.status_code, 400)
                self.assertEqual(self._get_stage(ticket), self.stage_new)

    def test_other_methods_are_unknown(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        params = self._get_close_values(ticket)
        for method in ("PUT", "DELETE", "PATCH"):
            response = self.url_open("/ticket/close", params=params, method=method)
            self.assertEqual(response.status_code, 405)
        self.url_open("/ticket/close", params=params, method="HEAD")
        self.assertEqual(self._get_stage(ticket), self.stage_new)

    def test_token_of_the_page_is_kept(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        values = self._get_close_values(ticket, access_token="a&b=c")
        page = f"/my/ticket/{ticket.id}?access_token=a%26b%3Dc"
        [(_method, fields, _text)] = self._get_forms(self._follow_link(values).text)
        self.assertEqual(fields["access_token"], "a&b=c")
        self.assertEqual(self._get_address(self._send_form(fields)), page)
