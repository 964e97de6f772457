from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

KEPT_MONTHS = 18
MOST_AT_ONCE = 1000
MONEY = ("invoiced", "covered", "to_approve")


class TicketBillingRun(models.Model):
    """How long runs are kept: what touched money for ever, the rest for a while."""

    _inherit = "ticket.billing.run"

    @api.autovacuum
    def _gc_runs(self):
        """Delete old runs and lines that touched no money and that nothing refers to.

        :return: how many lines were looked at, and whether there are more
        """
        limit = fields.Datetime.subtract(fields.Datetime.now(), months=KEPT_MONTHS)
        old = Domain("create_date", "<", limit)
        lines = self.env["ticket.billing.run.line"].search(
            old & self._get_worthless_line_domain(), limit=MOST_AT_ONCE
        )
        count = len(lines)
        lines.with_context(ticket_billing_vacuum=True).unlink()
        runs = self.search(old & self._get_empty_domain(), limit=MOST_AT_ONCE)
        runs.with_context(ticket_billing_vacuum=True).unlink()
        return count + len(runs), count == MOST_AT_ONCE or len(runs) == MOST_AT_ONCE

    @api.model
    def _get_worthless_line_domain(self):
        """Return the domain of lines that touched no money."""
        return (
            Domain("run_id.dry_run", "=", True) | Domain("outcome", "not in", MONEY)
        ) & Domain("trial_ticket_ids", "=", False)

    @api.model
    def _get_empty_domain(self):
        """Return the domain of runs without lines that no charge refers to."""
        return (
            Domain("line_ids", "=", False)
            & Domain("undone_date", "=", False)
            & Domain("charge_ids", "=", False)
            & Domain("invoiced_charge_ids", "=", False)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_vacuum(self):
        if not self.env.context.get("ticket_billing_vacuum"):
            raise UserError(self.env._("Runs of ticket billing are kept on record."))


class TicketBillingRunLine(models.Model):
    _inherit = "ticket.billing.run.line"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_vacuum(self):
        self.run_id._unlink_except_vacuum()
