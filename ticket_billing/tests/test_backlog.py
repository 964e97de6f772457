from unittest.mock import patch

from odoo import fields
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_bad_tickets import KINDS, BadTicketsCommon

TICKETS = 1000
CUSTOMERS = 40
# The server ends a scheduled action after a while, and runs it again
MOST_TIMES = 20


@tagged("post_install", "-at_install")
class TestBacklog(BadTicketsCommon):
    """The scheduled action, and what keeps nobody else waiting."""

    def _run_scheduled_action(self):
        """Run it as the server does, again as long as something is left.

        :return: its runs, in their order
        """
        before = self.env["ticket.billing.run"].search([])
        for _time in range(MOST_TIMES):
            self._trigger_scheduled_action()
            due = self.env["ticket.billing.run"]._get_due_domain()
            if not self.env["helpdesk.ticket"].search_count(due):
                break
        return (self.env["ticket.billing.run"].search([]) - before).sorted("id")

    def _trigger_scheduled_action(self):
        cron = self.env.ref("ticket_billing.ir_cron_process_tickets").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(cron.failure_count, 0)
        self.assertTrue(cron.active)

    def _create_customers(self, count):
        names = [{"name": f"Customer {number}"} for number in range(count)]
        return list(self.env["res.partner"].create(names))

    def _create_large_backlog(self):
        """Return good tickets, some of the customers of bad ones, and the bad ones."""
        bad = self._create_bad_tickets()
        customers = self._create_customers(CUSTOMERS)
        customers += [
            self.env["res.partner"].search([("name", "=", f"Customer, {kind.name}")])
            for kind in KINDS
            if kind.name not in ("other company's customer", "archived customer")
        ]
        rest = TICKETS - len(bad)
        owners = [customers[number % len(customers)] for number in range(rest)]
        return self._create_backlog(owners), bad

    def test_thousand_tickets(self):
        # Fewer lines for Odoo to write, and as many tickets
        self.policy.sudo().line_detail = "total"
        good, bad = self._create_large_backlog()
        runs = self._run_scheduled_action()
        self.assertEqual(sum(runs.mapped("found")), TICKETS)
        blocked = [ticket for kind, ticket in bad.items() if kind.says]
        self.assertEqual(sum(runs.mapped("blocked")), len(blocked))
        self.assertEqual(sum(runs.mapped("invoiced")), TICKETS - len(blocked))
        self.assertEqual(sum(runs.mapped("amount")), 100.0 * (TICKETS - len(blocked)))
        self._check_billed(good)
        for kind, ticket in bad.items():
            with self.subTest(kind=kind.name):
                self._check_outcome(kind, ticket)

    def _check_billed(self, tickets):
        """Every ticket is on the one draft of its customer, to the cent."""
        self.assertEqual(set(tickets.mapped("billing_state")), {"invoiced"})
        charges = tickets.sudo().charge_ids
        self.assertEqual(len(charges), len(tickets))
        self.assertEqual(set(charges.mapped("invoiced_amount")), {100.0})
        for customer, own in tickets.grouped("partner_id").items():
            moves = own.invoice_ids
            self.assertEqual(moves.partner_id, customer)
            untaxed = 100.0 * len(moves.billed_ticket_ids)
            self.assertEqual(sum(moves.mapped("amount_untaxed")), untaxed)

    def _check_outcome(self, kind, ticket):
        if not kind.says:
            self.assertEqual(ticket.billing_state, "invoiced")
            self.assertEqual(ticket.charge_ids.invoiced_amount, 100.0)
            return
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertFalse(ticket.charge_ids)
        for words in kind.says:
            self.assertIn(words, ticket.billing_reason)

    # Nobody waits for tickets that cannot be billed

    def _create_impossible(self, count, minutes):
        """Return due tickets of as many customers, with more hours than a year has."""
        tickets = self._create_backlog(self._create_customers(count))
        tickets.timesheet_ids.sudo().unit_amount = 10000.0
        self._set_due_since(tickets, minutes)
        return tickets

    def _set_due_since(self, tickets, minutes):
        moment = fields.Datetime.subtract(fields.Datetime.now(), minutes=minutes)
        tickets.sudo().billing_next_try = moment

    def test_newcomers_keep_no_old_ticket_waiting(self):
        self.company.sudo().ticket_billing_batch_size = 20
        old = self._create_backlog([self.customer])
        self._set_due_since(old, 30)
        newcomers = self._create_impossible(120, minutes=5)
        runs = self._run_scheduled_action()
        self.assertIn(old, runs[0].line_ids.ticket_id)
        self.assertEqual(old.billing_state, "invoiced")
        self.assertEqual(set(newcomers.mapped("billing_state")), {"blocked"})

    def test_bad_tickets_at_the_head_are_passed_over(self):
        self.company.sudo().ticket_billing_batch_size = 20
        bad = self._create_impossible(40, minutes=30)
        good = self._create_backlog(self._create_customers(3))
        self._trigger_scheduled_action()
        self.assertEqual(set(good.mapped("billing_state")), {"invoiced"})
        self.assertEqual(set(bad.mapped("billing_attempts")), {1})
        self.assertGreater(min(bad.mapped("billing_next_try")), fields.Datetime.now())
        self._trigger_scheduled_action()
        self.assertEqual(set(bad.mapped("billing_attempts")), {1})

    def test_bad_tickets_that_wait_for_their_next_try_keep_no_limit_full(self):
        bad = self._create_impossible(10, minutes=30)
        good = self._create_backlog(self._create_customers(2))
        runs = self.env["ticket.billing.run"]
        runs._process("command", limit=10)
        self.assertEqual(set(bad.mapped("billing_attempts")), {1})
        runs._process("command", limit=2)
        self.assertEqual(set(good.mapped("billing_state")), {"invoiced"})

    # Others were faster

    def _fail_for(self, unlucky, times):
        """Let the database report a collision, so often, once ``unlucky`` is billed.

        :return: a list to which the tickets of each try are added
        """
        runs, tries = self.registry["ticket.billing.run"], []
        bill = runs._bill

        def fail(run, tickets):
            lines = bill(run, tickets)
            tries.extend([tickets.ids] if unlucky in tickets else [])
            if unlucky in tickets and len(tries) <= times:
                run.env.cr.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
            return lines

        self.patch(runs, "_bill", fail)
        self.startPatcher(patch("odoo.service.model.random.uniform", return_value=0.0))
        return tries

    @mute_logger("odoo.sql_db")
    def test_batch_that_collides_is_billed_by_the_second_try(self):
        self.company.sudo().ticket_billing_batch_size = 2
        tickets = self._create_backlog(self._create_customers(4))
        tries = self._fail_for(tickets[0], times=1)
        self._trigger_scheduled_action()
        self.assertEqual(tries, [tickets[:2].ids] * 2)
        self._check_billed(tickets)
        self.assertEqual(set(tickets.mapped("billing_attempts")), {0})
        runs = self.env["ticket.billing.run"].search([])
        self.assertEqual(sum(runs.mapped("found")), len(tickets))

    @mute_logger("odoo.sql_db")
    def test_collision_that_never_ends_is_left_to_the_next_run(self):
        self.company.sudo().ticket_billing_batch_size = 2
        tickets = self._create_backlog(self._create_customers(4))
        unlucky, others = tickets[:2], tickets[2:]
        tries = self._fail_for(tickets[0], times=MAX_TRIES_ON_CONCURRENCY_FAILURE)
        before = unlucky.read(["billing_next_try"])
        self._trigger_scheduled_action()
        self.assertEqual(len(tries), MAX_TRIES_ON_CONCURRENCY_FAILURE)
        self.assertEqual(set(others.mapped("billing_state")), {"invoiced"})
        self.assertEqual(set(unlucky.mapped("billing_state")), {"pending"})
        self.assertEqual(set(unlucky.mapped("billing_attempts")), {0})
        self.assertEqual(unlucky.read(["billing_next_try"]), before)
        self.assertFalse(unlucky.charge_ids)
        self._trigger_scheduled_action()
        self._check_billed(tickets)

    def test_second_run_bills_nothing_again(self):
        tickets = self._create_backlog(self._create_customers(3))
        self._trigger_scheduled_action()
        moves = tickets.invoice_ids
        self._make_due(tickets)
        self._trigger_scheduled_action()
        self.assertEqual(tickets.invoice_ids, moves)
        self._check_billed(tickets)
