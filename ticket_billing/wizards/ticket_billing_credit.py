from odoo import Command, api, fields, models
from odoo.exceptions import LockError, UserError


class TicketBillingCredit(models.TransientModel):
    """Credits chosen work on tickets, as a whole or in part, and asks what is next."""

    _name = "ticket.billing.credit"
    _inherit = "ticket.billing.input.mixin"
    _description = "Credit Ticket Work"

    line_ids = fields.One2many(
        comodel_name="ticket.billing.credit.line", inverse_name="credit_id"
    )
    date = fields.Date(
        string="Credit Note Date", default=fields.Date.context_today, required=True
    )
    reason = fields.Char(help="Printed on the credit note.")
    post = fields.Boolean(
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
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Work that is credited waits for a person until it is billed again or "
        "written off.",
    )
    write_off_reason = fields.Char(
        string="Why Written Off", help="Stays on record with your name."
    )

    @api.depends("post")
    def _compute_decision(self):
        """Nothing is decided about the work of a draft."""
        for wizard in self:
            wizard.decision = (wizard.post and wizard.decision) or "later"

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
            "context": {"dialog_size": "extra-large"},
        }

    def action_confirm(self):
        """Make the credit notes, one for each invoice, and do what was decided.

        :return: an action that opens the credit notes
        :raise UserError: if an amount is zero, negative or more than is open
        """
        self._check_single()
        self.env["account.move"].check_access("create")
        charges = self.line_ids.charge_id
        charges.check_access("read")
        if not charges:
            raise UserError(self.env._("Choose what to credit."))
        if self.decision != "later" and not self.post:
            raise UserError(
                self.env._("Post the credit note first, then decide about the work.")
            )
        if len(charges) < len(self.line_ids):
            raise UserError(self.env._("Name each piece of work once."))
        self._lock(charges)
        if self.decision != "later":
            self._check_decided(charges)
        for line in self.line_ids:
            line._check_amount()
        refunds = self._create_refunds()
        self.env["ticket.billing.log"]._note_charges(
            "credit",
            charges,
            {line.charge_id.sudo(): line.amount for line in self.line_ids},
            reason=self.reason,
        )
        if self.post:
            refunds.action_post()
        self._decide(charges)
        return refunds._get_records_action()

    @api.model
    def _lock(self, charges):
        """Keep others from crediting the same work before this transaction ends."""
        charges = charges.sudo()
        if charges.try_lock_for_update(allow_referencing=True) != charges:
            raise LockError(self.env._("The work is being billed by someone else."))
        for version, group in charges.grouped("version").items():
            group.version = version + 1

    @api.model
    def _check_decided(self, charges):
        """Refuse to decide about earlier credits together with this one.

        :raise UserError: which names the ticket
        """
        waiting = charges.sudo().filtered("is_waiting")
        if waiting:
            raise UserError(
                self.env._(
                    "An earlier credit of work on ticket %(number)s waits for a "
                    "decision. Decide about that one first, or choose “Decide later”.",
                    number=waiting[0].ticket_id._get_number(),
                )
            )

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
