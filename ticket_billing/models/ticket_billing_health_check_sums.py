from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, formatLang

from ..tools.health import ERROR, OK, Finding, HealthCheck
from ..tools.money import round_decimal


class TicketBillingHealth(models.Model):
    """Whether the ledger amounts to what its invoices amount to, to the last cent."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "sums": HealthCheck(self.env._("Ledger and invoice sums"), self._find_sums),
        }

    def _find_sums(self, company):
        """Whether the ledger and the invoices amount to the same, by currency."""
        ledger, invoices = self._get_sums(company)
        currencies = self.env["res.currency"].browse({**ledger, **invoices})
        none = (Decimal(0), Decimal(0))
        texts, is_off = [], False
        for currency in currencies.sorted("name"):
            sums = [totals.get(currency.id, none) for totals in (ledger, invoices)]
            sums = [
                [round_decimal(s, currency.rounding) for s in pair] for pair in sums
            ]
            is_off = is_off or sums[0] != sums[1]
            texts.append(self._get_sums_text(currency, *sums))
        ids = self._get_ids(self._get_off_query(company))
        if not texts:
            return Finding(OK, self.env._("Nothing was invoiced yet."))
        if not ids and not is_off:
            return Finding(OK, " ".join(texts))
        message = self.env._(
            "The ledger and the invoices differ. %(sums)s Charges that are off: "
            "%(count)s. Ask whoever maintains Odoo before you bill any of them again.",
            sums=" ".join(texts),
            count=len(ids),
        )
        if ids:
            return self._get_charge_finding(message, ids)
        domain = [("company_id", "=", company.id), ("was_invoiced", "=", True)]
        return Finding(ERROR, message, 0, "ticket.billing.charge", domain)

    @api.model
    def _get_sums_text(self, currency, ledger, invoices):
        names = ("ledger_invoiced", "ledger_credited", "invoiced", "credited")
        return self.env._(
            "%(currency)s: the ledger has %(ledger_invoiced)s invoiced and "
            "%(ledger_credited)s credited, the invoices have %(invoiced)s and "
            "%(credited)s.",
            currency=currency.name,
            **{
                name: formatLang(self.env, float(amount), currency.decimal_places)
                for name, amount in zip(names, [*ledger, *invoices], strict=True)
            },
        )

    @api.model
    def _get_sums(self, company):
        """Return two dicts, of the ledger and of its invoice lines: id of the currency
        → what was invoiced and what was credited, exact."""
        ledger = SQL(
            """
            SELECT currency_id,
                   COALESCE(SUM(invoiced_amount), 0)::text,
                   COALESCE(SUM(credited_amount), 0)::text
              FROM ticket_billing_charge
             WHERE company_id = %s AND was_invoiced
          GROUP BY currency_id
            """,
            company.id,
        )
        invoices = SQL(
            """
            SELECT move.currency_id,
                   COALESCE(SUM(line.price_subtotal) FILTER (
                       WHERE move.move_type != 'out_refund'), 0)::text,
                   COALESCE(SUM(line.price_subtotal) FILTER (
                       WHERE move.move_type = 'out_refund' AND move.state = 'posted'
                   ), 0)::text
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
             WHERE move.state != 'cancel'
               AND line.id IN (
                   SELECT link.line_id
                     FROM ticket_billing_charge_aml_rel link
                     JOIN ticket_billing_charge charge ON charge.id = link.charge_id
                    WHERE charge.company_id = %s
               )
          GROUP BY move.currency_id
            """,
            company.id,
        )
        self.env.flush_all()
        return tuple(
            {
                id_: (Decimal(invoiced), Decimal(credited))
                for id_, invoiced, credited in self.env.execute_query(query)
            }
            for query in (ledger, invoices)
        )

    @api.model
    def _get_off_query(self, company):
        """Return the query of charges whose amounts are not their shares of lines."""
        return SQL(
            """
            WITH link AS (%s),
            found AS (
                SELECT charge_id,
                       COALESCE(SUM(share) FILTER (WHERE NOT is_credit), 0) AS invoiced,
                       COALESCE(SUM(share) FILTER (WHERE is_credit AND is_posted), 0)
                           AS credited,
                       SUM(blur) AS blur
                  FROM link
              GROUP BY charge_id
            )
            SELECT charge.id
              FROM ticket_billing_charge charge
         LEFT JOIN found ON found.charge_id = charge.id
             WHERE charge.company_id = %s
               AND charge.was_invoiced
               AND (ABS(COALESCE(charge.invoiced_amount, 0)
                        - COALESCE(found.invoiced, 0)) > COALESCE(found.blur, 0)
                 OR ABS(COALESCE(charge.credited_amount, 0)
                        - COALESCE(found.credited, 0)) > COALESCE(found.blur, 0))
          ORDER BY charge.id
            """,
            self._get_links(company),
            company.id,
        )
