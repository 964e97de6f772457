from odoo import api, models


class TicketBillingReadableMixin(models.AbstractModel):
    """Wizards that name records: whoever fills them in may read what they name.

    Otherwise its name alone would tell him of it, and so would what is related to it.
    Not a constraint: those are checked by the system, who may read everything.
    """

    _name = "ticket.billing.readable.mixin"
    _inherit = "ticket.billing.input.mixin"
    _description = "Wizards of Ticket Billing that Name Records"

    @api.model
    def _get_readable_fields(self):
        """Return the names of the fields whose records the user has to be able to
        read."""
        return []

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_named_records()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._check_named_records()
        return result

    def _check_named_records(self):
        """Refuse wizards about what the user may not read.

        :raise AccessError: for those
        """
        for name in self._get_readable_fields():
            self[name].check_access("read")
