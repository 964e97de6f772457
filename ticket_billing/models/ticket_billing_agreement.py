from datetime import date as Date

from odoo import api, models
from odoo.fields import Domain

from ..tools.errors import BillingError
from ..tools.work import Agreement, Choice


class TicketBillingAgreement(models.AbstractModel):
    """Which contract and which policy hold for work on a ticket on a day."""

    _name = "ticket.billing.agreement"
    _description = "Ticket Billing Agreement"

    @api.model
    def _get_contract_domain(self, tickets):
        """Return the domain of contracts to consider, fitting or not."""
        return (
            Domain("covers_tickets", "=", True)
            & Domain("contract_type", "=", "sale")
            & Domain("active", "=", True)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("commercial_partner_id", "in", tickets.commercial_partner_id.ids)
        )

    @api.model
    def _get_agreement(self, ticket, contract):
        """Return contract, policy, pricelist and currency for work under a contract.

        :raise UserError: if the contract chosen on the ticket is another customer's,
            or if there is no policy or no rate of the currency
        """
        ticket._check_billing_contract()
        partner = ticket.commercial_partner_id
        pricelist = contract.pricelist_id or partner.property_product_pricelist
        currency = contract.currency_id or pricelist.currency_id
        currency = currency or self.env.company.currency_id
        currency._check_ticket_billing_rate(self.env.company)
        return Agreement(
            contract=contract,
            policy=self._get_policy(ticket, contract),
            pricelist=pricelist,
            currency=currency,
            invoice_partner=contract.invoice_partner_id
            or partner.browse(partner.address_get(["invoice"])["invoice"]),
        )

    @api.model
    def _get_choice(self, ticket, date, batch):
        """Return which contract holds for work on a day, why, and why no other does.

        The ticket's own choice, else of the contracts that fit the one with the most
        specific scope, of these the one with the newest start.
        """
        if ticket.billing_contract_id:
            return Choice(ticket.billing_contract_id, "ticket")
        no_contract = self.env["contract.contract"]
        fitting, rejected = no_contract, []
        candidates = batch.contracts.get(ticket.commercial_partner_id, no_contract)
        for contract in candidates:
            condition, detail = contract._get_misfit(ticket, date)
            if condition:
                rejected.append((contract.display_name, condition, detail))
            else:
                fitting |= contract
        return self._choose_contract(ticket, fitting, rejected)

    @api.model
    def _choose_contract(self, ticket, fitting, rejected):
        """Return the choice among contracts that all fit."""
        ranks = {contract: contract._get_scope_rank(ticket) for contract in fitting}
        ranked = fitting.sorted(
            lambda c: (ranks[c], c.date_start or Date.min, c.id), reverse=True
        )
        best, others = ranked[:1], ranked[1:]
        if not others:
            return Choice(best, "only" if best else "none", tuple(rejected))
        reasons = {
            contract: "newest" if ranks[contract] == ranks[best] else "scope"
            for contract in others
        }
        beaten = [(c.display_name, f"less_{reasons[c]}", "") for c in others]
        return Choice(best, reasons[others[0]], tuple([*beaten, *rejected]))

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
            raise BillingError(
                self.env._(
                    "Choose the default billing policy of %(company)s.",
                    company=company.display_name,
                ),
                "policy",
            )
        return policies[0]
