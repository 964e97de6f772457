from odoo import Command, api, models

from ..tools.money import share_amount


class TicketBillingCharge(models.Model):
    """What became of charges on invoices: read from the invoice lines, never set."""

    _inherit = "ticket.billing.charge"

    @api.depends(
        "amount",
        "invoice_line_ids.charge_ids",
        "invoice_line_ids.price_subtotal",
        "invoice_line_ids.parent_state",
        "invoice_line_ids.move_id.move_type",
    )
    def _compute_invoiced_amount(self):
        for charge in self:
            lines = charge._get_live_lines()
            credits = lines.filtered(lambda line: line.move_type == "out_refund")
            posted = credits.filtered(lambda line: line.parent_state == "posted")
            charge.invoiced_amount = charge._get_share(lines - credits)
            charge.credited_amount = charge._get_share(posted)

    @api.depends(
        "rating_state",
        "was_invoiced",
        "invoiced_amount",
        "credited_amount",
        "invoice_line_ids.parent_state",
        "invoice_line_ids.move_id.move_type",
    )
    def _compute_state(self):
        for charge in self:
            if charge.was_invoiced:
                charge.state = charge._get_invoice_state()
            else:
                charge.state = charge.rating_state

    def _get_live_lines(self):
        return self.invoice_line_ids.filtered(
            lambda line: line.parent_state != "cancel"
        )

    def _link_copied_line(self, line):
        """Let a copied line go on with the charges that it rightly continues.

        A credit note continues the invoice that it reverses; a new invoice continues
        one that has a credit note. Debit notes and other copies bill nothing of the
        ledger's.
        """
        reversed_lines = line.move_id.reversed_entry_id.invoice_line_ids
        for charge in self:
            lines = charge._get_live_lines()
            credits = lines.filtered(lambda other: other.move_type == "out_refund")
            if line.move_type == "out_refund":
                continues = bool(lines & reversed_lines)
            else:
                continues = bool(credits)
            if continues:
                charge.invoice_line_ids = [Command.link(line.id)]

    def _get_share(self, lines):
        """Return what this charge got of the lines' subtotals."""
        self.ensure_one()
        total = 0
        for line in lines:
            charges = line.charge_ids.sorted("id")
            unit = line.currency_id.rounding
            shares = share_amount(line.price_subtotal, charges.mapped("amount"), unit)
            total += shares[charges.ids.index(self.id)]
        return float(total)

    def _get_invoice_state(self):
        """Return the state that the invoice lines of the charge amount to."""
        lines = self._get_live_lines()
        credits = lines.filtered(lambda line: line.move_type == "out_refund")
        invoices = lines - credits
        if not invoices:
            return "released"
        posted = invoices.filtered(lambda line: line.parent_state == "posted")
        if posted and self._is_credited(posted, credits):
            return "invoiced" if invoices - posted else "credited"
        return "billed" if posted else "invoiced"

    def _is_credited(self, posted, credits):
        """Return whether posted credit notes undo all that was posted."""
        open_amount = self._get_share(posted) - self.credited_amount
        has_credit = "posted" in credits.mapped("parent_state")
        return has_credit and self.currency_id.compare_amounts(open_amount, 0) <= 0
