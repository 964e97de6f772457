from odoo import models
from odoo.tools import SQL


class TicketBillingAllowanceReport(models.Model):
    """The query behind the use of allowances: a row for each contract and period."""

    _inherit = "ticket.billing.allowance.report"

    @property
    def _table_query(self):
        numbers = [
            self._get_numbers_sql(SQL("hour"), SQL("hours")),
            self._get_numbers_sql(SQL("ticket"), SQL("tickets")),
        ]
        # One row for each contract and day on which a period begins
        return SQL(
            """
            SELECT contract.id::bigint * 100000
                   + COALESCE(period.start - DATE '1900-01-01', 0) AS id,
                   contract.id AS contract_id,
                   partner.commercial_partner_id,
                   company.id AS company_id,
                   company.currency_id,
                   contract.allowance_period,
                   period.start AS period_start,
                   %(end)s AS period_end,
                   period.start IS NULL
                   OR company.today BETWEEN period.start AND %(end)s AS is_current,
                   %(numbers)s,
                   COALESCE(period.amount, 0) AS covered_amount
            FROM (%(periods)s) period
            JOIN contract_contract contract ON contract.id = period.contract_id
            JOIN res_partner partner ON partner.id = contract.partner_id
            JOIN %(companies)s ON company.id = period.company_id
            """,
            end=self._get_end_sql(),
            numbers=SQL(", ").join(numbers),
            periods=self._get_periods_query(),
            companies=self._get_companies_sql(),
        )

    def _get_end_sql(self):
        return SQL(
            """
            (period.start + CASE contract.allowance_period
                WHEN 'month' THEN INTERVAL '1 month'
                WHEN 'quarter' THEN INTERVAL '3 months'
                ELSE INTERVAL '1 year' END - INTERVAL '1 day')::date
            """
        )

    def _get_numbers_sql(self, one, many):
        """Return the columns of what is included, used and left of hours or tickets."""
        return SQL(
            """
            contract.%(one)s_allowance AS includes_%(many)s,
            CASE WHEN contract.%(one)s_allowance = 'limited'
                 THEN contract.included_%(many)s ELSE 0 END AS included_%(many)s,
            period.%(many)s AS used_%(many)s,
            CASE WHEN contract.%(one)s_allowance = 'limited' THEN period.%(many)s
                 ELSE 0 END AS limited_%(many)s,
            CASE WHEN contract.%(one)s_allowance = 'limited'
                 THEN GREATEST(contract.included_%(many)s - period.%(many)s, 0)
                 ELSE 0 END AS left_%(many)s,
            CASE WHEN contract.%(one)s_allowance = 'limited'
                 THEN period.%(many)s / NULLIF(contract.included_%(many)s, 0)
                 ELSE NULL END AS %(many)s_rate
            """,
            one=one,
            many=many,
        )

    def _get_periods_query(self):
        """Return what was used in each period; in a current one perhaps nothing."""
        return SQL(
            """
            SELECT contract_id, company_id, start, SUM(hours) AS hours,
                   SUM(tickets) AS tickets, SUM(amount) AS amount
            FROM (%(used)s UNION ALL %(current)s) part
            GROUP BY contract_id, company_id, start
            """,
            used=self._get_used_query(),
            current=self._get_current_query(),
        )

    def _get_used_query(self):
        return SQL(
            """
            SELECT charge.contract_id, charge.company_id,
                   %(start)s AS start,
                   CASE charge.kind WHEN 'time' THEN charge.covered_quantity ELSE 0 END
                   AS hours,
                   CASE charge.kind WHEN 'ticket' THEN charge.covered_quantity ELSE 0
                   END AS tickets,
                   %(amount)s AS amount
            FROM %(charges)s
            JOIN contract_contract contract ON contract.id = charge.contract_id
            WHERE %(standing)s AND charge.covered_by = 'allowance'
            """,
            start=self._get_start_sql(SQL("charge.service_date")),
            amount=self._convert_sql(SQL("charge.covered_amount")),
            charges=self._get_charges_sql(),
            standing=self._get_standing_sql(),
        )

    def _get_current_query(self):
        return SQL(
            """
            SELECT contract.id, contract.company_id, %(start)s, 0, 0, 0
            FROM contract_contract contract
            JOIN %(companies)s ON company.id = contract.company_id
            WHERE contract.active AND contract.covers_tickets
              AND (contract.hour_allowance != 'none'
                   OR contract.ticket_allowance != 'none')
              AND (contract.date_start IS NULL
                   OR contract.date_start <= company.today)
              AND (contract.date_end IS NULL OR contract.date_end >= company.today)
            """,
            start=self._get_start_sql(SQL("company.today")),
            companies=self._get_companies_sql(),
        )

    def _get_start_sql(self, day):
        """Return the first day of the period of a day; none for the whole contract."""
        return SQL(
            """
            CASE contract.allowance_period
                WHEN 'month' THEN DATE_TRUNC('month', %(day)s)::date
                WHEN 'quarter' THEN DATE_TRUNC('quarter', %(day)s)::date
                WHEN 'year' THEN DATE_TRUNC('year', %(day)s)::date
            END
            """,
            day=day,
        )
