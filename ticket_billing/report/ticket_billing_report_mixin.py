from odoo import fields, models
from odoo.tools import SQL


class TicketBillingReportMixin(models.AbstractModel):
    """What reports of ticket billing share: companies, exchange rates, ratios.

    A report is a query over the companies that its reader has chosen. Amounts are in
    the currency of the company: what is in it already is taken as it is, the rest is
    converted at the rate of the service date, as Odoo does it. Where neither currency
    has a rate an amount is empty, never one to one.
    """

    _name = "ticket.billing.report.mixin"
    _inherit = "ticket.billing.input.mixin"
    _description = "Report of Ticket Billing"
    _auto = False

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(
        comodel_name="res.currency", string="Company Currency", readonly=True
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    contract_id = fields.Many2one(comodel_name="contract.contract", readonly=True)

    # Ratios

    def _get_ratios(self):
        """Return a dict: field → the two fields whose sums it is the ratio of."""
        return {}

    def _read_group_select(self, aggregate_spec, query):
        # EXTENDS base: of many rows a ratio is that of the sums
        name, _colon, function = aggregate_spec.partition(":")
        part, whole = self._get_ratios().get(name, (None, None))
        if function != "avg" or not part:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, part, query),
            self._field_to_sql(self._table, whole, query),
        )

    # Companies

    def _get_companies_sql(self):
        """Return a table ``company`` of the companies that the reader has chosen, with
        what Python knows of each: currency, time zone, today, the days for old work."""
        now = fields.Datetime.now()
        rows = [
            SQL(
                "(%s, %s, %s, %s::numeric, %s, %s::date, %s)",
                company.id,
                company.currency_id.id,
                company.root_id.id,
                company.currency_id.rounding,
                company._get_ticket_billing_tz().zone,
                company._get_ticket_billing_date(now),
                company.ticket_billing_old_days,
            )
            for company in self.env.companies.sudo()
        ]
        return SQL(
            "(VALUES %s) AS company "
            "(id, currency_id, root_id, rounding, tz, today, old_days)",
            SQL(", ").join(rows),
        )

    def _get_day_sql(self, moment):
        """Return the company's day of a moment (naive, UTC)."""
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE company.tz)::date", moment)

    # Charges

    def _get_charges_sql(self, charges=None):
        """Return tables: a charge with its company, ticket, customer and the exchange
        rate of its service date.

        :param charges: the query or table of the charges, the ledger if not given
        """
        return SQL(
            """
            %(ledger)s charge
            JOIN %(companies)s ON company.id = charge.company_id
            JOIN helpdesk_ticket ticket ON ticket.id = charge.ticket_id
            JOIN res_partner partner ON partner.id = charge.partner_id
            LEFT JOIN LATERAL (
                SELECT COALESCE(rates.own, 1)
                       / COALESCE(rates.other, CASE WHEN rates.own > 0 THEN 1 END)
                       AS rate
                FROM (SELECT %(own)s AS own, NULLIF(%(other)s, 0) AS other) rates
                WHERE charge.currency_id != company.currency_id
            ) exchange ON TRUE
            """,
            ledger=charges or SQL("ticket_billing_charge"),
            companies=self._get_companies_sql(),
            own=self._get_rate_sql(SQL("company.currency_id")),
            other=self._get_rate_sql(SQL("charge.currency_id")),
        )

    def _get_rate_sql(self, currency):
        """Return a currency's last rate on the service date, else its first one; those
        of the company come before those of all."""
        rate = """
            (SELECT rate.rate FROM res_currency_rate rate
            WHERE rate.currency_id = %s AND %s
            AND (rate.company_id IS NULL OR rate.company_id = company.root_id)
            ORDER BY rate.company_id, %s LIMIT 1)
        """
        before = SQL("rate.name <= charge.service_date")
        return SQL(
            "COALESCE(%s, %s)",
            SQL(rate, currency, before, SQL("rate.name DESC")),
            SQL(rate, currency, SQL("TRUE"), SQL("rate.name")),
        )

    def _convert_sql(self, amount):
        """Return an amount of a charge in its company's currency."""
        return SQL(
            "CASE WHEN charge.currency_id = company.currency_id THEN %(amount)s "
            "ELSE ROUND((%(amount)s) * exchange.rate / company.rounding) "
            "* company.rounding END",
            amount=amount,
        )

    def _get_standing_sql(self):
        """Return the condition for charges that count: neither void nor billed again
        as a whole."""
        return SQL("charge.is_void IS NOT TRUE AND charge.is_superseded IS NOT TRUE")
