from unittest.mock import patch

from odoo.fields import Domain
from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestNotBilled(TicketBillingCommon):
    """What is not billed, each with its reason on the ticket."""

    def _get_reason(self, ticket):
        self._close_and_bill(ticket)
        self.assertFalse(ticket.invoice_ids)
        return ticket.billing_reason

    def test_shipped_categories(self):
        for name in ("warranty", "internal", "training", "maintenance"):
            with self.subTest(name=name):
                category = self.env.ref(
                    f"ticket_billing.helpdesk_ticket_category_{name}"
                )
                ticket = self._create_ticket(1.0, category_id=category.id)
                self.assertEqual(
                    self._get_reason(ticket),
                    f"Tickets of category “{name.capitalize()}” are not billed.",
                )

    def test_category_below_one_that_is_not_billable(self):
        internal = self.env.ref("ticket_billing.helpdesk_ticket_category_internal")
        category = internal.create({"name": "Own servers", "parent_id": internal.id})
        self.assertTrue(category.billable)
        ticket = self._create_ticket(1.0, category_id=category.id)
        self.assertIn("“Own servers” are not billed", self._get_reason(ticket))

    def test_team(self):
        self.team.billable = False
        ticket = self._create_ticket(1.0)
        self.assertEqual(
            self._get_reason(ticket), "Tickets of team “Service Desk” are not billed."
        )

    def test_ticket(self):
        ticket = self._create_ticket(1.0, billable=False)
        self.assertEqual(self._get_reason(ticket), "Marked as not billable.")

    def test_duplicate(self):
        original = self._create_ticket()
        ticket = self._create_ticket(1.0, duplicate_id=original.id)
        self.assertEqual(
            self._get_reason(ticket), f"A duplicate of ticket {original.number}."
        )

    def test_void_stage(self):
        ticket = self._create_ticket(1.0)
        ticket.stage_id = self.stage_cancelled
        self._bill(ticket)
        self.assertEqual(ticket.billing_reason, "Ended without billing: Cancelled.")

    def test_entries(self):
        ticket = self._create_ticket()
        entry = self._log_time(ticket, 1.0, billable=False)
        self.assertEqual(
            self._get_reason(ticket), "The time is not billed. Marked as not billable."
        )
        self.assertEqual(entry.billing_reason, "Marked as not billable.")

    def test_time_that_waits_for_validation(self):
        """Where an addon has a validation; here a stand-in for its field."""
        ticket = self._create_ticket(1.0)
        entry = ticket.timesheet_ids.sudo()
        entries = type(self.env["account.analytic.line"])
        not_validated = Domain("name", "not like", "Validated")
        with patch.object(
            entries, "_get_not_validated_domain", lambda self: not_validated
        ):
            self.assertEqual(
                self._get_reason(ticket), "The time is not billed. Not validated yet."
            )
            self.assertEqual(entry.billing_reason, "Not validated yet.")
            self._log_time(ticket, 1.0, name="Validated")
            self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)
            entry.name = "Validated"
            self._run_catch_up()
            self.assertTrue(ticket.billing_pending)
            self.assertEqual(sum(self._bill(ticket).mapped("amount_untaxed")), 200.0)

    # Fee only with time

    def test_no_fee_without_time_where_agreed(self):
        self.policy.sudo().require_time_entries = True
        self._create_contract(per_ticket_rate=50.0)
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billable=False)
        self._close_and_bill(ticket)
        self.assertFalse(ticket.invoice_ids)
        self.assertFalse(ticket._get_charges())
        self.assertIn("no fee without billable time", ticket.billing_reason)
        self._log_time(ticket, 1.0)
        self.assertEqual(self._bill(ticket).amount_untaxed, 150.0)

    def test_the_fee_is_due_without_time_else(self):
        self._create_contract(per_ticket_rate=50.0)
        ticket = self._create_ticket()
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 50.0)

    def test_a_fee_that_waited_for_time_is_billed_once(self):
        self.policy.sudo().require_time_entries = True
        self._create_contract(
            per_ticket_rate=50.0, hourly_rate_source="fixed", hourly_rate=80.0
        )
        ticket = self._create_ticket(1.0)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 130.0)
        self._log_time(ticket, 1.0)
        lines = self._get_lines(self._bill(ticket))
        self.assertEqual(sorted(lines.mapped("price_subtotal")), [50.0, 80.0, 80.0])
