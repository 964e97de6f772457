import json
import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_api import ApiCommon
from .test_api_doc import PAGE

PREVIEW = "helpdesk.ticket/get_billing_preview"
BILL = "helpdesk.ticket/generate_invoice"
NOBODY = 2_000_000_000
AMOUNTS = {"amount_untaxed", "amount_total"}
# Path, arguments, whose key, status, what the sentence has
ERRORS = [
    (PREVIEW, {}, "no such key", 401, "Invalid apikey"),
    (BILL, {}, "colleague", 403, "Ask a manager of ticket billing to bill the others"),
    (PREVIEW, {}, "colleague", 403, "Ask a manager of ticket billing to bill"),
    (BILL, {}, "auditor", 403, "Ask a manager of ticket billing to bill the others"),
    (BILL, {}, "outsider", 403, "allowed|rights|access"),
    ("helpdesk.ticket/action_write_off", {"reason": "x"}, "agent", 403, "managers"),
    ("ticket.billing.run/search_read", {"ids": []}, "agent", 403, "allowed|access"),
    ("helpdesk.ticket/_can_bill", {}, "manager", 403, "Private methods"),
    ("ticket.billing.run/_process", {}, "manager", 403, "Private methods"),
    ("helpdesk.ticket/fly", {}, "manager", 404, "does not exist"),
    ("no.such.model/read", {}, "manager", 404, "does not exist"),
    (PREVIEW, {"ids": [NOBODY]}, "manager", 404, f"no Helpdesk Ticket with.* {NOBODY}"),
    (BILL, {"ids": [NOBODY]}, "agent", 404, "no Helpdesk Ticket with the id"),
    (PREVIEW, {"ids": "x"}, "manager", 422, "above zero. This is none: x"),
    (BILL, {"ids": ["1"]}, "manager", 422, "This is none: 1"),
    (BILL, {"ids": [1.5]}, "manager", 422, "This is none: 1.5"),
    (BILL, {"ids": [True]}, "manager", 422, "This is none: True"),
    (BILL, {"ids": [None]}, "manager", 422, "This is none: None"),
    (BILL, {"ids": [[1]]}, "manager", 422, r"This is none: \[1\]"),
    (BILL, {"ids": [0, -1]}, "manager", 422, "This is none: 0"),
    (BILL, {"ids": [10**30]}, "manager", 422, "This is none: 10000"),
    (BILL, {"ids": {"a": 1}}, "manager", 422, "This is none: a"),
    (BILL, {"fly": 1}, "manager", 422, "unexpected keyword argument 'fly'"),
    ("helpdesk.ticket/action_write_off", {}, "manager", 422, "missing .*'reason'"),
    (
        "helpdesk.ticket/action_bill_again",
        {"price": ["today"]},
        "manager",
        422,
        "that of today or the old one",
    ),
    (
        "helpdesk.ticket/action_write_off",
        {"reason": "x"},
        "manager",
        422,
        "There is nothing to write off",
    ),
]


