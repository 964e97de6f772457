from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common_report import NOON, ReportCommon
from .common_review import MANAGER_GROUPS

REPORTS = ("accuracy", "allowance", "leakage", "realization", "unbilled")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportAccess(ReportCommon):
    """Managers and auditors read the reports, of the companies they have chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_contract(hour_allowance="limited", included_hours=1.0)
        cls.other = cls.env["res.company"].sudo().create({"name": "Elsewhere Ltd"})

    def _create_user(self, login, groups, companies):
        return new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
        )

    def _make_rows(self):
        """Let each report have a row."""
        draft = self._bill_work(2.0)
        waiting = self._bill_work(9.0)
        blocked = self._bill_work(1.0, partner_id=False)
        return draft | waiting | blocked

    def test_who_reads(self):
        self._make_rows()
        auditor = self._create_user(
            "reader", "ticket_billing.group_ticket_billing_auditor", self.company
        )
        amounts = self._create_user(
            "teller",
            "helpdesk_mgmt.group_helpdesk_manager,"
            "ticket_billing.group_ticket_billing_amounts",
            self.company,
        )
        for name in REPORTS:
            with self.subTest(report=name):
                for user in (self.manager, auditor):
                    rows = self._get_report(name, user).search([])
                    self.assertTrue(rows)
                    rows.read()
                    self.assertTrue(rows[0].action_open_record())
                for user in (self.agent, amounts):
                    report = self._get_report(name, user)
                    with self.assertRaises(AccessError):
                        report.search([])
                    with self.assertRaises(AccessError):
                        report.formatted_read_group([], [], ["__count"])
                    with self.assertRaises(AccessError):
                        rows.with_user(user).action_open_record()

    def test_companies(self):
        self._make_rows()
        foreign = self._create_user("foreign", MANAGER_GROUPS, self.other)
        both = self._create_user("both", MANAGER_GROUPS, self.company | self.other)
        for name in REPORTS:
            with self.subTest(report=name):
                own = self._get_report(name).search([])
                self.assertEqual(own.company_id, self.company)
                self.assertFalse(self._get_report(name, foreign).search([]))
                report = self._get_report(name, both)
                here = report.with_context(allowed_company_ids=self.company.ids)
                self.assertEqual(here.search([]).ids, own.ids)
                there = report.with_context(allowed_company_ids=self.other.ids)
                self.assertFalse(there.search([]))

    def test_amounts_of_each_company_are_in_its_currency(self):
        customer = self._create_customer("Harbor Yachts").id
        ticket = self._bill_work(9.0, partner_id=customer)
        foreign = self._bill_work(9.0, partner_id=customer)
        self.euro.rate_ids.sudo().company_id = False
        self.other.sudo().currency_id = self.euro
        self.env.flush_all()
        for table in ("helpdesk_ticket", "ticket_billing_charge"):
            column = "id" if table == "helpdesk_ticket" else "ticket_id"
            self.env.cr.execute(
                f"UPDATE {table} SET company_id = %s WHERE {column} = %s",
                [self.other.id, foreign.id],
            )
        both = self._create_user("both", MANAGER_GROUPS, self.company | self.other)
        report = self._get_report("unbilled", both).with_context(
            allowed_company_ids=(self.company | self.other).ids
        )
        rows = report.search([("ticket_id", "in", (ticket | foreign).ids)], order="id")
        self.assertRecordValues(
            rows,
            [
                {"currency_id": self.company.currency_id.id, "amount": 900.0},
                {"currency_id": self.euro.id, "amount": 3600.0},
            ],
        )
