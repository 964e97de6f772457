"""The kinds of tickets that something is wrong with, and how each one is mended."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo import fields

from .common import TicketBillingCommon

NORTH, SOUTH = "Northern branch", "Southern branch"


@dataclass(frozen=True)
class Kind:
    """One thing that may be wrong with a closed ticket of one hour at 100.00.

    ``spoil`` and ``mend`` take the test case and the ticket. ``says`` are words of the
    reason why it is blocked; without them it is billed all the same. ``company`` names
    the company that it is in, if not the usual one.
    """

    name: str
    spoil: Callable
    mend: Callable | None = None
    says: tuple = ()
    error_type: str = ""
    company: str = ""


def _archive_work_type_product(case, ticket):
    case._set_work_type(ticket, name="Weekend support").active = False


def _restore_work_type_product(case, ticket):
    ticket.timesheet_ids.billing_work_type_id.product_id.active = True


def _drop_taxes(case, ticket):
    case._set_work_type(ticket, name="Export support", taxes_id=False)


def _end_contract(case, ticket):
    yesterday = fields.Date.subtract(fields.Date.today(), days=1)
    case._agree(ticket, is_chosen=False, hourly_rate=70.0, date_end=yesterday)


def _lose_rate(case, ticket):
    case._agree(ticket, manual_currency_id=case._create_currency("XTR").id)


def _add_rate(case, ticket):
    case._add_rate(ticket.billing_contract_id.currency_id)


def _archive_currency(case, ticket):
    currency = case._create_currency("XTA")
    case._add_rate(currency)
    case._agree(ticket, manual_currency_id=currency.id)
    currency.active = False


def _restore_currency(case, ticket):
    ticket.billing_contract_id.currency_id.active = True


def _move_customer(case, ticket):
    ticket.partner_id.company_id = case.branches[NORTH]


def _close_project(case, ticket):
    project = case.project.copy({"name": "Old project"})
    ticket.timesheet_ids.project_id = ticket.project_id = project
    project.allow_timesheets = False


def _delete_stage(case, ticket):
    """As somebody does who goes past Odoo, which keeps stages with tickets."""
    ticket.stage_id = case.stage_done.copy({"name": "Gone", "billing_event": "close"})
    case.env.flush_all()
    stage = ticket.stage_id
    case.env.cr.execute(
        "UPDATE helpdesk_ticket SET stage_id = NULL WHERE id = %s", [ticket.id]
    )
    case.env.invalidate_all()
    stage.unlink()


def _open_books(case, ticket):
    case._create_sales_journal(ticket.company_id)
    case._create_income_account(ticket.company_id)


KINDS = (
    Kind(
        "no customer",
        spoil=lambda case, ticket: ticket.write({"partner_id": False}),
        mend=lambda case, ticket: ticket.write({"partner_id": case.customer.id}),
        says=("Set the contact",),
        error_type="customer",
    ),
    Kind(
        "other company's customer",
        spoil=_move_customer,
        mend=lambda case, ticket: ticket.partner_id.write({"company_id": False}),
        says=(f"belongs to {NORTH}", "Choose another contact"),
        error_type="customer",
    ),
    Kind(
        "no journal",
        spoil=lambda case, ticket: ticket,
        mend=_open_books,
        says=("has no sales journal",),
        error_type="journal",
        company=NORTH,
    ),
    Kind(
        "no account",
        spoil=lambda case, ticket: case._create_sales_journal(ticket.company_id),
        mend=lambda case, ticket: case._create_income_account(ticket.company_id),
        says=("No income account", "“Support time”", SOUTH),
        error_type="account",
        company=SOUTH,
    ),
    Kind(
        "archived product",
        spoil=_archive_work_type_product,
        mend=_restore_work_type_product,
        says=("“Weekend support” is archived",),
        error_type="product",
    ),
    Kind(
        "archived customer",
        spoil=lambda case, ticket: ticket.partner_id.write({"active": False}),
    ),
    Kind("ended contract", spoil=_end_contract),
    Kind(
        "lock date",
        spoil=lambda case, ticket: ticket.company_id.write(
            {"fiscalyear_lock_date": fields.Date.subtract(fields.Date.today(), days=1)}
        ),
    ),
    Kind(
        "no rate",
        spoil=_lose_rate,
        mend=_add_rate,
        says=("No exchange rate", "XTR"),
        error_type="currency",
    ),
    Kind(
        "inactive currency",
        spoil=_archive_currency,
        mend=_restore_currency,
        says=("Currency XTA is archived",),
        error_type="currency",
    ),
    Kind(
        "huge quantity",
        spoil=lambda case, ticket: ticket.timesheet_ids.write({"unit_amount": 1e12}),
        mend=lambda case, ticket: ticket.timesheet_ids.write({"unit_amount": 1.0}),
        says=("more than a year",),
        error_type="hours",
    ),
    Kind("deleted stage", spoil=_delete_stage),
    Kind("missing tax", spoil=_drop_taxes),
    Kind("project without timesheets", spoil=_close_project),
    Kind(
        "ticket without number",
        spoil=lambda case, ticket: ticket.write({"number": False}),
    ),
)


class BadTicketsCommon(TicketBillingCommon):
    """Closed tickets of one hour at 100.00, and what spoils them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.policy.sudo().approval = "none"
        cls.branches = {"": cls.company}
        for name in (NORTH, SOUTH):
            cls.branches[name] = cls._create_branch(name)

    @classmethod
    def _create_branch(cls, name):
        """Return a company that has neither journals nor accounts."""
        branch = cls.env["res.company"].sudo().create({"name": name})
        branch.write(
            {
                "ticket_billing_enabled": True,
                "ticket_billing_on_close": True,
                "ticket_billing_start_date": "2020-01-01",
                "ticket_billing_project_id": cls.project.id,
            }
        )
        branch.ticket_billing_policy_id.time_product_id = cls.time_product
        cls.env["hr.employee"].sudo().create(
            {"name": "Sam", "company_id": branch.id, "user_id": cls.agent.id}
        )
        return branch

    # Tickets

    def _create_backlog(self, customers, companies=None):
        """Return a due ticket of one hour for each of ``customers``."""
        companies = companies or [self.company] * len(customers)
        tickets = self.env["helpdesk.ticket"].create(
            [
                {
                    "name": "Printer offline",
                    "description": "The printer at the front desk is offline.",
                    "partner_id": customer.id,
                    "company_id": company.id,
                    "team_id": False,
                }
                for customer, company in zip(customers, companies, strict=True)
            ]
        )
        self._log_hours(tickets)
        self._make_due(self._close(tickets))
        return tickets

    def _log_hours(self, tickets):
        employees = self.env["hr.employee"].sudo().search([]).grouped("company_id")
        self.env["account.analytic.line"].sudo().create(
            [
                {
                    "ticket_id": ticket.id,
                    "name": "Replaced the network cable",
                    "unit_amount": 1.0,
                    "employee_id": employees[ticket.company_id][0].id,
                }
                for ticket in tickets
            ]
        )

    def _create_bad_tickets(self, kinds=KINDS):
        """Return a dict: kind → due ticket that is spoilt so, of its own customer."""
        customers = [self._create_customer(f"Customer, {kind.name}") for kind in kinds]
        companies = [self.branches[kind.company] for kind in kinds]
        tickets = self._create_backlog(customers, companies)
        bad = dict(zip(kinds, tickets.sudo(), strict=True))
        for kind, ticket in bad.items():
            kind.spoil(self, ticket)
        self._make_due(tickets)
        return bad

    # What is wrong with them

    def _set_work_type(self, ticket, **values):
        """Give the time of the ticket a product of its own, and return this."""
        product = self.env["product.product"].create(
            {
                "type": "service",
                "uom_id": self.time_product.uom_id.id,
                "list_price": 100.0,
                "taxes_id": self.tax_19.ids,
                **values,
            }
        )
        work_type = self.env["ticket.billing.work.type"].sudo()
        ticket.timesheet_ids.billing_work_type_id = work_type.create(
            {"name": values["name"], "product_id": product.id}
        )
        return product

    def _agree(self, ticket, is_chosen=True, **values):
        """Let a contract with a fixed rate hold for the ticket."""
        contract = self._create_contract(
            partner_id=ticket.partner_id.id,
            covers_tickets=not is_chosen,
            **{"hourly_rate_source": "fixed", "hourly_rate": 100.0, **values},
        )
        if is_chosen:
            ticket.billing_contract_id = contract

    def _create_currency(self, name):
        currencies = self.env["res.currency"].sudo()
        return currencies.create({"name": name, "symbol": name, "rounding": 0.01})

    def _add_rate(self, currency):
        self.env["res.currency.rate"].sudo().create(
            {"currency_id": currency.id, "name": "2020-01-01", "rate": 2.0}
        )

    def _create_sales_journal(self, company):
        self._create_account(company, "asset_receivable")
        self.env["account.journal"].sudo().with_company(company).create(
            {"name": "Sales", "code": "S", "type": "sale", "company_id": company.id}
        )

    def _create_account(self, company, account_type):
        accounts = self.env["account.account"].sudo().with_company(company)
        return accounts.create(
            {
                "name": account_type,
                "code": f"4{accounts.search_count([])}",
                "account_type": account_type,
                "company_ids": company.ids,
            }
        )

    def _create_income_account(self, company):
        company.income_account_id = self._create_account(company, "income")
