from odoo import api, fields, models
from odoo.tools import float_repr

from .ticket_billing_charge import AMOUNTS


class TicketBillingCharge(models.Model):
    """The receipt of a charge: why it is what it is, for us and for the customer."""

    _inherit = "ticket.billing.charge"

    explanation_text = fields.Text(
        string="How It Came About",
        compute="_compute_explanation_text",
        compute_sudo=True,
        help="Which agreement, rate and rounding led to the price, step by step.",
    )
    receipt = fields.Text(
        compute="_compute_explanation_text",
        compute_sudo=True,
        help="How the charge came about, in short: its rate, its hours and what is "
        "included.",
    )
    customer_explanation = fields.Text(
        string="For the Customer",
        compute="_compute_explanation_text",
        compute_sudo=True,
        groups=AMOUNTS,
        help="The same without names and what is internal, to answer the customer.",
    )

    @api.depends(
        "explanation",
        "quantity",
        "price_unit",
        "amount",
        "reason",
        "state",
        "review",
        "change_reason",
    )
    @api.depends_context("uid", "lang")
    def _compute_explanation_text(self):
        receipt = self.env["ticket.billing.receipt"]
        with_amounts = self.env.user.has_group(AMOUNTS)
        for charge in self:
            vals = charge._get_receipt_values()
            lines = receipt._get_lines(vals, with_amounts=with_amounts)
            charge.explanation_text = "\n".join(lines)
            lines = receipt._get_short_lines(vals, with_amounts=with_amounts)
            charge.receipt = "\n".join(lines)
            lines = receipt._get_lines(vals, for_customer=True)
            charge.customer_explanation = "\n".join(lines)

    def action_explain(self):
        """Open the answer to "why this price?" of one charge.

        :raise AccessError: if the user may not read it
        :raise UserError: for none or several
        """
        self._check_single()
        view = self.env.ref("ticket_billing.ticket_billing_charge_view_why")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why This Price?"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
        }

    def _get_change(self):
        """Return what a person changed: ``quantity`` and ``price_unit`` before and
        after, as text; empty if nothing."""
        if not self.change_reason:
            return {}
        digits = self.env["decimal.precision"].precision_get("Product Price")
        billable = self.rated_quantity - self.covered_quantity
        pairs = {
            "quantity": (billable, self.quantity, 2),
            "price_unit": (self.rated_price_unit, self.price_unit, digits),
        }
        texts = {
            name: (float_repr(before, places), float_repr(after, places))
            for name, (before, after, places) in pairs.items()
        }
        return {name: pair for name, pair in texts.items() if pair[0] != pair[1]}

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
            "review": self.reviewer_id and (self.review or "approve"),
            "reviewed_by": self.reviewer_id.name,
            "change": self._get_change(),
            "change_reason": self.change_reason,
        }
