from odoo import models
from odoo.tools import SQL

OPEN = SQL("charge.state IN ('to_approve', 'ready')")
# Of a charge, in its own currency
AMOUNTS = (
    "rated_amount",
    "covered_amount",
    "edited_amount",
    "billed_amount",
    "open_amount",
    "written_off_amount",
)


class TicketBillingRealizationReport(models.Model):
    """The query behind realization: a row for each charge that counts."""

    _inherit = "ticket.billing.realization.report"

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT work.*,
                   work.cost IS NOT NULL AS is_cost_known,
                   work.billed_amount - COALESCE(work.cost, 0) AS margin,
                   CASE WHEN work.cost IS NULL THEN work.worked_hours ELSE 0 END
                   AS hours_without_cost,
                   work.billed_amount / NULLIF(work.rated_amount, 0)
                   AS realization_rate,
                   work.billed_hours / NULLIF(work.worked_hours, 0)
                   AS billed_hours_rate
            FROM (%s) work
            """,
            self._get_money_query(),
        )

    def _get_money_query(self):
        """Return hours, and the amounts and costs in the company's currency."""
        return SQL(
            """
            SELECT %(work)s,
                   charge.id,
                   charge.kind,
                   charge.state,
                   charge.worked_hours,
                   charge.rated_hours,
                   charge.covered_hours,
                   charge.rated_hours - charge.covered_hours - charge.hours
                   AS cut_hours,
                   charge.hours * (1 - charge.open_share - charge.lost_share)
                   AS billed_hours,
                   charge.hours * charge.open_share AS open_hours,
                   charge.hours * charge.lost_share AS written_off_hours,
                   %(amounts)s,
                   charge.cost - %(open_cost)s AS cost,
                   %(open_cost)s AS open_cost
            FROM %(charges)s
            """,
            work=self._get_work_sql(),
            amounts=self._get_amounts_sql(),
            open_cost=SQL(
                "ROUND(charge.cost * charge.open_share / company.rounding) "
                "* company.rounding"
            ),
            charges=self._get_charges_sql(SQL("(%s)", self._get_ledger_query())),
        )

    def _get_amounts_sql(self):
        """Return the columns of the amounts in the company's currency."""
        cut = SQL("charge.rated_amount - charge.covered_amount - charge.own_amount")
        columns = {"cut_amount": cut}
        for name in AMOUNTS:
            columns[name] = SQL("charge.%s", SQL.identifier(name))
        return SQL(", ").join(
            SQL("%s AS %s", self._convert_sql(amount), SQL.identifier(name))
            for name, amount in columns.items()
        )

    def _get_ledger_query(self):
        """Return the charges that count, with their hours and their amounts in their
        own currency, and what share of each is open or given up."""
        return SQL(
            """
            SELECT charge.*,
                   CASE WHEN %(open)s THEN 1 WHEN charge.back = 0 THEN 0
                        ELSE charge.waiting_amount / charge.back END AS open_share,
                   CASE WHEN charge.state = 'written_off' THEN 1
                        WHEN %(open)s OR charge.back = 0 THEN 0
                        ELSE charge.written_off_amount / charge.back END AS lost_share,
                   CASE WHEN %(open)s THEN charge.amount
                        ELSE charge.waiting_amount END AS open_amount
            FROM (%(ledger)s) charge
            """,
            open=OPEN,
            ledger=self._get_rated_query(),
        )

    def _get_rated_query(self):
        """Return the charges that count, with what their hours and amounts are of."""
        return SQL(
            """
            SELECT charge.id, charge.ticket_id, charge.name, charge.partner_id,
                   charge.employee_id, charge.contract_id, charge.work_type_id,
                   charge.service_date, charge.company_id, charge.currency_id,
                   charge.kind, charge.state, charge.amount, charge.covered_amount,
                   COALESCE(charge.edited_amount, 0) AS edited_amount,
                   COALESCE(charge.written_off_amount, 0) AS written_off_amount,
                   COALESCE(charge.waiting_amount, 0) AS waiting_amount,
                   charge.invoiced_amount - charge.credited_amount AS billed_amount,
                   %(hours)s,
                   %(values)s
            FROM ticket_billing_charge charge
            JOIN res_currency currency ON currency.id = charge.currency_id
            LEFT JOIN account_analytic_line entry ON entry.id = charge.analytic_line_id
            LEFT JOIN (
                SELECT replaces_id, SUM(replaced_amount) AS amount
                FROM ticket_billing_charge
                WHERE is_remainder AND is_void IS NOT TRUE GROUP BY replaces_id
            ) again ON again.replaces_id = charge.id
            WHERE %(standing)s
            """,
            hours=self._get_hours_sql(),
            values=self._get_values_sql(),
            standing=self._get_standing_sql(),
        )

    def _get_hours_sql(self):
        """Return the hours and the cost of time; other charges have none."""
        has_time = SQL("(charge.kind = 'time' AND charge.is_remainder IS NOT TRUE)")
        columns = {
            "worked_hours": SQL("charge.worked_hours"),
            "rated_hours": SQL("charge.rated_quantity"),
            "covered_hours": SQL("charge.covered_quantity"),
            "hours": SQL("charge.quantity"),
        }
        hours = [
            SQL(
                "CASE WHEN %s THEN %s ELSE 0 END AS %s",
                has_time,
                value,
                SQL.identifier(name),
            )
            for name, value in columns.items()
        ]
        cost = SQL("CASE WHEN %s THEN -NULLIF(entry.amount, 0) END AS cost", has_time)
        return SQL(", ").join([*hours, cost])

    def _get_values_sql(self):
        """Return what the work is worth, and of what its hours are shared out.

        ``back`` is what is on invoices, came back from them, or was given up. Work that
        is worth nothing cannot be shared out: it is all one or the other.
        """
        return SQL(
            """
            CASE WHEN charge.is_remainder THEN 0 ELSE charge.amount END AS own_amount,
            CASE WHEN charge.is_remainder THEN 0 ELSE charge.covered_amount + ROUND(
                (charge.rated_quantity - charge.covered_quantity)
                * charge.rated_price_unit / currency.rounding
            ) * currency.rounding END AS rated_amount,
            GREATEST(charge.invoiced_amount - charge.credited_amount, 0)
            + COALESCE(charge.waiting_amount, 0)
            + COALESCE(charge.written_off_amount, 0)
            + COALESCE(again.amount, 0) AS back
            """
        )
