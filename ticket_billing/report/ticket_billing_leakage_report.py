from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.helpdesk_ticket import EVENTS

CAUSES = [
    ("blocked", "Blocked Ticket"),
    ("released", "Released and Undecided"),
    ("late", "Ready, but Not Invoiced"),
    ("free", "Price 0.00"),
    ("no_time", "Closed without Time"),
    ("open", "Old Time on an Open Ticket"),
]


class TicketBillingLeakageReport(models.Model):
    """Where money is lost: work that nobody is on the way to bill.

    Each cause is a query of its own. The days after which work is old are those of the
    company (Old work, 14 at first; 0: never).
    """

    _name = "ticket.billing.leakage.report"
    _inherit = "ticket.billing.report.work.mixin"
    _description = "Where Money Is Lost"
    _auto = False
    _order = "age_days desc, id desc"
    _depends = {
        "account.analytic.line": [
            "unit_amount",
            "date",
            "name",
            "employee_id",
            "billable",
            "billing_work_type_id",
            "billing_rate_override",
            "billing_rate_overridden",
        ],
        "contract.contract": [
            "active",
            "covers_tickets",
            "date_start",
            "date_end",
            "ticket_team_ids",
            "ticket_category_ids",
            "ticket_invoice_mode",
            "recurring_next_date",
        ],
        "helpdesk.ticket": [
            "billing_state",
            "billing_event_date",
            "billing_contract_id",
            "billing_strategy",
            "team_id",
            "category_id",
            "name",
        ],
        "ticket.billing.charge": [
            "state",
            "amount",
            "quantity",
            "price_unit",
            "explanation",
            "invoice_from",
            "invoiced_amount",
            "is_void",
            "is_superseded",
            "is_waiting",
            "waiting_amount",
            "waiting_since",
        ],
    }

    cause = fields.Selection(
        selection=CAUSES,
        readonly=True,
        help="Blocked Ticket: billing cannot price it, the ticket says why. Released "
        "and Undecided: its invoice was deleted, cancelled or credited. Ready, but Not "
        "Invoiced: could have been invoiced for longer than Old work in the settings. "
        "Price 0.00: billed for nothing, and no contract or fee pays for it. Closed "
        "without Time: billable, and there is nothing to bill. Old Time on an Open "
        "Ticket: logged for longer than Old work, and the ticket is not closed.",
    )
    hours = fields.Float(
        readonly=True, help="Hours to bill; else hours as they were logged."
    )
    amount = fields.Monetary(
        string="At Stake",
        readonly=True,
        help="What may be lost, before tax, in the company's currency: as it was "
        "rated, else an estimate. Empty where nobody knows, as for a ticket that was "
        "closed without time, unless its contract has a fee per ticket.",
    )
    is_amount_known = fields.Boolean(
        readonly=True, help="Something is known to be at stake, or estimated."
    )
    is_estimated = fields.Boolean(
        string="Estimated",
        readonly=True,
        help="The work has no price yet, or one of 0.00. The estimate is hours as they "
        "were logged times the fixed rate of the contract, else the sales price of the "
        "product for hours, and the contract's fee per ticket. Pricelists, rounding, "
        "minimums and a limited number of included hours are left out.",
    )
    age_days = fields.Integer(
        string="Days",
        readonly=True,
        aggregator="max",
        help="Since the ticket was closed, the work was released or could have been "
        "invoiced; else since the day of the work.",
    )

    @property
    def _table_query(self):
        parts = self._get_parts()
        return SQL(
            """
            WITH %s, %s
            SELECT part.*, part.amount IS NOT NULL AS is_amount_known,
                   part.has_no_price AND part.amount IS NOT NULL AS is_estimated
            FROM (%s) part
            """,
            self._get_usual_prices_sql(),
            self._get_agreed_prices_sql(),
            SQL(" UNION ALL ").join(parts[cause] for cause, _label in CAUSES),
        )

    def _get_parts(self):
        """Return a dict: cause → query of its rows."""
        return {
            "blocked": self._get_tickets_part("blocked", self._get_blocked_domain()),
            "no_time": self._get_tickets_part("no_time", self._get_no_time_domain()),
            "open": self._get_open_part(),
            "released": self._get_released_part(),
            "late": self._get_late_part(),
            "free": self._get_free_part(),
        }

    def _get_id_sql(self, cause, record_id):
        """Return an id of its own for each cause and record."""
        number = [key for key, _label in CAUSES].index(cause)
        return SQL("%s::bigint * 8 + %s", record_id, number)

    # Tickets

    def _get_blocked_domain(self):
        return Domain("company_id", "in", self.env.companies.ids) & Domain(
            "billing_state", "=", "blocked"
        )

    def _get_no_time_domain(self):
        """Return the domain of closed billable tickets with nothing to bill; a ticket
        that was billed a fee has a charge."""
        return (
            self._get_closed_domain()
            & Domain("timesheet_ids", "not any", [("unit_amount", "!=", 0)])
            & Domain("charge_ids", "not any", [("is_void", "=", False)])
        )

    def _get_tickets_part(self, cause, domain):
        day = self._get_closing_day_sql()
        return SQL(
            """
            SELECT %(id)s AS id, %(work)s,
                   %(cause)s AS cause,
                   COALESCE(time.hours, 0) AS hours,
                   %(amount)s AS amount,
                   TRUE AS has_no_price,
                   company.today - %(day)s AS age_days
            FROM %(tickets)s
            %(contract)s
            %(time)s
            WHERE ticket.id IN %(tickets_found)s
            """,
            id=self._get_id_sql(cause, SQL("ticket.id")),
            work=self._get_closed_work_sql(),
            cause=cause,
            amount=self._get_ticket_estimate_sql(),
            day=day,
            tickets=self._get_tickets_sql(),
            contract=self._get_contract_join_sql(day),
            time=self._get_time_join_sql(domain),
            tickets_found=self._find_sql("helpdesk.ticket", domain),
        )

    def _get_open_part(self):
        """Return old billable time on tickets that are not closed."""
        tickets = (
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("billing_event", "not in", (*EVENTS, "void"))
            & Domain("billable", "=", True)
            & Domain("duplicate_id", "=", False)
            & Domain("active", "in", [True, False])
        )
        domain = (
            self._get_unrated_domain()
            & Domain("ticket_id", "any", tickets)
            & Domain("unit_amount", "!=", 0)
        )
        return SQL(
            """
            SELECT %(id)s AS id, %(work)s,
                   'open' AS cause,
                   entry.unit_amount AS hours,
                   %(amount)s AS amount,
                   TRUE AS has_no_price,
                   company.today - entry.date AS age_days
            FROM %(entries)s
            %(contract)s
            %(usual)s
            WHERE entry.id IN %(found)s
              AND company.old_days > 0
              AND company.today - entry.date > company.old_days
            """,
            id=self._get_id_sql("open", SQL("entry.id")),
            work=self._get_entry_work_sql(),
            amount=self._round_sql(self._get_entry_estimate_sql()),
            contract=self._get_contract_join_sql(SQL("entry.date")),
            usual=self._get_usual_join_sql(SQL("entry.billing_work_type_id")),
            entries=self._get_entries_sql(),
            found=self._find_sql("account.analytic.line", domain),
        )
