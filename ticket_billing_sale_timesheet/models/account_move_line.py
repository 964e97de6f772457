from odoo import api, models
from odoo.fields import Domain


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _timesheet_domain_get_invoiced_lines(self, sale_line_delivery):
        # EXTENDS sale_timesheet: time in the ledger is not what the invoice is for
        domain = super()._timesheet_domain_get_invoiced_lines(sale_line_delivery)
        entries = self.env["account.analytic.line"]
        return Domain(domain) & entries._get_not_in_ledger_domain()
