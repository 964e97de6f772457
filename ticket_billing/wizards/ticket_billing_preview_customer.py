from odoo import fields, models

from ..models.ticket_billing_charge import AMOUNTS


class TicketBillingPreviewCustomer(models.TransientModel):
    """What all invoices of a customer will amount to, in one currency."""

    _name = "ticket.billing.preview.customer"
    _inherit = "ticket.billing.input.mixin"
    _description = "Customer in a Preview of Ticket Billing"

    preview_id = fields.Many2one(
        comodel_name="ticket.billing.preview", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer")
    ticket_count = fields.Integer(
        string="Tickets", help="Tickets with work on these invoices."
    )
    invoice_count = fields.Integer(
        string="Drafts",
        help="Draft invoices. An open draft that the work joins counts with its other "
        "lines.",
    )
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount_untaxed = fields.Monetary(string="Untaxed Amount", groups=AMOUNTS)
    amount_tax = fields.Monetary(string="Taxes", groups=AMOUNTS)
    amount_total = fields.Monetary(string="Total", groups=AMOUNTS)
