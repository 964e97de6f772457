from odoo import api, models


class TicketBillingProtectedMixin(models.AbstractModel):
    """Fields that everybody reads and only some people, or nobody, may write.

    Forms show them read-only to the others; writing, defaulting by context and
    importing them is refused, whatever else the user may write on the record.
    """

    _name = "ticket.billing.protected.mixin"
    _inherit = "ticket.billing.input.mixin"
    _description = "Fields Protected by Ticket Billing"

    @api.model
    def _get_billing_writers(self):
        """Return a dict: name of the field → group that may write it, or None."""
        return {}

    @api.model
    def _has_field_access(self, field, operation):
        # EXTENDS base
        allowed = super()._has_field_access(field, operation)
        if operation != "write" or self.env.su or not allowed:
            return allowed
        writers = self._get_billing_writers()
        if field.name not in writers:
            return True
        group = writers[field.name]
        return bool(group) and self.env.user.has_group(group)

    def copy_data(self, default=None):
        # EXTENDS base: who may not write a field gets its default in a duplicate. It is
        # not even read: whoever may not write it may not see it either
        default = default or {}
        names = [
            name
            for name in self._get_billing_writers()
            if name not in default
            and not self._has_field_access(self._fields[name], "write")
        ]
        vals_list = super().copy_data({**dict.fromkeys(names), **default})
        for vals in vals_list:
            for name in names:
                vals.pop(name, None)
        return vals_list
