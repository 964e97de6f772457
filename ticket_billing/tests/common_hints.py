from contextlib import contextmanager
from unittest.mock import patch

from .common import TicketBillingCommon
from .draft_facts import get_differences, get_facts


class HintsCommon(TicketBillingCommon):
    """Bills the same tickets with hints and without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().write(
            {
                "approval": "none",
                "line_detail": "entry",
                "rounding_method": "none",
                "minimum_hours": 0.0,
            }
        )

    @classmethod
    def _create_work(cls, name, price, taxes, **values):
        """Return a work type with a product of its own."""
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "uom_id": cls.time_product.uom_id.id,
                "list_price": price,
                "taxes_id": taxes.ids,
                **values,
            }
        )
        types = cls.env["ticket.billing.work.type"].sudo()
        return types.create({"name": name, "product_id": product.id})

    def _check_same(self, tickets):
        """See that hints change nothing of closed tickets' invoices, drafts or posted,
        and that they spare Odoo most of the writing."""
        plain, written = self._bill_and_tell(tickets, "False")
        hinted, rest = self._bill_and_tell(tickets, "True")
        self._check_equal(plain, hinted)
        self.assertLess(len(rest), len(written) / 3, rest)

    def _check_equal(self, plain, hinted):
        differences = get_differences(plain, hinted)
        self.assertEqual(differences[:5], [])

    def _bill_and_tell(self, tickets, hints):
        """Return what becomes of tickets, and the product lines that Odoo wrote."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("ticket_billing.hints", hints)
        with self.env.cr.savepoint() as savepoint:
            with self._note_rewritten() as rewritten:
                tickets.action_generate_invoice()
                moves = tickets.invoice_ids
            facts = get_facts(moves)
            self.assertTrue(facts, tickets.mapped("billing_reason"))
            moves.action_post()
            facts += get_facts(moves)
            self.env.flush_all()
            self.env.invalidate_all()
            savepoint.rollback()
        self.env.invalidate_all()
        return facts, rewritten

    @contextmanager
    def _note_rewritten(self):
        """Give a list of the names of product lines whose amounts are written."""
        lines = type(self.env["account.move.line"])
        write, rewritten = lines.write, []

        def note_and_write(records, vals):
            if "balance" in vals:
                mine = records.filtered(lambda line: line.display_type == "product")
                rewritten.extend(mine.mapped("name"))
            return write(records, vals)

        with patch.object(lines, "write", note_and_write):
            yield rewritten
