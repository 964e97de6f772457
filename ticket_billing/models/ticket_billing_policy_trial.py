from odoo import api, fields, models

from .helpdesk_ticket import MANAGER


class TicketBillingPolicy(models.Model):
    """Asks about the work of a trial once the level is raised."""

    _inherit = "ticket.billing.policy"

    undecided_trial_count = fields.Integer(
        compute="_compute_undecided_trial_count",
        groups=MANAGER,
        help="Tickets that were calculated on trial, and that nobody decided about.",
    )

    @api.depends("automation_level", "company_id")
    def _compute_undecided_trial_count(self):
        for policy in self:
            policy.undecided_trial_count = len(policy._get_undecided_trials())

    def _get_undecided_trials(self):
        lines = self.env["ticket.billing.run.line"]
        return lines._get_undecided_trials(self.company_id)

    def action_view_trials(self):
        """Open the work of the trial that waits for a decision. Managers only."""
        self.env["ticket.billing.charge"]._check_manager()
        self._check_single()
        lines = self._get_undecided_trials()
        return lines._open_undecided(lines)


class ResPartner(models.Model):
    _inherit = "res.partner"

    undecided_trial_count = fields.Integer(
        compute="_compute_undecided_trial_count",
        groups=MANAGER,
        help="Tickets that were calculated on trial, and that nobody decided about.",
    )

    @api.depends("ticket_billing_level")
    @api.depends_context("company")
    def _compute_undecided_trial_count(self):
        for partner in self:
            partner.undecided_trial_count = len(partner._get_undecided_trials())

    def _get_undecided_trials(self):
        lines = self.env["ticket.billing.run.line"]
        trials = lines._get_undecided_trials(self.env.company)
        return trials.filtered(
            lambda line: line.ticket_id.commercial_partner_id
            == self.commercial_partner_id
        )

    def action_view_trials(self):
        """Open the customer's work of the trial that waits for a decision.

        Managers only.
        """
        self.env["ticket.billing.charge"]._check_manager()
        self._check_single()
        lines = self._get_undecided_trials()
        return lines._open_undecided(lines)
