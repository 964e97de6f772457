"""The support company that is measured: customers, contracts of each kind, work."""

from odoo import Command

from .bench import COMPANY

HOURS = 0.5
ENTRIES = 3
TICKETS_EACH = 10
SWITCHES = {
    "ticket_billing_enabled": True,
    "ticket_billing_on_close": True,
    "ticket_billing_start_date": "2020-01-01",
    "ticket_billing_delay_minutes": 0,
    "ticket_billing_daily_limit": 0,
    "ticket_billing_batch_size": 100,
}
# Of each five customers, four have a contract
CONTRACTS = (
    {"name": "Service at a fixed rate", "hourly_rate_source": "fixed"},
    {"name": "Service by pricelist", "hourly_rate_source": "pricelist"},
    {"name": "Service and a fee", "per_ticket_rate": 25.0},
    {"name": "Service with hours", "hour_allowance": "limited", "included_hours": 5},
)
TITLES = (
    "Printer on the second floor prints blank pages",
    "No access to the shared drive",
    "Mailbox full",
    "New notebook for a colleague",
    "VPN drops every hour",
)
WORKS = ("Looked at it with the user", "Changed the settings", "Tested and explained")


def found_company(env):
    """Make the company with what it sells, and return it."""
    company = env["res.company"].create({"name": COMPANY})
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company=company, install_demo=False)
    company.partner_id.tz = "Europe/Berlin"
    env = env(context={"allowed_company_ids": company.ids})
    company.write(SWITCHES)
    tax = env["account.tax"].create(
        {"name": "15 %", "amount": 15, "type_tax_use": "sale", "company_id": company.id}
    )
    service = {"type": "service", "taxes_id": [Command.set(tax.ids)]}
    hour = env.ref("uom.product_uom_hour")
    products = env["product.product"].create(
        [
            {"name": "Support", "list_price": 110, "uom_id": hour.id, **service},
            {"name": "Support ticket", "list_price": 20, **service},
        ]
    )
    company.ticket_billing_policy_id.write(
        {
            "automation_level": "draft",
            "approval": "none",
            "time_product_id": products[0].id,
            "ticket_product_id": products[1].id,
        }
    )
    company.ticket_billing_project_id = env["project.project"].create(
        {"name": "Support", "company_id": company.id}
    )
    env["hr.employee"].create({"name": "Ines Falk", "company_id": company.id})
    return company


def create_customers(env, count):
    """Make customers, most of them with a contract, and return them."""
    customers = env["res.partner"].create(
        [
            {"name": f"Customer {n:03}", "is_company": True, "city": "Lakeside"}
            for n in range(1, count + 1)
        ]
    )
    common = {"covers_tickets": True, "date_start": "2020-01-01"}
    rate = {"hourly_rate_source": "fixed", "hourly_rate": 95.0}
    env["contract.contract"].create(
        [
            {**common, **rate, **CONTRACTS[n % 5], "partner_id": customer.id}
            for n, customer in enumerate(customers)
            if n % 5 < len(CONTRACTS)
        ]
    )
    return customers


def create_tickets(env, customers):
    """Make closed tickets with time, ten for each customer, and return them."""
    employee = env["hr.employee"].search([("company_id", "=", env.company.id)], limit=1)
    tickets = env["helpdesk.ticket"].create(
        [
            {
                "name": TITLES[number % len(TITLES)],
                "description": "Please help.",
                "partner_id": customer.id,
                "team_id": False,
                "company_id": env.company.id,
            }
            for customer in customers
            for number in range(TICKETS_EACH)
        ]
    )
    env["account.analytic.line"].create(
        [
            {
                "ticket_id": ticket.id,
                "name": WORKS[number],
                "unit_amount": HOURS,
                "employee_id": employee.id,
            }
            for ticket in tickets
            for number in range(ENTRIES)
        ]
    )
    tickets.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
    return tickets
