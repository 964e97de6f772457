from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.hours import is_hundredths
from ..tools.values import get_finite_check

RATING_TERMS = (
    "product_id",
    "multiplier",
    "minimum_hours",
    "rounding_increment",
    "draws_allowance",
)


class TicketBillingWorkType(models.Model):
    """Kinds of work with a price of their own: on site, travel, after hours."""

    _name = "ticket.billing.work.type"
    _inherit = ["ticket.billing.terms.mixin", "ticket.billing.logged.mixin"]
    _description = "Ticket Billing Work Type"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: for all companies.",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        domain=[("type", "=", "service")],
        check_company=True,
        help="The product on invoice lines for this work: its pricelist rules, taxes "
        "and income account hold. Empty: the product for hours of the billing policy.",
    )
    multiplier = fields.Float(
        groups="ticket_billing.group_ticket_billing_amounts",
        digits=(16, 4),
        default=1.0,
        required=True,
        help="Times the fixed hourly rate of the contract, such as 1.50 for work after "
        "hours; without a product of its own also times the price of the policy's "
        "product. A product of its own is priced by pricelists and not multiplied.",
    )
    minimum_hours = fields.Float(
        help="The least that is billed once there is any such work on a ticket. "
        "0.00: as the billing policy says.",
    )
    rounding_increment = fields.Float(
        help="Such hours are billed in steps of this length. 0.00: as the billing "
        "policy says.",
    )
    billable = fields.Boolean(
        default=True,
        help="Time that is logged with a type that is not billable starts as not "
        "billable. A change holds for time to come.",
    )
    draws_allowance = fields.Boolean(
        string="Draws on Included Hours",
        default=True,
        help="Off: billed even if the contract has included hours left.",
    )

    _finite_numbers = models.Constraint(
        get_finite_check(
            "multiplier",
            "minimum_hours",
            "rounding_increment",
        ),
        "Numbers have at most thirteen digits before the point.",
    )

    @api.constrains("multiplier", "minimum_hours", "rounding_increment")
    def _check_numbers(self):
        for work_type in self.sudo():
            hours = (work_type.minimum_hours, work_type.rounding_increment)
            if work_type.multiplier < 0 or not all(map(is_hundredths, hours)):
                raise ValidationError(
                    self.env._(
                        "The multiplier of a work type is zero or more; its minimum "
                        "and rounding increment are zero or a multiple of 0.01 h."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        entries = self.env["account.analytic.line"].sudo()
        if entries.search_count([("billing_work_type_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Time was logged with this work type. Archive it instead of "
                    "deleting it."
                )
            )

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing: every rule there is
        names = self._get_stored_fields() - {"sequence", "ticket_terms_date"}
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "setting")}

    def write(self, vals):
        old_terms = self._get_values(RATING_TERMS)
        result = super().write(vals)
        if self._get_values(RATING_TERMS) != old_terms:
            self._stamp_ticket_terms()
            self.env["helpdesk.ticket"]._on_terms_change(
                [("work_type_id", "in", self.ids)],
                [("timesheet_ids.billing_work_type_id", "in", self.ids)],
                self.env._("The terms of a work type changed."),
            )
        return result
