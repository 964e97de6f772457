"""What one life plays with: its own customers, contracts and house rules."""

from odoo import Command

from .company import SWITCHES

STAGES = {
    "new": "New",
    "progress": "In Progress",
    "resolved": "Resolved",
    "done": "Done",
    "cancelled": "Cancelled",
}
POLICY = {
    "automation_level": "draft",
    "approval": "over",
    "approval_hours": 8.0,
    "approval_amount": 0.0,
    "group_by": "customer",
    "line_detail": "ticket",
    "rounding_method": "up",
    "rounding_increment": 0.25,
    "rounding_scope": "ticket",
    "minimum_hours": 0.25,
    "skip_zero": True,
    "show_covered_work": False,
    "require_time_entries": False,
}
RECURRING = {
    "name": "Monitoring of the network",
    "quantity": 1,
    "price_unit": 49.0,
    "recurring_rule_type": "monthly",
    "recurring_interval": 1,
    "date_start": "2026-03-01",
}


def pick(records, number):
    """Return the record that a number stands for, none if there are none."""
    return records[number % len(records)] if records else records


class Scene:
    """Finds the records of one life again, in any transaction."""

    def __init__(self, env):
        company = env.user.company_id
        company.sudo().write(SWITCHES)
        self.company_id = company.id
        self.customer_ids, self.partner_ids = self.create_customers(env)
        self.policy_id = self.create_policy(env, company)
        self.contract_ids = self.create_contracts(env)

    def create_customers(self, env):
        """Return the ids of the commercial customers, and of all contacts."""
        names = ("Northwind Dental", "Baker & Sons", "Lindqvist Logistics")
        customers = env["res.partner"].create(
            [{"name": name, "is_company": True, "city": "Lakeside"} for name in names]
        )
        contact = env["res.partner"].create(
            {"name": "Anna Baker", "parent_id": customers[1].id}
        )
        return customers.ids, [*customers.ids, contact.id]

    def create_policy(self, env, company):
        policy = company.ticket_billing_policy_id.copy({"name": "Own rules", **POLICY})
        customers = env["res.partner"].browse(self.customer_ids)
        customers.ticket_billing_policy_id = policy
        return policy.id

    def create_contracts(self, env):
        """Return the ids: hours included; a fee and for one team alone; in euros."""
        first, second, _third = self.customer_ids
        common = {"covers_tickets": True, "date_start": "2020-01-01"}
        euro = env["product.pricelist"].search([("name", "=", "Euro")], limit=1)
        values = [
            {
                "name": "Service hours",
                "partner_id": first,
                "hourly_rate": 120,
                "hour_allowance": "limited",
                "included_hours": 2,
            },
            {
                "name": "Field service",
                "partner_id": first,
                "hourly_rate": 90,
                "per_ticket_rate": 45,
                "ticket_allowance": "limited",
                "included_tickets": 1,
                "ticket_team_ids": [Command.set(self.teams(env)[1].ids)],
            },
            {
                "name": "Managed network",
                "partner_id": second,
                "hourly_rate": 80,
                "per_ticket_rate": 30,
                "pricelist_id": euro.id,
            },
        ]
        fixed = {"hourly_rate_source": "fixed", "allowance_period": "month"}
        contracts = env["contract.contract"].create(
            [{**common, **fixed, **vals} for vals in values]
        )
        return contracts.ids

    def add_recurring(self, env):
        """Let two of the contracts make invoices of their own, one of which work on
        tickets joins."""
        for number in (0, 2):
            lines = [Command.create(RECURRING)]
            self.contract(env, number).contract_line_ids = lines
        self.contract(env, 0).ticket_invoice_mode = "with_contract"

    # What there is

    def company(self, env):
        return env["res.company"].browse(self.company_id)

    def policy(self, env):
        return env["ticket.billing.policy"].browse(self.policy_id)

    def contract(self, env, number):
        return pick(env["contract.contract"].browse(self.contract_ids), number)

    def teams(self, env):
        return env["helpdesk.ticket.team"].search(self.own(env), order="id")

    def categories(self, env):
        domain = [*self.own(env), ("name", "in", ("Network", "Goodwill"))]
        return env["helpdesk.ticket.category"].search(domain, order="id")

    def work_types(self, env):
        """Return no kind of work, and the others, in a list."""
        types = env["ticket.billing.work.type"].search(self.own(env), order="id")
        return [types.browse(), *types]

    def own(self, env):
        return [("company_id", "=", env.user.company_id.id)]

    def stage(self, env, name):
        stages = env["helpdesk.ticket.stage"].with_context(lang="en_US")
        return stages.search([("name", "=", STAGES[name])], limit=1)

    # What came of it

    def tickets(self, env):
        tickets = env["helpdesk.ticket"].with_context(active_test=False)
        return tickets.search([("partner_id", "in", self.partner_ids)], order="id")

    def ticket(self, env, number):
        return pick(self.tickets(env), number)

    def entry(self, env, number):
        entries = env["account.analytic.line"].search(
            [("ticket_id", "in", self.tickets(env).ids)], order="id"
        )
        return pick(entries, number)

    def move(self, env, number, *states, kinds=("out_invoice",)):
        """Return an invoice of the customers in one of the states, or none."""
        moves = env["account.move"].search(
            [
                ("commercial_partner_id", "in", self.customer_ids),
                ("move_type", "in", kinds),
                ("state", "in", states),
            ],
            order="id",
        )
        return pick(moves, number)

    def charges(self, env):
        charges = env["ticket.billing.charge"].sudo()
        return charges.search([("ticket_id", "in", self.tickets(env).ids)], order="id")

    # The end

    def open_everything(self, env):
        """Let nothing hold back work any more, but what a person has to decide."""
        self.company(env).sudo().write(SWITCHES)
        self.policy(env).write(
            {"automation_level": "draft", "invoice_frequency": "at_once"}
        )
        customers = env["res.partner"].browse(self.customer_ids)
        customers.ticket_billing_level = False
        contracts = env["contract.contract"].browse(self.contract_ids)
        contracts.ticket_invoice_mode = "separate"
