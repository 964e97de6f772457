"""Orders and contracts of the same customers, with the same work."""

from odoo import Command

from .scene import ENTRIES, HOURS, TICKETS_EACH, TITLES, WORKS

ORDERS = {"customer": TICKETS_EACH, "ticket": 1}


def create_orders(env, customers):
    """Make sales orders with delivered time: one for each customer, and one for each
    ticket. A line is the work of one ticket."""
    product = _create_product(env)
    for name, lines in ORDERS.items():
        orders = env["sale.order"].create(
            [
                {
                    "partner_id": customer.id,
                    "client_order_ref": name,
                    "order_line": [
                        Command.create(
                            {"product_id": product.id, "name": TITLES[n % len(TITLES)]}
                        )
                        for n in range(lines)
                    ],
                }
                for customer in customers
                for _order in range(TICKETS_EACH // lines)
            ]
        )
        orders.action_confirm()
        _log_time(env, orders.order_line)


def _create_product(env):
    support = env.company.ticket_billing_policy_id.time_product_id
    return env["product.product"].create(
        {
            "name": "Support by order",
            "type": "service",
            "list_price": support.list_price,
            "uom_id": support.uom_id.id,
            "service_policy": "delivered_timesheet",
            "service_tracking": "no",
            "taxes_id": [Command.set(support.taxes_id.ids)],
        }
    )


def _log_time(env, order_lines):
    employee = env["hr.employee"].search([("company_id", "=", env.company.id)], limit=1)
    project = env["project.project"].create(
        {"name": "Ordered support", "allow_billable": True}
    )
    env["account.analytic.line"].create(
        [
            {
                "project_id": project.id,
                "so_line": line.id,
                "is_so_line_edited": True,
                "name": WORKS[number],
                "unit_amount": HOURS,
                "employee_id": employee.id,
            }
            for line in order_lines
            for number in range(ENTRIES)
        ]
    )


def create_contracts(env, customers):
    """Make contracts that are due, of as many lines as a ticket has entries."""
    product = env.company.ticket_billing_policy_id.time_product_id
    line = {
        "product_id": product.id,
        "quantity": HOURS,
        "price_unit": product.list_price,
        "recurring_rule_type": "yearly",
        "recurring_interval": 1,
        "date_start": "2026-01-01",
    }
    lines = [Command.create({**line, "name": name}) for name in WORKS[:ENTRIES]]
    env["contract.contract"].create(
        [
            {
                "name": "Monitoring",
                "code": "recurring",
                "partner_id": customer.id,
                "contract_line_ids": lines,
            }
            for customer in customers
            for _ticket in range(TICKETS_EACH)
        ]
    )
