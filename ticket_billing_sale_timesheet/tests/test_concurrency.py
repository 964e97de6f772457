import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.ticket_billing.tests.common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestConcurrency(ConcurrencyCommon):
    """An hour that is billed in two ways at the same moment, in two transactions."""

    def _set_up_ticket(self, env):
        result = super()._set_up_ticket(env)
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        company = env["base"].with_company(ticket.company_id).env
        ticket.project_id.allow_billable = True
        task = company["project.task"].create(
            {"name": "Printers", "project_id": ticket.project_id.id}
        )
        entry = ticket.timesheet_ids
        entry.task_id = task
        line = self._create_sale_line(company, ticket.partner_id)
        self.ids.update(task=task.id, line=line.id, entry=entry.id)
        return result

    def _create_sale_line(self, env, customer):
        product = env["product.product"].create(
            {
                "name": "Development",
                "type": "service",
                "service_policy": "delivered_timesheet",
                "uom_id": env.ref("uom.product_uom_hour").id,
                "list_price": 80.0,
                "taxes_id": False,
            }
        )
        values = {"product_id": product.id, "product_uom_qty": 1.0}
        order = env["sale.order"].create(
            {"partner_id": customer.id, "order_line": [Command.create(values)]}
        )
        order.action_confirm()
        return order.order_line

    def _clean_up(self):
        with self._transaction() as env:
            order = env["sale.order.line"].browse(self.ids["line"]).order_id
            order.invoice_ids.button_cancel()
            order._action_cancel()
        return super()._clean_up()

    # The two ways

    def _bill_ticket(self, env):
        self._process(env, "button")
        env.flush_all()

    def _put_on_order_by_task(self, env):
        """Nobody writes the entry: its item is computed, and the ticket untouched."""
        line = env["sale.order.line"].browse(self.ids["line"])
        env["project.task"].browse(self.ids["task"]).sale_line_id = line
        env.flush_all()

    def _put_on_order_by_hand(self, env):
        line = env["sale.order.line"].browse(self.ids["line"])
        env["account.analytic.line"].browse(self.ids["entry"]).so_line = line
        env.flush_all()

    def _check_collision(self, first, second):
        with self._stale_transaction() as env:
            self._read_early(env)
            with self._transaction() as fresh:
                first(fresh)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.SerializationFailure),
            ):
                second(env)

    def _get_hours(self):
        """Return the hours on invoices of the ticket, and those of the order."""
        with self._transaction() as env:
            ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
            charges = ticket.charge_ids.filtered(lambda c: c.state == "invoiced")
            line = env["sale.order.line"].browse(self.ids["line"])
            return sum(charges.mapped("quantity")), line.qty_delivered

    # Tests

    def test_ticket_billing_collides_with_a_sales_order(self):
        self._check_collision(self._put_on_order_by_task, self._bill_ticket)
        with self._transaction() as env:
            self._bill_ticket(env)
        self.assertEqual(self._get_hours(), (0.0, 1.0))

    def test_sales_order_collides_with_ticket_billing(self):
        for put_on_order in (self._put_on_order_by_task, self._put_on_order_by_hand):
            with self.subTest(way=put_on_order.__name__):
                self._check_collision(self._bill_ticket, put_on_order)
                self.assertEqual(self._get_hours(), (1.0, 0.0))
                self._bill_anew()

    def test_sales_order_tried_again_finds_the_time_billed(self):
        with self._transaction() as env:
            self._bill_ticket(env)
        with self._transaction() as env:
            self._put_on_order_by_task(env)
        with self._stale_transaction() as env, self.assertRaises(UserError):
            self._put_on_order_by_hand(env)
        self.assertEqual(self._get_hours(), (1.0, 0.0))
