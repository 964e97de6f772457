from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import AGENT_GROUPS, TicketBillingCommon


@tagged("post_install", "-at_install")
class TestTicketTime(TicketBillingCommon):
    def test_project_of_the_ticket_comes_first(self):
        project = self.env["project.project"].create({"name": "Clinic roll-out"})
        ticket = self._create_ticket(project_id=project.id)
        self.assertEqual(self._log_time(ticket, 1.0).project_id, project)

    def test_project_of_the_team_comes_second(self):
        project = self.env["project.project"].create({"name": "Field service"})
        self.team.default_project_id = project
        ticket = self._create_ticket()
        self.assertEqual(self._log_time(ticket, 1.0).project_id, project)

    def test_project_of_the_company_comes_last(self):
        entry = self._log_time(self._create_ticket(), 1.0)
        self.assertEqual(entry.project_id, self.project)

    def test_task_of_the_ticket_is_taken_over(self):
        task = self.env["project.task"].create(
            {"name": "Network", "project_id": self.project.id}
        )
        ticket = self._create_ticket(project_id=self.project.id, task_id=task.id)
        self.assertEqual(self._log_time(ticket, 1.0).task_id, task)

    def test_missing_project_is_named(self):
        self.company.sudo().ticket_billing_project_id = False
        with self.assertRaisesRegex(UserError, "Choose a project"):
            self._log_time(self._create_ticket(), 1.0)

    def test_project_without_timesheets_is_named(self):
        project = self.env["project.project"].create(
            {"name": "Sales", "allow_timesheets": False}
        )
        ticket = self._create_ticket(project_id=project.id)
        with self.assertRaisesRegex(UserError, "Switch on timesheets"):
            self._log_time(ticket, 1.0)

    def test_total_hours_count_what_the_user_may_not_read(self):
        ticket = self._create_ticket(1.0, 2.0)
        colleague = new_test_user(
            self.env,
            "colleague",
            groups=",".join(AGENT_GROUPS),
            company_id=self.company.id,
        )
        self.env["hr.employee"].sudo().create(
            {"name": "Tomas Lindqvist", "user_id": colleague.id}
        )
        self.team.user_ids += colleague
        self.env.flush_all()
        self.env.invalidate_all()
        own = ticket.with_user(colleague)
        self.assertFalse(own.timesheet_ids)
        with Form(own) as form:
            with form.timesheet_ids.new() as line:
                line.name = "Called the customer back"
                line.unit_amount = 0.5
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(ticket.total_hours, 3.5)

    def test_time_on_a_ticket_takes_the_right_to_read_it(self):
        ticket = self._create_ticket()
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="hr_timesheet.group_hr_timesheet_user",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            self.env["account.analytic.line"].with_user(stranger).create(
                {"ticket_id": ticket.id, "name": "x", "unit_amount": 5.0}
            )

    def test_time_belongs_to_the_company_of_the_ticket(self):
        other = self.setup_other_company(name="Second company")["company"]
        employee = self.env["hr.employee"].sudo()
        with self.assertRaises(ValidationError):
            self._log_time(
                self._create_ticket(),
                1.0,
                company_id=other.id,
                employee_id=employee.create({"name": "Sam", "company_id": other.id}).id,
            )

    def test_total_hours(self):
        ticket = self._create_ticket(1.0, 0.5)
        self.assertEqual(ticket.total_hours, 1.5)
        ticket.timesheet_ids[0].sudo().unlink()
        self.assertEqual(ticket.total_hours, 0.5)

    def test_time_after_closing_flags_the_ticket(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self._log_time(ticket, 1.0)
        self.assertEqual(ticket.billing_state, "pending")

    def test_entry_moved_between_closed_tickets_flags_both(self):
        tickets = self._close(self._create_ticket(1.0) + self._create_ticket())
        tickets.sudo().billing_pending = False
        tickets[0].timesheet_ids.sudo().ticket_id = tickets[1]
        self.assertEqual(tickets.mapped("billing_pending"), [True, True])

    def test_billed_hours_are_shown_beside_the_worked_ones(self):
        ticket = self._create_ticket(1.1)
        move = self._close_and_bill(ticket)
        move.action_post()
        self.assertRecordValues(
            ticket.timesheet_ids,
            [
                {
                    "unit_amount": 1.1,
                    "billed_hours": 1.25,
                    "billing_state": "billed",
                    "invoice_date": move.invoice_date,
                }
            ],
        )

    def test_technician_types_time_on_the_form(self):
        ticket = self._create_ticket()
        with Form(ticket.with_user(self.agent)) as form:
            with form.timesheet_ids.new() as line:
                line.name = "Called the customer back"
                line.unit_amount = 0.5
        self.assertRecordValues(
            ticket.timesheet_ids,
            [
                {
                    "name": "Called the customer back",
                    "employee_id": self.employee.id,
                    "project_id": self.project.id,
                    "billable": True,
                }
            ],
        )

    def test_page_steps_aside_for_the_oca_addon(self):
        arch, _view = self.env["helpdesk.ticket"]._get_view(view_type="form")
        self.assertTrue(arch.xpath("//page[@name='ticket_billing_time']"))
        self.registry._init_modules.add("helpdesk_mgmt_timesheet")
        self.addCleanup(self.registry._init_modules.discard, "helpdesk_mgmt_timesheet")
        arch, _view = self.env["helpdesk.ticket"]._get_view(view_type="form")
        self.assertFalse(arch.xpath("//page[@name='ticket_billing_time']"))