@tagged("post_install", "-at_install")
class TestApi(ApiCommon):
    """Billing over Odoo's JSON-2 API: who may do what, and what errors look like."""

    def setUp(self):
        super().setUp()
        self.ticket = self._close(self._create_ticket(1.5))

    def _check_error(self, response, status, sentence):
        self.assertEqual(response.status_code, status, response.text)
        message = response.json()["message"]
        self.assertRegex(message, sentence)
        self.assertNotIn("Traceback", message)
        # Odoo's own, whatever we do
        self.assertIn("Traceback", response.json()["debug"])

    @mute_logger("odoo.http")
    def test_errors_have_a_status_and_a_sentence(self):
        counts = self._count()
        for path, arguments, key, status, sentence in ERRORS:
            arguments = {"ids": self.ticket.ids, **arguments}
            with self.subTest(path=path, key=key, arguments=arguments):
                response = self._call(path, key, **arguments)
                self._check_error(response, status, sentence)
                self.assertEqual(self._count(), counts)

    def _count(self):
        self.env.invalidate_all()
        models = ("ticket.billing.charge", "ticket.billing.run", "ticket.billing.log")
        return [self.env[name].sudo().search_count([]) for name in models]

    @mute_logger("odoo.http")
    def test_requests_that_are_none(self):
        self._check_error(self._send(BILL, "{"), 400, "could not parse the body")
        self._check_error(
            self._send(BILL, None, method="GET"), 404, "Did you mean POST"
        )
        headers = {"Content-Type": "application/json"}
        response = self.url_open(f"/json/2/{BILL}", data="{}", headers=headers)
        self._check_error(response, 401, "use an API Key")

    @mute_logger("odoo.http")
    def test_every_status_is_on_the_page(self):
        page = PAGE.read_text(encoding="utf-8")
        documented = set(map(int, re.findall(r"(?m)^\| (\d{3}) \|", page)))
        tried = {error[3] for error in ERRORS} | {400}
        self.assertEqual(documented - tried, {409, 500})
        self.assertFalse(tried - documented)

    def test_billing_twice_makes_one_invoice(self):
        first = self._ask(BILL, ids=self.ticket.ids)
        self.assertTrue(first[0]["will_bill"])
        self.assertEqual(first[0]["state"], "invoiced")
        second = self._ask(BILL, ids=self.ticket.ids)
        self.assertFalse(second[0]["will_bill"])
        self.assertTrue(second[0]["reason"])
        self.assertEqual(second[0]["state"], "invoiced")
        self.assertEqual(len(self.ticket.invoice_ids), 1)
        self.assertEqual(len(self.ticket.charge_ids), 1)

    def test_ticket_that_is_named_twice_is_billed_once(self):
        answer = self._ask(BILL, ids=self.ticket.ids * 2)
        self.assertEqual([data["ticket_id"] for data in answer], self.ticket.ids * 2)
        self.assertEqual(len(self.ticket.charge_ids), 1)
        self.assertEqual(self.ticket.invoice_ids.amount_untaxed, 150.0)

    def test_run_tells_of_the_program(self):
        self._ask(BILL, ids=self.ticket.ids)
        run = self.env["ticket.billing.run"].search([], limit=1)
        values = {"trigger": "api", "user_id": self.agent.id, "found": 1}
        self.assertRecordValues(run, [values])

    def test_nothing_given_is_nothing_done(self):
        for path in (PREVIEW, BILL):
            self.assertEqual(self._ask(path, ids=[]), [])

    def test_ticket_that_cannot_be_billed_is_no_error(self):
        self.policy.sudo().time_product_id = False
        answer = self._ask(PREVIEW, ids=self.ticket.ids)
        self.assertEqual(answer[0]["will_bill"], False)
        self.assertIn("Time Product", answer[0]["reason"])
        answer = self._ask(BILL, ids=self.ticket.ids)
        self.assertEqual(answer[0]["will_bill"], False)
        self.assertIn("Time Product", answer[0]["reason"])
        self.assertEqual(answer[0]["state"], "blocked")

    def test_amounts_are_for_those_who_see_them(self):
        for key, sees in (("agent", False), ("manager", True), ("auditor", True)):
            data = self._ask(PREVIEW, key, ids=self.ticket.ids)[0]
            self.assertEqual(AMOUNTS <= set(data), sees, key)
            self.assertEqual("amount" in data["lines"][0], sees)
            self.assertEqual("150" in json.dumps(data), sees)

    @mute_logger("odoo.http")
    def test_ledger_shows_amounts_to_those_who_see_them(self):
        self._ask(BILL, ids=self.ticket.ids)
        domain = [["ticket_id", "=", self.ticket.id]]
        path = "ticket.billing.charge/search_read"
        for fields in (["amount"], ["price_unit"], ["invoiced_amount"]):
            response = self._call(path, "agent", domain=domain, fields=fields)
            self._check_error(response, 403, fields[0])
        known = self._ask("ticket.billing.charge/fields_get", attributes=["type"])
        self.assertFalse({"amount", "price_unit", "explanation"} & set(known))
        arguments = {"domain": domain, "fields": ["amount"]}
        self.assertEqual(self._ask(path, "auditor", **arguments)[0]["amount"], 150.0)

    @mute_logger("odoo.http")
    def test_ticket_of_another_company_is_hidden(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere Ltd"})
        ticket = (
            self.env["helpdesk.ticket"]
            .sudo()
            .create({"name": "Secret", "description": "x", "company_id": other.id})
        )
        for key in ("manager", "auditor", "agent"):
            for path in (PREVIEW, BILL):
                response = self._call(path, key, ids=ticket.ids)
                self._check_error(response, 403, "company|access|allowed")
                self.assertNotIn("Elsewhere", response.json()["message"])

    def test_text_of_a_reason_stays_as_it_was_sent(self):
        for reason in (
            "🧾 goodwill",
            "تم الإلغاء",
            "<script>alert(1)</script>",
            "=1+1",
        ):
            ticket = self._close(self._create_ticket(1.0))
            self._ask(BILL, ids=ticket.ids)
            ticket.invoice_ids.button_cancel()
            self._ask(
                "helpdesk.ticket/action_write_off",
                "manager",
                ids=ticket.ids,
                reason=reason,
            )
            self.assertEqual(ticket.charge_ids.reason, reason)
            note = ticket.message_ids[0].body
            self.assertNotIn("<script", note)
