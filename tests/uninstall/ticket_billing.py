"""Uninstalls the addon for real and installs it again.

Run in Odoo's shell on a database of its own, where ``env`` is the environment:

    odoo shell -d DATABASE < tests/uninstall/ticket_billing.py
"""

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tools import SQL

env = env  # noqa: F821, PLW0127  (the shell's)
database = env.cr.dbname


def new_env():
    """Return the environment of the modules that are installed now."""
    return api.Environment(Registry(database).cursor(), SUPERUSER_ID, {})


def bill(env):
    """Close and bill a ticket of two hours at 100.00; return its number and draft."""
    company = env.company
    env["account.chart.template"].try_loading(
        "generic_coa", company=company, install_demo=False
    )
    policy = company.ticket_billing_policy_id
    policy.time_product_id.list_price = 100.0
    company.ticket_billing_project_id = env["project.project"].create(
        {"name": "Support", "company_id": company.id}
    )
    employee = env["hr.employee"].create({"name": "Sam Porter"})
    ticket = env["helpdesk.ticket"].create(
        {
            "name": "Printer offline",
            "description": "Printer offline",
            "partner_id": env["res.partner"].create({"name": "Northwind Dental"}).id,
        }
    )
    env["account.analytic.line"].create(
        {
            "ticket_id": ticket.id,
            "name": "Replaced the cable",
            "unit_amount": 2.0,
            "employee_id": employee.id,
        }
    )
    ticket.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
    env["ticket.billing.run"]._process("button", tickets=ticket)
    return ticket.number, ticket.invoice_ids


def check_refused(env, number, name):
    """See that uninstalling a module is refused, with the ticket's number."""
    module = env["ir.module.module"].search([("name", "=", name)])
    try:
        module.button_uninstall()
    except UserError as error:
        assert number in str(error), error
        return
    raise AssertionError(f"{name} could be uninstalled")


number, draft = bill(env)
for name in ("ticket_billing", "helpdesk_mgmt", "account"):
    check_refused(env, number, name)
draft.action_post()
invoice_name = draft.name
env.cr.commit()
module = env["ir.module.module"].search([("name", "=", "ticket_billing")])
module.button_immediate_uninstall()

env = new_env()
assert "ticket.billing.charge" not in env
rows = env.execute_query_dict(
    SQL(
        "SELECT ticket_number, customer, quantity, amount, currency, invoices, state "
        "FROM ticket_billing_charge_archive"
    )
)
assert rows == [
    {
        "ticket_number": number,
        "customer": "Northwind Dental",
        "quantity": 2,
        "amount": 200,
        "currency": env.company.currency_id.name,
        "invoices": invoice_name,
        "state": "billed",
    }
], rows
assert env["account.move"].search([("name", "=", invoice_name)]).state == "posted"
module = env["ir.module.module"].search([("name", "=", "ticket_billing")])
module.button_immediate_install()

env = new_env()
company, moves = env.company, env["account.move"].search_count([])
assert str(company.ticket_billing_start_date) > str(
    company._get_ticket_billing_date(env.cr.now())
)
company.write({"ticket_billing_enabled": True, "ticket_billing_on_close": True})
company.ticket_billing_policy_id.strategy = "per_ticket"
company.ticket_billing_policy_id.ticket_product_id.list_price = 50.0
ticket = env["helpdesk.ticket"].search([("number", "=", number)])
assert ticket.billing_event == "close", ticket.billing_event
tickets = env["helpdesk.ticket"]._get_forgotten_tickets(company)
assert not tickets, tickets
env["ticket.billing.run"]._process("command")
assert env["account.move"].search_count([]) == moves
env.cr.rollback()
print("uninstalled and installed again")
