from odoo.tests import HttpCase, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestTours(TicketBillingCommon, HttpCase):
    def test_technician_logs_time_closes_and_bills(self):
        ticket = self._create_ticket()
        self.start_tour(
            f"/odoo/helpdesk.ticket/{ticket.id}",
            "ticket_billing_technician",
            login="agent",
        )
        self.assertRecordValues(
            ticket,
            [{"total_hours": 1.5, "billing_state": "invoiced", "invoice_count": 1}],
        )
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 150.0)
