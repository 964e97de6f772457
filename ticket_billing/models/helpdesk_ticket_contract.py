from odoo import models


class HelpdeskTicket(models.Model):
    """Says that a person bills what would have waited for its contract's invoice."""

    _inherit = "helpdesk.ticket"

    def _get_preview_warnings(self, preview, rating):
        # EXTENDS ticket_billing
        warnings = super()._get_preview_warnings(preview, rating)
        charges = self.env["ticket.billing.charge"].sudo()
        for line in preview.get_lines(self):
            if line.will_bill:
                charges += line.charges
        reasons = charges._get_waiting_for_contract()._get_contract_reasons()
        own = self.env._("Billed now, it gets an invoice of its own.")
        return warnings + [f"{reason} {own}" for reason in reasons]
