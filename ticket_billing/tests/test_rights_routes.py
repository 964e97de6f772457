import json

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_rights import LOGGERS, RightsCommon
from .rights_table import ROUTES

REPORT = "ticket_billing.report_statement_of_work"
SECRETS = ("Replaced the network cable", "Statement of work", "Printer offline")


@tagged("post_install", "-at_install")
class TestRightsRoutes(RightsCommon):
    """What each role gets at each address, and those who are not logged in."""

    def test_routes(self):
        found = {}
        rows = self._parse(ROUTES, with_public=True)
        for role, user, world in self._get_roles():
            for left, _cells in rows:
                with self._taken_back():
                    sign = self._get_sign(" ".join(left), user, world)
                found[" ".join(left), role] = sign
        self.authenticate(None, None)
        for left, _cells in rows:
            with self._taken_back():
                found[" ".join(left), "public"] = self._get_sign(
                    " ".join(left), None, self.own
                )
        self._check_table(rows, found)

    def _get_sign(self, row, user, world):
        """Return + if the address gives or does what it is for."""
        records = world.records
        ticket, move = records["open"], records["posted invoice"]
        ask = {
            "close: page": lambda: self._ask_to_close(ticket),
            "close: form": lambda: self._close_by_form(ticket),
            "ticket page": lambda: self._get(f"/my/ticket/{ticket.id}", ticket.name),
            "ticket page, wrong token": lambda: self._get(
                f"/my/ticket/{ticket.id}?access_token=x", ticket.name
            ),
            "invoice page": lambda: self._get(f"/my/invoices/{move.id}", move.name),
            "invoice page, wrong token": lambda: self._get(
                f"/my/invoices/{move.id}?access_token=x", move.name
            ),
            "statement": lambda: self._get(
                f"/report/html/{REPORT}/{move.id}", records["posted"].number
            ),
            "attachment": lambda: self._get(
                f"/web/content/{records['attachment'].id}", "Statement of work"
            ),
            "export of tickets": lambda: self._export(ticket, "number", ticket.number),
            "export of charges": lambda: self._export(
                records["draft charges"], "source_key", "line:"
            ),
            "export of runs": lambda: self._export(records["run"], "trigger", "Button"),
            "json: charges": lambda: self._read_by_key(user, records["draft charges"]),
            "json: runs": lambda: self._read_by_key(user, records["run"]),
            "json: private method": lambda: self._call_privately(user, ticket),
        }
        with mute_logger(*LOGGERS):
            return "+" if ask[row]() else "."

    def _get(self, path, text):
        response = self.url_open(path, timeout=60)
        self.assertLess(response.status_code, 500, path)
        return response.status_code == 200 and text in response.text

    def _ask_to_close(self, ticket):
        path = f"/ticket/close?ticket_id={ticket.id}&stage_id={self.stage_done.id}"
        return self._get(path, ticket.name)

    def _close_by_form(self, ticket):
        values = {"ticket_id": ticket.id, "stage_id": self.stage_done.id}
        if self.session.uid:
            values["csrf_token"] = http.Request.csrf_token(self)
        self.url_open("/ticket/close", data=values, allow_redirects=False)
        ticket.invalidate_recordset()
        return ticket.stage_id == self.stage_done

    def _export(self, records, name, text):
        """Return whether a file is made that has the text."""
        data = {
            "model": records._name,
            "fields": [{"name": name, "label": name, "type": "char"}],
            "ids": records.ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
        }
        values = {"data": json.dumps(data)}
        if self.session.uid:
            values["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open("/web/export/csv", data=values, timeout=60)
        return response.status_code == 200 and text in response.text

    def _read_by_key(self, user, records):
        answer = self._ask_by_key(user, records, "read", fields=["create_date"])
        return answer.status_code == 200 and bool(answer.json())

    def _call_privately(self, user, ticket):
        answer = self._ask_by_key(user, ticket, "_process")
        return answer.status_code == 200

    def _ask_by_key(self, user, records, method, **values):
        headers = {"Authorization": f"Bearer {self._get_key(user)}"} if user else {}
        response = self.url_open(
            f"/json/2/{records._name}/{method}",
            json={"ids": records.ids, **values},
            headers=headers,
        )
        self.assertNotEqual(response.status_code, 500)
        return response

    def test_strangers_to_an_invoice_learn_nothing_of_its_work(self):
        """By id, by a wrong token, and by the token of another invoice."""
        move, other = (w.records["posted invoice"] for w in (self.own, self.other))
        token = other.sudo()._portal_ensure_token()
        paths = (
            f"/my/invoices/{move.id}",
            f"/my/invoices/{move.id}?access_token=x",
            f"/my/invoices/{move.id}?access_token={token}",
            f"/my/invoices/{move.id}?access_token={token}&report_type=html",
            f"/report/html/{REPORT}/{move.id}",
            f"/report/pdf/{REPORT}/{move.id}",
            f"/web/content/{self.own.records['attachment'].id}?access_token={token}",
            f"/web/content/account.move/{move.id}/statement_of_work_file",
        )
        customer = self.users["customer"]
        customer.partner_id.parent_id = self.other.records["res.partner"]
        for user in (customer, self.users["employee"], None):
            self.authenticate(user and user.login, user and user.login)
            for path in paths:
                with self.subTest(path=path, user=user), mute_logger(*LOGGERS):
                    response = self.url_open(path, timeout=60)
                    self.assertLess(response.status_code, 500)
                    for secret in (*SECRETS, move.name):
                        self.assertNotIn(secret, response.text)
