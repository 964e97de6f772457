from odoo import api, models
from odoo.tools import format_datetime

# More would fill the screen; the run tells all of them
MOST_REASONS = 10


class TicketBillingRun(models.Model):
    """What whoever started a run is told of it."""

    _inherit = "ticket.billing.run"

    @api.depends("create_date")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        """Name runs by their moment, as the user reads moments."""
        for run in self:
            moment = run.create_date
            run.display_name = moment and format_datetime(self.env, moment) or ""

    def _get_result_action(self):
        """Return an action that opens the drafts, or tells who may not read them what
        became of the tickets; both if some are on no draft."""
        moves = self.env["account.move"]
        drafts = moves.browse(self.sudo().line_ids.move_ids.ids)
        if not drafts or not moves.has_access("read"):
            return self._get_notification_action()
        opened = drafts._get_records_action(name=self.env._("Draft Invoices"))
        # With the customers, as Odoo lists invoices
        opened["context"] = {"default_move_type": "out_invoice"}
        if all(line.outcome == "invoiced" for line in self.sudo().line_ids):
            return opened
        return self._get_notification_action(next=opened)

    def _get_notification_action(self, **params):
        """Return a notification that tells what became of the tickets, with links to
        the drafts and the runs, or to the tickets for who may not read runs.

        :param params: of the client action
        """
        lines = self.sudo().line_ids
        reasons = lines._get_reasons(MOST_REASONS)
        is_fine = not lines.filtered(
            lambda line: line.outcome in ("blocked", "skipped")
        )
        return self.env["ticket.billing.message"]._show(
            "\n".join([*self._get_summary(), *reasons]),
            lines.move_ids,
            self if self.has_access("read") else lines.ticket_id,
            title=self.env._("Ticket Billing"),
            type="success" if is_fine else "warning",
            sticky=bool(reasons),
            **params,
        )

    def _get_summary(self):
        """Return how many tickets had which outcome, a sentence for each."""
        outcomes = self.sudo().line_ids.mapped("outcome")
        texts = {
            "invoiced": self.env._("Tickets on draft invoices: %(count)s"),
            "covered": self.env._("Tickets that are covered: %(count)s"),
            "to_approve": self.env._("Tickets to approve: %(count)s"),
            "blocked": self.env._("Tickets that are blocked: %(count)s"),
        }
        return [
            text % {"count": outcomes.count(outcome)}
            for outcome, text in texts.items()
            if outcome == "invoiced" or outcome in outcomes
        ]
