from odoo import models


class AccountMove(models.Model):
    """What on an invoice is work on tickets, and what is somebody else's."""

    _inherit = "account.move"

    def _has_other_lines(self, lines):
        """Return whether the invoice says more than these lines.

        Headings of ours and notes about covered work say nothing on their own.
        """
        self.ensure_one()
        others = self.invoice_line_ids - lines
        return bool(
            others.filtered(
                lambda line: not line.is_ticket_section and not line.noted_charge_ids
            )
        )

    def _get_empty_ticket_sections(self, lines):
        """Return the headings of ours that have nothing below them without lines."""
        self.ensure_one()
        kept = self.invoice_line_ids - lines
        if kept.charge_ids or kept.noted_charge_ids:
            return kept.browse()
        return kept.filtered("is_ticket_section")
