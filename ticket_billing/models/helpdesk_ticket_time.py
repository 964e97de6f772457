from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class HelpdeskTicket(models.Model):
    """Time on tickets, under the names of OCA's helpdesk_mgmt_timesheet."""

    _inherit = "helpdesk.ticket"

    timesheet_ids = fields.One2many(
        comodel_name="account.analytic.line", inverse_name="ticket_id", string="Time"
    )
    total_hours = fields.Float(
        compute="_compute_total_hours",
        store=True,
        compute_sudo=True,
        help="Hours of all time entries on the ticket, billable or not.",
    )

    @api.depends("timesheet_ids.unit_amount")
    def _compute_total_hours(self):
        """From the database: a user's cache holds only the entries he may read."""
        if not any(self._ids):
            for ticket in self:
                ticket.total_hours = sum(ticket.timesheet_ids.mapped("unit_amount"))
            return
        hours = dict(
            self.env["account.analytic.line"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["unit_amount:sum"]
            )
        )
        for ticket in self:
            ticket.total_hours = hours.get(ticket._origin, 0.0)

    def _get_work_domain(self):
        """Return the domain of the entries whose work may be billed."""
        entries = self.env["account.analytic.line"]
        return Domain("ticket_id", "in", self.ids) & entries._get_billable_domain()

    def _get_default_work_type(self):
        """Return what time is logged as at first: as category, else team say.

        Archived work types and those of other companies are passed over.
        """
        self.ensure_one()
        ticket = self.sudo()
        categories = ticket.category_id and ticket.category_id._get_branch()
        types = [c.billing_work_type_id for c in categories]
        types.append(ticket.team_id.billing_work_type_id)
        fitting = (
            work_type
            for work_type in types
            if work_type.active
            and work_type.company_id in (ticket.company_id, ticket.company_id.browse())
        )
        return next(fitting, self.env["ticket.billing.work.type"])

    def _get_time_project(self):
        """Return the project that time on the ticket is logged in.

        The ticket's, else its team's, else the company's.

        :raise UserError: if there is none
        """
        self.ensure_one()
        team = self.team_id.with_company(self.company_id)
        project = (
            self.project_id
            or team.default_project_id
            or self.company_id.ticket_billing_project_id
        )
        self._check_time_project(project)
        return project

    def _check_time_project(self, project):
        """Refuse projects that time on the ticket cannot be logged in.

        :raise UserError: with what to set
        """
        if not project:
            raise UserError(
                self.env._(
                    "Choose a project for the time on ticket %(number)s: on the "
                    "ticket, on its team, or in Settings › Ticket Billing.",
                    number=self._get_number(),
                )
            )
        if not project.allow_timesheets:
            raise UserError(
                self.env._(
                    "No time can be logged in project “%(project)s”. Switch on "
                    "timesheets there, or choose another project for ticket "
                    "%(number)s.",
                    project=project.display_name,
                    number=self._get_number(),
                )
            )
        if project.company_id and project.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "Project “%(project)s” belongs to another company than ticket "
                    "%(number)s. Choose one of the ticket's company.",
                    project=project.display_name,
                    number=self._get_number(),
                )
            )

    # Views

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS base: one page for time is enough, OCA's own comes first
        arch, view = super()._get_view(view_id, view_type, **options)
        if "helpdesk_mgmt_timesheet" in self.env.registry._init_modules:
            for page in arch.xpath("//page[@name='ticket_billing_time']"):
                page.getparent().remove(page)
        return arch, view
