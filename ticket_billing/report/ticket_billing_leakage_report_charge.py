from odoo import models
from odoo.tools import SQL


class TicketBillingLeakageReport(models.Model):
    """Lost money that is in the ledger: what is released, late or free."""

    _inherit = "ticket.billing.leakage.report"

    def _get_charges_part(self, cause, amount, since, condition, estimate=None):
        """Return the query of a cause.

        :param estimate: what charges may be worth that were rated at 0.00
        """
        return SQL(
            """
            SELECT %(id)s AS id, %(work)s,
                   %(cause)s AS cause,
                   CASE WHEN charge.kind != 'time' THEN 0
                        WHEN %(cause)s = 'free' THEN charge.rated_quantity
                        ELSE charge.quantity END AS hours,
                   COALESCE(%(amount)s, %(estimate)s) AS amount,
                   %(amount)s IS NULL AS has_no_price,
                   company.today - %(since)s AS age_days
            FROM %(charges)s
            %(agreed)s
            %(usual)s
            WHERE %(standing)s AND %(condition)s
            """,
            id=self._get_id_sql(cause, SQL("charge.id")),
            work=self._get_work_sql(),
            cause=cause,
            amount=self._convert_sql(amount),
            estimate=estimate or SQL("NULL::numeric"),
            agreed=self._get_agreed_join_sql(SQL("charge.contract_id")),
            usual=self._get_usual_join_sql(SQL("charge.work_type_id")),
            since=since,
            charges=self._get_charges_sql(),
            standing=self._get_standing_sql(),
            condition=condition,
        )

    def _get_released_part(self):
        return self._get_charges_part(
            "released",
            SQL("charge.waiting_amount"),
            self._get_day_sql(SQL("charge.waiting_since")),
            SQL("charge.is_waiting"),
        )

    def _get_late_part(self):
        """Return work that could have been invoiced for long."""
        since = SQL("COALESCE(charge.invoice_from, %s)", self._get_approved_sql())
        return self._get_charges_part(
            "late",
            SQL("charge.amount"),
            since,
            SQL(
                """
                charge.state = 'ready' AND company.old_days > 0
                AND company.today - %s > company.old_days AND NOT %s
                """,
                since,
                self._get_joins_contract_sql(),
            ),
        )

    def _get_free_part(self):
        """Return work that is given away: at a price of 0.00, by agreement, in review
        or on the invoice. At stake is what was rated, an estimate if that was 0.00."""
        hours = SQL("(charge.rated_quantity - charge.covered_quantity)")
        return self._get_charges_part(
            "free",
            SQL("NULLIF(%s * charge.rated_price_unit, 0)", hours),
            SQL("charge.service_date"),
            SQL(
                """
                charge.state IN ('covered', 'to_approve', 'ready', 'invoiced', 'billed')
                AND charge.rated_quantity > 0
                AND charge.covered_by IS NULL
                AND charge.explanation->>'reason' IS DISTINCT FROM 'fee_included'
                AND (charge.price_unit = 0 OR (
                    charge.state IN ('invoiced', 'billed') AND charge.amount > 0
                    AND charge.invoiced_amount = 0))
                """
            ),
            estimate=self._get_free_estimate_sql(),
        )

    def _get_approved_sql(self):
        """Return the day since which work could be invoiced at once."""
        return self._get_day_sql(
            SQL("COALESCE(charge.review_date, charge.create_date)")
        )

    def _get_joins_contract_sql(self):
        """Return whether work waits for an invoice of its contract that is to come."""
        return SQL(
            """
            EXISTS (
                SELECT FROM contract_contract contract
                WHERE contract.id = charge.contract_id
                  AND contract.ticket_invoice_mode = 'with_contract'
                  AND contract.recurring_next_date >= company.today
            )
            """
        )
