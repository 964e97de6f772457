import argparse
import json
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.ticket_billing.cli.ticket_billing import TicketBilling

from .bad_values import HARMFUL, MEGABYTE, NO_TEXTS, ODD
from .common_api import ApiCommon
from .common_bad_values import ADMIN_GROUPS
from .common_portal import PortalCommon

TEXTS = [value for value in NO_TEXTS if isinstance(value, str)]
# The command line has no nul bytes, and bytes that are no text come as half characters
NO_COUNTS = ("", "0", "-1", "1.5", "1e3", "²", "١٢", "１２", "x", "100000", "9" * 5_000)
NO_PARAMETERS = (
    "",
    "x",
    "-1",
    "0",
    "1.5",
    "1e3",
    "²",
    "１２",
    "2147483648",
    "9" * 30,
    "\0",
    "1\0",
    "🧾",
    "\u202e1",
    "<script>alert(1)</script>",
    "=1+1",
    "1 OR 1=1",
    "'; DROP TABLE helpdesk_ticket; --",
    "../../etc/passwd",
    "x" * 5_000,
    "NaN",
    "Infinity",
    "null",
    "[1]",
    "{}",
    "%00",
    "%s",
)


@tagged("post_install", "-at_install")
class TestBadRequests(ApiCommon, PortalCommon):
    """What a server gets that anybody may send something to."""

    def setUp(self):
        super().setUp()
        self.policy.sudo().approval = "all"
        self.ticket = self._close(self._create_ticket(1.0))
        self.ticket.action_generate_invoice()
        self.charge = self.ticket.sudo()._get_charges()

    @contextmanager
    def _no_traceback(self):
        with self.assertNoLogs("odoo.http", "ERROR"):
            yield

    def test_reasons_over_the_api(self):
        path = "helpdesk.ticket/action_write_off"
        for reason in NO_TEXTS:
            with self.subTest(reason=repr(reason)[:60]), self._no_traceback():
                arguments = {"ids": self.ticket.ids, "reason": reason}
                response = self._call(path, "manager", **arguments)
                self.assertEqual(response.status_code, 422)
                message = response.json()["message"]
                self.assertRegex(message, "“reason” takes a text|^Say why")
                self.assertLess(len(message), 500)
        self.env.invalidate_all()
        self.assertEqual(self.charge.state, "to_approve")

    def test_numbers_over_the_api(self):
        path = "ticket.billing.charge/action_change"
        for quantity in HARMFUL["float"]:
            if quantity == "" or isinstance(quantity, int) and quantity > 10**100:
                continue
            with self.subTest(quantity=repr(quantity)[:60]), self._no_traceback():
                arguments = {"reason": "fine", "quantity": quantity}
                response = self._call(path, "manager", ids=self.charge.ids, **arguments)
                self.assertEqual(response.status_code, 422, response.text[:500])
        self.env.invalidate_all()
        self.assertEqual(self.charge.quantity, 1.0)

    def test_settings_over_rpc(self):
        admin = self._create_user("rpc_admin", ",".join(ADMIN_GROUPS))
        self._log_in(admin)
        values = {
            "ticket_billing_minimum_hours": HARMFUL["float"],
            "ticket_billing_delay_minutes": HARMFUL["integer"],
            "ticket_billing_start_date": HARMFUL["date"],
            "ticket_billing_project_id": HARMFUL["many2one"],
            "ticket_billing_automation_level": HARMFUL["selection"],
        }
        for name, wrong in values.items():
            for value in wrong[::3]:
                with self.subTest(field=name, value=repr(value)[:60]):
                    error = self._create_settings({name: value})
                    self.assertEqual(error["name"], "odoo.exceptions.ValidationError")
                    self.assertIn("takes", error["message"])

    def _create_settings(self, values):
        params = {
            "model": "res.config.settings",
            "method": "create",
            "args": [values],
            "kwargs": {},
        }
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        headers = {"Content-Type": "application/json"}
        with self._no_traceback():
            response = self.url_open("/web/dataset/call_kw", data=body, headers=headers)
        self.assertEqual(response.status_code, 200)
        return response.json()["error"]["data"]

    def test_closing_in_the_portal(self):
        ticket = self._create_portal_ticket()
        self._log_in(self.portal)
        good = self._get_close_values(ticket)
        for name in ("ticket_id", "stage_id"):
            for value in NO_PARAMETERS:
                with self.subTest(name=name, value=value[:60]), self._no_traceback():
                    response = self._follow_link({**good, name: value})
                    self.assertIn(response.status_code, (200, 303))
                    response = self._send_form({**good, name: value})
                    self.assertIn(response.status_code, (200, 303))
        for value in NO_PARAMETERS:
            with self.subTest(access_token=value[:60]), self._no_traceback():
                response = self._follow_link({**good, "access_token": value})
                self.assertIn(response.status_code, (200, 303))
        large = {**good, "ticket_id": MEGABYTE, "access_token": MEGABYTE}
        self.assertEqual(self._send_form(large).status_code, 303)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.stage_id, self.stage_new)

    def test_command_line(self):
        for text in NO_COUNTS:
            with self.subTest(text=text[:60]):
                with self.assertRaises(argparse.ArgumentTypeError):
                    TicketBilling._positive(text)
        self.assertEqual(TicketBilling._positive("12"), 12)
        runs = self.env["ticket.billing.run"]
        finds = (
            runs._find_company,
            runs._find_customer,
            lambda text: runs._find_tickets([text], Domain.TRUE),
        )
        for text in (*TEXTS, *ODD):
            for find in finds:
                with self.subTest(text=text[:60]):
                    with self.assertRaisesRegex(UserError, "There is no|takes"):
                        find(text)
