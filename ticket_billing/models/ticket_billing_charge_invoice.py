from odoo import Command, api, fields, models

from ..tools.due import get_due
from .ticket_billing_policy import HELD


class TicketBillingCharge(models.Model):
    """What charges share an invoice, and its header. Knows nothing of what work is
    worth."""

    _inherit = "ticket.billing.charge"

    journal_id = fields.Many2one(
        comodel_name="account.journal",
        compute="_compute_journal_id",
        compute_sudo=True,
        help="The contract's journal, else the first sales journal of the company.",
    )
    fiscal_position_id = fields.Many2one(
        comodel_name="account.fiscal.position",
        compute="_compute_fiscal_position_id",
        compute_sudo=True,
        help="The contract's, else the one that Odoo finds for the invoice address.",
    )

    @api.depends("contract_id", "company_id")
    def _compute_journal_id(self):
        journals = self.env["account.journal"]
        for company, charges in self.grouped("company_id").items():
            domain = [*journals._check_company_domain(company), ("type", "=", "sale")]
            default = journals.search(domain, limit=1)
            for charge in charges:
                own = charge.contract_id.journal_id
                charge.journal_id = own if own.type == "sale" else default

    @api.depends("contract_id", "company_id", "invoice_partner_id")
    def _compute_fiscal_position_id(self):
        positions = self.env["account.fiscal.position"]
        groups = self.grouped(lambda c: (c.company_id, c.invoice_partner_id))
        for (company, partner), charges in groups.items():
            delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
            default = positions.with_company(company)._get_fiscal_position(
                partner, delivery=delivery
            )
            for charge in charges:
                charge.fiscal_position_id = (
                    charge.contract_id.fiscal_position_id or default
                )

    # What shares an invoice

    def _get_invoice_group_key(self):
        """Return what has to be equal for charges to share an invoice."""
        self.ensure_one()
        return (
            self.company_id,
            self.invoice_partner_id,
            self.currency_id,
            self.fiscal_position_id,
            self.journal_id,
            self._get_payment_term() or self.policy_id.due_days,
            self._get_group_by_value(),
        )

    def _get_group_by_value(self):
        """Return what the policy separates invoices by; None for nothing more."""
        values = {"ticket": self.ticket_id, "contract": self.contract_id}
        return values.get(self.policy_id.group_by)

    def _get_draft_key(self):
        """Return the key of the group as text, to find its open draft by."""
        return "/".join(
            f"{part._name},{part.id or 0}"
            if isinstance(part, models.BaseModel)
            else str(part)
            for part in self._get_invoice_group_key()
        )

    def _get_payment_term(self):
        """Return the contract's payment term, else the customer's, else none."""
        partner = self.invoice_partner_id.commercial_partner_id
        return self.contract_id.payment_term_id or partner.property_payment_term_id

    # Header

    def _prepare_invoice(self, covered=None):
        """Return the values of one draft invoice with these charges.

        :param covered: the charges that the draft tells of, without billing them
        """
        self._check_invoiceable(covered)
        charges = self + covered if covered else self
        first = charges[0]
        values = {
            "move_type": "out_invoice",
            "company_id": first.company_id.id,
            "partner_id": first.invoice_partner_id.id,
            "currency_id": first.currency_id.id,
            "journal_id": first.journal_id.id,
            "invoice_origin": charges._get_invoice_origin(),
            "ref": charges._get_customer_reference(),
            "invoice_user_id": first._get_salesperson().id,
            "ticket_billing_key": first._get_draft_key(),
            "invoice_line_ids": [
                Command.create(vals) for vals in self._prepare_lines(covered)
            ],
        }
        posting = self.env["account.move"]._prepare_posting(self._get_invoice_level())
        return {**values, **posting, **first._prepare_invoice_terms()}

    def _get_invoice_level(self):
        """Return how far an invoice with these charges goes by itself: as far as all
        of them do."""
        ratings = self.env["ticket.billing.rating"]
        levels = {ratings._get_charge_level(charge) for charge in self}
        order = [level for level in ("draft", "post", "send") if level in levels]
        return order[0] if order and not levels & set(HELD) else "draft"

    def _prepare_invoice_terms(self):
        """Return payment term or due date, and the fiscal position where agreed."""
        contract, term = self.contract_id, self._get_payment_term()
        values = self._prepare_invoice_date()
        if term:
            values["invoice_payment_term_id"] = term.id
        else:
            values["invoice_date_due"] = self._get_due_date()
        if contract.fiscal_position_id:
            values["fiscal_position_id"] = contract.fiscal_position_id.id
        return values

    def _get_due_date(self):
        """Return when a draft is due where no payment term is agreed."""
        today = self.company_id._get_ticket_billing_date(fields.Datetime.now())
        day = self._prepare_invoice_date().get("invoice_date") or today
        return fields.Date.add(day, days=self.policy_id.due_days)

    @api.model
    def _prepare_invoice_date(self):
        """Return the date of the invoice, if somebody has chosen one."""
        due = get_due(self.env)
        return {"invoice_date": due.invoice_date} if due.invoice_date else {}

    def _get_invoice_origin(self):
        """Return what the invoice says it comes from."""
        return ", ".join(self._get_ticket_numbers())

    def _get_ticket_numbers(self):
        return [ticket._get_number() for ticket in self.ticket_id.sorted("id")]

    def _get_customer_reference(self):
        """Return the customer's references for this work, False if there are none.

        The ticket's, else the contract's, else the number of the contract, which is
        what the contract's own invoices say.
        """
        references = (
            charge.ticket_id.customer_reference
            or charge.contract_id.customer_reference
            or charge.contract_id.code
            for charge in self.sorted(lambda c: c.ticket_id.id)
        )
        return ", ".join(dict.fromkeys(filter(None, references))) or False

    def _get_salesperson(self):
        partner = self.partner_id
        return (
            self.contract_id.user_id
            or partner.user_id
            or partner.commercial_partner_id.user_id
        )
