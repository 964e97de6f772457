from dataclasses import replace

from odoo import models


class TicketBillingStrategyHalfDays(models.AbstractModel):
    _name = "ticket.billing.strategy.half_days"
    _inherit = "ticket.billing.strategy"
    _description = "Ticket Billing Strategy: Half Days"

    def _prepare_charges(self, work):
        return [
            charge
            for date, entries in work.entries.grouped("date").items()
            for charge in self._prepare_time_charges(self._get_day(work, date, entries))
        ]

    def _get_day(self, work, date, entries):
        """Return the work of one day: its hours are rounded for themselves."""
        earlier = work.earlier_charges.filtered(lambda c: c.service_date == date)
        return replace(work, entries=entries, earlier_charges=earlier)

    def _get_rounding(self, work, work_type):
        # OVERRIDE ticket_billing
        hours = work.agreement.policy.half_day_hours
        return {
            "method": "up",
            "increment": hours,
            "minimum": hours,
            "by_entry": False,
        }
