from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ContractTemplate(models.Model):
    """Terms for tickets. Contracts inherit these fields from their template's model."""

    _inherit = "contract.template"

    covers_tickets = fields.Boolean(
        help="Helpdesk tickets of this customer are billed by the terms of this "
        "contract.",
    )
    ticket_billing_policy_id = fields.Many2one(
        comodel_name="ticket.billing.policy",
        string="Billing Policy",
        check_company=True,
        help="House rules for this contract. Empty: those of the customer, else of the "
        "company.",
    )
    ticket_billing_strategy = fields.Selection(
        selection=lambda self: self._get_ticket_billing_strategies(),
        string="Tickets Are Billed By",
        help="Empty: as the billing policy says.",
    )
    per_ticket_rate = fields.Float(
        string="Fee per Ticket",
        digits="Product Price",
        help="0.00: no fee. Where tickets are billed by fee, 0.00 makes them free of "
        "charge.",
    )
    hourly_rate_source = fields.Selection(
        selection=[("pricelist", "Pricelist"), ("fixed", "Fixed Rate")],
        default="pricelist",
        required=True,
        help="Where the price of an hour comes from: the pricelist of the contract, "
        "else of the customer, or a rate fixed here.",
    )
    hourly_rate = fields.Float(
        digits="Product Price",
        help="In the contract's currency. 0.00 means that hours are free of charge.",
    )

    @api.model
    def _get_ticket_billing_strategies(self):
        return self.env["ticket.billing.policy"]._get_strategy_selection()

    @api.constrains("per_ticket_rate", "hourly_rate")
    def _check_ticket_rates(self):
        for terms in self:
            if terms.per_ticket_rate < 0 or terms.hourly_rate < 0:
                raise ValidationError(
                    self.env._("The rates for tickets are zero or more.")
                )
