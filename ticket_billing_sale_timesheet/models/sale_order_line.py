from odoo import api, models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.depends("timesheet_ids.charge_ids.is_void")
    def _compute_qty_delivered(self):
        # EXTENDS sale_timesheet
        return super()._compute_qty_delivered()

    def _timesheet_compute_delivered_quantity_domain(self):
        # EXTENDS sale_timesheet: time in the ledger is delivered by ticket billing
        domain = super()._timesheet_compute_delivered_quantity_domain()
        entries = self.env["account.analytic.line"]
        return Domain(domain) & entries._get_not_in_ledger_domain()
