from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.money import sum_lines
from ..tools.work import Rating, Work


class TicketBillingRating(models.AbstractModel):
    """What the work on tickets is worth under the agreements that hold for it.

    Preview, statistics and the runs all call ``_rate``. It writes nothing and
    knows nothing of invoices.
    """

    _name = "ticket.billing.rating"
    _inherit = "ticket.billing.agreement"
    _description = "Ticket Billing Rating"

    @api.model
    def _rate(self, tickets, by_itself=False):
        """Return a list with the ``Rating`` of each ticket, in the given order.

        :param tickets: tickets of one company, which is the environment's
        :param bool by_itself: leave out what the automation level leaves to a person
        """
        tickets = tickets.with_env(self.env)
        batch = self._get_batch(tickets)
        return [self._rate_ticket(ticket, batch, by_itself) for ticket in tickets]

    @api.model
    def _rate_ticket(self, ticket, batch, by_itself):
        rating = Rating(ticket)
        rating.reason = ticket._get_not_billable_reason()
        rating.unrated_hours = ticket.total_hours
        if rating.reason:
            return rating
        try:
            works = self._get_works(ticket, batch)
            if works[0].earlier_charges:
                rating.unrated_hours = 0.0
            if by_itself:
                rating.is_held = any(map(self._is_held, works))
                works = [work for work in works if not self._is_held(work)]
            self._prepare_charges(rating, works)
        except UserError as error:
            rating.charges, rating.error = [], str(error)
        if not rating.charges and not rating.error:
            rating.reason = self._get_nothing_reason(rating, batch)
        return rating

    @api.model
    def _prepare_charges(self, rating, works):
        """Let the strategy of each agreement add its charges to the rating."""
        billed = []
        for work in works:
            key = self._get_billing_strategy_key(work)
            charges = self._get_billing_strategy(key)._prepare_charges(work)
            if charges:
                rating.charges += charges
                rating.strategies.append(key)
                rating.agreements.append(work.agreement.display_name)
                billed.append(work)
        rating.amounts = self._get_amounts_by_currency(rating.charges)
        if any(self._exceeds(rating, work.agreement) for work in billed):
            for charge in rating.charges:
                if charge["rating_state"] == "ready":
                    charge["rating_state"] = "to_approve"

    @api.model
    def _is_held(self, work):
        """Return whether the level leaves work to a person: the customer's, else the
        policy's. Where there is no work, there is nothing to hold."""
        partner = work.ticket.commercial_partner_id
        policy = work.agreement.policy
        level = partner.ticket_billing_level or policy.automation_level
        key = self._get_billing_strategy_key(work)
        return level == "off" and self._get_billing_strategy(key)._has_work(work)

    @api.model
    def _exceeds(self, rating, agreement):
        policy = agreement.policy
        if policy.approval != "over":
            return policy.approval == "all"
        amount = self._get_total(rating.amounts, agreement.currency)
        return (
            0 < policy.approval_hours < rating.hours
            or 0 < policy.approval_amount < amount
        )

    @api.model
    def _get_nothing_reason(self, rating, batch):
        if rating.is_held:
            return self.env._("The automation level is Off.")
        charges = batch["charges"].get(rating.ticket._origin)
        if not charges:
            return self.env._("No billable time was logged and no fee is agreed.")
        states = charges.mapped("state")
        if "to_approve" in states:
            return self.env._("Waits for a manager's approval.")
        if "released" in states or "credited" in states:
            return self.env._(
                "Its invoice was deleted, cancelled or credited: waits for a person."
            )
        return self.env._("Everything is billed already.")

    # Figures of a ticket

    @api.model
    def _get_contracts_today(self, tickets):
        """Return a dict: ticket → the contract that holds for work done today."""
        batch = self._get_batch(tickets)
        today = self.env.company._get_ticket_billing_date(fields.Datetime.now())
        return {t: self._get_contract(t, today, batch) for t in tickets}

    @api.model
    def _get_amounts(self, tickets):
        """Return a dict: ticket → values of its fields about money."""
        charges = tickets._get_charges().grouped("ticket_id")
        none = self.env["ticket.billing.charge"]
        return {
            rating.ticket: self._prepare_amounts(
                rating, charges.get(rating.ticket._origin, none)
            )
            for rating in self._rate(tickets)
        }

    @api.model
    def _prepare_amounts(self, rating, charges):
        waiting = charges.filtered(lambda c: c.state in ("to_approve", "ready"))
        to_invoice = self._get_amounts_by_currency(
            [*waiting._get_line_values(), *rating.charges]
        )
        invoiced = {
            currency: sum(c.invoiced_amount - c.credited_amount for c in group)
            for currency, group in charges.grouped("currency_id").items()
        }
        currency = self._get_common_currency([*to_invoice, *invoiced])
        return {
            "billing_currency_id": currency.id,
            "amount_to_invoice": self._get_total(to_invoice, currency),
            "amount_invoiced": self._get_total(invoiced, currency),
        }

    @api.model
    def _get_amounts_by_currency(self, charges):
        """Return a dict: currency → what invoice lines for the charges amount to.

        :param charges: values of charges; before tax, rounded as invoices are
        """
        lines = {}
        for vals in charges:
            key = (vals["ticket_id"], vals["product_id"], vals["product_uom_id"])
            line = (key, vals["quantity"], vals["price_unit"])
            lines.setdefault(vals["currency_id"], []).append(line)
        currencies = self.env["res.currency"].browse(lines)
        return {
            currency: float(sum_lines(lines[currency.id], currency.rounding))
            for currency in currencies
        }

    @api.model
    def _get_common_currency(self, currencies):
        """Return the one currency of the amounts, else the company's."""
        distinct = self.env["res.currency"].union(*currencies)
        return distinct if len(distinct) == 1 else self.env.company.currency_id

    @api.model
    def _get_total(self, amounts, currency):
        """Return the sum of amounts by currency in one currency, at today's rate."""
        company = self.env.company
        today = company._get_ticket_billing_date(fields.Datetime.now())
        return sum(
            origin._convert(amount, currency, company, today)
            for origin, amount in amounts.items()
        )

    # Strategy

    @api.model
    def _get_billing_strategy(self, key):
        """Return the model that knows how to price this work."""
        return self.env[f"ticket.billing.strategy.{key}"]

    @api.model
    def _get_billing_strategy_key(self, work):
        """Return the ticket's strategy, else the contract's, else the policy's."""
        agreement = work.agreement
        key = (
            work.ticket.billing_strategy
            or agreement.contract.ticket_billing_strategy
            or agreement.policy.strategy
        )
        return self._get_agreed_strategy_key(work) if key == "auto" else key

    @api.model
    def _get_agreed_strategy_key(self, work):
        """Return the strategy that the agreement's terms amount to."""
        if not work.agreement.contract.per_ticket_rate:
            return "time_based"
        return "mixed" if work.entries else "per_ticket"

    # Work

    @api.model
    def _get_batch(self, tickets):
        """Read once what the rating of all the tickets needs."""
        contracts = self.env["contract.contract"].search(
            self._get_contract_domain(tickets), order="date_start desc, id desc"
        )
        entries = self.env["account.analytic.line"].search(
            tickets._get_work_domain(), order="date, id"
        )
        return {
            "contracts": contracts.grouped("commercial_partner_id"),
            "entries": entries.grouped("ticket_id"),
            "charges": tickets._get_charges().grouped("ticket_id"),
            "prices": {},
        }

    @api.model
    def _get_works(self, ticket, batch):
        """Return the work of the ticket, one for each agreement that holds."""
        if not ticket.partner_id:
            raise UserError(
                self.env._("Set the contact of the ticket: it has no customer.")
            )
        earlier = batch["charges"].get(
            ticket._origin, self.env["ticket.billing.charge"]
        )
        entries = batch["entries"].get(
            ticket._origin, self.env["account.analytic.line"]
        )
        entries -= earlier.analytic_line_id
        fee_date = ticket._get_billing_date()
        fee_agreement = self._get_agreement(ticket, fee_date, batch)
        by_agreement = {fee_agreement: entries.browse()}
        for date, day_entries in entries.grouped("date").items():
            agreement = self._get_agreement(ticket, date, batch)
            by_agreement.setdefault(agreement, entries.browse())
            by_agreement[agreement] |= day_entries
        return [
            Work(
                ticket=ticket,
                agreement=agreement,
                entries=agreement_entries,
                earlier_charges=earlier,
                fee_date=fee_date if agreement == fee_agreement else None,
                prices=batch["prices"],
            )
            for agreement, agreement_entries in by_agreement.items()
        ]
