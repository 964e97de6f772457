from odoo import api, fields, models

from ..tools.due import get_due
from ..tools.errors import BillingError
from ..tools.work import Batch, Work, split_source_key


class TicketBillingRating(models.AbstractModel):
    """What there is to rate: read once for a batch of tickets, then by agreement."""

    _inherit = "ticket.billing.rating"

    @api.model
    def _get_batch(self, tickets, charges=None):
        """Read once what the rating of all the tickets needs.

        :param charges: all charges of the tickets; read here if they are not given
        """
        lines = self.env["account.analytic.line"]
        entries = lines.search_fetch(
            [("ticket_id", "in", tickets.ids)], order="date, id"
        )
        if charges is None:
            charges = tickets._get_all_charges()
        reviewed = charges.filtered(lambda c: c.is_void and c.reviewer_id)
        charges = charges.filtered(lambda c: not c.is_void)
        superseded = charges.filtered("is_superseded")
        return Batch(
            contracts=self._get_contracts(tickets),
            entries=entries.grouped("ticket_id"),
            billable=entries.filtered_domain(lines._get_billable_domain()),
            charges=(charges - superseded).grouped("ticket_id"),
            reviewed=reviewed.grouped("ticket_id"),
            superseded={
                split_source_key(charge.source_key)[0]: charge
                for charge in superseded
                if not charge.replaced_by_id or charge.replaced_by_id.is_remainder
            },
            numbers=charges._get_source_numbers(),
        )

    @api.model
    def _get_contracts(self, tickets):
        """Return a dict: commercial customer → contracts to consider."""
        contracts = self.env["contract.contract"].search_fetch(
            self._get_contract_domain(tickets), order="date_start desc, id desc"
        )
        contracts.mapped("currency_id")
        return contracts.grouped("commercial_partner_id")

    @api.model
    def _get_event_contracts(self, tickets):
        """Return a dict: ticket → contract that holds on the day of its event."""
        batch = Batch(self._get_contracts(tickets))
        return {
            ticket: self._get_choice(ticket, ticket._get_billing_date(), batch).contract
            for ticket in tickets
        }

    @api.model
    def _filter_moved(self, charges):
        """Return the charges whose work another contract would hold for now.

        What a person decided to bill again is left as he decided.
        """
        moved = charges.browse()
        charges = charges.filtered(lambda c: not c.replaces_id)
        for company, own in charges.grouped("company_id").items():
            rating = self.with_company(company)
            batch = Batch(rating._get_contracts(own.ticket_id))
            for charge in own:
                date = charge.service_date
                choice = rating._get_choice(charge.ticket_id, date, batch)
                if choice.contract != charge.contract_id:
                    moved += charge
        return moved

    @api.model
    def _get_agreements_today(self, tickets):
        """Return a dict: ticket → values of its fields about the agreement."""
        batch = Batch(self._get_contracts(tickets))
        receipt = self.env["ticket.billing.receipt"]
        today = self.env.company._get_ticket_billing_date(fields.Datetime.now())
        values = {}
        for ticket in tickets:
            choice = self._get_choice(ticket, today, batch)
            values[ticket] = {
                "agreement_contract_id": choice.contract.id,
                "agreement_reason": receipt._get_choice_text(choice),
            }
        return values

    @api.model
    def _filter_chosen(self, entries):
        """Return the entries that are rated: all, unless a person has chosen."""
        due = get_due(self.env)
        if not due.is_chosen:
            return entries
        return entries.filtered(lambda entry: entry.id in due.entry_ids)

    @api.model
    def _get_works(self, ticket, batch):
        """Return the work of the ticket, one for each agreement that holds.

        :raise UserError: if the ticket has no customer, or no agreement
        """
        if not ticket.partner_id:
            raise BillingError(
                self.env._("Set the contact of the ticket: it has no customer."),
                "customer",
            )
        lines = self.env["account.analytic.line"]
        earlier = batch.charges.get(ticket._origin, self.env["ticket.billing.charge"])
        entries = batch.entries.get(ticket._origin, lines) & batch.billable
        has_time = bool(entries)
        entries -= earlier.filtered(lambda c: not c.is_remainder).analytic_line_id
        entries = self._filter_chosen(entries)
        fee_date = ticket._get_billing_date()
        choices = {
            date: self._get_choice(ticket, date, batch)
            for date in {fee_date, *entries.mapped("date")}
        }
        fee_contract = choices[fee_date].contract
        by_contract = {fee_contract: entries.browse()}
        for date, day_entries in entries.grouped("date").items():
            by_contract.setdefault(choices[date].contract, entries.browse())
            by_contract[choices[date].contract] |= day_entries
        if get_due(self.env).is_chosen:
            fee_contract = None
        return [
            Work(
                ticket=ticket,
                agreement=self._get_agreement(ticket, contract),
                entries=own_entries,
                earlier_charges=earlier,
                fee_date=fee_date if contract == fee_contract else None,
                has_time=has_time,
                choices=choices,
                batch=batch,
            )
            for contract, own_entries in by_contract.items()
        ]
