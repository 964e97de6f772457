from odoo.tests import tagged

from .common import SaleTimesheetCommon


@tagged("post_install", "-at_install")
class TestSalesOrderFirst(SaleTimesheetCommon):
    """What a sales order bills, ticket billing leaves alone."""

    def test_time_on_a_sales_order_is_not_billed_on_the_ticket(self):
        for policy in ("delivered_timesheet", "ordered_prepaid"):
            with self.subTest(service_policy=policy):
                line = self._create_sale_line(policy)
                ticket = self._create_ticket()
                entry = self._log_time(ticket, 2.0, so_line=line.id)
                self.assertFalse(self._close_and_bill(ticket))
                self.assertFalse(ticket.charge_ids)
                self.assertEqual(line.qty_delivered, 2.0)
                self.assertEqual(entry.billing_reason, "Billed through a sales order.")
                self.assertEqual(ticket.billing_state, "not_billable")
                self.assertEqual(
                    ticket.billing_reason,
                    "The time is not billed. Billed through a sales order.",
                )

    def test_only_time_without_sales_order_is_billed_on_the_ticket(self):
        ticket = self._create_ticket(3.0)
        entry = self._log_time(ticket, 2.0, so_line=self.line.id)
        move = self._close_and_bill(ticket)
        self.assertEqual(move.amount_untaxed, 300.0)
        invoice = self._invoice_order()
        self.assertEqual(invoice.amount_untaxed, 160.0)
        self.assertEqual(invoice.timesheet_ids, entry)

    def test_time_of_a_credited_sales_order_stays_with_the_order(self):
        task = self._create_task(sale_line_id=self.line.id)
        ticket = self._create_ticket()
        entry = self._log_time(ticket, 2.0, task_id=task.id)
        invoice = self._invoice_order()
        invoice.action_post()
        invoice._reverse_moves().action_post()
        self.assertFalse(entry.timesheet_invoice_id)
        self.assertEqual(entry.so_line, self.line)
        self.assertFalse(self._close_and_bill(ticket))

    def test_ticket_is_billed_once_the_sales_order_lets_go(self):
        ticket = self._create_ticket()
        entry = self._log_time(ticket, 2.0, so_line=self.line.id)
        self._close_and_bill(ticket)
        self.assertFalse(ticket.billing_pending)
        entry.so_line = False
        self.assertTrue(ticket.billing_pending)
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 200.0)
        self.assertEqual(self.line.qty_delivered, 0.0)

    def test_schedule_finds_time_that_a_task_took_off_the_sales_order(self):
        task = self._create_task(sale_line_id=self.line.id)
        ticket = self._create_ticket()
        entry = self._log_time(ticket, 2.0, task_id=task.id)
        self.assertEqual(entry.so_line, self.line)
        self._close_and_bill(ticket)
        tickets = self.env["helpdesk.ticket"]
        self.assertNotIn(ticket, tickets._get_forgotten_tickets(self.company))
        task.sale_line_id = False
        self.assertFalse(entry.so_line)
        self.assertIn(ticket, tickets._get_forgotten_tickets(self.company))

    def test_waiting_charge_is_void_once_its_time_is_on_a_sales_order(self):
        for state in ("to_approve", "ready"):
            with self.subTest(state=state):
                line = self._create_sale_line("delivered_timesheet")
                ticket = self._create_rated_ticket(2.0, state=state)
                ticket.timesheet_ids.so_line = line
                self.assertEqual(ticket.charge_ids.state, "void")
                self.assertEqual(line.qty_delivered, 2.0)
                self.assertFalse(self._bill(ticket))
                self.assertEqual(len(ticket.charge_ids), 1)

    def test_other_time_of_the_ticket_is_rated_anew(self):
        ticket = self._create_rated_ticket(2.0, 3.0)
        first, second = ticket.timesheet_ids.sorted("unit_amount")
        first.so_line = self.line
        self.assertFalse(ticket._get_charges())
        self._bill(ticket)
        charge = ticket._get_charges()
        self.assertEqual(charge.analytic_line_id, second)
        self.assertEqual(charge.quantity, 3.0)
        self.assertEqual(self.line.qty_delivered, 2.0)
