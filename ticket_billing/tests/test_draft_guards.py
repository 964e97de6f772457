from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestDraftGuards(TicketBillingCommon):
    """What is checked before a draft is kept, and what is held back."""

    def _bill_with(self, name, change):
        """Bill two customers, one of them with values that another addon spoils."""
        other = self._create_customer("Harbour Logistics")
        good = self._create_ticket(1.0, partner_id=other.id)
        bad = self._create_ticket(1.0)
        self._close(good | bad)
        model = self.registry["ticket.billing.charge"]
        prepare = getattr(model, name)

        def spoil(charges, *args):
            values = prepare(charges, *args)
            return change(values) if bad in charges.ticket_id else values

        with patch.object(model, name, spoil):
            (good | bad).action_generate_invoice()
        self.assertEqual(good.billing_state, "invoiced")
        return bad

    def test_version_counts_how_often_a_charge_was_invoiced(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self.assertEqual(ticket._get_charges().version, 1)

    def test_draft_that_differs_from_its_charges_is_not_made(self):
        euro = self.setup_other_currency("EUR")
        contact = self._create_customer("Somebody else")
        spoiled = [
            ("_prepare_invoice_line", {"quantity": 2.0}),
            ("_prepare_invoice_line", {"price_unit": 99.99}),
            ("_prepare_invoice_line", {"discount": 10.0}),
            ("_prepare_invoice_line", {"charge_ids": []}),
            ("_prepare_invoice", {"currency_id": euro.id}),
            ("_prepare_invoice", {"partner_id": contact.id}),
        ]
        for name, values in spoiled:
            with self.subTest(values=values):
                bad = self._bill_with(name, lambda vals, v=values: {**vals, **v})
                self.assertEqual(bad.billing_state, "blocked")
                self.assertIn("Safety check", bad.billing_reason)
                self.assertFalse(bad._get_charges())
        moves = self.env["account.move"]
        partners = self.customer | contact
        self.assertFalse(moves.search([("partner_id", "in", partners.ids)]))

    def test_a_charge_on_two_lines_is_refused(self):
        bad = self._bill_with("_prepare_lines", lambda lines: lines + lines)
        self.assertEqual(bad.billing_state, "blocked")

    # Daily limit

    def test_more_than_the_daily_limit_waits_for_a_person(self):
        self.company.sudo().ticket_billing_daily_limit = 300.0
        first, second = self._create_ticket(2.0), self._create_ticket(1.0)
        self._close_and_bill(first | second)
        self.assertEqual(sum(first.invoice_ids.mapped("amount_untaxed")), 300.0)
        third = self._close(self._create_ticket(0.25))
        self._bill(third)
        self.assertEqual(third.billing_state, "to_approve")
        self.assertIn("daily limit", third.billing_reason)
        self.assertNotIn("300", third.billing_reason)
        run = self.env["ticket.billing.run"].sudo().search([], limit=1)
        self.assertRecordValues(run, [{"to_approve": 1, "invoiced": 0}])
        third._get_charges().with_user(self.env.user).action_approve()
        self.assertEqual(third.billing_state, "invoiced")

    def test_limit_holds_for_each_customer_and_day(self):
        self.company.sudo().ticket_billing_daily_limit = 150.0
        with freeze_time("2026-03-05 10:00:00"):
            self._close_and_bill(self._create_ticket(1.0))
            other = self._create_customer("Harbour Logistics")
            free = self._create_ticket(1.0, partner_id=other.id)
            self.assertTrue(self._close_and_bill(free))

    def test_all_of_a_customer_waits_together(self):
        self.company.sudo().ticket_billing_daily_limit = 250.0
        tickets = self._create_ticket(2.0) | self._create_ticket(1.0)
        self.assertFalse(self._close_and_bill(tickets))
        self.assertEqual(set(tickets.mapped("billing_state")), {"to_approve"})

    def test_cancelled_drafts_do_not_count(self):
        self.company.sudo().ticket_billing_daily_limit = 150.0
        self._close_and_bill(self._create_ticket(1.0)).button_cancel()
        self.assertTrue(self._close_and_bill(self._create_ticket(1.0)))

    def test_dry_run_says_what_would_wait(self):
        self.company.sudo().ticket_billing_daily_limit = 150.0
        ticket = self._close(self._create_ticket(2.0))
        run = self.env["ticket.billing.run"]._process(
            "button", tickets=ticket, dry_run=True
        )
        self.assertRecordValues(run, [{"to_approve": 1, "invoiced": 0}])
        self.assertFalse(ticket._get_charges())
        data = ticket.get_billing_preview()[0]
        self.assertFalse(data["will_bill"])

    def test_no_limit_is_zero_and_negative_is_refused(self):
        self.company.sudo().ticket_billing_daily_limit = 0.0
        self.assertTrue(self._close_and_bill(self._create_ticket(5.0)))
        with self.assertRaises(ValidationError):
            self.company.sudo().ticket_billing_daily_limit = -1.0
