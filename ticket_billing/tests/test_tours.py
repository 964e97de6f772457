from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestTours(TicketBillingCommon, HttpCase):
    def test_manager_opens_every_list(self):
        """Each list is drawn by the browser, which evaluates what Python does not."""
        self._close_and_bill(self._create_ticket(1.0))
        self._bill(self._close(self._create_ticket(9.0)))
        self.env["ticket.billing.work.type"].sudo().create({"name": "On site"})
        new_test_user(
            self.env,
            "service_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=self.company.id,
        )
        for path in ("approval", "charges", "runs", "policies", "work-types"):
            with self.subTest(path=path):
                self.start_tour(
                    f"/odoo/ticket-billing-{path}",
                    "ticket_billing_open_list",
                    login="service_manager",
                )

    def test_manager_previews_and_confirms(self):
        new_test_user(
            self.env,
            "service_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=self.company.id,
        )
        ticket = self._close(self._create_ticket(1.1))
        self.start_tour(
            f"/odoo/helpdesk.ticket/{ticket.id}",
            "ticket_billing_preview",
            login="service_manager",
        )
        self.assertEqual(ticket.invoice_ids.amount_total, 148.75)

    def _start_as_manager(self, path, tour):
        new_test_user(
            self.env,
            "service_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=self.company.id,
        )
        self.start_tour(path, tour, login="service_manager")

    def test_manager_approves_with_a_change(self):
        ticket = self._close(self._create_ticket(9.0))
        ticket.action_generate_invoice()
        path = f"/odoo/helpdesk.ticket/{ticket.id}"
        self._start_as_manager(path, "ticket_billing_approve")
        charge = ticket.sudo().charge_ids
        self.assertEqual((charge.rated_quantity, charge.quantity), (9.0, 8.0))
        self.assertEqual(charge.change_reason, "An hour was spent on our own router")

    def test_manager_writes_off(self):
        ticket = self._close(self._create_ticket(9.0))
        ticket.action_generate_invoice()
        path = f"/odoo/helpdesk.ticket/{ticket.id}"
        self._start_as_manager(path, "ticket_billing_write_off")
        self.assertEqual(ticket.billing_state, "written_off")

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
