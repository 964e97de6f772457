from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import TicketBillingQueueCommon


@tagged("post_install", "-at_install")
class TestJobHealth(TicketBillingQueueCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._create_due_tickets(self.customer)

    def _find(self):
        """Return what the check of jobs says of the company."""
        findings = self.env["ticket.billing.health"]._get_health(self.company)
        [finding] = [f for f in findings if f["check"] == "jobs"]
        return finding

    def test_no_job_runner_and_nothing_that_waits_for_it(self):
        finding = self._find()
        self.assertEqual((finding["status"], finding["model"]), ("ok", None))
        self.assertIn("No job runner is at work", finding["message"])

    def test_jobs_wait_without_a_job_runner(self):
        self.ticket._enqueue_billing()
        finding = self._find()
        self.assertEqual((finding["status"], finding["count"]), ("warning", 1))
        self.assertIn("1 jobs wait, but no job runner", finding["message"])
        jobs = self.env[finding["model"]].sudo().search(finding["domain"])
        self.assertEqual(jobs, self._get_jobs())

    def test_the_cockpit_counts_the_jobs_of_the_company(self):
        self.ticket._enqueue_billing()
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        cockpit = self.env["ticket.billing.cockpit"].sudo()
        queue = cockpit.with_company(self.company).get_data()["queue"]
        counts = (queue["count"], queue["jobs"], queue["failed_jobs"])
        self.assertEqual(counts, (1, 1, 0))
        self._get_jobs().state = "failed"
        queue = cockpit.with_company(self.company).get_data()["queue"]
        self.assertEqual((queue["jobs"], queue["failed_jobs"]), (0, 1))
        queue = cockpit.with_company(other).get_data()["queue"]
        self.assertEqual((queue["jobs"], queue["failed_jobs"]), (0, 0))

    def test_jobs_in_time(self):
        self.ticket._enqueue_billing()
        with self._job_runner():
            finding = self._find()
        self.assertEqual((finding["status"], finding["count"]), ("ok", 1))
        self.assertIn("A job runner is at work", finding["message"])

    def test_jobs_that_nobody_reaches(self):
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), minutes=6)):
            self.ticket._enqueue_billing()
        with self._job_runner():
            finding = self._find()
        self.assertEqual((finding["status"], finding["count"]), ("warning", 1))
        self.assertIn("wait for more than 5 minutes", finding["message"])

    def test_failed_jobs(self):
        self.ticket._enqueue_billing()
        self._get_jobs().state = "failed"
        with self._job_runner():
            finding = self._find()
        self.assertEqual((finding["status"], finding["count"]), ("warning", 1))
        self.assertIn("Jobs that failed: 1", finding["message"])

    def test_jobs_of_other_companies_do_not_count(self):
        self.ticket._enqueue_billing()
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self._get_jobs().company_id = other
        self.assertEqual(self._find()["status"], "ok")
