from odoo import api, fields, models
from odoo.exceptions import UserError

from .ticket_billing_run_line import AMOUNTS

USAGE = ("contract_id", "kind", "service_date", "covered_quantity")


class TicketBillingRun(models.Model):
    _inherit = "ticket.billing.run"

    def _prepare_trial_lines(self, trials):
        """Return the values of lines that tell what would have been billed."""
        lines = self.env["ticket.billing.run.line"]
        return [lines._prepare_trial_line(self, trial) for trial in trials]


class TicketBillingRunLine(models.Model):
    """What a ticket would have been billed with, at the level shadow."""

    _inherit = "ticket.billing.run.line"

    is_trial = fields.Boolean(
        string="Trial",
        help="Calculated only: would have been billed, but for the level.",
    )
    trial_usage = fields.Json(
        groups=AMOUNTS, help="What of contracts the trial has used up."
    )
    trial_ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="billing_trial_line_id",
        help="Set as long as nobody has decided about the work of the trial.",
    )

    @api.model
    def _prepare_trial_line(self, run, rating):
        """Return the values of a line for what a ticket comes to on trial."""
        waiting = [c for c in rating.charges if c["rating_state"] == "to_approve"]
        values = self._prepare_line(run, rating, self.env["ticket.billing.charge"])
        reasons = [self.env._("Trial: calculated, not billed."), values["reason"]]
        if waiting:
            reasons.append(self.env._("Would wait for approval."))
        return {
            **values,
            "outcome": "skipped",
            "is_trial": True,
            "reason": " ".join(filter(None, reasons)),
            "trial_usage": [
                {
                    **{name: vals[name] for name in USAGE},
                    "service_date": str(vals["service_date"]),
                }
                for vals in rating.charges
                if vals.get("covered_by")
            ],
        }

    def _stamp_trials(self):
        """Let the tickets know their last trial, which waits for a decision."""
        for line in self.filtered("is_trial"):
            line.ticket_id.billing_trial_line_id = line

    def action_open_ticket(self):
        """Open the ticket of the line."""
        return self.ticket_id._get_records_action()

    # Decision

    def action_decide_trial(self):
        """Ask whether the work of these trials is billed. Managers only.

        :raise UserError: if somebody has decided about all of it
        """
        self.env["ticket.billing.charge"]._check_manager()
        self.check_access("read")
        open_lines = self.filtered("trial_ticket_ids")
        if not open_lines:
            raise UserError(self.env._("All of this has been decided about."))
        return self.env["ticket.billing.trial"]._open(open_lines)

    @api.model
    def _open_undecided(self, lines):
        """Return an action with trials that wait for a decision."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ticket_billing.ticket_billing_run_line_action_trial"
        )
        return {**action, "domain": [("id", "in", lines.ids)]}

    @api.model
    def _get_undecided_trials(self, company):
        """Return the trials of a company whose level was raised, but that wait for a
        decision."""
        lines = self.sudo().search(
            [("company_id", "=", company.id), ("trial_ticket_ids", "!=", False)]
        )
        ratings = self.env["ticket.billing.rating"].sudo().with_company(company)
        return lines.filtered(
            lambda line: not ratings._is_ticket_on_trial(line.ticket_id)
        )
