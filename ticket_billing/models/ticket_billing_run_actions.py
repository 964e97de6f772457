from odoo import models
from odoo.fields import Domain

from ..tools.due import Due
from .ticket_billing_run_schedule import ORDER

# More in one click would keep its user waiting; the schedule takes the rest
MOST_AT_ONCE = 200


class TicketBillingRun(models.Model):
    """Runs that a manager starts: at every automation level, and before the delay."""

    _inherit = "ticket.billing.run"

    def action_run_now(self):
        """Bill what is due in the user's companies, and tell the outcome. Managers
        only."""
        runs = self._run_by_hand(dry_run=False)
        action = runs._get_notification_action()
        remaining = self._count_left(runs)
        if remaining:
            more = self.env._("Tickets that are left: %(count)s", count=remaining)
            action["params"]["message"] += f"\n{more}"
        return action

    def action_dry_run(self):
        """Show what would be billed now in the user's companies. Managers only."""
        runs = self._run_by_hand(dry_run=True)
        return runs._get_records_action(name=self.env._("Dry Run"))

    def _run_by_hand(self, dry_run):
        self.env["ticket.billing.charge"]._check_manager()
        tickets = self._search_due_by_hand()
        return self.env["ticket.billing.run"]._process(
            "button", tickets=tickets, dry_run=dry_run, due=Due()
        )

    def _search_due_by_hand(self):
        """Return the oldest tickets that are due by hand."""
        tickets = self.env["helpdesk.ticket"].sudo()
        return tickets.search(
            self._get_due_by_hand_domain(), limit=MOST_AT_ONCE, order=ORDER
        )

    def _count_left(self, runs):
        """Return how many tickets are due by hand that runs did not look at."""
        looked_at = Domain("id", "in", runs.sudo().line_ids.ticket_id.ids)
        tickets = self.env["helpdesk.ticket"].sudo()
        return tickets.search_count(self._get_due_by_hand_domain() & ~looked_at)

    def _get_due_by_hand_domain(self):
        own = Domain("company_id", "in", self.env.companies.ids)
        return self._get_due_domain("button") & own
