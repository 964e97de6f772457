from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_concurrency import ConcurrencyCommon


@tagged("post_install", "-at_install")
class TestConcurrencyContract(ConcurrencyCommon):
    """Two real transactions: one makes the contract's invoice, one bills the work."""

    def setUp(self):
        super().setUp()
        with self._transaction() as env:
            self._set_up_contract(env)
            self._switch_on(env)
            self._process(env, "schedule")
        with self._transaction() as env:
            ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
            self.assertEqual(ticket.billing_state, "ready")

    def _set_up_contract(self, env):
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        env = env["base"].with_company(ticket.company_id).env
        today = fields.Date.today()
        line = {
            "product_id": ticket.company_id.ticket_billing_policy_id.time_product_id.id,
            "name": "Hosting",
            "quantity": 1,
            "price_unit": 250.0,
            "date_start": today,
            "recurring_next_date": today,
        }
        contract = env["contract.contract"].create(
            {
                "name": "Hosting",
                "partner_id": ticket.partner_id.id,
                "company_id": ticket.company_id.id,
                "covers_tickets": True,
                "ticket_invoice_mode": "with_contract",
                "line_recurrence": True,
                "date_start": "2020-01-01",
                "contract_line_ids": [Command.create(line)],
            }
        )
        self.ids["contract"] = contract.id
        self.addCleanup(self._clean_up_contract)

    def _clean_up_contract(self):
        with self._transaction() as env:
            contract = env["contract.contract"].browse(self.ids["contract"])
            moves = contract._get_related_invoices()
            moves.filtered(lambda m: m.state == "draft").button_cancel()
            contract.active = False

    def _invoice_contract(self, env):
        contract = env["contract.contract"].browse(self.ids["contract"])
        return contract.with_company(contract.company_id)._recurring_create_invoice()

    def _get_amounts(self):
        """Return the amounts of the invoices under the contract, and of the work."""
        with self._transaction() as env:
            contract = env["contract.contract"].browse(self.ids["contract"])
            charge = env["ticket.billing.charge"].search(
                [("contract_id", "=", contract.id), ("is_void", "=", False)]
            )
            moves = contract._get_related_invoices()
            return sorted(moves.mapped("amount_untaxed")), charge.invoiced_amount

    def test_work_that_was_billed_meanwhile_does_not_join(self):
        """The transaction of the contract still reads it as ready."""
        with self._transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                self._process(other, "button")
            self.assertEqual(self._invoice_contract(env).amount_untaxed, 250.0)
        self.assertEqual(self._get_amounts(), ([100.0, 250.0], 100.0))

    def test_work_that_is_being_billed_does_not_join(self):
        with self._transaction() as env:
            with self._transaction() as other:
                self._process(other, "button")
                other.flush_all()
                self.assertEqual(self._invoice_contract(env).amount_untaxed, 250.0)
        self.assertEqual(self._get_amounts(), ([100.0, 250.0], 100.0))

    def test_work_of_a_customer_in_work_does_not_join(self):
        with self._transaction() as other:
            ticket = other["helpdesk.ticket"].browse(self.ids["ticket"])
            gates = other["ticket.billing.gate"].with_company(ticket.company_id)
            gates._enter(ticket.commercial_partner_id)
            with self._transaction() as env:
                self.assertEqual(self._invoice_contract(env).amount_untaxed, 250.0)
        self.assertEqual(self._get_amounts(), ([250.0], 0.0))

    def test_work_that_was_set_aside_meanwhile_does_not_join(self):
        """Its row changed: the contract's invoice is made without it, not refused."""
        with self._transaction() as env:
            self._read_early(env)
            with self._transaction() as other:
                ticket = other["helpdesk.ticket"].browse(self.ids["ticket"])
                ticket._get_charges()._void("Opened again")
                ticket.billing_pending = True
            with mute_logger("odoo.sql_db"):
                move = self._invoice_contract(env)
            self.assertEqual(move.amount_untaxed, 250.0)
        self.assertEqual(self._get_amounts(), ([250.0], 0.0))

    def test_work_on_the_contract_s_invoice_is_left_alone(self):
        with self._transaction() as env:
            self.assertEqual(self._invoice_contract(env).amount_untaxed, 350.0)
            env.flush_all()
            with self._transaction() as other:
                ticket = other["helpdesk.ticket"].browse(self.ids["ticket"])
                run = other["ticket.billing.run"]._process("close", tickets=ticket)
                self.assertIn("someone else", run.line_ids.reason)
        self.assertEqual(self._get_amounts(), ([350.0], 100.0))
