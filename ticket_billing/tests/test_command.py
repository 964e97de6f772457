import io
import json
from argparse import Namespace
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools import command
from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestCommand(TicketBillingCommon):
    """What the command line does, in this process."""

    def _get_scope(self, **values):
        """Return the tickets of a scope."""
        domain = self.env["ticket.billing.run"]._get_scope(**values)
        return self.env["helpdesk.ticket"].search(domain)

    def test_customer_by_id_reference_and_name(self):
        """Of a contact it is the customer, with all of its contacts."""
        self.customer.ref = "NW of a kind"
        ann = self._create_customer("Ann of Northwind", parent_id=self.customer.id)
        ann.is_company = False
        tickets = self._create_ticket() + self._create_ticket(partner_id=ann.id)
        self._create_ticket(partner_id=self._create_customer("Hillside of a kind").id)
        for text in (
            str(self.customer.id),
            "NW of a kind",
            str(ann.id),
            "Ann of Northwind",
        ):
            with self.subTest(text=text):
                self.assertEqual(self._get_scope(customer=text), tickets)
        self.customer.active = False
        self.assertEqual(self._get_scope(customer="NW of a kind"), tickets)

    def test_company_by_id_and_name(self):
        ticket = self._create_ticket()
        for text in (str(self.company.id), self.company.name):
            with self.subTest(text=text):
                self.assertIn(ticket, self._get_scope(company=text))
        other = self.env["res.company"].sudo().create({"name": "Hillside of a kind"})
        self.assertFalse(self._get_scope(company=other.name))

    def test_nobody_and_several(self):
        first, second = (self._create_customer("Twin of a kind") for _index in range(2))
        self._create_customer("Other", ref=str(first.id))
        runs = self.env["ticket.billing.run"]
        cases = [
            ({"company": "Twin of a kind"}, "There is no company “Twin of a kind”."),
            ({"customer": "Twin of"}, "There is no customer “Twin of”."),
            ({"customer": "99999999999"}, "There is no customer “99999999999”."),
            (
                {"customer": "Twin of a kind"},
                "“Twin of a kind” is more than one customer: "
                f"Twin of a kind (id {first.id}), Twin of a kind (id {second.id}).",
            ),
            ({"customer": str(first.id)}, "is more than one customer"),
        ]
        for values, message in cases:
            with self.subTest(values=values), self.assertRaises(UserError) as caught:
                runs._get_scope(**values)
            self.assertIn(message, str(caught.exception))

    def test_tickets_in_the_order_of_their_numbers(self):
        tickets = self._create_ticket() + self._create_ticket()
        tickets[1].active = False
        runs = self.env["ticket.billing.run"]
        numbers = [*reversed(tickets.mapped("number")), tickets[1].number]
        scope = runs._get_scope(customer=str(self.customer.id))
        self.assertEqual(runs._find_tickets(numbers, scope).ids, tickets[::-1].ids)
        elsewhere = runs._get_scope(
            customer=str(self._create_customer("Hillside of a kind").id)
        )
        with self.assertRaisesRegex(UserError, "There is no ticket"):
            runs._find_tickets(numbers, elsewhere)

    # Actions

    @contextmanager
    def _environment(self):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    def _act(self, action, status=0, **options):
        """Return what an action prints about our company."""
        values = {
            "company": str(self.company.id),
            "customer": None,
            "ticket": None,
            "limit": None,
            "dry_run": False,
            "json": True,
            "days": 30,
            **options,
        }
        with patch("sys.stdout", io.StringIO()) as out, self._environment() as env:
            self.assertEqual(action(env, Namespace(**values)), status)
        return json.loads(out.getvalue()) if values["json"] else out.getvalue()

    def test_actions(self):
        ticket = self._close(self._create_ticket(1.0))
        number = ticket.number
        due = self._act(command.process, dry_run=True)
        self.assertEqual(due["found"], 1)
        with self.assertRaisesRegex(UserError, "There is no ticket"):
            self._act(command.process, ticket=["NO-SUCH"])
        done = self._act(command.process, ticket=[number])
        self.assertEqual(done["tickets"][0]["number"], number)
        self.assertEqual(done["remaining"], 0)
        self.assertIn("Nothing to bill", self._act(command.process, json=False))
        self.assertIn(number, self._act(command.report, json=False))
        text = self._act(command.status, json=False)
        self.assertRegex(text, "Events +when closed")
        self.assertIn("Last 30 days", text)

    def test_progress_and_failure_are_told_on_stderr(self):
        with patch("sys.stderr", io.StringIO()) as err:
            err.isatty = lambda: True
            command.Progress(4)(3)
            command.tell_failed(["HT1", "HT2"])
        self.assertIn("\r0 of 4 tickets\r3 of 4 tickets", err.getvalue())
        self.assertIn("stay as they were: 2 (HT1, HT2)", err.getvalue())
