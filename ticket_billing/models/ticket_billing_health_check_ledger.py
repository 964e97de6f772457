from odoo import api, models
from odoo.tools import SQL

from ..tools.health import ERROR, MOST_IDS, OK, Finding, HealthCheck


class TicketBillingHealth(models.Model):
    """Whether charges say what their invoices say. Asks the tables, not the computed
    fields: these are what is checked."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "states": HealthCheck(
                self.env._("Charges and invoices"), self._find_states
            ),
        }

    @api.model
    def _get_charge_finding(self, message, ids):
        """Return an error about charges.

        :param ids: of all the charges, of which some are opened
        """
        domain = [("id", "in", ids[:MOST_IDS])]
        return Finding(ERROR, message, len(ids), "ticket.billing.charge", domain)

    @api.model
    def _get_ids(self, query):
        self.env.flush_all()
        return [id_ for (id_,) in self.env.execute_query(query)]

    @api.model
    def _get_links(self, company):
        """Return the query of what each charge has of each invoice line that counts.

        A line is shared by what its charges are worth. ``blur`` is how far the share
        may be off for rounding; 0 where the charge has the line alone.
        """
        return SQL(
            """
            SELECT charge.id AS charge_id,
                   move.move_type = 'out_refund' AS is_credit,
                   move.state = 'posted' AS is_posted,
                   line.price_subtotal AS subtotal,
                   line.price_subtotal * CASE
                       WHEN SUM(charge.amount) OVER same_line = 0
                       THEN 1.0 / COUNT(*) OVER same_line
                       ELSE charge.amount / SUM(charge.amount) OVER same_line
                   END AS share,
                   CASE
                       WHEN COUNT(*) OVER same_line = 1 THEN 0
                       ELSE currency.rounding
                   END AS blur
              FROM ticket_billing_charge charge
              JOIN res_currency currency ON currency.id = charge.currency_id
              JOIN ticket_billing_charge_aml_rel link ON link.charge_id = charge.id
              JOIN account_move_line line ON line.id = link.line_id
              JOIN account_move move ON move.id = line.move_id
             WHERE charge.company_id = %s AND move.state != 'cancel'
            WINDOW same_line AS (PARTITION BY line.id)
            """,
            company.id,
        )

    def _find_states(self, company):
        """Charges whose state is not what their invoice lines make of it."""
        ids = self._get_ids(self._get_states_query(company))
        if not ids:
            return Finding(OK, self.env._("Each charge says what its invoices say."))
        message = self.env._(
            "Charges whose state is not what their invoices say: %(count)s. Somebody "
            "changed the database directly, or there is a fault: ask whoever maintains "
            "Odoo before you bill any of them again.",
            count=len(ids),
        )
        return self._get_charge_finding(message, ids)

    @api.model
    def _get_states_query(self, company):
        return SQL(
            """
            WITH link AS (%s),
            found AS (
                SELECT charge_id,
                       COUNT(*) FILTER (WHERE NOT is_credit) AS invoices,
                       COUNT(*) FILTER (WHERE NOT is_credit AND is_posted) AS posted,
                       COUNT(*) FILTER (WHERE is_credit AND is_posted) AS credits,
                       SUM(CASE WHEN is_credit THEN -share ELSE share END)
                           FILTER (WHERE is_posted) AS rest,
                       SUM(CASE WHEN is_credit THEN -subtotal ELSE subtotal END)
                           FILTER (WHERE is_posted) AS line_rest,
                       SUM(share) FILTER (WHERE is_posted AND NOT is_credit) AS worth,
                       SUM(blur) AS blur
                  FROM link
              GROUP BY charge_id
            ),
            wanted AS (
                SELECT charge.id, %s AS states
                  FROM ticket_billing_charge charge
             LEFT JOIN found ON found.charge_id = charge.id
                 WHERE charge.company_id = %s
            )
            SELECT charge.id
              FROM ticket_billing_charge charge
              JOIN wanted ON wanted.id = charge.id
             WHERE NOT COALESCE(charge.state = ANY(wanted.states), FALSE)
                OR COALESCE(charge.is_void, FALSE) != (charge.state = 'void')
          ORDER BY charge.id
            """,
            self._get_links(company),
            self._get_states_expression(),
            company.id,
        )

    @api.model
    def _get_states_expression(self):
        """Return the states that are right for a charge: one, two where rounding leaves
        it open whether all of it was credited, none where there is an invoice that the
        charge knows nothing of."""
        return SQL(
            """
            CASE
                WHEN charge.was_invoiced IS NOT TRUE AND found.invoices > 0
                THEN ARRAY[]::varchar[]
                WHEN charge.was_invoiced IS NOT TRUE
                THEN ARRAY[charge.rating_state]
                WHEN COALESCE(found.invoices, 0) = 0
                THEN ARRAY[CASE WHEN charge.rating_state = 'written_off'
                                THEN 'written_off' ELSE 'released' END]
                WHEN found.posted = 0
                THEN ARRAY['invoiced']
                WHEN found.credits = 0
                THEN ARRAY['billed']
                WHEN found.worth = 0 AND found.line_rest > 0
                THEN ARRAY['billed']
                WHEN found.worth != 0 AND found.rest > found.blur
                THEN ARRAY['billed']
                ELSE ARRAY[
                    CASE WHEN found.invoices > found.posted THEN 'invoiced'
                         WHEN charge.rating_state = 'written_off' THEN 'written_off'
                         ELSE 'credited' END,
                    CASE WHEN found.blur > 0 THEN 'billed' END
                ]
            END::varchar[]
            """
        )
