from odoo import fields, models
from odoo.tools import formatLang

from ..models.ticket_billing_charge import AMOUNTS


class TicketBillingPreviewLine(models.TransientModel):
    """A line of an invoice as it will be, or work that will make none."""

    _name = "ticket.billing.preview.line"
    _inherit = "ticket.billing.input.mixin"
    _description = "Line of a Preview of Ticket Billing"

    preview_id = fields.Many2one(
        comodel_name="ticket.billing.preview", required=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket")
    name = fields.Char(string="Description")
    will_bill = fields.Boolean(help="Goes on a draft invoice when you confirm.")
    worked_hours = fields.Float(string="Worked", help="Hours as they were logged.")
    covered_quantity = fields.Float(
        string="Covered",
        help="Hours, or 1 for a fee, that a contract or a fee pays for, or that are "
        "worth nothing. Not invoiced.",
    )
    covered_amount = fields.Monetary(
        string="Covered Value",
        groups=AMOUNTS,
        help="What the covered part would have cost, before tax. 0.00 where it was "
        "free of charge.",
    )
    quantity = fields.Float(
        string="Billable", help="Hours, or 1 for a fee, that are invoiced."
    )
    price_unit = fields.Float(
        string="Price",
        digits="Product Price",
        groups=AMOUNTS,
        help="Price of an hour, or the fee.",
    )
    tax_names = fields.Char(string="Taxes")
    amount = fields.Monetary(groups=AMOUNTS, help="Before tax.")
    currency_id = fields.Many2one(comodel_name="res.currency")

    def _get_text(self, with_amounts):
        """Return the line in words, to compare it with another one."""
        self.ensure_one()
        quantity = formatLang(self.env, self.quantity, digits=2)
        text = f"{self.name}: {quantity}"
        if not with_amounts:
            return text
        currency = {"currency_obj": self.currency_id}
        price = formatLang(self.env, self.price_unit, **currency)
        return f"{text} × {price} = {formatLang(self.env, self.amount, **currency)}"


class TicketBillingPreviewInvoice(models.TransientModel):
    """What an invoice will amount to."""

    _name = "ticket.billing.preview.invoice"
    _inherit = "ticket.billing.input.mixin"
    _description = "Invoice of a Preview of Ticket Billing"

    preview_id = fields.Many2one(
        comodel_name="ticket.billing.preview", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer")
    is_joined = fields.Boolean(
        string="Joins a Draft",
        help="The work goes on an open draft of the customer, beside its other lines.",
    )
    draft_total = fields.Monetary(
        string="Draft Then",
        groups=AMOUNTS,
        help="What the draft amounts to with it, tax included.",
    )
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount_untaxed = fields.Monetary(
        string="Untaxed Amount",
        groups=AMOUNTS,
        help="What this work adds to the invoice, before tax.",
    )
    amount_tax = fields.Monetary(string="Taxes", groups=AMOUNTS)
    amount_total = fields.Monetary(
        string="Total",
        groups=AMOUNTS,
        help="What this work adds to the invoice, tax included.",
    )
