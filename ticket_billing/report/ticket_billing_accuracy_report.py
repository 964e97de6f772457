from odoo import fields, models
from odoo.tools import SQL

OUTCOMES = [
    ("as_rated", "Invoiced as Rated"),
    ("reviewed", "Changed in Review"),
    ("edited", "Changed on the Draft"),
    ("taken_back", "Draft Deleted or Cancelled"),
    ("credited", "Credited"),
]


class TicketBillingAccuracyReport(models.Model):
    """How right the ledger was: what people changed of work that was invoiced.

    A row is a piece of work that has been on an invoice, under the latest that happened
    to it. Work that was billed again counts once, with its first bill.
    """

    _name = "ticket.billing.accuracy.report"
    _inherit = "ticket.billing.report.work.mixin"
    _description = "Accuracy of Ticket Billing"
    _auto = False
    _depends = {
        "helpdesk.ticket": ["team_id"],
        "ticket.billing.charge": [
            "state",
            "was_invoiced",
            "is_void",
            "replaces_id",
            "rated_quantity",
            "rated_price_unit",
            "covered_quantity",
            "quantity",
            "price_unit",
            "amount",
            "edited_amount",
            "invoiced_amount",
            "credited_amount",
        ],
    }

    outcome = fields.Selection(
        selection=OUTCOMES,
        readonly=True,
        help="The latest that happened: work that was changed in review and credited "
        "later counts as credited.",
    )
    state = fields.Selection(
        selection=[("draft", "On a Draft"), ("posted", "Posted"), ("back", "Back")],
        readonly=True,
        help="Posted: on a posted invoice. Back: its invoice was deleted, cancelled or "
        "credited.",
    )
    rated_amount = fields.Monetary(
        string="As Rated",
        readonly=True,
        help="What would have been invoiced had nobody changed anything, before tax.",
    )
    approved_amount = fields.Monetary(
        string="As Approved", readonly=True, help="What was left after the review."
    )
    invoiced_amount = fields.Monetary(
        string="Invoiced",
        readonly=True,
        help="On invoices, drafts included, before what was credited.",
    )
    credited_amount = fields.Monetary(
        string="Credited", readonly=True, help="On posted credit notes, before tax."
    )
    changed_amount = fields.Monetary(
        string="Changed",
        readonly=True,
        help="What review and edits of drafts changed of what was rated.",
    )
    accuracy_rate = fields.Float(
        string="Share as Rated",
        readonly=True,
        aggregator="avg",
        help="Which share of the work was invoiced as rated, by number.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT work.*,
                   CASE WHEN work.outcome = 'as_rated' THEN 1.0 ELSE 0.0 END
                   AS accuracy_rate
            FROM (%s) work
            """,
            self._get_charge_query(),
        )

    def _get_charge_query(self):
        """Return each piece of work that has been on an invoice."""
        rated = SQL(
            "ROUND((charge.rated_quantity - charge.covered_quantity) "
            "* charge.rated_price_unit / currency.rounding) * currency.rounding"
        )
        edited = SQL("COALESCE(charge.edited_amount, 0)")
        return SQL(
            """
            SELECT charge.id,
                   %(work)s,
                   %(outcome)s AS outcome,
                   CASE charge.state WHEN 'invoiced' THEN 'draft'
                        WHEN 'billed' THEN 'posted' ELSE 'back' END AS state,
                   %(rated)s AS rated_amount,
                   %(approved)s AS approved_amount,
                   %(invoiced)s AS invoiced_amount,
                   %(credited)s AS credited_amount,
                   %(changed)s AS changed_amount
            FROM %(charges)s
            JOIN res_currency currency ON currency.id = charge.currency_id
            WHERE charge.was_invoiced AND charge.is_void IS NOT TRUE
              AND charge.replaces_id IS NULL
            """,
            work=self._get_work_sql(),
            outcome=self._get_outcome_sql(),
            rated=self._convert_sql(rated),
            approved=self._convert_sql(SQL("charge.amount")),
            invoiced=self._convert_sql(SQL("charge.invoiced_amount")),
            credited=self._convert_sql(SQL("charge.credited_amount")),
            changed=self._convert_sql(
                SQL("(charge.amount + %s - %s)", edited, rated),
            ),
            charges=self._get_charges_sql(),
        )

    def _get_outcome_sql(self):
        return SQL(
            """
            CASE WHEN charge.credited_amount != 0 OR charge.state = 'credited'
                 THEN 'credited'
                 WHEN charge.state NOT IN ('invoiced', 'billed') THEN 'taken_back'
                 WHEN COALESCE(charge.edited_amount, 0) != 0 THEN 'edited'
                 WHEN charge.quantity != charge.rated_quantity - charge.covered_quantity
                      OR charge.price_unit != charge.rated_price_unit THEN 'reviewed'
                 ELSE 'as_rated' END
            """
        )
