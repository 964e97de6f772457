from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class TicketBillingTrial(models.TransientModel):
    """Asks whether work that was calculated on trial is billed after all."""

    _name = "ticket.billing.trial"
    _inherit = "ticket.billing.input.mixin"
    _description = "End of the Trial"

    line_ids = fields.Many2many(
        comodel_name="ticket.billing.run.line",
        relation="ticket_billing_trial_line_rel",
        column1="trial_id",
        column2="line_id",
        string="Work of the Trial",
        readonly=True,
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    ticket_count = fields.Integer(string="Tickets", compute="_compute_totals")
    hours = fields.Float(
        string="Billable Hours",
        compute="_compute_totals",
        help="Hours after rounding that are to be billed, without what is covered.",
    )
    amount = fields.Monetary(
        compute="_compute_totals",
        groups="ticket_billing.group_ticket_billing_amounts",
        help="Before tax, in the currency of the company.",
    )
    decision = fields.Selection(
        selection=[
            ("leave", "Do not bill it: it was billed in another way"),
            ("bill", "Bill it"),
        ],
        default="leave",
        required=True,
        help="Not billed: the tickets are marked as not billable. Billed: the next run "
        "bills them at the terms of today.",
    )
    reason = fields.Char(help="Stays on record with your name, on the tickets too.")

    @api.depends("line_ids")
    def _compute_totals(self):
        for trial in self:
            lines = trial.line_ids
            trial.ticket_count = len(lines.ticket_id)
            trial.hours = sum(lines.mapped("billed_hours"))
            trial.amount = sum(lines.sudo().mapped("amount_company"))

    @api.model
    def _open(self, lines):
        """Return the action that asks about the trials of one company."""
        company = lines.company_id[:1]
        own = lines.filtered(lambda line: line.company_id == company)
        trial = self.create(
            {"line_ids": [Command.set(own.ids)], "company_id": company.id}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End of the Trial"),
            "res_model": self._name,
            "res_id": trial.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Bill the work of the trial, or leave it.

        :raise UserError: if the level still says that nothing is billed
        """
        self._check_single()
        self.env["ticket.billing.charge"]._check_manager()
        self.line_ids.check_access("read")
        tickets = self.line_ids.sudo().trial_ticket_ids
        if self.decision == "bill":
            self._check_level(tickets)
            tickets.billing_trial_line_id = False
            tickets._flag_for_billing()
        else:
            tickets.with_user(self.env.user).sudo().billable = False
        self._log(tickets)
        tickets.billing_trial_line_id = False
        note = self._get_note()
        tickets._note_decision(note, self.env.user)
        return self.env["ticket.billing.message"]._show(note, tickets)

    def _log(self, tickets):
        """Keep the decision in the journal, with what the trial came to."""
        labels = dict(self._fields["decision"]._description_selection(self.env))
        for line in self.line_ids.sudo():
            self.env["ticket.billing.log"]._note(
                "trial",
                line.ticket_id & tickets,
                after=labels[self.decision],
                reason=self.reason,
                currency_id=line.currency_id.id,
                amount=line.amount,
            )

    def _check_level(self, tickets):
        """Refuse to bill what would go on trial once more.

        :raise UserError: which names a customer and a ticket
        """
        ratings = self.env["ticket.billing.rating"].sudo()
        ratings = ratings.with_company(self.company_id)
        on_trial = tickets.filtered(ratings._is_ticket_on_trial)
        if on_trial:
            raise UserError(
                self.env._(
                    "The automation level of %(customer)s is still Trial. Raise it "
                    "first, or generate the invoice of ticket %(number)s by hand.",
                    customer=on_trial[0].commercial_partner_id.display_name,
                    number=on_trial[0]._get_number(),
                )
            )

    def _get_note(self):
        text = (
            self.env._("The work of the trial is billed.")
            if self.decision == "bill"
            else self.env._("The work of the trial is not billed.")
        )
        return f"{text} {self.reason or ''}".strip()
