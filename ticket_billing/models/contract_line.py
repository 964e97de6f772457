from odoo import api, models


class ContractLine(models.Model):
    """The end of a contract follows the ends of its lines."""

    _inherit = "contract.line"

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS contract
        lines = super().create(vals_list)
        lines.contract_id.filtered("covers_tickets")._on_ticket_scope_change()
        return lines

    def write(self, vals):
        # EXTENDS contract
        result = super().write(vals)
        if "date_end" in vals:
            contracts = self.contract_id.filtered("covers_tickets")
            contracts._on_ticket_scope_change()
        return result

    def unlink(self):
        # EXTENDS contract
        contracts = self.contract_id.filtered("covers_tickets")
        result = super().unlink()
        contracts._on_ticket_scope_change()
        return result
