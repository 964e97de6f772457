from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.queue_job.job import Job, identity_exact
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import TicketBillingQueueCommon

RUN = "odoo.addons.ticket_billing_queue.models.ticket_billing_run"


@tagged("post_install", "-at_install")
class TestJobs(TicketBillingQueueCommon):
    """What is due is handed to jobs; what no job takes is billed all the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_customer("Harbour Logistics")

    def test_due_tickets_are_left_to_jobs_of_whole_customers(self):
        self.company.sudo().ticket_billing_batch_size = 2
        tickets = self._create_due_tickets(
            self.customer, self.other, self.customer, self.other
        )
        with self._job_runner():
            self._run_cron()
        self.assertFalse(tickets.invoice_ids)
        first, second = self._get_jobs().sorted("id")
        self.assertEqual(first.records, tickets[0] + tickets[2])
        self.assertEqual(second.records, tickets[1] + tickets[3])
        self.assertRecordValues(
            first,
            [
                {
                    "channel": "root.ticket_billing",
                    "max_retries": 4,
                    "company_id": self.company.id,
                    "user_id": self.env.ref("base.user_root").id,
                    "name": f"Bill 2 tickets of {self.customer.name}: "
                    f"{tickets[0].number}, {tickets[2].number}",
                }
            ],
        )
        job = Job.load(self.env, first.uuid)
        self.assertEqual(first.identity_key, identity_exact(job))

    def test_tickets_of_a_waiting_job_get_no_other_one(self):
        self._create_due_tickets(self.customer)
        with self._job_runner():
            self._run_cron()
            self._create_due_tickets(self.other)
            self._run_cron()
            self._run_cron()
        jobs = self._get_jobs()
        self.assertEqual(len(jobs), 2)
        self.assertEqual(len(jobs._get_ticket_ids()), 2)

    def test_same_job_is_made_once(self):
        tickets = self._create_due_tickets(self.customer)
        with trap_jobs() as trap:
            tickets._enqueue_billing()
            tickets._enqueue_billing()
            trap.assert_jobs_count(1, only=tickets._job_bill)
            trap.perform_enqueued_jobs()
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 100.0)

    def test_job_bills_and_says_what_it_did(self):
        tickets = self._create_due_tickets(self.customer, self.other)
        with self._job_runner():
            self._run_cron()
        job = Job.load(self.env, self._get_jobs().uuid)
        job.perform()
        self.env.invalidate_all()
        self.assertEqual(tickets.invoice_ids.mapped("amount_untaxed"), [100.0, 100.0])
        run = tickets.billing_run_id
        self.assertEqual(run.sudo().trigger, "schedule")
        self.assertEqual(
            job.result,
            f"Run {run.id}: 2 tickets, 2 invoiced, 0 covered, 0 to approve, 0 skipped, "
            "0 blocked",
        )
        job.perform()
        self.assertEqual(job.result, "Nothing was due any more.")
        self.assertEqual(len(tickets.invoice_ids), 2)

    def test_one_ticket_on_paper(self):
        """92 minutes are 1.75 h, of which 0.50 h are included: 1.25 x 93.33 = 116.66
        (116.6625), 19 % of it 22.17 (22.1654)."""
        self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=93.33,
            hour_allowance="limited",
            included_hours=0.5,
        )
        ticket = self._create_ticket(92 / 60)
        self._close(ticket)
        self._make_due(ticket)
        ticket._enqueue_billing()
        Job.load(self.env, self._get_jobs().uuid).perform()
        self.env.invalidate_all()
        charge, move = ticket.charge_ids.sudo(), ticket.invoice_ids
        self.assertEqual((charge.rated_quantity, charge.covered_quantity), (1.75, 0.5))
        self.assertEqual(
            (move.amount_untaxed, move.amount_tax, move.amount_total),
            (116.66, 22.17, 138.83),
        )
        move.action_post()
        move._reverse_moves([{}], cancel=False).action_post()
        self.assertEqual((charge.state, charge.credited_amount), ("credited", 116.66))
        ticket._enqueue_billing()
        Job.load(self.env, self._get_jobs().sorted("id")[-1:].uuid).perform()
        self.assertEqual(ticket.charge_ids.sudo(), charge)

    def test_without_a_job_runner_the_scheduled_action_bills(self):
        tickets = self._create_due_tickets(self.customer)
        with self._job_runner():
            self._run_cron()
        with self.assertLogs(RUN, "WARNING") as logs:
            self._run_cron()
        self.assertIn("No job runner is at work", logs.output[0])
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 100.0)
        job = Job.load(self.env, self._get_jobs().uuid)
        job.perform()
        self.assertEqual(job.result, "Nothing was due any more.")

    def test_without_a_job_runner_no_jobs_are_made(self):
        tickets = self._create_due_tickets(self.customer)
        self._run_cron()
        self.assertFalse(self._get_jobs())
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 100.0)

    def test_tickets_of_late_jobs_are_billed_by_the_scheduled_action(self):
        late, in_time = self._create_due_tickets(self.customer, self.other)
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), minutes=6)):
            late._enqueue_billing()
        in_time._enqueue_billing()
        with self._job_runner():
            self._run_cron()
        self.assertTrue(late.invoice_ids)
        self.assertFalse(in_time.invoice_ids)

    def test_scheduled_action_looks_after_the_jobs_later(self):
        self._create_due_tickets(self.customer)
        with self._job_runner():
            self._run_cron()
        triggers = self.env["ir.cron.trigger"].sudo()
        later = fields.Datetime.add(fields.Datetime.now(), minutes=4)
        domain = [("cron_id", "=", self.cron.id), ("call_at", ">", later)]
        self.assertTrue(triggers.search(domain))

    def test_so_many_tickets_at_a_time(self):
        self.patch_most(2)
        tickets = self._create_due_tickets(*[self.customer] * 5)
        tickets._enqueue_billing()
        for billed in (2, 4, 5):
            job = self._get_jobs()
            Job.load(self.env, job.uuid).perform()
            job.button_done()
            self.env.invalidate_all()
            self.assertEqual(len(tickets.filtered("invoice_ids")), billed)
        self.assertFalse(self._get_jobs())
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 500.0)

    def patch_most(self, count):
        module = "odoo.addons.ticket_billing_queue.models.helpdesk_ticket"
        self.patch(__import__(module, fromlist=["x"]), "MOST_TICKETS", count)

    def test_customer_without_a_name(self):
        nameless = self.env["res.partner"].create(
            {"type": "invoice", "name": False, "parent_id": False}
        )
        tickets = self._create_due_tickets(nameless, self.other)
        with self._job_runner():
            self._run_cron()
        self.assertEqual(self._get_jobs().records, tickets)

    def test_customers_whose_tickets_failed_go_alone(self):
        tickets = self._create_due_tickets(self.customer, self.other, self.customer)
        tickets[0].sudo().billing_attempts = 1
        with self._job_runner():
            self._run_cron()
        first, second = self._get_jobs().sorted("id")
        self.assertEqual(first.records, tickets[1])
        self.assertEqual(second.records, tickets[0] + tickets[2])

    def test_related_action_opens_the_tickets_archived_ones_too(self):
        tickets = self._create_due_tickets(self.customer, self.other)
        tickets._enqueue_billing()
        job = self._get_jobs()
        tickets[0].active = False
        action = job.open_related_action()
        self.assertEqual(action["res_model"], "helpdesk.ticket")
        found = self.env["helpdesk.ticket"].with_context(**action["context"])
        self.assertEqual(found.search(action["domain"]), tickets.sorted("id"))

    def test_closing_costs_as_many_queries_as_without_jobs(self):
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        self._close(tickets[0])
        with trap_jobs() as trap:
            self._close(tickets[1])
            trap.assert_jobs_count(0)
