from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

# What says which tickets a contract is for: its field, the table of the ticket's own
SCOPES = {"ticket_team_ids": SQL("team"), "ticket_category_ids": SQL("category")}


class TicketBillingLeakageReport(models.Model):
    """What work without a price may be worth: an estimate, in the company's currency.

    Hours as they were logged, times the price of an hour, and the fee of the contract.
    Rounding, minimums and limited allowances are left out: only rating knows them.
    """

    _inherit = "ticket.billing.leakage.report"

    def _get_agreed_join_sql(self, contract_id):
        """Return a join of what was agreed under a contract, else in the company."""
        return SQL(
            "LEFT JOIN agreed ON agreed.contract_id = COALESCE(%s, -company.id)",
            contract_id,
        )

    def _get_usual_join_sql(self, work_type_id):
        """Return a join of the usual price of a work type."""
        return SQL(
            "LEFT JOIN usual ON usual.company_id = company.id "
            "AND usual.work_type_id = COALESCE(%s, 0)",
            work_type_id,
        )

    def _round_sql(self, amount):
        """Return an amount of the company's currency, rounded as it is."""
        return SQL("ROUND((%s)::numeric / company.rounding) * company.rounding", amount)

    # Time

    def _get_entry_estimate_sql(self):
        """Return what an entry may be worth; nothing is known where a fee pays for it.

        A rate of its own is in the currency of the contract; without a contract only
        that of 0.00 is taken, which is 0.00 in any currency.
        """
        return SQL(
            """
            entry.unit_amount * CASE
                WHEN %s = 'per_ticket' THEN NULL
                WHEN entry.billing_rate_overridden AND entry.billing_rate_override = 0
                THEN 0
                WHEN entry.billing_rate_overridden AND agreed.factor IS NOT NULL
                THEN entry.billing_rate_override * agreed.factor
                ELSE COALESCE(agreed.hourly * usual.multiplier, usual.price) END
            """,
            self._get_strategy_sql(),
        )

    def _get_free_estimate_sql(self):
        """Return what time that was rated at 0.00 would cost at a usual price."""
        return self._round_sql(
            SQL(
                """
                CASE WHEN charge.kind = 'time' AND charge.rated_price_unit = 0
                     THEN charge.rated_quantity END
                * COALESCE(NULLIF(agreed.hourly, 0) * usual.multiplier, usual.price)
                """
            )
        )

    def _get_time_join_sql(self, tickets):
        """Return a join ``time``: the billable hours of a ticket that have no charge,
        and what they may be worth.

        :param tickets: the domain of the tickets
        """
        entries = self._get_unrated_domain() & Domain("ticket_id", "any", tickets)
        return SQL(
            """
            LEFT JOIN LATERAL (
                SELECT SUM(entry.unit_amount) AS hours, SUM(%(estimate)s) AS amount
                FROM account_analytic_line entry
                %(usual)s
                WHERE entry.ticket_id = ticket.id AND entry.id IN %(entries)s
                  AND entry.unit_amount != 0
            ) time ON TRUE
            """,
            estimate=self._get_entry_estimate_sql(),
            usual=self._get_usual_join_sql(SQL("entry.billing_work_type_id")),
            entries=self._find_sql("account.analytic.line", entries),
        )

    # Tickets

    def _get_ticket_estimate_sql(self):
        """Return what a ticket may be worth: its time, and its fee if it has none yet;
        nothing is known of a ticket with neither."""
        return self._round_sql(
            SQL(
                """
                CASE WHEN agreed.fee > 0 AND %s != 'time_based'
                          AND NOT EXISTS (
                              SELECT FROM ticket_billing_charge charge
                              WHERE charge.ticket_id = ticket.id
                                AND charge.kind = 'ticket'
                                AND charge.is_void IS NOT TRUE)
                     THEN COALESCE(time.amount, 0) + agreed.fee
                     ELSE time.amount END
                """,
                self._get_strategy_sql(),
            )
        )

    def _get_strategy_sql(self):
        return SQL("COALESCE(ticket.billing_strategy, agreed.strategy)")

    # The contract of a ticket

    def _get_contract_join_sql(self, day):
        """Return a join ``found``: the contract for a ticket on a day, perhaps none.

        The ticket's own; else, of those that fit, the one with the most scopes, then
        the newest. Of two scopes of a kind rating would take the closer one.
        """
        scopes = [self._get_scope_sql(*scope) for scope in SCOPES.items()]
        return SQL(
            """
            LEFT JOIN helpdesk_ticket_team team ON team.id = ticket.team_id
            LEFT JOIN helpdesk_ticket_category category
                   ON category.id = ticket.category_id
            LEFT JOIN LATERAL (
                SELECT contract.id
                FROM contract_contract contract
                WHERE contract.id = ticket.billing_contract_id
                   OR (ticket.billing_contract_id IS NULL
                       AND contract.active AND contract.covers_tickets
                       AND contract.contract_type = 'sale'
                       AND contract.company_id = ticket.company_id
                       AND contract.commercial_partner_id = ticket.commercial_partner_id
                       AND COALESCE(contract.date_start, %(day)s) <= %(day)s
                       AND COALESCE(contract.date_end, %(day)s) >= %(day)s
                       AND %(fits)s)
                ORDER BY %(rank)s DESC, contract.date_start DESC NULLS LAST,
                         contract.id DESC
                LIMIT 1
            ) found ON TRUE
            %(agreed)s
            """,
            day=day,
            fits=SQL(" AND ").join(SQL("(NOT %s OR %s)", *scope) for scope in scopes),
            rank=SQL(" + ").join(SQL("%s::integer", has) for has, _hits in scopes),
            agreed=self._get_agreed_join_sql(SQL("found.id")),
        )

    def _get_scope_sql(self, name, own):
        """Return whether a contract has a scope, and whether a ticket is in it."""
        field = self.env["contract.contract"]._fields[name]
        members = SQL(
            "SELECT FROM %s scope WHERE scope.%s = contract.id",
            SQL.identifier(field.relation),
            SQL.identifier(field.column1),
        )
        hits = SQL(
            "%s AND scope.%s::text = ANY(STRING_TO_ARRAY(%s.parent_path, '/'))",
            members,
            SQL.identifier(field.column2),
            own,
        )
        return SQL("EXISTS (%s)", members), SQL("EXISTS (%s)", hits)
