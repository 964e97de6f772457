from odoo import api, fields, models

from .ticket_billing_charge import AMOUNTS

OPEN_STATES = ("to_approve", "ready")


class TicketBillingCharge(models.Model):
    """What of a charge is on invoices by now, and what is on none."""

    _inherit = "ticket.billing.charge"

    billed_amount = fields.Monetary(
        string="On Invoices",
        compute="_compute_billed_amount",
        compute_sudo=True,
        groups=AMOUNTS,
        help="What is on invoices, drafts included, less what was credited, before "
        "tax.",
    )
    unbilled_amount = fields.Monetary(
        string="On No Invoice",
        compute="_compute_unbilled_amount",
        compute_sudo=True,
        groups=AMOUNTS,
        help="What waits for approval, for its invoice or for a decision, before tax.",
    )

    @api.depends("invoiced_amount", "credited_amount")
    def _compute_billed_amount(self):
        for charge in self:
            charge.billed_amount = charge.invoiced_amount - charge.credited_amount

    @api.depends("state", "amount", "is_waiting", "waiting_amount")
    def _compute_unbilled_amount(self):
        for charge in self:
            if charge.is_waiting:
                charge.unbilled_amount = charge.waiting_amount
            else:
                is_open = charge.state in OPEN_STATES
                charge.unbilled_amount = charge.amount if is_open else 0.0
