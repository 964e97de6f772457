from collections import defaultdict

from odoo import models
from odoo.tools import float_compare, float_repr, formatLang

from ..tools.hours import to_seconds
from ..tools.statement import split_rows

HOURS_DIGITS = 2


class AccountMove(models.Model):
    """The statement of work: what was done on each ticket of an invoice, and what each
    piece of it came to there.

    Amounts are the charges' shares of their lines, before tax, so that they add up to
    the invoice, whatever people changed on it. Plain data: ``report/`` prints it.
    """

    _inherit = "account.move"

    def _get_statement_of_work(self):
        """Return what the statement says, as plain data in the customer's language.

        Whoever may read the invoice may read what it consists of: charges and tickets
        are read by the system.

        :raise AccessError: if the user may not read the invoice
        """
        self.ensure_one()
        self.check_access("read")
        move = self._for_statement()
        rows = move._get_statement_rows()
        by_ticket = defaultdict(list)
        for ticket, row in rows:
            by_ticket[ticket].append(row)
        tickets = [
            move._get_statement_ticket(ticket, by_ticket[ticket])
            for ticket in move.billed_ticket_ids.sorted("id")
        ]
        days = [row["date"] for _ticket, row in rows]
        return {
            "tickets": tickets,
            "first_day": min(days, default=None),
            "last_day": max(days, default=None),
            "is_credit": move.move_type == "out_refund",
            "has_covered": any(ticket["covered"] for ticket in tickets),
            "has_tax_included": move._has_tax_included(),
            **move._get_statement_totals(tickets),
        }

    def _for_statement(self):
        """Return the invoices as the statement reads them: all, for their customer."""
        lang = self.partner_id[:1].lang or self.env.lang
        return self.sudo().with_context(lang=lang)

    def _has_tax_included(self):
        """Return whether the price of some work on tickets includes taxes."""
        lines = self.invoice_line_ids.filtered("charge_ids")
        taxes = lines.tax_ids.flatten_taxes_hierarchy()
        return any(taxes.mapped("price_include"))

    # Rows

    def _get_statement_rows(self):
        """Return pairs of ticket and row: what is billed, then what is only told of."""
        charges = self.env["ticket.billing.charge"]
        rows, told = [], charges
        for line in self.invoice_line_ids.sorted(lambda ln: (ln.sequence, ln.id)):
            amounts = line._share_out(line.price_subtotal)
            quantities = line._share_out_quantity()
            for charge, amount in amounts.items():
                row = charge._get_statement_row(line, quantities[charge], amount)
                if charge not in told and line.move_type != "out_refund":
                    row |= charge._get_statement_covered()
                rows.append((charge.ticket_id, row))
            told |= line.charge_ids
        for charge in self.invoice_line_ids.noted_charge_ids - told:
            row = charge._get_statement_row() | charge._get_statement_covered()
            rows.append((charge.ticket_id, row))
        return sorted(rows, key=lambda pair: pair[1]["order"])

    def _get_statement_ticket(self, ticket, rows):
        """Return what the statement says of one ticket."""
        time = [row for row in rows if row["is_time"]]
        contact = ticket.partner_id.name or ticket.partner_name
        customers = self.partner_id | self.commercial_partner_id
        seconds = sum(to_seconds(row["worked"] or 0) for row in time)
        return {
            "number": ticket._get_number(),
            "title": ticket.name,
            "reference": ticket.customer_reference,
            "contact": contact if contact not in customers.mapped("name") else False,
            "parts": split_rows(rows),
            "remarks": self._get_statement_remarks(rows),
            "has_time": bool(time),
            "worked": seconds / 3600,
            "quantity": sum(row["quantity"] for row in time),
            "covered": sum(row["covered"] for row in rows),
            "amount": self.currency_id.round(sum(row["amount"] for row in rows)),
        }

    def _get_statement_remarks(self, rows):
        """Return in words where the invoice bills other quantities than were rated."""
        if self.move_type == "out_refund":
            return []
        remarks = []
        for line in dict.fromkeys(row["line"] for row in rows if row["line"]):
            edited = [row for row in rows if row["line"] == line]
            billed = sum(row["quantity"] for row in edited)
            rated = sum(row["rated"] for row in edited)
            if float_compare(billed, rated, HOURS_DIGITS):
                remarks.append(
                    self.env._(
                        "Adjusted on the invoice: %(difference)s (%(billed)s instead "
                        "of %(rated)s)",
                        difference=self._format_statement_quantity(billed - rated, "+"),
                        billed=self._format_statement_quantity(billed),
                        rated=self._format_statement_quantity(rated),
                    )
                )
        return remarks

    def _format_statement_quantity(self, quantity, plus=""):
        """Return a quantity as the customer writes it."""
        digits = HOURS_DIGITS
        text = formatLang(self.env, float(float_repr(quantity, digits)), digits=digits)
        return f"{plus}{text}" if quantity > 0 else text

    # Totals

    def _get_statement_totals(self, tickets):
        """Return how the work on tickets adds up to what the invoice comes to.

        ``other`` is what the invoice bills besides, None if there is nothing else;
        ``rounding`` is what Odoo's rounding of the document makes of the lines.
        """
        currency = self.currency_id
        lines = self.invoice_line_ids.filtered(
            lambda ln: ln.display_type == "product" and not ln.charge_ids
        )
        others = lines.filtered(lambda ln: ln.price_subtotal or not ln.noted_charge_ids)
        work = currency.round(sum(ticket["amount"] for ticket in tickets))
        other = currency.round(sum(others.mapped("price_subtotal")))
        rounding = currency.round(self.amount_untaxed - work - other)
        taxes = [
            (group["group_name"], group["tax_amount_currency"])
            for subtotal in (self.tax_totals or {}).get("subtotals", ())
            for group in subtotal["tax_groups"]
        ]
        return {
            "currency": currency,
            "work": work,
            "other": other if others else None,
            "rounding": 0.0 if currency.is_zero(rounding) else rounding,
            "untaxed": self.amount_untaxed,
            "taxes": taxes,
            "total": self.amount_total,
        }
