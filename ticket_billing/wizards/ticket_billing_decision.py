from odoo import Command, api, fields, models


class TicketBillingDecision(models.TransientModel):
    """Asks at which price work is billed again, or why it is written off or sent
    back."""

    _name = "ticket.billing.decision"
    _inherit = "ticket.billing.input.mixin"
    _description = "Decision about Ticket Work"

    charge_ids = fields.Many2many(
        comodel_name="ticket.billing.charge",
        relation="ticket_billing_decision_charge_rel",
        column1="decision_id",
        column2="charge_id",
        string="Work",
        readonly=True,
    )
    decision = fields.Selection(
        selection=[
            ("again", "Bill Again"),
            ("write_off", "Write Off"),
            ("reject", "Reject"),
        ],
        required=True,
        readonly=True,
    )
    price = fields.Selection(
        selection=[
            ("today", "Under the terms of today"),
            ("old", "At the old price"),
        ],
        default="today",
        required=True,
        help="Today: the hours as they are logged now, at the rates that hold now for "
        "the day of the work. Old: what was billed before, to whom it was billed.",
    )
    reason = fields.Char(
        help="Stays on record with your name. Technicians read it when their work is "
        "sent back."
    )

    @api.model
    def _open(self, charges, decision):
        """Return the action that asks about these charges."""
        values = {"charge_ids": [Command.set(charges.ids)], "decision": decision}
        labels = dict(self._fields["decision"]._description_selection(self.env))
        return {
            "type": "ir.actions.act_window",
            "name": labels[decision],
            "res_model": self._name,
            "res_id": self.create(values).id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Do what was decided, and tell what was done.

        :raise UserError: if it cannot be done; the message says why
        """
        self._check_single()
        if self.decision == "again":
            return self.charge_ids.action_bill_again(self.price)
        tickets = self.charge_ids.ticket_id
        if self.decision == "reject":
            self.charge_ids.action_reject(self.reason)
            text = self.env._("Tickets sent back: %(count)s", count=len(tickets))
        else:
            self.charge_ids.action_write_off(self.reason)
            text = self.env._(
                "Work written off on tickets: %(count)s", count=len(tickets)
            )
        return self.env["ticket.billing.message"]._show(text, tickets)
