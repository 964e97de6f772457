from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .common import SaleTimesheetCommon

WAITING = ("to_approve", "ready")
SETTLED = ("covered", "invoiced", "billed", "credited", "released", "written_off")


@tagged("post_install", "-at_install")
class TestTicketBillingFirst(SaleTimesheetCommon):
    """What ticket billing has in its ledger, no sales order bills."""

    def test_settled_time_is_refused_to_sales_orders(self):
        for state in SETTLED:
            with self.subTest(state=state):
                ticket = self._create_rated_ticket(2.0, state=state)
                entry = ticket.timesheet_ids
                for vals in ({"so_line": self.line.id}, self._get_invoice_vals()):
                    with self.assertRaisesRegex(UserError, ticket.number):
                        entry.sudo().write(vals)
                self.assertFalse(entry.so_line)
                self.assertEqual(ticket.charge_ids.state, state)
        self.assertEqual(self.line.qty_delivered, 0.0)

    def _get_invoice_vals(self):
        return {"timesheet_invoice_id": self.init_invoice("out_invoice").id}

    def test_refusal_names_the_state(self):
        ticket = self._create_rated_ticket(2.0, state="billed")
        with self.assertRaisesRegex(UserError, r"\(Billed\)"):
            ticket.timesheet_ids.so_line = self.line

    def test_one_settled_entry_among_others_refuses_them_all(self):
        entry = self._create_rated_ticket(2.0, state="billed").timesheet_ids
        other = self._log_other_time(1.0)
        with self.assertRaises(UserError):
            (other | entry).sudo().so_line = self.line

    def test_billed_time_may_be_described_and_taken_off_an_order(self):
        entry = self._create_rated_ticket(2.0, state="billed").timesheet_ids.sudo()
        self._put_on_order_unseen(entry, self.line)
        entry.write({"name": "Replaced two cables", "so_line": self.line.id})
        self.assertEqual(entry.name, "Replaced two cables")
        entry.so_line = False
        self.assertFalse(entry.so_line)

    def test_rated_time_follows_no_task_to_a_sales_order(self):
        for state in (*WAITING, *SETTLED):
            with self.subTest(state=state):
                task = self._create_task()
                ticket = self._create_rated_ticket(2.0, state=state)
                ticket.timesheet_ids.task_id = task
                task.sale_line_id = self.line
                self.assertFalse(ticket.timesheet_ids.so_line)
                self.assertEqual(ticket.charge_ids.state, state)
        self.assertEqual(self.line.qty_delivered, 0.0)

    def test_void_charge_holds_nothing(self):
        task = self._create_task()
        ticket = self._create_rated_ticket(2.0)
        ticket.timesheet_ids.task_id = task
        ticket.charge_ids.sudo()._void("The customer asked for an order.")
        task.sale_line_id = self.line
        entry = ticket.timesheet_ids
        self.assertEqual(entry.so_line, self.line)
        self.assertEqual(self.line.qty_delivered, 2.0)
        entry.so_line = self._create_sale_line("delivered_timesheet")
        self.assertEqual(entry.so_line.qty_delivered, 2.0)

    def test_rated_time_takes_no_item_from_the_rates_of_a_project(self):
        ticket = self._create_rated_ticket(2.0, state="billed")
        other = self._log_other_time(3.0)
        self.project.partner_id = self.customer
        self.env["project.sale.line.employee.map"].create(
            {
                "project_id": self.project.id,
                "employee_id": self.employee.id,
                "sale_line_id": self.line.id,
            }
        )
        self.assertEqual(other.so_line, self.line)
        self.assertFalse(ticket.timesheet_ids.so_line)
        self.assertEqual(self.line.qty_delivered, 3.0)

    def test_rated_time_is_not_delivered_by_a_sales_order(self):
        for state in (*WAITING, *SETTLED):
            with self.subTest(state=state):
                line = self._create_sale_line("delivered_timesheet")
                self._log_other_time(3.0, so_line=line.id)
                ticket = self._create_rated_ticket(2.0, state=state)
                self._put_on_order_unseen(ticket.timesheet_ids, line)
                self.assertEqual(line.qty_delivered, 3.0)

    def test_rated_time_is_not_on_the_invoice_of_a_sales_order(self):
        entry = self._create_rated_ticket(2.0, state="billed").timesheet_ids
        other = self._log_other_time(3.0, so_line=self.line.id)
        self._put_on_order_unseen(entry, self.line)
        invoice = self._invoice_order()
        self.assertEqual(invoice.amount_untaxed, 240.0)
        self.assertEqual(invoice.timesheet_ids, other)

    def test_rated_time_is_not_invoiced_by_period(self):
        entry = self._create_rated_ticket(2.0, state="billed").timesheet_ids
        self._log_other_time(3.0, so_line=self.line.id)
        self._log_other_time(4.0, so_line=self.line.id, date="2025-01-31")
        self._put_on_order_unseen(entry, self.line)
        invoice = self._invoice_order(date_start_invoice_timesheet="2025-02-01")
        self.assertEqual(invoice.amount_untaxed, 240.0)

    def test_salesperson_sees_the_same_without_rights_on_charges(self):
        entry = self._create_rated_ticket(2.0, state="billed").timesheet_ids
        self._put_on_order_unseen(entry, self.line)
        groups = (
            "sales_team.group_sale_salesman_all_leads",
            "hr_timesheet.group_hr_timesheet_approver",
        )
        seller = new_test_user(self.env, "seller", groups=",".join(groups))
        entries = self.env["account.analytic.line"].with_user(seller)
        own = Domain("id", "=", entry.id)
        self.assertEqual(entries.search(own), entry)
        self.assertFalse(entries.search(own & entries._get_not_in_ledger_domain()))

    def test_delivered_quantity_follows_the_charge(self):
        ticket = self._create_ticket(2.0)
        rating = self.env["ticket.billing.rating"].sudo()._rate(self._close(ticket))[0]
        self._put_on_order_unseen(ticket.timesheet_ids, self.line)
        self.assertEqual(self.line.qty_delivered, 2.0)
        charge = self.env["ticket.billing.charge"].sudo()._claim(rating.charges)
        self.assertEqual(self.line.qty_delivered, 0.0)
        self.assertEqual(self.line.qty_to_invoice, 0.0)
        charge._void("The work changed.")
        self.assertEqual(self.line.qty_delivered, 2.0)
        self.assertEqual(self.line.qty_to_invoice, 2.0)

    def test_delivered_quantities_are_computed_together(self):
        ticket = self._create_rated_ticket(*[1.0] * 12)
        entries = ticket.timesheet_ids
        few, many = self._spread(entries[:2]), self._spread(entries[2:])
        self.assertEqual(self._count_queries(few), self._count_queries(many))

    def _spread(self, entries):
        """Put each entry on a line of its own, and return the lines."""
        lines = self.line.browse()
        for entry in entries:
            line = self._create_sale_line("delivered_timesheet")
            self._put_on_order_unseen(entry, line)
            lines |= line
        return lines

    def _count_queries(self, lines):
        """Return the number of queries that the quantities of lines take."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.env.add_to_compute(lines._fields["qty_delivered"], lines)
        before = self.env.cr.sql_log_count
        self.assertEqual(set(lines.mapped("qty_delivered")), {0.0})
        return self.env.cr.sql_log_count - before
