from odoo import Command
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.ticket_billing_run_lock import MOST_WAITS
from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestKnownLimits(InvoiceLifeCommon):
    """What Odoo does by itself and we leave alone: see docs/known-limits.md."""

    def test_copy_of_an_invoice_is_not_ours(self):
        ticket = self._create_ticket(1.0)
        move = self._post(self._close_and_bill(ticket))
        copy = move.copy()
        self.assertEqual(copy.amount_untaxed, 100.0)
        self.assertFalse(copy.invoice_line_ids.charge_ids)
        self.assertEqual(ticket.invoice_ids, move)

    def test_totals_rounded_globally_differ_from_the_lines(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        line = {"name": "Label", "quantity": 0.5, "price_unit": 0.01, "tax_ids": False}
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create(line), Command.create(line)],
            }
        )
        self.assertEqual(move.invoice_line_ids.mapped("price_subtotal"), [0.01, 0.01])
        self.assertEqual(move.amount_untaxed, 0.01)

    def test_invoice_may_be_credited_twice(self):
        ticket = self._create_ticket(1.0)
        move = self._post(self._close_and_bill(ticket))
        (self._reverse(move) + self._reverse(move)).action_post()
        charge = ticket._get_charges()
        self.assertEqual(charge.credited_amount, 200.0)
        self.assertTrue(charge.is_waiting)

    @mute_logger("odoo.sql_db")
    def test_nul_bytes_are_an_error_of_the_server(self):
        ticket = self._create_ticket()
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            ticket.name = "Printer\0offline"
            ticket.flush_recordset()

    def test_form_reads_values_before_billing_does(self):
        policy = self.policy.with_user(self.env.user)
        with self.assertRaises(ValueError):
            policy.onchange({"due_days": "x"}, ["due_days"], {"due_days": {}})

    def test_description_of_a_ticket_keeps_remote_pictures(self):
        picture = '<img src="http://127.0.0.1/x">'
        ticket = self._create_ticket(description=f"{picture}<script>x()</script>")
        self.assertIn("127.0.0.1", ticket.description)
        self.assertNotIn("script", ticket.description)

    def test_server_gives_up_after_five_tries(self):
        self.assertGreater(MAX_TRIES_ON_CONCURRENCY_FAILURE, MOST_WAITS + 1)
