from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.hours import is_hundredths
from ..tools.values import get_finite_check

# Ten years; far more and there is no such day
MOST_DUE_DAYS = 3650


class TicketBillingPolicy(models.Model):
    """Which numbers a policy can bill by."""

    _inherit = "ticket.billing.policy"

    _finite_numbers = models.Constraint(
        get_finite_check(
            "rounding_increment",
            "minimum_hours",
            "approval_hours",
            "approval_amount",
        ),
        "Numbers have at most thirteen digits before the point.",
    )

    @api.constrains("rounding_method", "rounding_increment", "minimum_hours")
    def _check_hours(self):
        for policy in self:
            hours = {
                self.env._("rounding increment"): policy.rounding_increment,
                self.env._("minimum"): policy.minimum_hours,
            }
            for label, value in hours.items():
                policy._check_hundredths(label, value)
            if policy.rounding_increment <= 0 and policy.rounding_method != "none":
                raise ValidationError(
                    self.env._("Set a rounding increment above zero, or no rounding.")
                )

    def _check_hundredths(self, label, hours):
        """Invoices print hours with two decimals: nothing finer can be billed."""
        if not is_hundredths(hours):
            raise ValidationError(
                self.env._(
                    "The %(label)s of %(hours)s h cannot be billed. Use a multiple of "
                    "0.01 h, zero or more.",
                    label=label,
                    hours=hours,
                )
            )

    @api.constrains("due_days", "approval_hours", "approval_amount")
    def _check_not_negative(self):
        for policy in self.sudo():
            if min(policy.due_days, policy.approval_hours, policy.approval_amount) < 0:
                raise ValidationError(
                    self.env._("Days and limits of a policy are zero or more.")
                )
            if policy.due_days > MOST_DUE_DAYS:
                raise ValidationError(
                    self.env._(
                        "An invoice is due within %(count)s days.", count=MOST_DUE_DAYS
                    )
                )
