from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .ticket_billing_run_line import AMOUNTS

USAGE = ("contract_id", "kind", "service_date", "covered_quantity")


class TicketBillingRun(models.Model):
    _inherit = "ticket.billing.run"

    def _add_trials(self, lines, trials):
        """Let the lines of tickets on trial tell what would have been billed.

        :param list lines: values of the run's lines, one for each ticket
        """
        by_ticket = {trial.ticket.id: trial for trial in trials}
        run_lines = self.env["ticket.billing.run.line"]
        for line in lines:
            trial = by_ticket.get(line["ticket_id"])
            if trial:
                line.update(run_lines._prepare_trial(self, trial, line))
        return lines


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
    def _prepare_trial(self, run, trial, line):
        """Return what a trial changes in the values of a ticket's line.

        Where other work on the ticket is billed, its figures stay, and the reason tells
        of the trial.
        """
        values = self._prepare_line(run, trial, self.env["ticket.billing.charge"])
        reasons = [self.env._("Trial: calculated, not billed."), values["reason"]]
        if any(vals["rating_state"] == "to_approve" for vals in trial.charges):
            reasons.append(self.env._("Would wait for approval."))
        values.update(is_trial=True, trial_usage=self._get_usage(trial))
        if line["outcome"] == "skipped":
            return {
                **values,
                "outcome": "skipped",
                "reason": " ".join(filter(None, reasons)),
            }
        hours = formatLang(self.env, trial.hours, digits=2)
        reasons.insert(1, self.env._("%(hours)s h.", hours=hours))
        return {
            "is_trial": True,
            "trial_usage": values["trial_usage"],
            "reason": " ".join(filter(None, [line["reason"], *reasons])),
        }

    @api.model
    def _get_usage(self, trial):
        """Return what a trial draws on contracts, as plain values."""
        return [
            {
                **{name: vals[name] for name in USAGE},
                "service_date": str(vals["service_date"]),
            }
            for vals in trial.charges
            if vals.get("covered_by")
        ]

    def _stamp_trials(self):
        """Let the tickets know their last trial, which waits for a decision."""
        for line in self.filtered("is_trial"):
            line.ticket_id.billing_trial_line_id = line

    def action_open_ticket(self):
        """Open the ticket of the line."""
        self._check_readable()
        return self.ticket_id._get_records_action()

    # Decision

    def action_decide_trial(self):
        """Ask whether the work of these trials is billed. Managers only.

        :raise UserError: if somebody has decided about all of it
        """
        self.env["ticket.billing.charge"]._check_manager()
        self._check_readable()
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
