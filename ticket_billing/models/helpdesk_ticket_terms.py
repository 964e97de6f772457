from odoo import api, fields, models
from odoo.exceptions import ValidationError

READERS = (
    "ticket_billing.group_ticket_billing_user,"
    "ticket_billing.group_ticket_billing_auditor"
)

# What the choice of the contract depends on, on the ticket's side
CHOICE_FIELDS = (
    "billing_contract_id",
    "commercial_partner_id",
    "company_id",
    "team_id",
    "category_id",
)


class HelpdeskTicket(models.Model):
    """Under which terms a ticket is billed, as far as it has terms of its own."""

    _inherit = "helpdesk.ticket"

    billable = fields.Boolean(
        compute="_compute_billable",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="Off: nothing of the ticket is billed. Follows its category and its team; "
        "managers may change it.",
    )
    billing_contract_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Bill under Contract",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('contract_type', '=', 'sale'), ('company_id', '=', company_id)]",
        check_company=True,
        copy=False,
        tracking=True,
        help="Its terms hold for all work on the ticket. Empty: the customer's "
        "contract that is valid on the day of the work.",
    )
    agreement_contract_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Agreement",
        compute="_compute_agreement",
        compute_sudo=True,
        help="The contract that holds for work done today.",
    )
    agreement_reason = fields.Char(
        string="Why This Agreement",
        compute="_compute_agreement",
        compute_sudo=True,
        groups=READERS,
        help="Why this contract holds today, and why no other does.",
    )
    billing_allowance = fields.Char(
        string="Included",
        compute="_compute_billing_allowance",
        compute_sudo=True,
        groups="base.group_user",
        help="What the contract includes in the period of this ticket, and what is "
        "left of it.",
    )
    billing_allowance_left = fields.Float(
        string="Left",
        compute="_compute_billing_allowance",
        compute_sudo=True,
        groups="base.group_user",
        help="Hours that are left in the period of this ticket; tickets, where the "
        "contract includes no limited number of hours.",
    )
    billing_allowance_limit = fields.Float(
        compute="_compute_billing_allowance",
        compute_sudo=True,
        groups="base.group_user",
        help="Hours or tickets that the contract includes; 0 if there is no limit.",
    )
    customer_reference = fields.Char(
        copy=False,
        tracking=True,
        help="What the customer wants to read on the invoice, such as the number of an "
        "order. Empty: the reference of the contract.",
    )
    billing_strategy = fields.Selection(
        selection=lambda self: self._get_billing_strategies(),
        string="Bill By",
        copy=False,
        tracking=True,
        help="Whether hours, a fee or both are billed. Empty: as agreed with the "
        "customer.",
    )

    @api.model
    def _get_billing_strategies(self):
        return self.env["ticket.billing.policy"]._get_strategy_selection()

    @api.depends("category_id", "team_id")
    def _compute_billable(self):
        """Not on the flags themselves: changing one never touches older tickets."""
        for ticket in self:
            category, team = ticket.category_id.sudo(), ticket.team_id.sudo()
            ticket.billable = (not category or category._is_billable()) and (
                not team or team.billable
            )

    @api.depends(*CHOICE_FIELDS)
    @api.depends_context("lang")
    def _compute_agreement(self):
        for company, tickets in self.grouped("company_id").items():
            rating = self.env["ticket.billing.rating"].with_company(company)
            agreements = rating._get_agreements_today(tickets)
            for ticket in tickets:
                ticket.update(agreements[ticket])

    @api.depends("billing_event_date", *CHOICE_FIELDS)
    @api.depends_context("lang")
    def _compute_billing_allowance(self):
        for company, tickets in self.grouped("company_id").items():
            rating = self.env["ticket.billing.rating"].with_company(company)
            contracts = rating._get_event_contracts(tickets)
            allowances = self.env["contract.contract"]._get_allowances(
                [(c, t._get_billing_date()) for t, c in contracts.items() if c]
            )
            for ticket, contract in contracts.items():
                date = ticket._get_billing_date()
                left, limit, text = 0, 0, ""
                if contract:
                    left, limit = contract._get_limited_allowance(allowances, date)
                    text = contract._get_allowance_text(allowances, date)
                ticket.billing_allowance = text
                ticket.billing_allowance_left = float(left)
                ticket.billing_allowance_limit = float(limit)

    @api.constrains("billing_contract_id")
    def _check_billing_contract(self):
        for ticket in self.sudo().filtered("billing_contract_id"):
            contract = ticket.billing_contract_id
            if (
                contract.commercial_partner_id != ticket.commercial_partner_id
                or contract.contract_type != "sale"
                or contract.company_id != ticket.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "Contract “%(contract)s” cannot be used for ticket %(number)s. "
                        "Choose a contract with the ticket's customer, or none.",
                        contract=contract.display_name,
                        number=ticket._get_number(),
                    )
                )
