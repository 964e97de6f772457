from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools.money import sum_lines
from .ticket_billing_charge import AMOUNTS


class TicketBillingCharge(models.Model):
    """What became of charges on invoices: read from the invoice lines, never set."""

    _inherit = "ticket.billing.charge"

    replaces_id = fields.Many2one(
        comodel_name="ticket.billing.charge",
        string="Bills Again",
        index="btree_not_null",
        ondelete="restrict",
        help="The charge whose work this one bills again.",
    )
    replacement_ids = fields.One2many(
        comodel_name="ticket.billing.charge",
        inverse_name="replaces_id",
        string="Billed Again By",
    )
    replaced_by_id = fields.Many2one(
        comodel_name="ticket.billing.charge",
        string="Billed Again As",
        compute="_compute_replaced_by_id",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        help="The newest charge that bills this work again, as a whole or in part.",
    )
    is_superseded = fields.Boolean(
        help="Billed again as a whole: the new charge counts instead of this one."
    )
    is_remainder = fields.Boolean(
        help="Bills again what was credited of another charge; its hours count there."
    )
    replaced_amount = fields.Monetary(
        groups=AMOUNTS,
        help="How much of the credit of another charge this one bills again.",
    )
    written_off_amount = fields.Monetary(
        groups=AMOUNTS, help="What was given up, before tax."
    )
    edited_amount = fields.Monetary(
        string="Changed on the Draft",
        compute="_compute_invoiced_amount",
        store=True,
        compute_sudo=True,
        groups=AMOUNTS,
        help="What people changed on the draft: its price times quantity less what was "
        "rated, at the agreed prices, taxes included where these include them.",
    )

    @api.depends("replacement_ids.is_void")
    def _compute_replaced_by_id(self):
        for charge in self:
            standing = charge.replacement_ids.filtered(lambda c: not c.is_void)
            charge.replaced_by_id = standing.sorted("id")[-1:]

    @api.depends(
        "amount",
        "quantity",
        "price_unit",
        "invoice_line_ids.charge_ids",
        "invoice_line_ids.quantity",
        "invoice_line_ids.price_unit",
        "invoice_line_ids.discount",
        "invoice_line_ids.price_subtotal",
        "invoice_line_ids.parent_state",
        "invoice_line_ids.move_id.move_type",
    )
    def _compute_invoiced_amount(self):
        lines = self.invoice_line_ids
        nets = {line: line._share_out(line.price_subtotal) for line in lines}
        edits = {line: line._share_out(line._get_ticket_edit()) for line in lines}
        for charge in self:
            lines = charge._get_live_lines()
            credits = lines.filtered(lambda line: line.move_type == "out_refund")
            posted = credits.filtered(lambda line: line.parent_state == "posted")
            last = charge._get_last_lines()
            charge.invoiced_amount = sum(nets[line][charge] for line in lines - credits)
            charge.credited_amount = sum(nets[line][charge] for line in posted)
            charge.edited_amount = sum(edits[line][charge] for line in last)

    @api.depends(
        "rating_state",
        "was_invoiced",
        "invoiced_amount",
        "credited_amount",
        "invoice_line_ids.parent_state",
        "invoice_line_ids.move_id.move_type",
    )
    def _compute_state(self):
        for charge in self:
            state = charge.rating_state
            if charge.was_invoiced:
                invoice_state = charge._get_invoice_state()
                is_back = invoice_state in ("released", "credited")
                if state != "written_off" or not is_back:
                    state = invoice_state
            charge.state = state

    # Lines

    def _get_live_lines(self):
        return self.invoice_line_ids.filtered(
            lambda line: line.parent_state != "cancel"
        )

    def _get_last_lines(self):
        """Return the lines of the newest invoice that is not cancelled.

        What only undoes a credit note is no invoice of the work.
        """
        lines = self._get_live_lines().filtered(
            lambda line: line.move_type != "out_refund"
            and line.move_id.reversed_entry_id.move_type != "out_refund"
        )
        last = lines.move_id.sorted("id")[-1:]
        return lines.filtered(lambda line: line.move_id == last)

    def _link_copied_line(self, line):
        """Let a copied line go on with the charges that it rightly continues.

        A credit note continues the invoice that it reverses; a new invoice continues
        one that has a credit note. Debit notes and other copies bill nothing of the
        ledger's.

        :raise UserError: if the work was billed again meanwhile
        """
        reversed_lines = line.move_id.reversed_entry_id.invoice_line_ids
        for charge in self:
            lines = charge._get_live_lines()
            credits = lines.filtered(lambda other: other.move_type == "out_refund")
            if line.move_type == "out_refund":
                continues = bool(lines & reversed_lines)
            else:
                continues = bool(credits) and not line.move_id._is_debit_note()
                if continues and charge.replaced_by_id:
                    raise UserError(self._get_final_reason(charge))
            if continues:
                charge.invoice_line_ids = [Command.link(line.id)]

    def _get_share(self, lines):
        """Return what this charge got of the lines' subtotals."""
        self.ensure_one()
        return sum(line._share_out(line.price_subtotal)[self] for line in lines)

    def _get_line_total(self):
        """Return what one line with these charges amounts to, as a Decimal."""
        lines = [(None, charge.quantity, charge.price_unit) for charge in self]
        return sum_lines(lines, self[:1].currency_id.rounding)

    # State

    def _get_invoice_state(self):
        """Return the state that the invoice lines of the charge amount to."""
        lines = self._get_live_lines()
        credits = lines.filtered(lambda line: line.move_type == "out_refund")
        invoices = lines - credits
        if not invoices:
            return "released"
        posted = invoices.filtered(lambda line: line.parent_state == "posted")
        if posted and self._is_credited(posted, credits):
            return "invoiced" if invoices - posted else "credited"
        return "billed" if posted else "invoiced"

    def _is_credited(self, posted, credits):
        """Return whether posted credit notes undo all that was posted.

        What is worth nothing beside other work is credited with all of its line.
        """
        credits = credits.filtered(lambda line: line.parent_state == "posted")
        if not credits:
            return False
        left = self._get_share(posted) - self.credited_amount
        if not self._get_share(posted):
            sums = (sum(lines.mapped("price_subtotal")) for lines in (posted, credits))
            left = next(sums) - next(sums)
        return self.currency_id.compare_amounts(left, 0) <= 0
