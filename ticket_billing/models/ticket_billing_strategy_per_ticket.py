from odoo import models

from ..tools.hours import to_hours, to_seconds
from ..tools.work import Rate


class TicketBillingStrategyPerTicket(models.AbstractModel):
    _name = "ticket.billing.strategy.per_ticket"
    _inherit = "ticket.billing.strategy"
    _description = "Ticket Billing Strategy: Fee per Ticket"
    _bills_fee = True

    def _prepare_charges(self, work):
        return [
            *self._prepare_fee_charges(work),
            *self._prepare_included_charges(work),
        ]

    def _prepare_included_charges(self, work):
        """Record the hours that the fee pays for, so that none looks forgotten."""
        return [self._prepare_included_charge(work, entry) for entry in work.entries]

    def _prepare_included_charge(self, work, entry):
        values = self._prepare_entry_charge(work, entry, Rate(0.0, "fee_included"))
        hours = max(to_hours(to_seconds(entry.unit_amount)), 0)
        return self._complete_charge(work, values, float(hours), "fee_included")
