"""Customers, tickets and time for the lives of the addons.

Written for all versions from 19.0.1.1.0 on: names of the design only.
"""

from odoo import Command

DONE = "helpdesk_mgmt.helpdesk_ticket_stage_done"
CANCELLED = "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
RATE = 100.0


class Scene:
    """One company that bills an hour of support at 100.00, and its tickets."""

    def __init__(self, env, company=None):
        company = company or env.company
        self.env = env(context={"allowed_company_ids": company.ids})
        self.company = self.env.company
        self.policy = self.company.ticket_billing_policy_id

    def prepare(self):
        """Give the company accounts, a price of time and a project for it."""
        if not self.company.chart_template:
            self.env["account.chart.template"].try_loading(
                "generic_coa", company=self.company, install_demo=False
            )
        self.policy.time_product_id.list_price = RATE
        self.company.ticket_billing_project_id = self.env["project.project"].create(
            {"name": "Support", "company_id": self.company.id}
        )
        self.env.ref("base.user_admin").company_ids |= self.company
        self.env["helpdesk.ticket.team"].create(
            {"name": "Service Desk", "company_id": self.company.id}
        )
        return self

    def customer(self, name="Northwind Dental", **values):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": "8 Canal Street",
                "city": "Springfield",
                "email": "ap@nw.example",
                **values,
            }
        )

    def contract(self, customer, **values):
        """Return a contract that covers tickets, with a monthly line from 2040 on."""
        line = {
            "product_id": self.policy.ticket_product_id.id,
            "name": "Hosting",
            "quantity": 1,
            "price_unit": 250.0,
            "recurring_rule_type": "monthly",
            "recurring_interval": 1,
            "date_start": "2040-01-01",
            "recurring_next_date": "2040-01-01",
        }
        return self.env["contract.contract"].create(
            {
                "name": f"Support of {customer.name}",
                "partner_id": customer.id,
                "company_id": self.company.id,
                "covers_tickets": True,
                "date_start": "2020-01-01",
                "line_recurrence": True,
                "contract_line_ids": [Command.create(line)],
                **values,
            }
        )

    def ticket(self, name, *hours, **values):
        """Return an open ticket with an entry for each of ``hours``."""
        if "partner_id" not in values:
            values["partner_id"] = self.customer().id
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": name,
                "description": name,
                "company_id": self.company.id,
                "user_id": self.env.ref("base.user_admin").id,
                **values,
            }
        )
        for worked in hours:
            self.log(ticket, worked)
        return ticket

    def log(self, ticket, hours):
        return self.env["account.analytic.line"].create(
            {
                "ticket_id": ticket.id,
                "name": "Replaced the cable",
                "unit_amount": hours,
                "employee_id": self.employee().id,
            }
        )

    def employee(self):
        employees = self.env["hr.employee"]
        own = [("company_id", "=", self.company.id)]
        return employees.search(own, limit=1) or employees.create(
            {"name": "Sam Porter", "company_id": self.company.id}
        )

    def close(self, ticket):
        ticket.stage_id = self.env.ref(DONE)
        return ticket

    def bill(self, ticket):
        """Close a ticket and bill it as the button does."""
        self.close(ticket)
        self.env["ticket.billing.run"]._process("button", tickets=ticket)
        ticket.invalidate_recordset()
        return ticket

    def reverse(self, move):
        """Post the credit note of an invoice."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id})
        )
        wizard.reverse_moves()
        wizard.new_move_ids.action_post()
        return wizard.new_move_ids


def bill_two_hours(env, name):
    """See that two hours at 100.00 are billed with 200.00; return the ticket."""
    scene = Scene(env)
    if not scene.company.ticket_billing_project_id:
        scene.prepare()
    ticket = scene.bill(scene.ticket(name, 2.0))
    check_two_hours(ticket)
    return ticket


def check_two_hours(ticket):
    """See that a ticket is on one draft with 200.00."""
    assert ticket.billing_state == "invoiced", (ticket.name, ticket.billing_reason)
    lines = ticket.charge_ids.invoice_line_ids
    assert lines.mapped("price_subtotal") == [200.0], (ticket.name, lines)
    assert ticket.invoice_ids.state == "draft", ticket.invoice_ids
    assert ticket.charge_ids.mapped("amount") == [200.0], ticket.charge_ids
