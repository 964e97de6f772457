from odoo import api, models
from odoo.tools import SQL

DECIDED = (
    "state",
    "invoiced_amount",
    "credited_amount",
    "edited_amount",
    "is_waiting",
    "waiting_reason",
    "waiting_amount",
    "waiting_since",
)
CHANGED = (
    "state",
    "invoiced_amount",
    "edited_amount",
    "was_invoiced",
    "version",
    "is_undone",
    "invoice_run_id",
)


class TicketBillingCharge(models.Model):
    """What charges become by being put on a draft: known at once for all of them.

    Their computed fields would say the same, one charge after the other, with each
    value compared and written by itself: a third of what billing costs beside Odoo's
    own drafts. So they are set by one statement here, and computed from the first
    change of the draft on.
    """

    _inherit = "ticket.billing.charge"

    def _decided_by_drafts(self):
        """Return a context manager in which nothing of these charges is computed that
        drafts decide: their rows have it already, or ``_set_on_drafts`` writes it."""
        return self.env.protecting([self._fields[name] for name in DECIDED], self)

    def _set_on_drafts(self, moves, run):
        """Note that these charges, never on an invoice before, are on the drafts now.

        :param run: the run that put them there
        """
        if not self:
            return
        query = SQL(
            "UPDATE %(table)s SET state = 'invoiced', was_invoiced = TRUE, "
            "version = version + 1, invoiced_amount = on_draft.net, "
            "edited_amount = on_draft.edit, is_undone = FALSE, "
            "invoice_run_id = %(run)s, write_uid = %(user)s, write_date = %(now)s "
            "FROM (VALUES %(rows)s) AS on_draft(id, net, edit) "
            "WHERE %(table)s.id = on_draft.id",
            table=SQL.identifier(self._table),
            run=run.id,
            user=self.env.uid,
            now=self.env.cr.now(),
            rows=SQL(", ").join(self._get_draft_rows(moves)),
        )
        self.env.execute_query(query)
        self.invalidate_recordset(CHANGED, flush=False)
        self.modified(CHANGED)

    def _get_draft_rows(self, moves):
        """Return by charge what it got of its draft: id, share and what was edited."""
        return [
            (charge.id, nets[charge], edits[charge])
            for nets, edits in map(self._get_line_shares, moves.invoice_line_ids)
            for charge in nets
            if charge in self
        ]

    @api.model
    def _get_line_shares(self, line):
        """Return two dicts: charge → its share of a line, and of what was edited."""
        if not line.charge_ids:
            return {}, {}
        nets = line._share_out(line.price_subtotal)
        return nets, line._share_out(line._get_ticket_edit())
