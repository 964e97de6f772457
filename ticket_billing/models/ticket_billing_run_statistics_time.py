from odoo import api, models
from odoo.tools import SQL

from .ticket_billing_run_statistics import TICKET


class TicketBillingRun(models.Model):
    """When tickets were invoiced."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_hour_statistics(self, source):
        """Return in which hours of the day how many tickets were invoiced."""
        query = SQL(
            """
            SELECT EXTRACT(HOUR FROM %(moment)s)::int, COUNT(DISTINCT %(ticket)s)
              %(source)s AND line.outcome = 'invoiced'
             GROUP BY 1
             ORDER BY 1
            """,
            moment=self._get_local_moment(),
            ticket=TICKET,
            source=source,
        )
        return [
            {"hour": hour, "tickets": tickets}
            for hour, tickets in self.env.execute_query(query)
        ]

    @api.model
    def _get_day_statistics(self, source):
        """Return on which days how many tickets were invoiced."""
        day = SQL("(%s)::date::text", self._get_local_moment())
        query = SQL(
            """
            SELECT %(day)s, COUNT(DISTINCT %(ticket)s)
              %(source)s AND line.outcome = 'invoiced'
             GROUP BY 1
             ORDER BY 1
            """,
            day=day,
            ticket=TICKET,
            source=source,
        )
        amounts = self._get_amounts_by(day, source)
        return [
            {"date": date, "tickets": tickets, **amounts(date)}
            for date, tickets in self.env.execute_query(query)
        ]

    @api.model
    def _get_local_moment(self):
        """Return the moment of a run in the time zone of the user's company."""
        tz = self.env.company._get_ticket_billing_tz().zone
        return SQL("run.create_date AT TIME ZONE 'UTC' AT TIME ZONE %s", tz)
