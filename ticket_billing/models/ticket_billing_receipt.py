from datetime import date as Date
from decimal import Decimal

from odoo import api, models
from odoo.tools import float_repr, format_date, formatLang


class TicketBillingReceipt(models.AbstractModel):
    """Says in words how a charge came about, in the language of the reader.

    Reads the ``explanation`` of a charge, which keeps facts: keys, names as they were
    and numbers as text. The customer's version leaves out what is not his business:
    which other contracts there are, names of people, policies and pricelists, and
    what people noted for themselves.
    """

    _name = "ticket.billing.receipt"
    _description = "Ticket Billing Receipt"

    @api.model
    def _get_lines(self, vals, with_amounts=True, for_customer=False):
        """Return the sentences that explain a charge.

        :param vals: ``kind``, ``explanation``, ``quantity``, ``price_unit``,
            ``amount``, ``currency`` and ``reason`` of a charge, ``review`` and
            ``reviewed_by`` (who decided what), ``change`` and ``change_reason``
        :param bool with_amounts: name rates and amounts
        :param bool for_customer: leave out what is internal
        """
        facts = vals["explanation"] or {}
        # Charges of versions before 19.0.1.1.0 kept texts
        lines = [] if for_customer else list(facts.get("texts", []))
        lines += self._get_agreement_lines(facts, for_customer)
        if facts.get("work_type"):
            lines.append(self.env._("Work type: %s.", facts["work_type"]))
        if with_amounts:
            lines += self._get_rate_lines(facts, for_customer)
        lines += self._get_hours_lines(facts)
        lines += self._get_allowance_lines(facts, vals["kind"])
        lines += self._get_change_lines(vals, with_amounts)
        lines += self._get_reason_lines(vals, for_customer)
        if with_amounts:
            lines += self._get_amount_lines(vals)
        return lines

    @api.model
    def _get_short_lines(self, vals, with_amounts=True):
        """Return what a reviewer looks at first: rate, hours, what is included, and
        what was changed."""
        facts = vals["explanation"] or {}
        lines = self._get_rate_lines(facts) if with_amounts else []
        lines += self._get_hours_lines(facts)[-1:]
        lines += self._get_allowance_lines(facts, vals["kind"])
        return lines + self._get_change_lines(vals, with_amounts)

    # Agreement

    @api.model
    def _get_agreement_lines(self, facts, for_customer=False):
        """Return which agreement holds, and why no other does."""
        agreement = facts.get("agreement")
        if not isinstance(agreement, dict):
            return []
        contract = agreement["contract"]
        if for_customer:
            if contract:
                return [self.env._("Contract “%s”.", contract)]
            return [self.env._("Our general terms.")]
        lines = [self._get_reason_of_choice(agreement["reason"])]
        if contract:
            lines.insert(0, self.env._("Contract “%s”.", contract))
        else:
            lines.append(self.env._("Billing policy “%s”.", agreement["policy"]))
        return [" ".join(lines), *self._get_rejected_lines(agreement["rejected"])]

    @api.model
    def _get_choice_text(self, choice):
        """Return why a contract holds.

        :param choice: a ``Choice`` of ``tools/work.py``
        """
        lines = [self._get_reason_of_choice(choice.reason)]
        return " ".join([*lines, *self._get_rejected_lines(choice.rejected)])

    @api.model
    def _get_rejected_lines(self, rejected):
        """Return which contracts do not hold, and why."""
        if not rejected:
            return []
        candidates = [
            self.env._(
                "“%(contract)s” (%(condition)s)",
                contract=name,
                condition=self._get_condition(condition, detail),
            )
            for name, condition, detail in rejected
        ]
        return [self.env._("Not used: %s.", ", ".join(candidates))]

    @api.model
    def _get_reason_of_choice(self, key):
        """Return why a contract holds, by the key of a ``Choice``."""
        reasons = {
            "ticket": self.env._("Chosen on the ticket."),
            "only": self.env._("The only one that fits."),
            "newest": self.env._("Of those that fit, it began last."),
            "scope": self.env._("Of those that fit, the one for such tickets."),
            "none": self.env._("No running contract."),
        }
        return reasons.get(key, key)

    @api.model
    def _get_condition(self, key, detail):
        """Return why a contract does not hold.

        :param str key: the key of the condition that fails
        :param str detail: a date or names
        """
        if key in ("date_start", "date_end"):
            detail = format_date(self.env, Date.fromisoformat(detail))
        texts = {
            "covers_tickets": self.env._("does not cover tickets"),
            "date_start": self.env._("begins on %s", detail),
            "date_end": self.env._("ended on %s", detail),
            "ticket_team_ids": self.env._("only for teams %s", detail),
            "ticket_category_ids": self.env._("only for categories %s", detail),
            "less_newest": self.env._("began earlier"),
            "less_scope": self.env._("not made for such tickets"),
        }
        return texts.get(key, key)

    # Rate

    @api.model
    def _get_rate_lines(self, facts, for_customer=False):
        """Return the price of one hour or fee, and where it comes from."""
        rate = facts.get("rate")
        if not rate or rate["source"] == "fee_included":
            return []
        origin = self._get_origin(rate["source"], rate.get("origin"), for_customer)
        price = self._get_price_text(rate)
        return [self.env._("%(origin)s: %(price)s.", origin=origin, price=price)]

    @api.model
    def _get_origin(self, key, name, for_customer):
        """Return what a price comes from, by the key of a ``Rate``."""
        sources = {
            "override": self.env._("Rate of this time entry"),
            "contract_rate": self.env._("Hourly rate of the contract"),
            "contract_fee": self.env._("Fee per ticket of the contract"),
            "pricelist": self.env._("Pricelist “%s”", name),
            "product": self.env._("Sales price “%s”", name),
        }
        customer_sources = {
            "pricelist": self.env._("Pricelist"),
            "product": self.env._("Sales price"),
        }
        if for_customer and key in customer_sources:
            return customer_sources[key]
        return sources.get(key, key)

    @api.model
    def _get_price_text(self, rate):
        """Return a price with what it was converted from and multiplied by."""
        currency = rate["currency"]
        price = self._format(rate["price"], currency)
        base = self._format(rate.get("base", rate["price"]), currency)
        parts = []
        if rate.get("original"):
            parts.append(
                self.env._(
                    "%(original)s on %(date)s = %(price)s",
                    original=self._format(rate["original"], rate["original_currency"]),
                    date=format_date(self.env, Date.fromisoformat(rate["date"])),
                    price=base,
                )
            )
        if rate.get("multiplier"):
            parts.append(f"{base} × {self._format(rate['multiplier'])} = {price}")
        return "; ".join(parts) or price

    # Result

    @api.model
    def _get_reason_lines(self, vals, for_customer):
        """Return why nothing is billed, and what people decided."""
        key = (vals["explanation"] or {}).get("reason")
        lines = []
        if key and not (for_customer and key in self._get_internal_reasons()):
            lines.append(self._get_reason(key))
        if for_customer:
            return lines
        if vals["reason"] and not key:
            lines.append(vals["reason"])
        if vals.get("change_reason"):
            lines.append(self.env._("Changed: %s", vals["change_reason"]))
        if vals.get("review"):
            lines.append(self._get_review(vals["review"], vals["reviewed_by"]))
        return lines

    @api.model
    def _get_amount_lines(self, vals):
        """Return what the billable part amounts to before tax."""
        if not vals["quantity"]:
            return []
        digits = self.env["decimal.precision"].precision_get("Product Price")
        currency = vals["currency"]
        price = float_repr(vals["price_unit"], digits)
        amount = float_repr(vals["amount"], currency.decimal_places)
        return [
            self.env._(
                "Amount: %(quantity)s × %(price)s = %(amount)s.",
                quantity=self._format(float_repr(vals["quantity"], 2)),
                price=self._format(price, currency.name),
                amount=self._format(amount, currency.name),
            )
        ]

    @api.model
    def _format(self, number, currency=""):
        """Return a number that is given as text as the reader writes it."""
        digits = -Decimal(number).as_tuple().exponent
        text = formatLang(self.env, float(number), digits=digits)
        return f"{text} {currency}".rstrip()
