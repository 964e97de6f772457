from odoo import api, fields, models

from .ticket_billing_run import BY_HAND


class TicketBillingRunLine(models.Model):
    """How long it took from the end of a ticket to its draft."""

    _inherit = "ticket.billing.run.line"

    trigger = fields.Selection(related="run_id.trigger")
    dry_run = fields.Boolean(related="run_id.dry_run")
    event_date = fields.Datetime(
        string="Billing Event On",
        help="When the ticket was first resolved or closed, as the run knew it.",
    )
    minutes_to_draft = fields.Float(
        string="Minutes to Draft",
        aggregator="avg",
        help="From the billing event to the draft, where a ticket was invoiced by "
        "itself for the first time: the delay, an approval or the end of its month "
        "included.",
    )

    @api.model
    def _prepare_line(self, run, rating, ready):
        # EXTENDS ticket_billing
        values = super()._prepare_line(run, rating, ready)
        return {**values, "event_date": rating.ticket.billing_event_date}

    def _note_minutes(self):
        """Note how long the tickets took that are invoiced for the first time.

        Others get no number at all, so that they count in no average.
        """
        drafted = self.filtered(
            lambda line: line.outcome == "invoiced"
            and line.event_date
            and line.trigger not in BY_HAND
        )
        if not drafted:
            return
        earlier = self.search(
            [
                ("ticket_id", "in", drafted.ticket_id.ids),
                ("outcome", "=", "invoiced"),
                ("dry_run", "=", False),
                ("id", "not in", self.ids),
            ]
        )
        now = fields.Datetime.now()
        for line in drafted.filtered(lambda line: line.ticket_id - earlier.ticket_id):
            passed = now - line.event_date
            line.minutes_to_draft = passed.total_seconds() / 60
