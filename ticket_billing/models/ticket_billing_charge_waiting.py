from odoo import api, fields, models

from .ticket_billing_charge import AMOUNTS


class TicketBillingCharge(models.Model):
    """Work whose bill was taken back, and that waits for a person to decide."""

    _inherit = "ticket.billing.charge"

    is_waiting = fields.Boolean(
        compute="_compute_waiting",
        store=True,
        compute_sudo=True,
        string="Waits for a Person",
        help="Released or credited, and neither billed again nor written off.",
    )
    waiting_reason = fields.Selection(
        selection=[
            ("deleted", "Draft Deleted"),
            ("cancelled", "Invoice Cancelled"),
            ("credited", "Credited"),
            ("partly", "Credited in Part"),
        ],
        compute="_compute_waiting",
        store=True,
        compute_sudo=True,
        string="Why It Waits",
        help="What became of its invoice.",
    )
    waiting_amount = fields.Monetary(
        compute="_compute_waiting",
        store=True,
        compute_sudo=True,
        groups=AMOUNTS,
        help="What was released or credited and is neither billed again nor written "
        "off, before tax.",
    )
    waiting_since = fields.Datetime(
        compute="_compute_waiting",
        store=True,
        compute_sudo=True,
        help="When its invoice was deleted, cancelled or credited.",
    )
    _waiting_index = models.Index("(company_id, id) WHERE is_waiting IS TRUE")

    @api.depends(
        "state",
        "is_superseded",
        "invoiced_amount",
        "credited_amount",
        "written_off_amount",
        "replacement_ids.is_void",
        "replacement_ids.replaced_amount",
        "invoice_line_ids.parent_state",
    )
    def _compute_waiting(self):
        for charge in self:
            reason = charge._get_waiting_reason()
            charge.is_waiting = bool(reason)
            charge.waiting_reason = reason
            charge.waiting_amount = charge._get_waiting_amount() if reason else 0.0
            since = charge.waiting_since or fields.Datetime.now()
            charge.waiting_since = since if reason else False

    def _get_standing_states(self):
        """Return the states that a ticket with these charges is in.

        Released is what waits for a person, credited in part or not.
        """
        standing = self.filtered(lambda c: not c.is_superseded)
        states = set(standing.mapped("state")) - {"released", "credited"}
        return states | {"released"} if any(standing.mapped("is_waiting")) else states

    def _get_waiting_reason(self):
        """Return how the charge came to wait; False if it does not."""
        self.ensure_one()
        if not self.was_invoiced or self.is_superseded or self.state == "written_off":
            return False
        if self.state == "released":
            return "cancelled" if self.invoice_line_ids else "deleted"
        if self.currency_id.compare_amounts(self._get_open_credit(), 0) <= 0:
            return False
        return "credited" if self.state == "credited" else "partly"

    def _get_waiting_amount(self):
        return self.amount if self.state == "released" else self._get_open_credit()

    def _get_open_credit(self):
        """Return what was credited and not billed again or written off.

        Credited is what is missing to the newest invoice: a replacement that was made
        together with the credit note takes up what that one credits.
        """
        if not self.credited_amount:
            return -self.written_off_amount
        standing = self.replacement_ids.filtered(lambda c: not c.is_void)
        return (
            self._get_share(self._get_last_lines())
            - (self.invoiced_amount - self.credited_amount)
            - sum(standing.mapped("replaced_amount"))
            - self.written_off_amount
        )
