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

    @api.model
    def _add_minutes(self, run, lines):
        """Add how long the tickets took that are invoiced for the first time.

        Others get no number at all, so that they count in no average.

        :param list lines: the values of new lines of a run
        """
        drafted = [
            vals
            for vals in lines
            if vals["outcome"] == "invoiced" and vals["event_date"]
        ]
        if not drafted or run.dry_run or run.trigger in BY_HAND:
            return
        tickets = [vals["ticket_id"] for vals in drafted]
        earlier = self.search(
            [
                ("ticket_id", "in", tickets),
                ("outcome", "=", "invoiced"),
                ("dry_run", "=", False),
            ]
        )
        now, known = fields.Datetime.now(), set(earlier.ticket_id.ids)
        for vals in drafted:
            if vals["ticket_id"] not in known:
                passed = now - vals["event_date"]
                vals["minutes_to_draft"] = passed.total_seconds() / 60
