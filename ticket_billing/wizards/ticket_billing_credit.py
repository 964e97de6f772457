from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, formatLang

MOST_TRIES = 3


class TicketBillingCredit(models.TransientModel):
    """Credits chosen work on tickets, as a whole or in part, and asks what is next."""

    _name = "ticket.billing.credit"
    _description = "Credit Ticket Work"

    line_ids = fields.One2many(
        comodel_name="ticket.billing.credit.line", inverse_name="credit_id"
    )
    date = fields.Date(
        string="Credit Note Date", default=fields.Date.context_today, required=True
    )
    reason = fields.Char(help="Printed on the credit note.")
    post = fields.Boolean(
        default=True,
        help="Off: the credit note stays a draft. The work counts as credited once it "
        "is posted.",
    )
    decision = fields.Selection(
        selection=[
            ("later", "Decide later"),
            ("today", "Bill it again under the terms of today"),
            ("old", "Bill it again at the old price"),
            ("write_off", "Write it off"),
        ],
        string="And then",
        default="later",
        required=True,
        help="Work that is credited waits for a person until it is billed again or "
        "written off.",
    )
    write_off_reason = fields.Char(string="Why Written Off")

    @api.model
    def _open(self, charges):
        """Return the action that asks what to credit of these charges.

        :raise UserError: if none of them is on a posted invoice, or all are credited
        """
        open_charges = charges.filtered(lambda c: c._get_creditable_amount() > 0)
        if not open_charges:
            raise UserError(
                self.env._(
                    "There is nothing to credit: only work on posted invoices that is "
                    "not credited yet."
                )
            )
        lines = [
            Command.create({"charge_id": charge.id})
            for charge in open_charges.sorted(lambda c: (c.service_date, c.id))
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Ticket Work"),
            "res_model": self._name,
            "res_id": self.create({"line_ids": lines}).id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Make the credit notes, one for each invoice, and do what was decided.

        :return: an action that opens the credit notes
        :raise UserError: if an amount is zero, negative or more than is open
        """
        self.ensure_one()
        self.env["account.move"].check_access("create")
        charges = self.line_ids.charge_id
        charges.check_access("read")
        if not charges:
            raise UserError(self.env._("Choose what to credit."))
        if self.decision != "later" and not self.post:
            raise UserError(
                self.env._("Post the credit note first, then decide about the work.")
            )
        self._lock(charges)
        for line in self.line_ids:
            line._check_amount()
        refunds = self._create_refunds()
        if self.post:
            refunds.action_post()
        self._decide(charges)
        return refunds._get_records_action()

    @api.model
    def _lock(self, charges):
        """Keep others from crediting the same work before this transaction ends."""
        charges = charges.sudo()
        if charges.try_lock_for_update() != charges:
            raise UserError(self.env._("The work is being billed by someone else."))
        for version, group in charges.grouped("version").items():
            group.version = version + 1

    def _decide(self, charges):
        if self.decision == "write_off":
            charges.action_write_off(self.write_off_reason)
        elif self.decision != "later":
            charges.action_bill_again(self.decision)

    # Credit notes

    def _create_refunds(self):
        """Create a draft credit note for each invoice and return them."""
        # The links to the ledger are the system's; nothing else of the caller's context
        # may reach the credit notes
        moves = self.env["account.move"].with_env(
            self.env(context={"lang": self.env.lang}, su=True)
        )
        refunds = moves
        for invoice, lines in self.line_ids.grouped("move_id").items():
            company_moves = moves.with_company(invoice.company_id)
            refund = company_moves.create(self._prepare_refund(invoice, lines))
            for line, refund_line in zip(lines, refund.invoice_line_ids, strict=True):
                line._adjust(refund_line)
            refunds += refund
        return self.env["account.move"].browse(refunds.ids)

    def _prepare_refund(self, invoice, lines):
        """Return the values of the credit note of some work on an invoice."""
        invoice = invoice.sudo()
        reference = self.env._("Credit of %(invoice)s", invoice=invoice.name)
        if self.reason:
            reference = f"{reference}, {self.reason}"
        return {
            "move_type": "out_refund",
            "company_id": invoice.company_id.id,
            "journal_id": invoice.journal_id.id,
            "partner_id": invoice.partner_id.id,
            "currency_id": invoice.currency_id.id,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": self.date,
            "invoice_user_id": invoice.invoice_user_id.id,
            "invoice_origin": ", ".join(lines.charge_id.sudo()._get_ticket_numbers()),
            "ref": reference,
            "reversed_entry_id": invoice.id,
            "invoice_line_ids": [
                Command.create(line._prepare_refund_line()) for line in lines
            ],
        }


class TicketBillingCreditLine(models.TransientModel):
    """What is credited of one charge."""

    _name = "ticket.billing.credit.line"
    _description = "Line of Credit Ticket Work"

    credit_id = fields.Many2one(
        comodel_name="ticket.billing.credit", required=True, ondelete="cascade"
    )
    charge_id = fields.Many2one(
        comodel_name="ticket.billing.charge", required=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="charge_id.ticket_id")
    name = fields.Char(related="charge_id.name")
    service_date = fields.Date(related="charge_id.service_date")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice", compute="_compute_open"
    )
    open_amount = fields.Monetary(
        string="Billed",
        compute="_compute_open",
        help="What was billed and is not credited yet, before tax.",
    )
    open_quantity = fields.Float(string="Billed Quantity", compute="_compute_open")
    quantity = fields.Float(
        string="Quantity to Credit",
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 2),
    )
    amount = fields.Monetary(
        string="Amount to Credit",
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="Before tax.",
    )

    @api.depends("charge_id")
    def _compute_open(self):
        for line in self:
            charge = line.charge_id.sudo()
            line.move_id = charge._get_last_lines().move_id
            line.open_amount = charge._get_creditable_amount()
            line.open_quantity = charge._get_creditable_quantity()

    @api.depends("charge_id")
    def _compute_quantity(self):
        for line in self:
            line.quantity = line.charge_id.sudo()._get_creditable_quantity()

    @api.depends("charge_id", "quantity")
    def _compute_amount(self):
        """All that is open for all of the quantity, the last cent included."""
        for line in self:
            charge = line.charge_id.sudo()
            line.amount = charge._get_credit_of(line.quantity)

    def _check_amount(self):
        """Refuse amounts that cannot be credited.

        :raise UserError: if the amount is zero, negative, or more than is open
        """
        self.ensure_one()
        charge = self.charge_id.sudo()
        open_amount = charge._get_creditable_amount()
        currency = charge.currency_id
        if (
            currency.compare_amounts(self.amount, 0) <= 0
            or currency.compare_amounts(self.amount, open_amount) > 0
        ):
            raise UserError(
                self.env._(
                    "Ticket %(number)s: credit more than 0 and at most %(amount)s of "
                    "“%(work)s”.",
                    number=charge.ticket_id.number,
                    amount=formatLang(self.env, open_amount, currency_obj=currency),
                    work=charge.name,
                )
            )

    # Credit notes

    def _prepare_refund_line(self):
        charge = self.charge_id.sudo()
        line = charge._get_last_lines()[:1]
        quantity, price = self._get_quantity_and_price(charge, line)
        return {
            "product_id": line.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "name": charge._get_invoice_line_name(),
            "quantity": quantity,
            "price_unit": price,
            "account_id": line.account_id.id,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
            "charge_ids": [Command.set(charge.ids)],
        }

    def _get_quantity_and_price(self, charge, line):
        """Return the quantity at the price of the invoice if that is the amount; else
        once the amount."""
        price = line.price_unit * (1 - line.discount / 100)
        amount = charge._get_priced(self.amount)
        digits = charge.currency_id.rounding
        if self.quantity > 0 and not float_compare(
            charge.currency_id.round(self.quantity * price),
            amount,
            precision_rounding=digits,
        ):
            return self.quantity, price
        return 1.0, amount

    def _adjust(self, refund_line):
        """Let a line of the credit note come to the amount, to the last cent.

        Where prices include taxes the net follows from rounding them.
        """
        currency = refund_line.currency_id
        for _try in range(MOST_TRIES):
            missing = currency.round(self.amount - refund_line.price_subtotal)
            if not missing:
                return
            value = refund_line.quantity * refund_line.price_unit + missing
            refund_line.write({"quantity": 1.0, "price_unit": value})
        raise UserError(
            self.env._(
                "The credit note for ticket %(number)s does not come to %(amount)s. "
                "Credit another amount, or reverse the whole invoice.",
                number=self.ticket_id.number,
                amount=formatLang(self.env, self.amount, currency_obj=currency),
            )
        )
