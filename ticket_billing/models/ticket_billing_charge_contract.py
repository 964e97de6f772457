from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class TicketBillingCharge(models.Model):
    """Work that waits for the next invoice of its contract, and joins it."""

    _inherit = "ticket.billing.charge"

    missed_contract = fields.Boolean(
        string="Left Off the Contract's Invoice",
        help="It could not be put on the contract's invoice: it gets one of its own.",
    )

    # Waiting

    @api.model
    def _get_with_contract_domain(self, company):
        """Return the domain of charges that may wait for their contract's invoice."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("contract_id.ticket_invoice_mode", "=", "with_contract")
            & Domain("missed_contract", "=", False)
        )

    def _is_joining(self):
        """Return whether invoices of the contract take the work by themselves.

        Whatever its invoice frequency: that it is not invoiced earlier is all that this
        says, and an invoice is made anyway.
        """
        self.ensure_one()
        if self.state != "ready" or self.is_undone:
            return False
        if not self.contract_id._takes_ticket_work() or not self._fits_contract():
            return False
        own = self.with_company(self.company_id)
        is_held = own.env["ticket.billing.rating"]._is_charge_held(own)
        return self.company_id.ticket_billing_enabled and not is_held

    def _fits_contract(self):
        """Return whether the contract makes out its invoices as the work needs it."""
        contract = self.contract_id
        return (
            self.company_id == contract.company_id
            and self.currency_id == contract.currency_id
            and self.invoice_partner_id == contract.invoice_partner_id
        )

    def _get_contract_date(self):
        """Return the day of the contract's invoice that the work waits for, or None."""
        self.ensure_one()
        if self.missed_contract or not self._is_joining():
            return None
        return self.contract_id._get_joinable_date()

    def _get_waiting_for_contract(self):
        """Return the charges that wait for an invoice of their contract.

        With them what the contract covered on the same ticket: one invoice tells of
        both.
        """
        waiting = self.filtered(lambda c: c._get_contract_date())
        works = {(c.ticket_id, c.contract_id) for c in waiting}
        return waiting | self.filtered(
            lambda c: c.state == "covered" and (c.ticket_id, c.contract_id) in works
        )

    def _get_contract_reasons(self):
        """Return a sentence for each contract whose invoice these charges wait for."""
        days = {
            charge.contract_id: charge._get_contract_date()
            for charge in self
            if charge.state == "ready"
        }
        return [
            self.env._(
                "Joins the next invoice of contract “%(contract)s” on %(date)s.",
                contract=contract.display_name,
                date=format_date(self.env, day),
            )
            for contract, day in days.items()
        ]

    # Joining

    @api.model
    def _get_joining(self, contracts):
        """Return the ready charges that new invoices of these contracts take."""
        ready = Domain("state", "=", "ready") & Domain("is_undone", "=", False)
        charges = self.search(ready & Domain("contract_id", "in", contracts.ids))
        return charges.filtered(lambda c: c._is_joining())

    def _join_invoice(self, move, run):
        """Put ready charges below the lines of a contract's new invoice, and tell there
        of what was covered.

        The charges are of one contract; as for drafts of our own, the customers' gates
        are ours.

        :param run: the run that does it
        :return: the charges that are on it now
        :raise UserError: if something is missing, or it fails the safety check
        """
        ready, covered = self._lock_invoiceable()
        if ready:
            move = move.with_context(skip_is_manually_modified=True)
            values = ready._prepare_joining_contract(move, covered)
            with ready._decided_by_drafts():
                move.write(values)
                ready._keep_on_drafts(move, run)
        return ready

    def _prepare_joining_contract(self, move, covered):
        """Return the values by which these charges join a contract's invoice."""
        self._check_invoiceable(covered)
        lines = self._prepare_lines(covered)
        if not move.invoice_line_ids.filtered("is_ticket_section"):
            lines.insert(0, self._prepare_section())
        last = max(move.invoice_line_ids.mapped("sequence"), default=0)
        return {
            "invoice_line_ids": [
                Command.create({**vals, "sequence": last + number})
                for number, vals in enumerate(lines, start=1)
            ]
        }

    def _prepare_section(self):
        """Return the heading over work on tickets, in the language of the customer."""
        return {
            "display_type": "line_section",
            "name": self._in_customers_language().env._("Work on tickets"),
            "is_ticket_section": True,
        }

    # Invoices of our own

    def _get_invoice_origin(self):
        # EXTENDS ticket_billing: as on the contract's invoices, which it stands beside
        contracts = self.contract_id.filtered(lambda c: c._takes_ticket_work())
        names = contracts.sorted("id").mapped("name")
        return ", ".join([*filter(None, names), super()._get_invoice_origin()])
