from odoo.tests import tagged

from .common import SaleTimesheetCommon


@tagged("post_install", "-at_install")
class TestOtherTime(SaleTimesheetCommon):
    """Time that belongs to no ticket is billed as if the addon were not there."""

    def test_time_follows_its_task_to_the_sales_order_and_back(self):
        task = self._create_task(sale_line_id=self.line.id)
        entry = self._log_other_time(2.5, task_id=task.id)
        self.assertEqual(entry.so_line, self.line)
        self.assertEqual(self.line.qty_delivered, 2.5)
        task.sale_line_id = False
        self.assertFalse(entry.so_line)
        self.assertEqual(self.line.qty_delivered, 0.0)

    def test_time_is_invoiced_once(self):
        entry = self._log_other_time(2.5, so_line=self.line.id)
        invoice = self._invoice_order()
        self.assertEqual(invoice.amount_untaxed, 200.0)
        self.assertEqual(entry.timesheet_invoice_id, invoice)
        later = self._log_other_time(0.5, so_line=self.line.id)
        second = self._invoice_order() - invoice
        self.assertEqual(second.amount_untaxed, 40.0)
        self.assertEqual(second.timesheet_ids, later)

    def test_person_may_change_the_sales_order_item(self):
        other = self._create_sale_line("delivered_timesheet")
        entry = self._log_other_time(2.5, so_line=self.line.id)
        entry.so_line = other
        self.assertEqual((self.line.qty_delivered, other.qty_delivered), (0.0, 2.5))

    def test_ticket_time_without_charge_follows_its_task(self):
        task = self._create_task()
        ticket = self._create_ticket()
        entry = self._log_time(ticket, 2.0, task_id=task.id)
        task.sale_line_id = self.line
        self.assertEqual(entry.so_line, self.line)
        self.assertEqual(self.line.qty_delivered, 2.0)
