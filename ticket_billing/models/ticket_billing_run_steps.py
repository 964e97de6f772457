from odoo import api, models
from odoo.fields import Domain

from .ticket_billing_run_line import OUTCOMES

# What one click takes on; the schedule bills the rest
MOST_IN_STEPS = 10_000


class TicketBillingRun(models.Model):
    """Bills many tickets step by step, while a person watches how far it is.

    The browser asks for one batch after the other. Each is a run in a transaction of
    its own, so that a person may stop, or close the page, and keeps what was done.
    """

    _inherit = "ticket.billing.run"

    def action_start_run(self):
        """Bill what is due in the user's companies: at once, or step by step where
        that takes a while. Managers only.

        :return: an action that tells the outcome, or shows the steps
        :raise AccessError: for others
        """
        self.env["ticket.billing.charge"]._check_manager()
        own = Domain("company_id", "in", self.env.companies.ids)
        batches = self._get_due_batches("button", own, MOST_IN_STEPS)
        if len(batches) < 2:
            return self.action_run_now()
        return self._get_steps_action("run_step", batches)

    @api.model
    def _get_steps_action(self, method, batches, record=None):
        """Return an action in which the browser bills tickets, batch by batch.

        :param str method: public, of tickets or of ``record``, which it takes their ids
            for; returns what ``_get_step`` does
        :param list batches: the ids of the tickets of each batch
        """
        params = {"model": "helpdesk.ticket", "method": method, "batches": batches}
        if record:
            params.update(model=record._name, record_id=record.id)
        return {
            "type": "ir.actions.client",
            "tag": "ticket_billing_steps",
            "params": params,
        }

    def _get_step(self):
        """Return as plain data what became of the tickets of these runs: by outcome how
        many, the runs, and the drafts as far as the user may read them."""
        lines = self.sudo().line_ids
        outcomes = lines.mapped("outcome")
        moves = self.env["account.move"]
        shown = self.sudo(False) if self.has_access("read") else self.browse()
        return {
            "outcomes": {name: outcomes.count(name) for name in OUTCOMES},
            "run_ids": shown.ids,
            "move_ids": lines.move_ids.ids if moves.has_access("read") else [],
        }
