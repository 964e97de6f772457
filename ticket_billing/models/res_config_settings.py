from odoo import models

from .helpdesk_ticket import MANAGER


class ResConfigSettings(models.TransientModel):
    """The switches of the company and the rules of its default policy, for system
    administrators."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "ticket.billing.settings.mixin"]

    def execute(self):
        # EXTENDS base: a raised level leaves the work of the trial to be decided about
        action = super().execute()
        if not self.env.user.has_group(MANAGER):
            return action
        lines = self.env["ticket.billing.run.line"]
        undecided = lines._get_undecided_trials(self.company_id)
        return undecided.action_decide_trial() if undecided else action
