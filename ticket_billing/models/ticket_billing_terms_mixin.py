from odoo import api, fields, models


class TicketBillingTermsMixin(models.AbstractModel):
    """Records that work is rated by, and when what they say last changed.

    A change rates anew what waits. It cannot see what another transaction is rating at
    the same moment; the date lets the hourly search find that.
    """

    _name = "ticket.billing.terms.mixin"
    _inherit = "ticket.billing.protected.mixin"
    _description = "Terms of Ticket Billing"

    ticket_terms_date = fields.Datetime(
        string="Terms Changed On", readonly=True, copy=False
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing: a date of somebody's choice would hide a change
        return {**super()._get_billing_writers(), "ticket_terms_date": None}

    def _get_values(self, names):
        """Return what the records say, to compare it before and after a change."""
        return [[record[name] for name in names] for record in self.sudo()]

    def _stamp_ticket_terms(self):
        self.sudo().write({"ticket_terms_date": fields.Datetime.now()})
