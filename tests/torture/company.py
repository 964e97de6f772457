"""The support company of these tests: what all lives have in common."""

from odoo import Command

NAME = "Lakeside Support"
GROUPS = (
    "account.group_account_manager",
    "base.group_partner_manager",
    "helpdesk_mgmt.group_helpdesk_manager",
    "hr_timesheet.group_timesheet_manager",
    "product.group_product_pricelist",
    "project.group_project_manager",
    "ticket_billing.group_ticket_billing_admin",
)
SWITCHES = {
    "ticket_billing_enabled": True,
    "ticket_billing_on_close": True,
    "ticket_billing_on_resolve": True,
    "ticket_billing_start_date": "2020-01-01",
    "ticket_billing_delay_minutes": 0,
    "ticket_billing_daily_limit": 0,
    "ticket_billing_batch_size": 100,
    "tax_calculation_rounding_method": "round_per_line",
}


def found_company(env):
    """Make the company with its office, unless the database has it.

    :return: the id of the user who does everything
    """
    users = env["res.users"].search([("login", "=", "office")])
    if users:
        return users.id
    company = env["res.company"].create({"name": NAME})
    charts = env["account.chart.template"]
    charts.try_loading("generic_coa", company=company, install_demo=False)
    company.partner_id.tz = "Europe/Berlin"
    user = create_office(env, company)
    env = env(context={"allowed_company_ids": company.ids})
    open_shop(env, company)
    create_helpdesk(env, company)
    company.write(SWITCHES)
    return user.id


def create_office(env, company):
    """Return the one user: technician, manager and accountant in one."""
    groups = [Command.link(env.ref(name).id) for name in GROUPS]
    user = env["res.users"].create(
        {
            "name": "Ines Falk",
            "login": "office",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": groups,
        }
    )
    env["hr.employee"].create(
        {"name": "Ines Falk", "user_id": user.id, "company_id": company.id}
    )
    return user


def open_shop(env, company):
    """Make what is sold, a tax, and a second currency."""
    tax = env["account.tax"].create(
        {"name": "19 %", "amount": 19, "type_tax_use": "sale", "company_id": company.id}
    )
    service = {"type": "service", "taxes_id": [Command.set(tax.ids)]}
    hour = env.ref("uom.product_uom_hour")
    policy = company.ticket_billing_policy_id
    policy.time_product_id = env["product.product"].create(
        {"name": "Support", "list_price": 110, "uom_id": hour.id, **service}
    )
    policy.ticket_product_id = env["product.product"].create(
        {"name": "Support ticket", "list_price": 0, **service}
    )
    euro = env.ref("base.EUR")
    euro.active = True
    euro.rate_ids = [
        Command.create({"name": day, "rate": rate, "company_id": company.id})
        for day, rate in (("2020-01-01", 0.8), ("2026-03-20", 0.9))
    ]
    # The first one holds for customers without one of their own
    own = {"company_id": company.id}
    env["product.pricelist"].create(
        [
            {"name": "Standard", "sequence": 0, **own},
            {"name": "Euro", "sequence": 9, "currency_id": euro.id, **own},
        ]
    )


def create_helpdesk(env, company):
    """Make teams, categories and kinds of work."""
    company.ticket_billing_project_id = env["project.project"].create(
        {"name": "Support", "company_id": company.id}
    )
    teams = [{"name": name, "company_id": company.id} for name in ("Desk", "Field")]
    env["helpdesk.ticket.team"].create(teams)
    env["helpdesk.ticket.category"].create(
        [
            {"name": "Network", "company_id": company.id},
            {"name": "Goodwill", "company_id": company.id, "billable": False},
        ]
    )
    env["ticket.billing.work.type"].create(
        [
            {"name": "After hours", "company_id": company.id, "multiplier": 1.5},
            {
                "name": "Travel",
                "company_id": company.id,
                "draws_allowance": False,
                "minimum_hours": 0.5,
                "rounding_increment": 0.5,
            },
        ]
    )
    env["helpdesk.ticket.stage"].create(
        {"name": "Resolved", "billing_event": "resolve", "sequence": 4}
    )
    # The clock of the lives is not that of the installation
    env.flush_all()
    env.cr.execute(
        "UPDATE helpdesk_ticket_stage SET billing_event_since = '2020-01-01'"
    )
