from odoo import fields
from odoo.tests import new_test_user

from ..models.ticket_billing_charge_on_draft import DECIDED
from .common_accounting import AccountingCommon

AGENT_GROUPS = (
    "helpdesk_mgmt.group_helpdesk_user_team",
    "hr_timesheet.group_hr_timesheet_user",
    "ticket_billing.group_ticket_billing_user",
)


class TicketBillingCommon(AccountingCommon):
    """One company with products, a project, a team, a customer and an agent."""

    @classmethod
    def get_default_groups(cls):
        groups = super().get_default_groups()
        names = (
            "helpdesk_mgmt.group_helpdesk_manager",
            "hr_timesheet.group_timesheet_manager",
            "project.group_project_manager",
            "ticket_billing.group_ticket_billing_admin",
        )
        return groups.union(*[cls.env.ref(name) for name in names])

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls._set_up_products()
        cls._set_up_helpdesk()
        cls.customer = cls._create_customer("Northwind Dental")

    @classmethod
    def _set_up_products(cls):
        cls.tax_19 = cls.env["account.tax"].create(
            {"name": "19 %", "amount": 19, "type_tax_use": "sale"}
        )
        hour = cls.env.ref("uom.product_uom_hour")
        cls.time_product = cls.env["product.product"].create(
            {
                "name": "Support time",
                "type": "service",
                "uom_id": hour.id,
                "list_price": 100.0,
                "taxes_id": cls.tax_19.ids,
            }
        )
        cls.ticket_product = cls.env["product.product"].create(
            {
                "name": "Support ticket",
                "type": "service",
                "list_price": 0.0,
                "taxes_id": cls.tax_19.ids,
            }
        )
        cls.policy = cls.company.ticket_billing_policy_id
        cls.policy.sudo().write(
            {
                "time_product_id": cls.time_product.id,
                "ticket_product_id": cls.ticket_product.id,
            }
        )

    @classmethod
    def _set_up_helpdesk(cls):
        cls.stage_new = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.stage_progress = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_in_progress"
        )
        cls.stage_done = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.stage_cancelled = cls.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_cancelled"
        )
        project = cls.env["project.project"].sudo()
        cls.project = project.create({"name": "Customer Support"})
        cls.company.sudo().write(
            {
                "ticket_billing_enabled": True,
                "ticket_billing_on_close": True,
                "ticket_billing_start_date": "2020-01-01",
                "ticket_billing_project_id": cls.project.id,
            }
        )
        cls.agent = new_test_user(
            cls.env, "agent", groups=",".join(AGENT_GROUPS), company_id=cls.company.id
        )
        cls.employee = (
            cls.env["hr.employee"]
            .sudo()
            .create({"name": "Nina Hartwell", "user_id": cls.agent.id})
        )
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Service Desk", "user_ids": cls.agent.ids}
        )

    @classmethod
    def _create_customer(cls, name, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    @classmethod
    def _create_ticket(cls, *hours, **values):
        """Return a ticket of the agent with one entry for each of ``hours``."""
        ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer offline",
                "description": "The printer at the front desk is offline.",
                "partner_id": cls.customer.id,
                "team_id": cls.team.id,
                "user_id": cls.agent.id,
                **values,
            }
        )
        for worked in hours:
            cls._log_time(ticket, worked)
        return ticket

    @classmethod
    def _log_time(cls, ticket, hours, **values):
        return (
            cls.env["account.analytic.line"]
            .sudo()
            .create(
                {
                    "ticket_id": ticket.id,
                    "name": "Replaced the network cable",
                    "unit_amount": hours,
                    "employee_id": cls.employee.id,
                    **values,
                }
            )
        )

    @classmethod
    def _create_people(cls, prefix, roles):
        """Return a user of the company for each role.

        :param str prefix: what the logins begin with
        :param dict roles: role → names of groups
        """
        return {
            role: new_test_user(
                cls.env,
                f"{prefix}_{role}",
                groups=",".join(groups),
                company_id=cls.company.id,
            )
            for role, groups in roles.items()
        }

    @classmethod
    def _create_contract(cls, **values):
        return (
            cls.env["contract.contract"]
            .sudo()
            .create(
                {
                    "name": "Support agreement",
                    "partner_id": cls.customer.id,
                    "covers_tickets": True,
                    "date_start": "2020-01-01",
                    **values,
                }
            )
        )

    @classmethod
    def _create_policy(cls, **values):
        return cls.policy.sudo().copy({"name": "Other rules", **values})

    @classmethod
    def _age_terms(cls):
        """Let the terms be older than any charge of a test in frozen time."""
        cls.policy.sudo().ticket_terms_date = "2020-01-01"

    def _close(self, tickets):
        tickets.write({"stage_id": self.stage_done.id})
        return tickets

    def _bill(self, tickets):
        """Bill as the button does and return the invoices, which are as previewed."""
        before = self._get_ticket_lines(tickets)
        previewed = self._preview(tickets)
        tickets.action_generate_invoice()
        tickets.invalidate_recordset()
        made = (self._get_ticket_lines(tickets) - before).move_id
        self.assertEqual(sorted(map(self._describe_invoice, made)), previewed)
        self._assert_as_computed(made.sudo().invoice_line_ids.charge_ids)
        return tickets.invoice_ids

    def _assert_as_computed(self, charges):
        """Assert that what was written at once for drafts is what fields compute."""
        before = charges.read(DECIDED, load=None)
        for name in DECIDED:
            self.env.add_to_compute(charges._fields[name], charges)
        self.assertEqual(charges.read(DECIDED, load=None), before)

    def _get_ticket_lines(self, tickets):
        """Return the invoice lines that bill work on tickets or tell of it."""
        charges = tickets.sudo()._get_charges()
        return charges.invoice_line_ids | charges.note_line_id

    def _preview(self, tickets):
        """Return what is said beforehand of the invoices of tickets."""
        run = self.env["ticket.billing.run"]
        moves = run._get_preview(tickets).moves
        return sorted(
            self._describe_invoice(m, run._get_preview_totals(m)) for m in moves
        )

    def _describe_invoice(self, move, totals=None):
        """Return what a preview and an invoice have in common, to the last unit."""
        return (
            move.partner_id.id,
            move.currency_id.name,
            totals or [move.amount_untaxed, move.amount_tax, move.amount_total],
            move.invoice_payment_term_id.id,
            str(move.invoice_date_due),
            [self._describe_invoice_line(line) for line in self._get_lines(move)],
        )

    def _describe_invoice_line(self, line):
        names = ("name", "quantity", "price_unit", "price_subtotal", "price_total")
        records = (line.product_id, line.product_uom_id, line.tax_ids)
        return [line[name] for name in names], [record.ids for record in records]

    def _close_and_bill(self, tickets):
        return self._bill(self._close(tickets))

    def _make_due(self, tickets):
        """Let the delay be over."""
        past = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        tickets.sudo().write({"billing_next_try": past})

    def _run_schedule(self):
        return self.env["ticket.billing.run"]._process("schedule")

    def _run_due(self, tickets):
        """Bill by the schedule what is not due yet, and return the run."""
        self._make_due(tickets)
        run = self._run_schedule()
        tickets.invalidate_recordset()
        return run

    def _run_catch_up(self):
        """Search as the scheduled action does, in the transaction of the test."""
        runs = self.env["ticket.billing.run"].sudo()
        for company in self.env["res.company"].sudo().search([]):
            runs._catch_up(company)

    def _get_lines(self, moves):
        return moves.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
