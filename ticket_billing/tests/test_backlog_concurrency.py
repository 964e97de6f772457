from unittest.mock import patch

from odoo.tests import tagged

from .common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestBacklogConcurrency(ConcurrencyCommon):
    """Two scheduled actions, each with transactions of its own."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self._switch_on(env)

    def _run_scheduled_action(self):
        with self._transaction() as env:
            # It commits, after which what holds for a transaction is forgotten
            env.cr.execute("SET lock_timeout = '10s'")
            env["ticket.billing.run"]._cron_process()

    def _get_outcomes(self):
        """Return the outcomes of the ticket in all runs, in their order."""
        with self._transaction() as env:
            lines = env["ticket.billing.run.line"].search(
                [("ticket_id", "=", self.ids["ticket"])]
            )
            return lines.sorted("id").mapped("outcome")

    def test_one_beside_the_other_leaves_out_what_is_being_billed(self):
        with self._transaction() as env:
            runs = env.registry["ticket.billing.run"]
            process, inside = runs._process_due, []

            def process_beside(run, trigger, ids):
                result = process(run, trigger, ids)
                if not inside:
                    inside.append(ids)
                    self._run_scheduled_action()
                return result

            with patch.object(runs, "_process_due", process_beside):
                env["ticket.billing.run"]._cron_process()
        self.assertEqual(len(inside), 1)
        self.assertEqual(self._count_invoices(), (1, 1))
        self.assertEqual(sorted(self._get_outcomes()), ["invoiced", "skipped"])

    def test_one_after_the_other_finds_nothing_left(self):
        self._run_scheduled_action()
        self._run_scheduled_action()
        self.assertEqual(self._count_invoices(), (1, 1))
        self.assertEqual(self._get_outcomes(), ["invoiced"])

    def test_one_that_began_before_the_other_bills_nothing_again(self):
        with self._transaction() as env:
            self._read_early(env)
            self._run_scheduled_action()
            list(env["ticket.billing.run"]._drain("schedule"))
        self.assertEqual(self._count_invoices(), (1, 1))
        self.assertEqual(sorted(self._get_outcomes()), ["invoiced", "skipped"])
