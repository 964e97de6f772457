from odoo import models


class TicketBillingStrategyMixed(models.AbstractModel):
    _name = "ticket.billing.strategy.mixed"
    _inherit = "ticket.billing.strategy"
    _description = "Ticket Billing Strategy: Fee and Time"
    _bills_fee = True

    def _prepare_charges(self, work):
        return [
            *self._prepare_fee_charges(work),
            *self._prepare_time_charges(work),
        ]
