from functools import partial

from odoo import api, models


class TicketBillingRun(models.Model):
    """Posts drafts whose level says so, each in a transaction of its own.

    Apart from billing: a dry run must not post, and what another addon does when an
    invoice is posted, such as telling a tax office, cannot be taken back.
    """

    _inherit = "ticket.billing.run"

    @api.model
    def _cron_post_drafts(self):
        """Post what is due, until nothing is left or the time is up."""
        moves = self.env["account.move"]
        ids = moves.search(moves._get_posting_domain(), order="id").ids
        self.env["ir.cron"]._commit_progress(remaining=len(ids))
        for id_ in ids:
            self._try_apart(partial(self._post_draft, id_))
            self.env.invalidate_all()
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _post_draft(self, id_):
        """Post one draft as the system, in its company and on its day.

        Odoo dates it by the time zone of the context, which the system has not.
        """
        engine = self.with_env(self._get_engine_env())
        move = engine.env["account.move"].browse(id_).exists()
        company = move.company_id
        move = move.with_company(company)
        if move:
            zone = company._get_ticket_billing_tz().zone
            move.with_context(tz=zone)._post_ticket_draft()
