from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class TicketBillingReportWorkMixin(models.AbstractModel):
    """Reports with a row for each piece of work, which a click on the row opens."""

    _name = "ticket.billing.report.work.mixin"
    _inherit = "ticket.billing.report.mixin"
    _description = "Report of Ticket Billing on Work"
    _auto = False
    _rec_name = "ticket_id"
    _order = "service_date desc, id desc"

    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket", readonly=True)
    charge_id = fields.Many2one(comodel_name="ticket.billing.charge", readonly=True)
    name = fields.Char(
        string="Work", readonly=True, help="What was done, as it was logged."
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Contact", readonly=True
    )
    employee_id = fields.Many2one(
        comodel_name="hr.employee",
        string="Technician",
        readonly=True,
        help="Who did the work. A fee per ticket has no technician.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team", string="Team", readonly=True
    )
    work_type_id = fields.Many2one(
        comodel_name="ticket.billing.work.type", readonly=True
    )
    service_date = fields.Date(readonly=True, help="The day the work was done.")

    def action_open_record(self):
        """Open the charge behind a row, or the ticket where there is no charge.

        :return: an action with its form
        :raise AccessError: if the user may not read the report
        """
        self._check_single()
        return (self.charge_id or self.ticket_id)._get_records_action()

    # Queries

    def _get_work_sql(self):
        """Return the columns of a charge that say what was done, when and for whom."""
        return SQL(
            """
            charge.ticket_id,
            charge.id AS charge_id,
            charge.name,
            charge.partner_id,
            partner.commercial_partner_id,
            charge.employee_id,
            ticket.team_id,
            charge.contract_id,
            charge.work_type_id,
            charge.service_date,
            charge.company_id,
            company.currency_id
            """
        )

    def _get_ticket_work_sql(self, name, employee, work_type, service_date):
        """Return the same columns for work that has no charge."""
        return SQL(
            """
            ticket.id AS ticket_id,
            NULL::integer AS charge_id,
            %(name)s AS name,
            ticket.partner_id,
            ticket.commercial_partner_id,
            %(employee)s AS employee_id,
            ticket.team_id,
            ticket.billing_contract_id AS contract_id,
            %(work_type)s AS work_type_id,
            %(service_date)s AS service_date,
            ticket.company_id,
            company.currency_id
            """,
            name=name,
            employee=employee,
            work_type=work_type,
            service_date=service_date,
        )

    def _get_entry_work_sql(self):
        """Return the same columns for a time entry that has no charge."""
        return self._get_ticket_work_sql(
            SQL("entry.name"),
            SQL("entry.employee_id"),
            SQL("entry.billing_work_type_id"),
            SQL("entry.date"),
        )

    def _get_closed_work_sql(self):
        """Return the same columns for a closed ticket, by the day of its closing."""
        return self._get_ticket_work_sql(
            SQL("ticket.name"),
            SQL("NULL::integer"),
            SQL("NULL::integer"),
            self._get_closing_day_sql(),
        )

    def _get_closing_day_sql(self):
        """Return the company's day on which a ticket was closed, else was opened."""
        return self._get_day_sql(
            SQL("COALESCE(ticket.billing_event_date, ticket.create_date)")
        )

    def _get_entries_sql(self):
        """Return tables: a time entry with its ticket and company."""
        return SQL(
            """
            account_analytic_line entry
            JOIN helpdesk_ticket ticket ON ticket.id = entry.ticket_id
            JOIN %s ON company.id = ticket.company_id
            """,
            self._get_companies_sql(),
        )

    def _get_tickets_sql(self):
        """Return tables: a ticket with its company."""
        return SQL(
            "helpdesk_ticket ticket JOIN %s ON company.id = ticket.company_id",
            self._get_companies_sql(),
        )

    # Domains

    def _get_closed_domain(self):
        """Return the domain of closed billable tickets of the chosen companies."""
        health = self.env["ticket.billing.health"]
        companies = self.env.companies.sudo()
        return Domain.OR(health._get_closed_domain(company) for company in companies)

    def _get_unrated_domain(self):
        """Return the domain of billable time without a charge."""
        entries = self.env["account.analytic.line"]
        return entries._get_billable_domain() & Domain(
            "charge_ids", "not any", [("is_void", "=", False)]
        )

    def _find_sql(self, model, domain):
        """Return a query for the ids of what a domain holds for, for the system."""
        records = self.env[model].sudo().with_context(active_test=False)
        return records._search(domain).subselect()
