from odoo import fields, models


class ResCompany(models.Model):
    """From when on what waits is told of on the page Health."""

    _inherit = "res.company"

    ticket_billing_backlog_alert = fields.Integer(
        string="Backlog alert",
        default=24,
        help="Hours that a ticket may be due for billing before Health warns of it; "
        "after twice the time it is an error. 0: never.",
    )
    ticket_billing_backlog_tickets = fields.Integer(
        string="Backlog alert (tickets)",
        default=500,
        help="How many tickets may be due for billing at once before Health warns of "
        "it; twice as many are an error. 0: any number.",
    )
    ticket_billing_old_days = fields.Integer(
        string="Old work",
        default=14,
        help="Days after which Health warns of drafts, and of work that was released "
        "or credited; after twice the time it is an error. Tickets that are blocked "
        "for longer are an error. 0: never.",
    )
