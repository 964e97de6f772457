from odoo import models


class ContractContract(models.Model):
    _inherit = "contract.contract"

    def _is_valid_on(self, date):
        """Return whether the contract has begun and not ended on a day."""
        self.ensure_one()
        has_begun = not self.date_start or self.date_start <= date
        has_ended = bool(self.date_end) and self.date_end < date
        return has_begun and not has_ended
