from odoo import api, fields, models
from odoo.exceptions import UserError


class TicketBillingContractChoice(models.TransientModel):
    """Asks under which contract tickets of one customer are billed."""

    _name = "ticket.billing.contract.choice"
    _inherit = "ticket.billing.readable.mixin"
    _description = "Contract That Tickets Are Billed Under"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="ticket_billing_contract_choice_ticket_rel",
        column1="choice_id",
        column2="ticket_id",
        string="Tickets",
        required=True,
    )
    ticket_count = fields.Integer(
        compute="_compute_customer", string="Number of Tickets"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", compute="_compute_customer", string="Customer"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", compute="_compute_customer"
    )
    contract_id = fields.Many2one(
        comodel_name="contract.contract",
        domain="[('commercial_partner_id', '=', partner_id),"
        " ('contract_type', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Empty: the customer's contract that is valid on the day of the work.",
    )

    @api.model
    def _get_readable_fields(self):
        # EXTENDS ticket_billing
        return [*super()._get_readable_fields(), "ticket_ids", "contract_id"]

    @api.depends("ticket_ids")
    def _compute_customer(self):
        for choice in self:
            tickets = choice.ticket_ids
            choice.ticket_count = len(tickets)
            choice.partner_id = tickets.commercial_partner_id[:1]
            choice.company_id = tickets.company_id[:1]

    def action_confirm(self):
        """Bill the tickets under the contract that was chosen, or as agreed.

        :raise UserError: if the contract is with another customer or company, or there
            are no tickets
        :raise AccessError: for users who may not choose it
        """
        self._check_single()
        if not self.ticket_ids:
            raise UserError(self.env._("Choose the tickets in their list first."))
        self.ticket_ids.write({"billing_contract_id": self.contract_id.id})
        count = len(self.ticket_ids)
        messages = self.env["ticket.billing.message"]
        if not self.contract_id:
            text = self.env._("Tickets billed as agreed: %(count)s", count=count)
            return messages._show(text, self.ticket_ids)
        text = self.env._(
            "Tickets billed under “%(contract)s”: %(count)s",
            contract=self.contract_id.display_name,
            count=count,
        )
        return messages._show(text, self.contract_id, self.ticket_ids)
