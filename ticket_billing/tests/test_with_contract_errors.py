from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_contract import WithContractCommon

LOGGER = "odoo.addons.ticket_billing"
OWN = [("product", "Hosting", 250.0)]


@freeze_time("2026-03-10 10:00:00")
@tagged("post_install", "-at_install")
class TestWithContractErrors(WithContractCommon):
    """The contract's invoice is made, whatever happens to the work."""

    def _set_up_bad(self):
        """Return a ticket whose product was archived after it was rated."""
        product = self.env["product.product"].create(
            {
                "name": "Travel",
                "type": "service",
                "uom_id": self.time_product.uom_id.id,
                "list_price": 80.0,
            }
        )
        work_type = self.env["ticket.billing.work.type"].create(
            {"name": "Travel", "product_id": product.id}
        )
        self.policy.sudo().work_type_ids = [(4, work_type.id)]
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_work_type_id=work_type.id)
        self._close(ticket)
        self._run_due(ticket)
        self.assertEqual(ticket.charge_ids.state, "ready")
        product.sudo().active = False
        return ticket, product

    def test_bad_ticket_keeps_no_other_from_joining(self):
        bad, _product = self._set_up_bad()
        good = self._rate(1.0) + self._rate(2.0)
        move = self._invoice_contracts()
        self.assertEqual(move.amount_untaxed, 550.0)
        self.assertEqual(len(self._get_printed(move)), 4)
        self.assertEqual(set(good.mapped("billing_state")), {"invoiced"})
        self.assertEqual(bad.billing_state, "blocked")
        self.assertIn("is archived", bad.billing_reason)
        run = self._get_last_run()
        self.assertRecordValues(run, [{"found": 3, "invoiced": 2, "blocked": 1}])
        self.assertEqual(bad.charge_ids.version, 0)

    def test_contract_s_invoice_is_as_it_was(self):
        self._set_up_bad()
        other = self._create_customer("Harbour Logistics")
        second = self._create_recurring(partner_id=other.id)
        self._rate(1.0, partner_id=other.id)
        self._invoice_contracts(self.contract | second)
        move = self._get_contract_moves(self.contract)
        self.assertEqual(self._get_printed(move), OWN)
        self.assertFalse(move.sudo().ticket_billing_digest)
        self.assertEqual(self._get_contract_moves(second).amount_untaxed, 350.0)

    def test_once_mended_it_is_billed_and_does_not_wait_again(self):
        bad, product = self._set_up_bad()
        self._invoice_contracts()
        with freeze_time("2026-03-20 12:00:00"):
            self.assertEqual(self._run_due(bad).sudo().blocked, 1)
            product.sudo().active = True
            self._run_due(bad)
        self.assertEqual(bad.billing_state, "invoiced")
        self.assertEqual(bad.invoice_ids.amount_untaxed, 80.0)

    def test_blocked_ticket_that_joins_later_is_blocked_no_more(self):
        bad, product = self._set_up_bad()
        self._invoice_contracts()
        product.sudo().active = True
        move = self._invoice_contracts(day="2026-04-20")
        self.assertEqual(move.amount_untaxed, 330.0)
        self.assertEqual(bad.billing_state, "invoiced")
        self.assertFalse(bad.billing_error)

    def test_ticket_with_other_trouble_stays_blocked(self):
        """Time that was logged while the rest was rated, say."""
        ticket = self._rate(1.0)
        charge = ticket.charge_ids.sudo()
        self._log_time(ticket, 1.0)
        charge.write({"rating_state": "ready", "is_void": False})
        ticket.sudo().write(
            {
                "billing_error": "No price",
                "billing_attempts": 3,
                "billing_pending": False,
            }
        )
        self.assertEqual(self._invoice_contracts().amount_untaxed, 350.0)
        self.assertEqual(
            (ticket.billing_state, ticket.billing_attempts), ("blocked", 3)
        )

    def _fail(self, name, error, model="ticket.billing.charge"):
        def fail(*args, **kwargs):
            raise error

        return patch.object(self.env.registry[model], name, fail)

    def test_unexpected_error_is_logged_and_blocks(self):
        ticket = self._rate(1.0)
        with self._fail("_keep_on_drafts", ValueError("x")), mute_logger(LOGGER):
            move = self._invoice_contracts()
        self.assertEqual(self._get_printed(move), OWN)
        self.assertFalse(move.sudo().ticket_billing_digest)
        self.assertIn("Unexpected error", ticket.billing_error)
        self.assertRecordValues(
            ticket.charge_ids,
            [{"state": "ready", "was_invoiced": False, "missed_contract": True}],
        )

    def test_error_of_the_machinery_is_logged(self):
        """Nothing of it reaches the contract, and other contracts join."""
        other = self._create_customer("Harbour Logistics")
        second = self._create_recurring(partner_id=other.id)
        ticket = self._rate(1.0) + self._rate(1.0, partner_id=other.id)
        run = "ticket.billing.run"
        for name in ("_keep_lines", "_join_company", "_join_contracts"):
            with (
                self.subTest(name=name),
                self.env.cr.savepoint() as savepoint,
                self._fail(name, ValueError("x"), run),
                self.assertLogs(LOGGER, "ERROR"),
            ):
                moves = self._invoice_contracts(self.contract | second)
                self.assertEqual(moves.mapped("amount_untaxed"), [250.0, 250.0])
                self.assertEqual(set(ticket.mapped("billing_state")), {"ready"})
                savepoint.rollback()
        original = self.env.registry[run]._process_batch
        bad = ticket[0]

        def process(records, tickets):
            if tickets == bad:
                raise ValueError("x")
            return original(records, tickets)

        with (
            patch.object(self.env.registry[run], "_process_batch", process),
            self.assertLogs(LOGGER, "ERROR"),
        ):
            self._invoice_contracts(self.contract | second)
        self.assertEqual(self._get_contract_moves(second).amount_untaxed, 350.0)
        self.assertRecordValues(self._get_last_run(), [{"invoiced": 1, "blocked": 1}])

    def test_others_that_are_faster_leave_the_work_ready(self):
        ticket = self._rate(1.0)
        error = psycopg2.errors.SerializationFailure("could not serialize access")
        with self._fail("_keep_on_drafts", error):
            move = self._invoice_contracts()
        self.assertEqual(self._get_printed(move), OWN)
        self.assertRecordValues(
            ticket.charge_ids, [{"state": "ready", "missed_contract": False}]
        )
        self.assertFalse(ticket.billing_error)
        self.assertIn("someone else", self._get_last_run().line_ids.reason)
        self.assertEqual(
            self._invoice_contracts(day="2026-04-20").amount_untaxed, 350.0
        )

    def test_lost_database_is_raised(self):
        self._rate(1.0)
        error = psycopg2.OperationalError("server closed the connection")
        with (
            self._fail("_keep_on_drafts", error),
            self.assertRaises(psycopg2.OperationalError),
            self.env.cr.savepoint(),
        ):
            self.contract._recurring_create_invoice()

    def test_error_of_the_contract_is_not_hidden(self):
        self._rate(1.0)
        with (
            self._fail("_prepare_invoice", UserError("No"), "contract.contract"),
            self.assertRaisesRegex(UserError, "No"),
        ):
            self.contract._recurring_create_invoice()

    def test_draft_that_would_differ_from_the_ledger(self):
        """An addon that gives a discount on contracts' invoices, say."""
        ticket = self._rate(1.0)
        charges = self.env.registry["ticket.billing.charge"]
        original = charges._prepare_invoice_line

        def prepare(records):
            return {**original(records), "discount": 10.0}

        with patch.object(charges, "_prepare_invoice_line", prepare):
            move = self._invoice_contracts()
        self.assertEqual(self._get_printed(move), OWN)
        self.assertIn("Safety check", ticket.billing_error)

    def test_invoice_that_is_posted_at_once_is_not_joined(self):
        ticket = self._rate(1.0)
        moves = self.env.registry["account.move"]
        original = moves.create

        def create(records, vals_list):
            created = original(records, vals_list)
            created.action_post()
            return created

        with patch.object(moves, "create", create):
            move = self._invoice_contracts()
        self.assertEqual(move.amount_untaxed, 250.0)
        line = self._get_last_run().line_ids
        self.assertEqual(line.outcome, "skipped")
        self.assertIn("was posted", line.reason)
        with freeze_time("2026-03-20 12:00:00"):
            self._run_catch_up()
            self._run_due(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
