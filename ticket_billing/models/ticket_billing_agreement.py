from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.work import Agreement


class TicketBillingAgreement(models.AbstractModel):
    """Which contract and which policy hold for work on a ticket on a day."""

    _name = "ticket.billing.agreement"
    _description = "Ticket Billing Agreement"

    @api.model
    def _get_contract_domain(self, tickets):
        return (
            Domain("covers_tickets", "=", True)
            & Domain("contract_type", "=", "sale")
            & Domain("company_id", "=", self.env.company.id)
            & Domain("commercial_partner_id", "in", tickets.commercial_partner_id.ids)
        )

    @api.model
    def _get_agreement(self, ticket, date, batch):
        """Return contract, policy, pricelist and currency for work done on a day.

        :raise UserError: if the contract chosen on the ticket is another customer's,
            or if there is no policy
        """
        ticket._check_billing_contract()
        contract = self._get_contract(ticket, date, batch)
        partner = ticket.commercial_partner_id
        pricelist = contract.pricelist_id or partner.property_product_pricelist
        return Agreement(
            contract=contract,
            policy=self._get_policy(ticket, contract),
            pricelist=pricelist,
            currency=contract.currency_id
            or pricelist.currency_id
            or self.env.company.currency_id,
            invoice_partner=contract.invoice_partner_id
            or partner.browse(partner.address_get(["invoice"])["invoice"]),
        )

    @api.model
    def _get_contract(self, ticket, date, batch):
        """Return the ticket's own choice, else the customer's valid contract."""
        candidates = batch["contracts"].get(ticket.commercial_partner_id, [])
        return ticket.billing_contract_id or self._choose_contract(candidates, date)

    @api.model
    def _choose_contract(self, contracts, date):
        """Return the contract with the newest start that is valid on the day."""
        for contract in contracts:
            if contract._is_valid_on(date):
                return contract
        return self.env["contract.contract"]

    @api.model
    def _get_policy(self, ticket, contract):
        """Return the policy of the contract, else the customer, else the company.

        :raise UserError: if there is none
        """
        company = ticket.company_id or self.env.company
        policies = (
            contract.ticket_billing_policy_id
            | ticket.commercial_partner_id.ticket_billing_policy_id
            | company.ticket_billing_policy_id
        ).filtered(lambda policy: policy.company_id == company)
        if not policies:
            raise UserError(
                self.env._(
                    "Choose the default billing policy of %(company)s.",
                    company=company.display_name,
                )
            )
        return policies[0]
