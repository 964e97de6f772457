from odoo import api, fields, models

from .ticket_billing_charge import AMOUNTS


class TicketBillingCharge(models.Model):
    """The receipt of a charge: why it is what it is, for us and for the customer."""

    _inherit = "ticket.billing.charge"

    explanation_text = fields.Text(
        string="How It Came About",
        compute="_compute_explanation_text",
        compute_sudo=True,
    )
    customer_explanation = fields.Text(
        string="For the Customer",
        compute="_compute_explanation_text",
        compute_sudo=True,
        groups=AMOUNTS,
        help="The same without names and what is internal, to answer the customer.",
    )

    @api.depends("explanation", "quantity", "price_unit", "amount", "reason", "state")
    @api.depends_context("uid", "lang")
    def _compute_explanation_text(self):
        receipt = self.env["ticket.billing.receipt"]
        with_amounts = self.env.user.has_group(AMOUNTS)
        for charge in self:
            vals = charge._get_receipt_values()
            lines = receipt._get_lines(vals, with_amounts=with_amounts)
            charge.explanation_text = "\n".join(lines)
            lines = receipt._get_lines(vals, for_customer=True)
            charge.customer_explanation = "\n".join(lines)

    def _get_receipt_values(self):
        """Return what a receipt is made from."""
        self.ensure_one()
        return {
            "kind": self.kind,
            "explanation": self.explanation,
            "quantity": self.quantity,
            "price_unit": self.price_unit,
            "amount": self.amount,
            "currency": self.currency_id,
            "reason": self.reason,
            "approved_by": self.reviewer_id.name,
        }
