from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ..tools.hours import is_hundredths
from ..tools.values import get_finite_check

# Those who work with contracts; technicians and customers see no rates
RATE_READERS = (
    "ticket_billing.group_ticket_billing_amounts,"
    "account.group_account_invoice,"
    "account.group_account_readonly"
)


class ContractTemplate(models.Model):
    """Terms for tickets. Contracts inherit these fields from their template's model."""

    _name = "contract.template"
    _inherit = ["contract.template", "ticket.billing.logged.mixin"]

    covers_tickets = fields.Boolean(
        groups="base.group_user",
        help="Helpdesk tickets of this customer are billed by the terms of this "
        "contract.",
    )
    ticket_team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Only for Teams",
        context={"active_test": False},
        groups="base.group_user",
        help="The contract holds for tickets of these teams and the teams below them. "
        "Empty: for all teams.",
    )
    ticket_category_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.category",
        string="Only for Categories",
        context={"active_test": False},
        groups="base.group_user",
        help="The contract holds for tickets of these categories and the categories "
        "below them. Empty: for all tickets.",
    )
    ticket_billing_policy_id = fields.Many2one(
        groups="base.group_user",
        comodel_name="ticket.billing.policy",
        string="Billing Policy",
        check_company=True,
        help="House rules for this contract. Empty: those of the customer, else of the "
        "company.",
    )
    ticket_billing_strategy = fields.Selection(
        groups="base.group_user",
        selection=lambda self: self._get_ticket_billing_strategies(),
        string="Tickets Are Billed By",
        help="Whether hours, a fee or both are billed. Empty: as the billing policy "
        "says.",
    )
    per_ticket_rate = fields.Float(
        groups=RATE_READERS,
        string="Fee per Ticket",
        digits="Product Price",
        help="Once for each ticket, in the contract's currency. 0.00: no fee. Where "
        "tickets are billed by fee, 0.00 makes them free of charge.",
    )
    hourly_rate_source = fields.Selection(
        groups="base.group_user",
        selection=[("pricelist", "Pricelist"), ("fixed", "Fixed Rate")],
        default="pricelist",
        required=True,
        help="Where the price of an hour comes from: the pricelist of the contract, "
        "else of the customer, or a rate fixed here.",
    )
    hourly_rate = fields.Float(
        groups=RATE_READERS,
        digits="Product Price",
        help="In the contract's currency. 0.00 means that hours are free of charge.",
    )
    ticket_allowance = fields.Selection(
        groups="base.group_user",
        selection=[
            ("none", "None"),
            ("limited", "A number of tickets"),
            ("unlimited", "All tickets"),
        ],
        string="Included Tickets",
        default="none",
        required=True,
        help="Tickets whose fee is paid for by the contract. Only the fee: time is "
        "paid for by included hours.",
    )
    included_tickets = fields.Integer(
        groups="base.group_user",
        string="Number of Included Tickets",
        help="In each period.",
    )
    hour_allowance = fields.Selection(
        groups="base.group_user",
        selection=[
            ("none", "None"),
            ("limited", "A number of hours"),
            ("unlimited", "All hours"),
        ],
        string="Included Hours",
        default="none",
        required=True,
        help="Hours, after rounding, that are paid for by the contract.",
    )
    included_hours = fields.Float(
        groups="base.group_user",
        string="Number of Included Hours",
        help="In each period.",
    )
    allowance_period = fields.Selection(
        groups="base.group_user",
        selection=[
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("contract", "Whole contract"),
        ],
        default="month",
        required=True,
        help="How often what is included starts anew. By the calendar and the day of "
        "the work; what is left over at the end is not carried over.",
    )
    ticket_invoice_mode = fields.Selection(
        groups="base.group_user",
        selection=[
            ("separate", "On an invoice of its own"),
            ("with_contract", "On the contract's next invoice"),
        ],
        string="Work Is Invoiced",
        default="separate",
        required=True,
        help="On the contract's next invoice: work waits for it and is added after the "
        "contract's own lines. If there is none within 31 days, or its currency or "
        "address is another one, the work gets an invoice of its own.",
    )

    @api.model
    def _get_ticket_billing_strategies(self):
        return self.env["ticket.billing.policy"]._get_strategy_selection()

    @api.model
    def _get_ticket_terms(self):
        """Return the fields that a contract takes from its template."""
        return [
            "covers_tickets",
            "ticket_team_ids",
            "ticket_category_ids",
            "ticket_billing_policy_id",
            "ticket_billing_strategy",
            "per_ticket_rate",
            "hourly_rate_source",
            "hourly_rate",
            "ticket_allowance",
            "included_tickets",
            "hour_allowance",
            "included_hours",
            "allowance_period",
            "ticket_invoice_mode",
        ]

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        names = self._get_ticket_terms()
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "setting")}

    def _prepare_contract_terms(self):
        """Return the terms of the template as values of a contract."""
        self.ensure_one()
        return {
            name: [Command.set(self[name].ids)]
            if self._fields[name].type == "many2many"
            else self._fields[name].convert_to_write(self[name], self)
            for name in self._get_ticket_terms()
        }

    _finite_numbers = models.Constraint(
        get_finite_check(
            "per_ticket_rate",
            "hourly_rate",
            "included_hours",
        ),
        "Numbers have at most thirteen digits before the point.",
    )

    @api.constrains(
        "per_ticket_rate", "hourly_rate", "included_tickets", "included_hours"
    )
    def _check_ticket_terms(self):
        for terms in self.sudo():
            if min(terms.per_ticket_rate, terms.hourly_rate) < 0:
                raise ValidationError(
                    self.env._("The rates for tickets are zero or more.")
                )
            if terms.included_tickets < 0 or not is_hundredths(terms.included_hours):
                raise ValidationError(
                    self.env._(
                        "Included tickets and hours are zero or more; hours are a "
                        "multiple of 0.01 h."
                    )
                )
