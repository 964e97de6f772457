from odoo import api, fields, models
from odoo.exceptions import ValidationError


class TicketBillingPolicy(models.Model):
    _inherit = "ticket.billing.policy"

    strategy = fields.Selection(
        selection_add=[("half_days", "Half Days")],
        ondelete={"half_days": "set default"},
    )
    half_day_hours = fields.Float(
        string="Hours of a Half Day",
        default=4.0,
        help="Each started half day of work on a ticket is billed with these hours.",
    )

    @api.constrains("strategy", "half_day_hours")
    def _check_half_day_hours(self):
        for policy in self:
            if policy.half_day_hours <= 0:
                raise ValidationError(
                    self.env._("A half day has more than 0 hours: set how many.")
                )

    @api.model
    def _get_rating_terms(self):
        # EXTENDS ticket_billing
        return (*super()._get_rating_terms(), "half_day_hours")
