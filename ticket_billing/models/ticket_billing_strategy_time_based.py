from odoo import models


class TicketBillingStrategyTimeBased(models.AbstractModel):
    _name = "ticket.billing.strategy.time_based"
    _inherit = "ticket.billing.strategy"
    _description = "Ticket Billing Strategy: Time"

    def _prepare_charges(self, work):
        return self._prepare_time_charges(work)
