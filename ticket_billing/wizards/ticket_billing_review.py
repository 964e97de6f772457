from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.money import sum_lines


class TicketBillingReview(models.TransientModel):
    """Shows work that waits beside its receipt, to change and approve it."""

    _name = "ticket.billing.review"
    _inherit = "ticket.billing.input.mixin"
    _description = "Review of Ticket Work"

    line_ids = fields.One2many(
        comodel_name="ticket.billing.review.line", inverse_name="review_id"
    )
    reason = fields.Char(
        string="Why Changed", help="Stays on record beside what was rated."
    )
    is_changed = fields.Boolean(compute="_compute_is_changed")
    explanation = fields.Text(
        string="How It Came About", compute="_compute_explanation"
    )

    @api.depends("line_ids.quantity", "line_ids.price_unit")
    def _compute_is_changed(self):
        for review in self:
            review.is_changed = any(line._is_changed() for line in review.line_ids)

    @api.depends("line_ids.charge_id")
    def _compute_explanation(self):
        for review in self:
            review.explanation = "\n\n".join(
                f"{line.ticket_id.display_name}: {line.name}\n{line.explanation_text}"
                for line in review.line_ids
            )

    @api.model
    def _open(self, charges):
        """Return the action that shows these charges, one customer after the other.

        :raise UserError: if none of them waits
        """
        charges |= charges.browse(charges.sudo().ticket_id._get_charges().ids).filtered(
            lambda c: c.state == "to_approve"
        )
        charges = charges.filtered(lambda c: c.state in ("to_approve", "ready"))
        if not charges:
            raise UserError(
                self.env._("There is nothing to review: none of this work waits.")
            )
        ordered = charges.sorted(
            lambda c: (c.commercial_partner_id.name or "", c.ticket_id.id, c.id)
        )
        lines = [
            Command.create(
                {
                    "charge_id": charge.id,
                    "quantity": charge.quantity,
                    "price_unit": charge.price_unit,
                }
            )
            for charge in ordered
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Review"),
            "res_model": self._name,
            "res_id": self.create({"line_ids": lines}).id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_approve(self):
        """Keep what was changed, and approve the work.

        :raise UserError: if something cannot be changed or approved; it says why
        """
        self._check_single()
        self._change()
        shown = self.line_ids.charge_id
        waiting = (
            shown.sudo()
            .ticket_id._get_charges()
            .filtered(lambda c: c.state == "to_approve")
        )
        if waiting - shown.sudo():
            raise UserError(
                self.env._("There is more to approve meanwhile. Open the review again.")
            )
        return shown.action_approve()

    def action_save(self):
        """Keep what was changed; the work goes on waiting."""
        self._check_single()
        self._change()
        return {"type": "ir.actions.act_window_close"}

    def _change(self):
        for line in self.line_ids.filtered(lambda line: line._is_changed()):
            line.charge_id.action_change(line.quantity, line.price_unit, self.reason)


class TicketBillingReviewLine(models.TransientModel):
    _name = "ticket.billing.review.line"
    _inherit = "ticket.billing.readable.mixin"
    _description = "Line of a Review of Ticket Work"

    review_id = fields.Many2one(
        comodel_name="ticket.billing.review", required=True, ondelete="cascade"
    )
    charge_id = fields.Many2one(
        comodel_name="ticket.billing.charge",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        related="charge_id.commercial_partner_id", related_sudo=False, string="Customer"
    )
    ticket_id = fields.Many2one(related="charge_id.ticket_id", related_sudo=False)
    service_date = fields.Date(related="charge_id.service_date", related_sudo=False)
    name = fields.Char(related="charge_id.name", related_sudo=False)
    employee_id = fields.Many2one(related="charge_id.employee_id", related_sudo=False)
    worked_hours = fields.Float(related="charge_id.worked_hours", related_sudo=False)
    rated_quantity = fields.Float(
        related="charge_id.rated_quantity", related_sudo=False, string="Rated"
    )
    covered_quantity = fields.Float(
        related="charge_id.covered_quantity", related_sudo=False, string="Covered"
    )
    rated_price_unit = fields.Float(
        related="charge_id.rated_price_unit", related_sudo=False
    )
    currency_id = fields.Many2one(related="charge_id.currency_id", related_sudo=False)
    receipt = fields.Text(related="charge_id.receipt", related_sudo=False)
    explanation_text = fields.Text(
        related="charge_id.explanation_text", related_sudo=False
    )
    waits_for = fields.Char(
        related="charge_id.reason", related_sudo=False, string="Why It Waits"
    )
    quantity = fields.Float(
        digits=(16, 2), help="What is billed. At most what is rated and not covered."
    )
    price_unit = fields.Float(
        string="Price",
        digits="Product Price",
        help="Price of an hour, or the fee. What was rated stays on record.",
    )
    amount = fields.Monetary(compute="_compute_amount", help="Quantity times price.")

    @api.model
    def _get_readable_fields(self):
        # EXTENDS ticket_billing
        return [*super()._get_readable_fields(), "charge_id"]

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            unit = line.currency_id.rounding
            printed = (None, line.quantity, line.price_unit)
            line.amount = float(sum_lines([printed], unit))

    def _is_changed(self):
        """Return whether another quantity or price was typed than is billed now."""
        self.ensure_one()
        values = {"quantity": self.quantity, "price_unit": self.price_unit}
        return self.charge_id._is_changed(values)
