from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# The database sorts by these keys as texts
AGES = [
    ("00", "0–7 Days"),
    ("08", "8–30 Days"),
    ("31", "31–60 Days"),
    ("61", "61–90 Days"),
    ("91", "Over 90 Days"),
]


class TicketBillingUnbilledReport(models.Model):
    """Work that is done and on no invoice, by age: all of it waits for something.

    A row is a charge that is not invoiced, or what of it was credited and is open
    again; a time entry of a closed ticket that has no charge; else a closed ticket that
    waits or is blocked without any time.
    """

    _name = "ticket.billing.unbilled.report"
    _inherit = "ticket.billing.report.work.mixin"
    _description = "Unbilled Work"
    _auto = False
    _order = "service_date, id"
    _depends = {
        "account.analytic.line": ["unit_amount", "date", "name", "employee_id"],
        "helpdesk.ticket": ["billing_state", "billing_event_date", "team_id"],
        "ticket.billing.charge": [
            "state",
            "amount",
            "quantity",
            "is_void",
            "is_superseded",
            "is_waiting",
            "waiting_amount",
        ],
    }

    state = fields.Selection(
        selection=[
            ("blocked", "Blocked"),
            ("not_rated", "Not Rated Yet"),
            ("to_approve", "To Approve"),
            ("ready", "Ready"),
            ("released", "Released"),
        ],
        readonly=True,
        help="What the work waits for. Blocked: billing cannot price it, the ticket "
        "says why. Released: its invoice was deleted, cancelled or credited.",
    )
    age = fields.Selection(
        selection=AGES, readonly=True, help="How long ago the work was done."
    )
    age_days = fields.Integer(
        string="Days",
        readonly=True,
        aggregator="max",
        help="Since the day the work was done.",
    )
    hours = fields.Float(
        readonly=True,
        help="Hours to bill; of work without a charge, those that were logged.",
    )
    amount = fields.Monetary(
        readonly=True,
        help="What is to be billed, before tax, in the company's currency. Empty where "
        "the work has no price yet.",
    )
    is_amount_known = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT work.*,
                   work.amount IS NOT NULL AS is_amount_known,
                   CASE WHEN work.age_days <= 7 THEN '00'
                        WHEN work.age_days <= 30 THEN '08'
                        WHEN work.age_days <= 60 THEN '31'
                        WHEN work.age_days <= 90 THEN '61'
                        ELSE '91' END AS age
            FROM (%s) work
            """,
            SQL(" UNION ALL ").join(self._get_parts()),
        )

    def _get_parts(self):
        """Return the queries that the report is made of."""
        return [self._get_charge_part(), self._get_entry_part(), self._get_rest_part()]

    def _get_charge_part(self):
        """Return the charges that are not invoiced, and what of others is open."""
        return SQL(
            """
            SELECT charge.id::bigint * 4 AS id,
                   %(work)s,
                   CASE WHEN charge.is_waiting THEN 'released'
                        ELSE charge.state END AS state,
                   company.today - charge.service_date AS age_days,
                   CASE WHEN charge.kind != 'time' THEN 0
                        WHEN charge.is_waiting AND charge.amount > 0
                        THEN charge.quantity
                             * LEAST(charge.waiting_amount / charge.amount, 1)
                        ELSE charge.quantity END AS hours,
                   %(amount)s AS amount
            FROM %(charges)s
            WHERE %(standing)s
              AND (charge.state IN ('to_approve', 'ready') OR charge.is_waiting)
            """,
            work=self._get_work_sql(),
            amount=self._convert_sql(
                SQL(
                    "CASE WHEN charge.is_waiting THEN charge.waiting_amount "
                    "ELSE charge.amount END"
                )
            ),
            charges=self._get_charges_sql(),
            standing=self._get_standing_sql(),
        )

    def _get_entry_part(self):
        """Return time of closed tickets that has no charge."""
        domain = self._get_unrated_domain() & Domain(
            "ticket_id", "any", self._get_closed_or_blocked_domain()
        )
        return SQL(
            """
            SELECT entry.id::bigint * 4 + 1 AS id,
                   %(work)s,
                   %(state)s AS state,
                   company.today - entry.date AS age_days,
                   entry.unit_amount AS hours,
                   NULL::numeric AS amount
            FROM %(entries)s
            WHERE entry.id IN %(found)s
            """,
            work=self._get_entry_work_sql(),
            state=self._get_state_sql(),
            entries=self._get_entries_sql(),
            found=self._find_sql("account.analytic.line", domain),
        )

    def _get_rest_part(self):
        """Return closed tickets that wait though no time is left on them to rate."""
        domain = (
            self._get_closed_or_blocked_domain()
            & Domain("billing_state", "in", ("blocked", "pending"))
            & Domain("timesheet_ids", "not any", self._get_unrated_domain())
        )
        return SQL(
            """
            SELECT ticket.id::bigint * 4 + 2 AS id,
                   %(work)s,
                   %(state)s AS state,
                   company.today - %(day)s AS age_days,
                   0 AS hours,
                   NULL::numeric AS amount
            FROM %(tickets)s
            WHERE ticket.id IN %(found)s
            """,
            work=self._get_closed_work_sql(),
            state=self._get_state_sql(),
            day=self._get_closing_day_sql(),
            tickets=self._get_tickets_sql(),
            found=self._find_sql("helpdesk.ticket", domain),
        )

    def _get_state_sql(self):
        return SQL(
            "CASE WHEN ticket.billing_state = 'blocked' THEN 'blocked' "
            "ELSE 'not_rated' END"
        )

    def _get_closed_or_blocked_domain(self):
        """Return the domain of closed tickets, and of blocked ones in any case."""
        own = Domain("company_id", "in", self.env.companies.ids)
        return self._get_closed_domain() | (
            own & Domain("billing_state", "=", "blocked")
        )
