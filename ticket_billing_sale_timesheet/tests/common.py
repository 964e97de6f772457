from odoo.fields import Command

from odoo.addons.ticket_billing.tests.common import TicketBillingCommon


class SaleTimesheetCommon(TicketBillingCommon):
    """A customer with tickets at 100.00 an hour and a sales order at 80.00."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "sales_team.group_sale_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.project.allow_billable = True
        cls.line = cls._create_sale_line("delivered_timesheet")
        cls.order = cls.line.order_id

    @classmethod
    def _create_sale_line(cls, service_policy):
        """Return the line of a confirmed order over ten hours."""
        product = cls.env["product.product"].create(
            {
                "name": "Development",
                "type": "service",
                "service_policy": service_policy,
                "uom_id": cls.env.ref("uom.product_uom_hour").id,
                "list_price": 80.0,
                "taxes_id": False,
            }
        )
        values = {"product_id": product.id, "product_uom_qty": 10.0}
        order = cls.env["sale.order"].create(
            {"partner_id": cls.customer.id, "order_line": [Command.create(values)]}
        )
        order.action_confirm()
        return order.order_line

    @classmethod
    def _create_task(cls, **values):
        return cls.env["project.task"].create(
            {
                "name": "Interface to the printer",
                "project_id": cls.project.id,
                "partner_id": cls.customer.id,
                **values,
            }
        )

    @classmethod
    def _log_other_time(cls, hours, **values):
        """Return time in the project that belongs to no ticket."""
        return (
            cls.env["account.analytic.line"]
            .sudo()
            .create(
                {
                    "project_id": cls.project.id,
                    "name": "Wrote the interface",
                    "unit_amount": hours,
                    "employee_id": cls.employee.id,
                    **values,
                }
            )
        )

    def _create_rated_ticket(self, *hours, state="to_approve"):
        """Return a ticket whose charges have come to a state as they do in life."""
        self.policy.sudo().approval = "all" if state == "to_approve" else "none"
        customer = self._create_customer("Lakeside Clinic")
        if state == "covered":
            self._create_contract(partner_id=customer.id, hour_allowance="unlimited")
        ticket = self._create_ticket(*hours, partner_id=customer.id)
        moves = self._close_and_bill(ticket)
        charges = ticket.charge_ids.sudo()
        if state in ("billed", "credited"):
            moves.action_post()
        if state == "credited":
            moves._reverse_moves(cancel=True)
        if state in ("ready", "released", "written_off"):
            moves.unlink()
        if state in ("ready", "written_off"):
            charges.write({"rating_state": state, "was_invoiced": False})
        self.assertEqual(set(charges.mapped("state")), {state})
        return ticket

    def _put_on_order_unseen(self, entries, line):
        """Give entries a sales order item as if the addon had not been there."""
        entries.flush_recordset()
        self.env.cr.execute(
            "UPDATE account_analytic_line SET so_line = %s WHERE id IN %s",
            [line.id, tuple(entries.ids)],
        )
        entries.invalidate_recordset()
        line.invalidate_recordset()
        self.env.add_to_compute(line._fields["qty_delivered"], line)

    def _invoice_order(self, **values):
        """Invoice what is delivered, as the assistant of the sales order does."""
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_ids=self.order.ids, active_model="sale.order")
            .create({"advance_payment_method": "delivered", **values})
        )
        wizard.create_invoices()
        return self.order.invoice_ids
