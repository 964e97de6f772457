from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime

from ..tools.health import OK
from .ticket_billing_charge import AMOUNTS
from .ticket_billing_health import ADMIN
from .ticket_billing_run import BY_HAND
from .ticket_billing_run_line import OUTCOMES

CARDS = ("to_approve", "blocked", "released", "ready", "pending", "billed")
# Cards of charges; those of tickets are named as their states
CHARGES = ("to_approve", "ready", "released")
TICKETS = ("blocked", "pending")
LAST_RUNS = 6
MONTHS = 12
DAYS = 30
# Checks that took less are made again whenever somebody looks
QUICK_SECONDS = 0.2


class TicketBillingCockpit(models.AbstractModel):
    """What needs somebody today, and where the money is: one company, on one page.

    The cards are those of the page Automation, with their lists behind them.
    """

    _name = "ticket.billing.cockpit"
    _description = "Ticket Billing Cockpit"

    @api.model
    def get_data(self):
        """Return as plain data what the page shows of the user's company.

        For those who may read runs; amounts, as texts in the language of the user, only
        for those who may see them.

        :raise AccessError: for others
        """
        runs = self.env["ticket.billing.run"]
        runs.check_access("read")
        company = self.env.company
        own = runs.with_context(allowed_company_ids=company.ids)
        today = company._get_ticket_billing_date(fields.Datetime.now())
        statistics = own.get_statistics(today - timedelta(days=DAYS - 1), today)
        return {
            "company": company.name,
            "is_on": company.ticket_billing_enabled,
            "can_set_up": self.env.user.has_group(ADMIN),
            "cards": self._get_cards(company, own),
            "problems": self._get_problems(company),
            "runs": self._get_runs(company),
            "months": self._get_months(company, today),
            "quality": self._get_quality(statistics),
            "errors": statistics["errors"],
            "queue": self._get_queue(company, own),
            "can_run": self.env.user.has_group(
                "ticket_billing.group_ticket_billing_manager"
            ),
            "page_id": company.id,
        }

    # Where the money is

    @api.model
    def _get_cards(self, company, runs):
        """Return a list with the figures of each card: how many, worth how much, and
        how old the oldest is, in hours."""
        page = self.env["ticket.billing.automation"].browse(company.id)
        shows_amounts = self.env.user.has_group(AMOUNTS)
        ages = self._get_ages(page, runs)
        cards = []
        for key in CARDS:
            field = page._fields[f"{key}_count"]
            has_amount = shows_amounts and f"{key}_amount" in page._fields
            cards.append(
                {
                    "key": key,
                    "label": field._description_string(self.env),
                    "help": field._description_help(self.env),
                    "count": page[field.name],
                    "amount": page[f"{key}_amount"] if has_amount else "",
                    "age_hours": ages.get(key),
                }
            )
        return cards

    @api.model
    def _get_ages(self, page, runs):
        """Return by card for how many hours the oldest of what it counts waits."""
        charges = runs._get_waiting_charges(page.company_id)
        oldest = self.env["helpdesk.ticket"]._read_group(
            page._get_ticket_domain(TICKETS),
            ["billing_state"],
            ["__count", "billing_event_date:min"],
        )
        return {
            **{card: charges[card]["age_hours"] for card in CHARGES},
            **{
                state: runs._get_count(count, moment)["age_hours"]
                for state, count, moment in oldest
            },
        }

    # What needs somebody

    @api.model
    def _get_problems(self, company):
        """Return what the checks of Health found, the worst first.

        What is checked quickly is checked again, so that what was mended is gone.
        """
        rows = self.env["ticket.billing.health"].search(
            [("company_id", "=", company.id), ("status", "!=", OK)]
        )
        problems = [self._get_problem(row) for row in rows]
        return [problem for problem in problems if problem["status"] != OK]

    @api.model
    def _get_problem(self, row):
        finding = {}
        if row.seconds < QUICK_SECONDS:
            finding = row._get_finding()
        status = finding.get("status", row.status)
        labels = dict(row._fields["status"]._description_selection(self.env))
        return {
            "id": row.id,
            "name": row.name,
            "status": status,
            "status_label": labels[status],
            "message": finding.get("message", row.message),
            "count": finding.get("count", row.count),
            "has_records": bool(finding.get("model", row.res_model)),
            "since": format_date(self.env, row.since),
        }

    @api.model
    def _get_queue(self, company, runs):
        """Return what is due by now: the number of tickets, and the oldest event."""
        return runs._get_backlog(company)["due"]

    # What was done

    @api.model
    def _get_runs(self, company):
        runs = self.env["ticket.billing.run"].search(
            [("company_id", "=", company.id), ("dry_run", "=", False)],
            order="id desc",
            limit=LAST_RUNS,
        )
        labels = dict(runs._fields["trigger"]._description_selection(self.env))
        shows_amounts = self.env.user.has_group(AMOUNTS)
        return [
            {
                "id": run.id,
                "date": format_datetime(self.env, run.create_date, dt_format="short"),
                "trigger": labels[run.trigger],
                "found": run.found,
                **{outcome: run[outcome] for outcome in OUTCOMES},
                "amount": run.currency_id.format(run.amount) if shows_amounts else "",
            }
            for run in runs
        ]

    @api.model
    def _get_months(self, company, today):
        """Return for each of the last months what was billed: its name, the amount in
        the company's currency, and that as text."""
        if not self.env.user.has_group(AMOUNTS):
            return []
        first = today + relativedelta(day=1, months=1 - MONTHS)
        amounts = self._get_amounts_by_month(company, first)
        months = [first + relativedelta(months=number) for number in range(MONTHS)]
        return [
            {
                "label": format_date(self.env, month, date_format="MMM yy"),
                "amount": amounts.get(month, 0.0),
                "text": company.currency_id.format(amounts.get(month, 0.0)),
            }
            for month in months
        ]

    @api.model
    def _get_amounts_by_month(self, company, first):
        """Return by month, in the company's time zone, what is on invoices of what runs
        put there, less what was credited, in the company's currency: at the rate of the
        month's end."""
        runs = self.env["ticket.billing.run"]
        runs.flush_model()
        self.env["ticket.billing.charge"].flush_model()
        query = SQL(
            """
            SELECT date_trunc('month', %(moment)s)::date AS month, charge.currency_id,
                   SUM(charge.invoiced_amount - COALESCE(charge.credited_amount, 0))
              FROM ticket_billing_run run
              JOIN ticket_billing_charge charge ON charge.invoice_run_id = run.id
             WHERE run.company_id = %(company)s
               AND run.create_date >= %(first)s
               AND charge.state IN ('invoiced', 'billed')
             GROUP BY 1, 2
            """,
            moment=runs.with_company(company)._get_local_moment(),
            company=company.id,
            first=company._get_ticket_billing_midnight(first),
        )
        amounts = defaultdict(float)
        for month, currency_id, amount in self.env.execute_query(query):
            currency = self.env["res.currency"].browse(currency_id)
            end = month + relativedelta(months=1, days=-1)
            amounts[month] += currency._convert(
                float(amount or 0), company.currency_id, company, end
            )
        return amounts

    @api.model
    def _get_quality(self, statistics):
        """Return how long drafts take, and how many need nobody: minutes, and a share
        from 0 to 1; None where there is none yet."""
        triggers = statistics["by_trigger"]
        invoiced = sum(row["invoiced"] for row in triggers)
        by_hand = sum(r["invoiced"] for r in triggers if r["trigger"] in BY_HAND)
        delays = statistics["minutes_to_draft"]
        return {
            "days": DAYS,
            "invoiced": invoiced,
            "minutes": delays["mean"],
            "minutes_95": delays["percentile_95"],
            "untouched": (invoiced - by_hand) / invoiced if invoiced else None,
        }
