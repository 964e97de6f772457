from odoo import models


class TicketBillingCharge(models.Model):
    """How much of a charge can be credited."""

    _inherit = "ticket.billing.charge"

    def action_credit(self):
        """Open the wizard that credits these charges, for those who make invoices.

        :raise UserError: if there is nothing to credit
        """
        self._check_readable()
        self.env["account.move"].check_access("create")
        charges = self.sudo()
        return self.env["ticket.billing.credit"]._open(charges)

    def _get_creditable_amount(self):
        """Return what was billed and is not credited yet, drafts of credit notes
        counted as credited; before tax. 0.00 unless its newest invoice is posted."""
        last = self._get_last_lines()
        if self.is_superseded or last.move_id.state != "posted":
            return 0.0
        lines = self._get_live_lines()
        credits = lines.filtered(lambda line: line.move_type == "out_refund")
        billed = self._get_share(lines - credits)
        return self.currency_id.round(billed - self._get_share(credits))

    def _get_creditable_quantity(self):
        """Return the part of the quantity that is not credited yet, two decimals."""
        last = self._get_last_lines()
        billed = self._get_share(last) if last else 0.0
        if not billed:
            return 0.0
        share = self._get_creditable_amount() / billed
        return float(f"{self.quantity * share:.2f}")

    def _get_credit_of(self, quantity):
        """Return what a quantity of the charge is worth on its invoice, before tax.

        All that is open for all that is left of the quantity, the last cent included.
        """
        left = self._get_creditable_quantity()
        if not left:
            return 0.0
        return self.currency_id.round(self._get_creditable_amount() * quantity / left)
