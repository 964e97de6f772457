from odoo import api, fields, models

from ..tools.money import sum_lines


class TicketBillingRating(models.AbstractModel):
    """Amounts of rated work, as the fields of a ticket and the runs show them."""

    _inherit = "ticket.billing.rating"

    @api.model
    def _get_amounts(self, tickets):
        """Return a dict: ticket → values of its fields about money."""
        charges = tickets._get_charges().grouped("ticket_id")
        none = self.env["ticket.billing.charge"]
        return {
            rating.ticket: self._prepare_amounts(
                rating, charges.get(rating.ticket._origin, none)
            )
            for rating in self._rate(tickets, each_alone=True)
        }

    @api.model
    def _prepare_amounts(self, rating, charges):
        waiting = charges.filtered(lambda c: c.state in ("to_approve", "ready"))
        to_invoice = self._get_amounts_by_currency(
            [*waiting._get_line_values(), *rating.charges]
        )
        invoiced = {
            currency: sum(c.invoiced_amount - c.credited_amount for c in group)
            for currency, group in charges.grouped("currency_id").items()
        }
        released = {
            currency: sum(group.mapped("waiting_amount"))
            for currency, group in charges.grouped("currency_id").items()
        }
        currency = self._get_common_currency([*to_invoice, *invoiced])
        return {
            "billing_currency_id": currency.id,
            "amount_to_invoice": self._get_total(to_invoice, currency),
            "amount_invoiced": self._get_total(invoiced, currency),
            "amount_waiting": self._get_total(released, currency),
        }

    @api.model
    def _get_amounts_by_currency(self, charges):
        """Return a dict: currency → what invoice lines for the charges amount to.

        :param charges: values of charges; before tax, rounded as invoices are
        """
        lines = {}
        for vals in charges:
            line = (self._get_printed_key(vals), vals["quantity"], vals["price_unit"])
            lines.setdefault(vals["currency_id"], []).append(line)
        currencies = self.env["res.currency"].browse(lines)
        return {
            currency: float(sum_lines(lines[currency.id], currency.rounding))
            for currency in currencies
        }

    @api.model
    def _get_printed_key(self, vals):
        """Return what charges at one price share if they are added up and rounded
        together, as a line of an invoice."""
        policy = self.env["ticket.billing.policy"].browse(vals["policy_id"])
        details = {"ticket": vals["ticket_id"], "entry": vals["source_key"]}
        detail = details.get(policy.line_detail)
        return detail, vals["product_id"], vals["product_uom_id"]

    @api.model
    def _get_common_currency(self, currencies):
        """Return the one currency of the amounts, else the company's."""
        distinct = self.env["res.currency"].union(*currencies)
        return distinct if len(distinct) == 1 else self.env.company.currency_id

    @api.model
    def _get_total(self, amounts, currency):
        """Return the sum of amounts by currency in one currency, at today's rate."""
        company = self.env.company
        today = company._get_ticket_billing_date(fields.Datetime.now())
        return sum(
            origin._convert(amount, currency, company, today)
            for origin, amount in amounts.items()
        )
