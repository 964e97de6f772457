from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import UserError

from .common import TicketBillingCommon


class InvoiceLifeCommon(TicketBillingCommon):
    """What accountants do with invoices: credit, cancel, pay."""

    def _reverse(self, move, modify=False):
        """Return the credit note, or with ``modify`` the new draft in its place."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": fields.Date.today()})
        )
        wizard.reverse_moves(is_modify=modify)
        return wizard.new_move_ids

    def _credit(self, move, **values):
        """Post a credit note, its first line changed, and return it."""
        refund = self._reverse(move)
        if values:
            self._get_lines(refund)[0].write(values)
        refund.action_post()
        return refund

    @contextmanager
    def _refused(self, text):
        """Expect a refusal that says so, and take back what was done before it."""
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            yield

    def _pay(self, move):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({})
        )
        wizard.action_create_payments()

    def _post(self, move):
        move.action_post()
        return move

    def _get_new_lines(self, ticket, old_moves):
        """Return the lines that bill the ticket on other invoices than the old ones."""
        moves = ticket.sudo()._get_charges().invoice_line_ids.move_id - old_moves
        return self._get_lines(moves)

    def _get_live_lines(self, ticket):
        """Return quantity, price and net of each line that bills the ticket now."""
        charges = ticket.sudo()._get_charges()
        lines = charges.invoice_line_ids.filtered(
            lambda line: line.parent_state != "cancel"
        )
        return sorted(
            (line.move_type, line.quantity, line.price_unit, line.price_subtotal)
            for line in lines
        )
