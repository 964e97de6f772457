from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class TicketBillingCharge(models.Model):
    """How charges become draft invoices. Knows nothing of what work is worth."""

    _inherit = "ticket.billing.charge"

    journal_id = fields.Many2one(
        comodel_name="account.journal",
        compute="_compute_journal_id",
        compute_sudo=True,
        help="The contract's journal, else the first sales journal of the company.",
    )

    @api.depends("contract_id", "company_id")
    def _compute_journal_id(self):
        journals = self.env["account.journal"]
        for company, charges in self.grouped("company_id").items():
            domain = [*journals._check_company_domain(company), ("type", "=", "sale")]
            default = journals.search(domain, limit=1)
            for charge in charges:
                charge.journal_id = charge.contract_id.journal_id or default

    def _create_invoices(self):
        """Put the ready charges on draft invoices and return these.

        The charges belong to one company, which is the environment's. Their rows
        are locked and changed, so that nobody else invoices them meanwhile.
        """
        charges = self.try_lock_for_update().filtered(lambda c: c.state == "ready")
        if not charges:
            return self.env["account.move"]
        groups = charges.sorted("id")._get_invoice_groups()
        moves = (
            self.env["account.move"]
            .with_context(mail_create_nolog=True)
            .create([group._prepare_invoice() for group in groups])
        )
        for version, group in charges.grouped("version").items():
            group.write({"was_invoiced": True, "version": version + 1})
        return moves

    def _get_invoice_groups(self):
        """Return a list with the charges of each invoice, in the given order."""
        return list(self.grouped(lambda c: c._get_invoice_group_key()).values())

    def _get_line_groups(self):
        """Return a list with the charges of each line of an invoice, as printed."""
        return list(self.grouped(lambda c: c._get_line_key()).values())

    def _get_invoice_group_key(self):
        """Return what has to be equal for charges to share an invoice."""
        self.ensure_one()
        return (
            self.company_id,
            self.invoice_partner_id,
            self.currency_id,
            self.contract_id.fiscal_position_id,
            self.journal_id,
            self._get_payment_term() or self.policy_id.due_days,
        )

    def _check_journal(self):
        """Refuse to invoice without a journal.

        :raise UserError: if neither the contract nor the company has one
        """
        if not self.journal_id:
            company = self.company_id.name
            raise UserError(
                self.env._("%(company)s has no sales journal.", company=company)
            )

    def _get_payment_term(self):
        """Return the contract's payment term, else the customer's, else none."""
        partner = self.invoice_partner_id.commercial_partner_id
        return self.contract_id.payment_term_id or partner.property_payment_term_id

    def _prepare_invoice(self):
        """Return the values of one draft invoice with these charges."""
        first = self[0]
        first._check_journal()
        tickets = self.ticket_id.sorted("id")
        values = {
            "move_type": "out_invoice",
            "company_id": first.company_id.id,
            "partner_id": first.invoice_partner_id.id,
            "currency_id": first.currency_id.id,
            "journal_id": first.journal_id.id,
            "invoice_origin": ", ".join(tickets.mapped("number")),
            "invoice_user_id": first._get_salesperson().id,
            "invoice_line_ids": [
                Command.create(group._prepare_invoice_line())
                for group in self._get_line_groups()
            ],
        }
        return {**values, **first._prepare_invoice_terms()}

    def _prepare_invoice_terms(self):
        """Return payment term or due date, and the fiscal position where agreed."""
        contract, term = self.contract_id, self._get_payment_term()
        values = {}
        if term:
            values["invoice_payment_term_id"] = term.id
        else:
            today = self.company_id._get_ticket_billing_date(fields.Datetime.now())
            values["invoice_date_due"] = fields.Date.add(
                today, days=self.policy_id.due_days
            )
        if contract.fiscal_position_id:
            values["fiscal_position_id"] = contract.fiscal_position_id.id
        return values

    def _get_salesperson(self):
        partner = self.partner_id
        return (
            self.contract_id.user_id
            or partner.user_id
            or partner.commercial_partner_id.user_id
        )

    def _get_line_key(self):
        """Return what has to be equal for charges to share an invoice line."""
        self.ensure_one()
        return (self.ticket_id, self.product_id, self.product_uom_id, self.price_unit)

    def _get_line_values(self):
        """Return the values that decide what invoice lines amount to."""
        return [
            {
                "ticket_id": charge.ticket_id.id,
                "currency_id": charge.currency_id.id,
                "product_id": charge.product_id.id,
                "product_uom_id": charge.product_uom_id.id,
                "quantity": charge.quantity,
                "price_unit": charge.price_unit,
            }
            for charge in self
        ]

    def _prepare_invoice_line(self):
        first = self[0]
        return {
            "product_id": first.product_id.id,
            "product_uom_id": first.product_uom_id.id,
            "name": first._get_invoice_line_name(),
            "quantity": sum(self.mapped("quantity")),
            "price_unit": first.price_unit,
            "charge_ids": [Command.set(self.ids)],
        }

    def _get_invoice_line_name(self):
        """Return the text of the line, plain and in the customer's language."""
        charge = self.with_context(lang=self.invoice_partner_id.lang)
        return self.env._(
            "%(product)s: %(number)s %(title)s",
            product=charge.product_id.name,
            number=charge.ticket_id.number,
            title=charge.ticket_id.name,
        )
