from odoo import api, models


class TicketBillingCharge(models.Model):
    _inherit = "ticket.billing.charge"

    @api.model
    def _claim(self, vals_list):
        # EXTENDS ticket_billing: claims the time against sales orders, too
        charges = super()._claim(vals_list)
        charges.analytic_line_id._collide_with_sales_orders()
        return charges
