from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL, float_round

from .ticket_billing_run_line import AMOUNTS, OUTCOMES

# One ticket, also once it was deleted
TICKET = SQL("COALESCE(line.ticket_id::text, run.company_id || ' ' || line.number)")


class TicketBillingRun(models.Model):
    """How well and how fast tickets were billed."""

    _inherit = "ticket.billing.run"

    @api.model
    def get_statistics(self, date_from=None, date_to=None):
        """Return as plain data what became of the tickets of the user's companies.

        Managers and auditors only. Dry runs and trials are left out. Days and hours are
        those of the user's company; amounts are before tax, by currency, and only for
        those who may see them.

        ``success_rate`` is a number from 0 to 1, None without a ticket: of the tickets
        that runs of the period found, each counted once, those that were invoiced or
        covered in the end. What counts of a ticket is its last outcome in the period
        that is not "skipped": that there is nothing more to do does not undo what was
        done. ``minutes_to_draft`` takes the tickets that were invoiced by themselves
        for the first time, from the billing event to the draft, whatever they waited
        for in between. ``per_hour`` are tickets by hour of processing.

        :param date_from: the first day, a date or its text; None for all
        :param date_to: the last day
        :raise UserError: for what is no day
        :raise AccessError: for users who may not read runs
        """
        self.check_access("read")
        lines = self.env["ticket.billing.run.line"]
        lines.check_access("read")
        first = self._clean_day("date_from", date_from)
        last = self._clean_day("date_to", date_to)
        self.flush_model()
        lines.flush_model()
        source = self._get_statistics_source(first, last)
        triggers = self._get_trigger_statistics(source)
        return {
            "companies": self.env.companies.mapped("name"),
            "date_from": str(first) if first else None,
            "date_to": str(last) if last else None,
            **self._get_success_statistics(source),
            "errors": self._get_error_statistics(source),
            "minutes_to_draft": self._get_delay_statistics(source),
            "per_hour": self._get_speed(triggers),
            "by_hour": self._get_hour_statistics(source),
            "by_day": self._get_day_statistics(source),
            "by_trigger": triggers,
        }

    @api.model
    def _get_statistics_source(self, first, last):
        """Return what to select from: runs of the period, with their lines if any."""
        midnight = self.env.company._get_ticket_billing_midnight
        return SQL(
            """
              FROM ticket_billing_run run
              JOIN res_company company ON company.id = run.company_id
              LEFT JOIN ticket_billing_run_line line
                ON line.run_id = run.id AND line.is_trial IS NOT TRUE
             WHERE run.company_id IN %(companies)s
               AND run.dry_run IS NOT TRUE
               AND run.create_date >= %(first)s
               AND run.create_date < %(end)s
            """,
            companies=tuple(self.env.companies.ids),
            first=midnight(first) if first else "-infinity",
            end=midnight(last + timedelta(days=1)) if last else "infinity",
        )

    @api.model
    def _get_success_statistics(self, source):
        query = SQL(
            """
            SELECT outcome, COUNT(*)
              FROM (
                SELECT DISTINCT ON (%(ticket)s) line.outcome
                 %(source)s AND line.id IS NOT NULL
                 ORDER BY %(ticket)s, (line.outcome = 'skipped'), line.id DESC
              ) last
             GROUP BY outcome
            """,
            ticket=TICKET,
            source=source,
        )
        counts = dict(self.env.execute_query(query))
        found = sum(counts.values())
        done = counts.get("invoiced", 0) + counts.get("covered", 0)
        return {
            "tickets": {
                "found": found,
                **{outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
            },
            "success_rate": float_round(done / found, 4) if found else None,
        }

    @api.model
    def _get_error_statistics(self, source):
        """Return the types of errors, the most frequent first: how many tickets had
        one, and how often."""
        query = SQL(
            """
            SELECT line.error_type, COUNT(DISTINCT %(ticket)s), COUNT(*)
              %(source)s AND line.outcome = 'blocked'
             GROUP BY 1
             ORDER BY 2 DESC, 3 DESC, 1
            """,
            ticket=TICKET,
            source=source,
        )
        field = self.env["ticket.billing.run.line"]._fields["error_type"]
        labels = dict(field._description_selection(self.env))
        return [
            {
                "error_type": key or "",
                "label": labels.get(key, ""),
                "tickets": tickets,
                "times": times,
            }
            for key, tickets, times in self.env.execute_query(query)
        ]

    @api.model
    def _get_delay_statistics(self, source):
        query = SQL(
            """
            SELECT COUNT(line.minutes_to_draft),
                   AVG(line.minutes_to_draft),
                   PERCENTILE_CONT(0.95)
                   WITHIN GROUP (ORDER BY line.minutes_to_draft)
            %s
            """,
            source,
        )
        [(count, mean, percentile)] = self.env.execute_query(query)
        return {
            "tickets": count,
            "mean": float_round(mean, 2) if count else None,
            "percentile_95": float_round(percentile, 2) if count else None,
        }

    @api.model
    def _get_speed(self, triggers):
        seconds = sum(trigger["seconds"] for trigger in triggers)
        found = sum(trigger["found"] for trigger in triggers)
        return float_round(found / seconds * 3600, 2) if seconds else None

    @api.model
    def _get_trigger_statistics(self, source):
        """Return what started the runs: how many, for how long, and their outcomes."""
        query = SQL(
            """
            SELECT run.trigger, COUNT(DISTINCT run.id), COUNT(line.id), %(outcomes)s
              %(source)s
             GROUP BY 1
             ORDER BY 1
            """,
            outcomes=SQL(", ").join(
                SQL("COUNT(*) FILTER (WHERE line.outcome = %s)", outcome)
                for outcome in OUTCOMES
            ),
            source=source,
        )
        durations = self._get_durations(source)
        amounts = self._get_amounts_by(SQL("run.trigger"), source)
        labels = dict(self._fields["trigger"]._description_selection(self.env))
        return [
            {
                "trigger": trigger,
                "label": labels.get(trigger, trigger),
                "runs": runs,
                "seconds": durations[trigger],
                "found": found,
                **dict(zip(OUTCOMES, counts, strict=True)),
                **amounts(trigger),
            }
            for trigger, runs, found, *counts in self.env.execute_query(query)
        ]

    @api.model
    def _get_durations(self, source):
        """Return by trigger how many seconds its runs took."""
        query = SQL(
            """
            SELECT trigger, SUM(duration)
              FROM (SELECT DISTINCT run.id, run.trigger, run.duration %s) run
             GROUP BY trigger
            """,
            source,
        )
        rows = self.env.execute_query(query)
        return {trigger: float_round(seconds or 0, 2) for trigger, seconds in rows}

    @api.model
    def _get_amounts_by(self, key, source):
        """Return a function that returns for a value of ``key`` a dict with what was
        invoiced, by currency; an empty dict if the user may not see amounts."""
        if not (self.env.su or self.env.user.has_group(AMOUNTS)):
            return lambda _value: {}
        query = SQL(
            """
            SELECT %(key)s, company.currency_id, SUM(line.amount_company)
              %(source)s AND line.outcome = 'invoiced'
             GROUP BY 1, 2
             ORDER BY 1, 2
            """,
            key=key,
            source=source,
        )
        amounts = defaultdict(dict)
        for value, currency_id, amount in self.env.execute_query(query):
            currency = self.env["res.currency"].browse(currency_id)
            amounts[value][currency.name] = currency.round(amount or 0.0)
        return lambda value: {"amounts": amounts.get(value, {})}
