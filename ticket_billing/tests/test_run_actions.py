from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestRunActions(TicketBillingCommon):
    """Runs that a manager starts from the list of runs."""

    def test_run_now_bills_before_the_delay_and_at_every_level(self):
        self.policy.sudo().automation_level = "off"
        ticket = self._close(self._create_ticket(1.0))
        action = self.env["ticket.billing.run"].action_run_now()
        self.assertIn("Tickets on draft invoices: 1", action["params"]["message"])
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_dry_run_bills_nothing_and_opens_its_record(self):
        ticket = self._close(self._create_ticket(1.0))
        action = self.env["ticket.billing.run"].action_dry_run()
        run = self.env["ticket.billing.run"].browse(action["res_id"])
        self.assertRecordValues(run, [{"dry_run": True, "invoiced": 1, "found": 1}])
        self.assertEqual(run.user_id, self.env.user)
        self.assertFalse(ticket.charge_ids)

    def test_other_companies_are_left_alone(self):
        other = self.setup_other_company(name="Second company")["company"]
        ticket = self._create_ticket(company_id=other.id, team_id=False)
        self._close(ticket)
        runs = self.env["ticket.billing.run"]
        runs.with_context(allowed_company_ids=self.company.ids).action_run_now()
        self.assertFalse(ticket.sudo().billing_run_id)
        runs.with_context(allowed_company_ids=other.ids).action_run_now()
        self.assertTrue(ticket.sudo().billing_run_id)

    def test_run_is_named_by_the_clock_of_the_user(self):
        run = (
            self.env["ticket.billing.run"]
            .sudo()
            .create({"company_id": self.company.id, "trigger": "button"})
        )
        self.env.cr.execute(
            "UPDATE ticket_billing_run SET create_date = '2026-03-01 20:30:00' "
            "WHERE id = %s",
            [run.id],
        )
        run = self.env["ticket.billing.run"].browse(run.id)
        run.invalidate_recordset()
        self.env.user.tz = "Asia/Tokyo"
        self.assertEqual(run.display_name, "03/02/2026 05:30:00 AM")

    def test_only_managers(self):
        auditor = new_test_user(
            self.env, "auditor", groups="ticket_billing.group_ticket_billing_auditor"
        )
        runs = self.env["ticket.billing.run"].with_user(auditor)
        for method in (runs.action_run_now, runs.action_dry_run):
            with self.assertRaises(AccessError):
                method()
