from odoo.tests import tagged

from .common import TicketBillingCommon

AMOUNTS = ("amount_untaxed", "amount_tax", "amount_total")


@tagged("post_install", "-at_install")
class TestPreviewCustomers(TicketBillingCommon):
    """The preview of many tickets adds up what each customer will be billed."""

    def _open(self, tickets):
        action = tickets.action_preview_billing()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _set_up_tickets(self):
        """Return tickets of two customers, one invoice each, that cannot be halved."""
        self.policy.sudo().group_by = "ticket"
        self.time_product.sudo().list_price = 33.33
        contact = self.env["res.partner"].create(
            {"name": "Laura Kendrick", "parent_id": self.customer.id}
        )
        other = self._create_customer("Quay Foods")
        return self._close(
            self._create_ticket(1.1)
            + self._create_ticket(0.7, 1.6, partner_id=contact.id)
            + self._create_ticket(2.2, partner_id=other.id)
        )

    def test_totals_are_those_of_the_drafts(self):
        tickets = self._set_up_tickets()
        preview = self._open(tickets)
        rows = {row.partner_id: row for row in preview.customer_ids}
        self.assertEqual(
            {row.partner_id.name: row.ticket_count for row in rows.values()},
            {"Northwind Dental": 2, "Quay Foods": 1},
        )
        preview.action_confirm()
        drafts = tickets.invoice_ids
        self.assertEqual(len(drafts), 3)
        by_customer = drafts.grouped("commercial_partner_id")
        self.assertEqual(set(by_customer), set(rows))
        for customer, moves in by_customer.items():
            with self.subTest(customer=customer.name):
                row = rows[customer]
                self.assertEqual(row.invoice_count, len(moves))
                for name in AMOUNTS:
                    self.assertEqual(
                        row.currency_id.compare_amounts(
                            row[name], sum(moves.mapped(name))
                        ),
                        0,
                    )
        self.assertGreater(rows[self.customer].amount_tax, 0)

    def test_one_row_for_each_currency(self):
        currency = self.setup_other_currency("EUR")
        team = self.team.copy({"name": "Field Service"})
        contract = self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=50.0,
            ticket_team_ids=team.ids,
        )
        contract.currency_id = currency
        tickets = self._create_ticket(1.0, team_id=team.id) + self._create_ticket(2.0)
        preview = self._open(self._close(tickets))
        self.assertEqual(preview.customer_ids.partner_id, self.customer)
        self.assertEqual(
            {row.currency_id.name: row.amount_untaxed for row in preview.customer_ids},
            {"EUR": 50.0, self.company.currency_id.name: 200.0},
        )

    def test_one_invoice_needs_no_totals(self):
        preview = self._open(self._close(self._create_ticket(1.0)))
        self.assertEqual(len(preview.invoice_ids), 1)
        self.assertFalse(preview.customer_ids)

    def test_totals_follow_what_changed_meanwhile(self):
        tickets = self._set_up_tickets()
        preview = self._open(tickets)
        self._log_time(tickets[0], 1.0)
        preview.action_confirm()
        self.assertTrue(preview.difference)
        self.assertFalse(tickets.invoice_ids)
        self.assertEqual(len(preview.customer_ids), 2)
        self.assertEqual(
            sum(preview.customer_ids.mapped("amount_untaxed")),
            sum(preview.invoice_ids.mapped("amount_untaxed")),
        )
