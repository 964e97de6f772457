from odoo import api, models

from ..models.ticket_billing_charge import AMOUNTS

MOST_EXPLAINED = 50


class TicketBillingPreview(models.TransientModel):
    """Tells why something is not billed, and how the rest comes about."""

    _inherit = "ticket.billing.preview"

    @api.model
    def _get_reasons(self, preview):
        """Return for each ticket that is not billed now why, or what it waits for."""
        reasons = [
            (r.ticket._get_number(), r.ticket._get_preview_reason(preview, r))
            for r in preview.ratings
        ]
        return "\n".join(f"{number}: {reason}" for number, reason in reasons if reason)

    @api.model
    def _get_warnings(self, preview):
        return "\n".join(
            f"{rating.ticket._get_number()}: {warning}"
            for rating in preview.ratings
            for warning in rating.ticket._get_preview_warnings(preview, rating)
        )

    @api.model
    def _get_explanation(self, preview):
        """Return how the charges come about; amounts for those who may see them."""
        charges = [
            (rating.ticket._get_number(), vals)
            for rating in preview.ratings
            for vals in rating.charges
        ]
        texts = [
            "\n".join([f"{number}: {vals['name']}", *self._get_explanation_lines(vals)])
            for number, vals in charges[:MOST_EXPLAINED]
        ]
        if rest := charges[MOST_EXPLAINED:]:
            texts.append(
                self.env._(
                    "%(count)s more: preview fewer tickets to see how they come about.",
                    count=len(rest),
                )
            )
        return "\n\n".join(texts)

    @api.model
    def _get_explanation_lines(self, vals):
        currency = self.env["res.currency"].browse(vals["currency_id"])
        return self.env["ticket.billing.receipt"]._get_lines(
            {**vals, "currency": currency},
            with_amounts=self.env.user.has_group(AMOUNTS),
        )
