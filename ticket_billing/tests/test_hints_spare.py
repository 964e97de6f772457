from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account.models.account_move_line import AccountMoveLine
from odoo.addons.analytic.models.analytic_distribution_model import (
    AccountAnalyticDistributionModel,
)

from ..models.account_move_hints import HINTED
from .common_hints import HintsCommon


@tagged("post_install", "-at_install")
class TestHintsSpare(HintsCommon):
    """What hints spare Odoo is done all the same as soon as it is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls._create_ticket(1.5) + cls._create_ticket(0.5, 1.0)

    def _get_moves(self):
        self._close(self.tickets).action_generate_invoice()
        return self.tickets.invoice_ids.sudo()

    @contextmanager
    def _note_totals(self):
        """Give a list of the lines of work whose totals Odoo works out."""
        compute, noted = AccountMoveLine._compute_totals, []

        def note_and_compute(lines):
            noted.extend(lines.filtered("charge_ids").ids)
            return compute(lines)

        # Not in the registry, where it would look like an addon that decides
        with patch.object(AccountMoveLine, "_compute_totals", note_and_compute):
            yield noted

    def test_totals_are_not_worked_out_again(self):
        with self._note_totals() as noted:
            moves = self._get_moves()
            self.env.flush_all()
        self.assertTrue(moves.invoice_line_ids)
        self.assertEqual(noted, [])

    def test_totals_follow_what_is_changed(self):
        line = self._get_moves().invoice_line_ids[0]
        line.quantity = 4.0
        self.assertEqual(line.price_subtotal, 4 * line.price_unit)
        self.assertEqual(
            line.move_id.amount_untaxed,
            sum(line.move_id.invoice_line_ids.mapped("price_subtotal")),
        )

    def test_companies_of_all_lines_are_checked(self):
        other = self.env["res.company"].create({"name": "Harbour Hosting"})
        tax = self.env["account.tax"].sudo().with_company(other)
        group = self.env["account.tax.group"].sudo().with_company(other)
        group = group.create({"name": "Abroad", "company_id": other.id})
        foreign = tax.create(
            {
                "name": "Foreign",
                "amount": 10.0,
                "company_id": other.id,
                "country_id": self.company.account_fiscal_country_id.id,
                "tax_group_id": group.id,
            }
        )
        lines = [
            {"name": "Work", "quantity": 1.0, "price_unit": 10.0, "tax_ids": taxes}
            for taxes in ([Command.clear()], [Command.set(foreign.ids)])
        ]
        moves = self.env["account.move"].sudo().with_context(**{HINTED: True})
        with self.assertRaisesRegex(UserError, "Foreign"):
            moves.create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_line_ids": [Command.create(vals) for vals in lines],
                }
            )

    def test_follow_ups_leave_lines_out_by_request(self):
        move = self._get_moves()
        self.assertFalse(move.no_followup)
        move.invoice_line_ids[0].no_followup = True
        self.assertTrue(move.no_followup)

    def _get_hinted(self):
        """Return a draft as an automation sees it that is called when it is created."""
        context = self.env["ticket.billing.charge"]._get_hint_context()
        moves = self._get_moves().with_context(tracking_disable=False)
        return moves.with_context(**{"mail_notrack": False, **context})

    def test_what_automations_write_on_new_lines_is_passed_on(self):
        move = self._get_hinted()
        move.invoice_line_ids[0].no_followup = True
        self.assertTrue(move.no_followup)

    def test_what_automations_write_on_new_drafts_is_tracked(self):
        move = self._get_hinted()
        self.env.flush_all()
        self.env.cr.precommit.run()
        move.invoice_user_id = self.agent
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = move.message_ids.tracking_value_ids.field_id
        self.assertIn("invoice_user_id", tracked.mapped("name"))

    def test_distribution_models_of_customers_are_found(self):
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Sites"})
        account = plan.env["account.analytic.account"].create(
            {"name": "Harbour", "plan_id": plan.id}
        )
        distribution = {str(account.id): 100.0}
        plan.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.customer.id,
                "analytic_distribution": distribution,
            }
        )
        self.project.account_id = False
        for line in self._get_moves().invoice_line_ids:
            self.assertEqual(line.analytic_distribution, distribution)

    def test_distribution_models_are_not_searched_where_there_are_none(self):
        models = self.env["account.analytic.distribution.model"].sudo()
        models.search([]).unlink()
        with patch.object(
            AccountAnalyticDistributionModel, "_get_applicable_models"
        ) as search:
            self._get_moves()
        search.assert_not_called()
