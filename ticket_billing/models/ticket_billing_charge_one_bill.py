from odoo import models
from odoo.exceptions import UserError

from ..tools.hours import to_seconds

BACK_STATES = ("released", "credited", "written_off")


class TicketBillingCharge(models.Model):
    """What must stay true when invoices and credit notes go and come back."""

    _inherit = "ticket.billing.charge"

    def _is_back(self):
        """Return whether the work is off its invoices again."""
        self.ensure_one()
        return self.was_invoiced and self.state in BACK_STATES

    def _belongs_on(self, move):
        """Return whether a move is made out to the customer, in the agreed money."""
        partners = self.partner_id | self.invoice_partner_id
        return (
            move.commercial_partner_id in partners.commercial_partner_id
            and move.currency_id == self.currency_id
            and move.company_id == self.company_id
        )

    def _check_one_bill(self):
        """Refuse a second invoice, and a credit note without an invoice.

        Of the invoices of a charge all but one are taken back by a credit note.

        :raise UserError: which names the invoices or the credit notes
        """
        for charge in self:
            lines = charge._get_live_lines()
            credits = lines.filtered(lambda line: line.move_type == "out_refund")
            invoices = (lines - credits).move_id
            posted = credits.move_id.filtered(lambda m: m.state == "posted")
            if len(invoices) - len(posted) > 1:
                raise UserError(charge._get_twice_reason(invoices))
            if posted and not invoices:
                raise UserError(charge._get_orphan_reason(posted))

    def _get_twice_reason(self, invoices):
        return self.env._(
            "Work on ticket %(number)s would be billed twice: %(invoices)s. Cancel or "
            "credit one of them first.",
            number=self.ticket_id._get_number(),
            invoices=", ".join(invoices.mapped("display_name")),
        )

    def _get_orphan_reason(self, credits):
        return self.env._(
            "%(credits)s credits work on ticket %(number)s of this invoice. Cancel the "
            "credit note first.",
            credits=", ".join(credits.mapped("name")),
            number=self.ticket_id._get_number(),
        )

    def _check_work_unchanged(self):
        """Refuse to let work back on its invoice that was changed meanwhile.

        :raise UserError: which says what to do instead
        """
        for charge in self:
            if charge._is_outdated():
                raise UserError(
                    self.env._(
                        "The time behind work on ticket %(number)s was changed or "
                        "deleted since. Bill the work again instead, or write it off.",
                        number=charge.ticket_id._get_number(),
                    )
                )

    def _is_outdated(self):
        """Return whether the time entry is not what was rated any more."""
        self.ensure_one()
        if self.kind != "time" or self.is_remainder:
            return False
        entry = self.analytic_line_id
        return (
            not entry
            or to_seconds(entry.unit_amount) != to_seconds(self.worked_hours)
            or entry.date != self.service_date
        )
