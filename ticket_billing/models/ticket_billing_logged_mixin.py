from odoo import api, models
from odoo.models import MAGIC_COLUMNS


class TicketBillingLoggedMixin(models.AbstractModel):
    """Settings of billing: each change of one goes into the journal."""

    _name = "ticket.billing.logged.mixin"
    _inherit = "ticket.billing.input.mixin"
    _description = "Settings in the Journal of Ticket Billing"

    @api.model
    def _get_logged_fields(self):
        """Return a dict: name of the field → kind of the entry in the journal."""
        return {}

    @api.model
    def _get_stored_fields(self):
        """Return the names of the fields that people fill in."""
        return {
            name
            for name, field in self._fields.items()
            if field.store and not field.compute and name not in MAGIC_COLUMNS
        }

    def _is_logged(self):
        """Return whether changes of the record are about billing."""
        return True

    def write(self, vals):
        # EXTENDS base
        kinds = self._get_logged_fields()
        names = [name for name in kinds if name in vals]
        if not names:
            return super().write(vals)
        logged = self.filtered(lambda record: record._is_logged())
        before = logged._get_logged_values(names)
        result = super().write(vals)
        logged._log_changes(kinds, before, logged._get_logged_values(names))
        return result

    def _get_logged_values(self, names):
        """Return a dict: record and name of a field → its value in words."""
        return {
            (record, name): record._get_logged_value(name)
            for record in self
            for name in names
        }

    def _get_logged_value(self, name):
        """Return the value of a field as people read it."""
        field, value = self._fields[name], self.sudo()[name]
        if field.relational:
            return ", ".join(value.mapped("display_name"))
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return labels.get(value, "")
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        return "" if value is False else str(value)

    def _log_changes(self, kinds, before, after):
        log = self.env["ticket.billing.log"]
        for (record, name), value in after.items():
            if value != before[record, name]:
                log._note(
                    kinds[name],
                    record,
                    field_name=self._fields[name]._description_string(self.env),
                    before=before[record, name],
                    after=value,
                )
