from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

from ..tools.health import ERROR, OK, WARNING, Finding, HealthCheck

WEEKS = 8
LEAST_WEEKS = 4
LEAST_MEAN = 5
QUIET_PERCENT = 10


class TicketBillingHealth(models.Model):
    """Whether as many tickets as usual were billed yesterday."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "quiet_day": HealthCheck(self.env._("Billed yesterday"), self._find_quiet),
        }

    def _find_quiet(self, company):
        """Whether far fewer tickets were billed yesterday than on other such days."""
        if not company.ticket_billing_enabled:
            return Finding(OK, self._get_switched_off_text(company))
        today = company._get_ticket_billing_date(fields.Datetime.now())
        yesterday = today - timedelta(days=1)
        days = [yesterday - timedelta(weeks=week) for week in range(WEEKS + 1)]
        counts, first = self._get_billed_tickets(company, days)
        weeks = [day for day in days[1:] if first and day >= first]
        if len(weeks) < LEAST_WEEKS:
            return Finding(
                OK, self.env._("Too early to tell: billing began a few weeks ago.")
            )
        mean = sum(counts.get(day, 0) for day in weeks) / len(weeks)
        count = counts.get(yesterday, 0)
        message = self.env._(
            "Tickets billed on %(date)s: %(count)s. The mean of the %(weeks)s same "
            "weekdays before: %(mean)s.",
            date=format_date(self.env, yesterday),
            count=count,
            weeks=len(weeks),
            mean=formatLang(self.env, mean, digits=1),
        )
        if mean < LEAST_MEAN or count * 100 >= mean * QUIET_PERCENT:
            return Finding(OK, message)
        return self._get_quiet_finding(company, yesterday, mean, message)

    def _get_quiet_finding(self, company, day, mean, message):
        """Return a warning about a quiet day, an error if tickets were closed on it."""
        start = company._get_ticket_billing_midnight(day)
        end = company._get_ticket_billing_midnight(day + timedelta(days=1))
        domain = (
            self._get_closed_domain(company)
            & Domain("billing_event_date", ">=", start)
            & Domain("billing_event_date", "<", end)
        )
        closed = self.env["helpdesk.ticket"].search_count(domain)
        if closed * 100 >= mean * QUIET_PERCENT:
            status = ERROR
            hint = self.env._(
                "Closed on that day: %(count)s. See why they were not billed.",
                count=closed,
            )
        else:
            status = WARNING
            hint = self.env._("Hardly any was closed: perhaps a holiday.")
        return Finding(status, f"{message} {hint}", closed, "helpdesk.ticket", domain)

    @api.model
    def _get_billed_tickets(self, company, days):
        """Return how many tickets got charges, by day of the company, and the day from
        which on there are any; it may be a later one than the first, but before all of
        the days to count.

        :param days: the days to count
        """
        zone = company._get_ticket_billing_tz().zone
        day = SQL("((create_date AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", zone)
        bounds = SQL(" OR ").join(
            SQL(
                "(create_date >= %s AND create_date < %s)",
                company._get_ticket_billing_midnight(one),
                company._get_ticket_billing_midnight(one + timedelta(days=1)),
            )
            for one in days
        )
        query = SQL(
            """
            SELECT %s, COUNT(DISTINCT ticket_id)
              FROM ticket_billing_charge
             WHERE company_id = %s AND is_void IS NOT TRUE AND (%s)
          GROUP BY 1
            """,
            day,
            company.id,
            bounds,
        )
        self.env.flush_all()
        counts = dict(self.env.execute_query(query))
        first = self._get_first_charge(company, min(days))
        return counts, first and company._get_ticket_billing_date(first)

    @api.model
    def _get_first_charge(self, company, day):
        """Return when the first charge of a company was made, or any that was made
        before a day: then no later one has to be looked at."""
        table = SQL("ticket_billing_charge WHERE company_id = %s", company.id)
        midnight = company._get_ticket_billing_midnight(day)
        earlier = SQL(
            "SELECT create_date FROM %s AND create_date < %s LIMIT 1", table, midnight
        )
        first = SQL("SELECT MIN(create_date) FROM %s", table)
        rows = self.env.execute_query(earlier) or self.env.execute_query(first)
        return rows[0][0]
