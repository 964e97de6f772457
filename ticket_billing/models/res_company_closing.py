from datetime import timedelta
from typing import NamedTuple

from odoo import models, tools

CLOSING_FIELDS = {
    "is_enabled": "ticket_billing_enabled",
    "delay_minutes": "ticket_billing_delay_minutes",
    "start_date": "ticket_billing_start_date",
}


class ClosingTerms(NamedTuple):
    """What of a company's settings the closing of tickets goes by."""

    is_enabled: bool
    delay_minutes: int
    start_date: object


class ResCompany(models.Model):
    """Keeps at hand what whoever closes a ticket would have to wait for."""

    _inherit = "res.company"

    def cache_invalidation_fields(self):
        # EXTENDS base
        return super().cache_invalidation_fields() | set(CLOSING_FIELDS.values())

    @tools.ormcache("self.id")
    def _get_closing_terms(self):
        """Return the ``ClosingTerms`` of the company."""
        values = {key: self[name] for key, name in CLOSING_FIELDS.items()}
        return ClosingTerms(**values)

    def _is_after_ticket_billing_start(self, moment):
        """Return whether an event at a moment (naive, UTC) is billed by itself."""
        start = self._get_closing_terms().start_date
        # Two days later it is the same in every time zone: nothing to look up
        if not start or moment.date() > start + timedelta(days=1):
            return True
        return moment >= self._get_ticket_billing_start()
