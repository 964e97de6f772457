from contextlib import contextmanager

from odoo.sql_db import db_connect
from odoo.tests.common import get_db_name

from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID
from odoo.addons.ticket_billing.tests.common import TicketBillingCommon


class TicketBillingQueueCommon(TicketBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().write(
            {"ticket_billing_enabled": True, "ticket_billing_on_close": True}
        )
        cls.runs = cls.env["ticket.billing.run"].sudo()
        cls.cron = cls.env.ref("ticket_billing.ir_cron_process_tickets").sudo()

    @contextmanager
    def _job_runner(self):
        """Hold the lock of a job runner, as one of another process does."""
        with db_connect(get_db_name()).cursor() as cr:
            cr.execute("SELECT pg_try_advisory_lock(%s)", (PG_ADVISORY_LOCK_ID,))
            self.assertEqual(cr.fetchall(), [(True,)], "another job runner is there")
            yield
            cr.execute("SELECT pg_advisory_unlock(%s)", (PG_ADVISORY_LOCK_ID,))

    def _create_due_tickets(self, *customers):
        """Return a closed ticket of an hour for each of the customers."""
        tickets = self.env["helpdesk.ticket"]
        for customer in customers:
            tickets += self._create_ticket(1.0, partner_id=customer.id)
        self._close(tickets)
        self._make_due(tickets)
        return tickets

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _get_jobs(self, state="pending"):
        return self.runs._search_jobs([("state", "=", state)])
