from odoo import api, models


class TicketBillingProtectedMixin(models.AbstractModel):
    """Fields that everybody reads and only some people, or nobody, may write.

    Forms show them read-only to the others; writing, defaulting by context and
    importing them is refused, whatever else the user may write on the record.
    """

    _name = "ticket.billing.protected.mixin"
    _description = "Fields Protected by Ticket Billing"

    @api.model
    def _get_billing_writers(self):
        """Return a dict: name of the field → group that may write it, or None."""
        return {}

    @api.model
    def _has_field_access(self, field, operation):
        # EXTENDS base
        allowed = super()._has_field_access(field, operation)
        writers = self._get_billing_writers()
        if operation != "write" or self.env.su or field.name not in writers:
            return allowed
        group = writers[field.name]
        return allowed and bool(group) and self.env.user.has_group(group)
