from lxml import etree

from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import AGENT_GROUPS, TicketBillingCommon


@tagged("post_install", "-at_install")
class TestTimesheetViews(TicketBillingCommon):
    """Time on tickets is found among all timesheets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.view = cls.env.ref("hr_timesheet.hr_timesheet_line_search")
        cls.clerk = new_test_user(
            cls.env,
            "timesheet_clerk",
            groups="hr_timesheet.group_hr_timesheet_user",
            company_id=cls.company.id,
        )
        cls.desk = new_test_user(
            cls.env,
            "timesheet_desk",
            groups=",".join(AGENT_GROUPS),
            company_id=cls.company.id,
        )

    def _get_arch(self, user, model="account.analytic.line", view=None):
        view = view or self.view
        arch = self.env[model].with_user(user).get_view(view.id, "search")["arch"]
        return etree.fromstring(arch)

    def _get_names(self, arch):
        names = arch.xpath("//filter/@name") + arch.xpath("//field/@name")
        return {name for name in names if "ticket" in name}

    def test_filters(self):
        arch = self._get_arch(self.desk)
        self.assertLessEqual(
            {
                "ticket_id",
                "ticket_billing_on_tickets",
                "ticket_billing_not_billed",
                "groupby_ticket",
            },
            self._get_names(arch),
        )
        billed, unbilled = self._create_ticket(1.0), self._create_ticket(2.0)
        self._close_and_bill(billed)
        [domain] = arch.xpath("//filter[@name='ticket_billing_not_billed']/@domain")
        entries = (billed + unbilled).sudo().timesheet_ids
        found = entries.filtered_domain(safe_eval(domain))
        self.assertEqual(found, unbilled.sudo().timesheet_ids)

    def test_filters_by_what_became_of_the_time(self):
        groups = [
            "account.group_account_invoice",
            "hr_timesheet.group_timesheet_manager",
        ]
        accountant = new_test_user(
            self.env,
            "timesheet_accountant",
            groups=f"{','.join(groups)},ticket_billing.group_ticket_billing_auditor",
            company_id=self.company.id,
        )
        waits, on_draft, billed = (self._create_ticket(h) for h in (9.0, 1.0, 2.0))
        self._close_and_bill(billed).sudo().action_post()
        self._close_and_bill(on_draft)
        self._close(waits).action_generate_invoice()
        arch = self._get_arch(accountant)
        own = [("ticket_id", "in", (waits + on_draft + billed).ids)]
        for name, ticket in (
            ("waits", waits),
            ("on_draft", on_draft),
            ("billed", billed),
            ("invoiced_this_month", billed),
        ):
            with self.subTest(filter=name):
                [domain] = arch.xpath(
                    f"//filter[@name='ticket_billing_{name}']/@domain"
                )
                lines = self.env["account.analytic.line"].with_user(accountant)
                found = lines.search(own + safe_eval(domain))
                self.assertEqual(found.ticket_id, ticket)

    def test_not_for_those_without_a_helpdesk(self):
        self.assertEqual(self._get_names(self._get_arch(self.clerk)), set())

    def test_analyses_of_timesheets_know_no_tickets(self):
        search = self.env.ref("hr_timesheet.hr_timesheet_report_search")
        arch = self._get_arch(self.desk, "timesheets.analysis.report", search)
        self.assertEqual(self._get_names(arch), set())
        search._check_xml()

    def test_list_has_the_columns(self):
        view = self.env.ref("hr_timesheet.hr_timesheet_line_tree")
        lines = self.env["account.analytic.line"].with_user(self.desk)
        arch = etree.fromstring(lines.get_view(view.id, "list")["arch"])
        names = set(arch.xpath("//field/@name"))
        columns = {"ticket_id", "billed_hours", "billing_state", "invoice_date"}
        self.assertLessEqual(columns, names)
