from datetime import date as Date
from decimal import Decimal

from odoo import api, models
from odoo.tools import float_repr, format_date, formatLang


class TicketBillingReceipt(models.AbstractModel):
    """Says in words how a charge came about, in the language of the reader.

    Reads the ``explanation`` of a charge, which keeps facts: keys, names as they were
    and numbers as text. The customer's version leaves out what is not his business:
    which other contracts there are, names of people, policies and pricelists.
    """

    _name = "ticket.billing.receipt"
    _description = "Ticket Billing Receipt"

    @api.model
    def _get_lines(self, vals, with_amounts=True, for_customer=False):
        """Return the sentences that explain a charge.

        :param vals: ``kind``, ``explanation``, ``quantity``, ``price_unit``,
            ``amount``, ``currency``, ``reason`` and ``approved_by`` of a charge
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
        lines += self._get_allowance_lines(vals)
        if not for_customer:
            lines += self._get_review_lines(vals)
        lines += self._get_result_lines(vals, with_amounts)
        return lines

    # Agreement

    @api.model
    def _get_agreement_lines(self, facts, for_customer=False):
        """Return which agreement holds, and why no other does."""
        agreement = facts.get("agreement")
        if not agreement:
            return []
        if for_customer:
            return self._get_customer_agreement_lines(agreement)
        reason = self._get_reasons()[agreement["reason"]]
        if agreement["contract"]:
            lines = [
                self.env._(
                    "Contract “%(name)s”: %(reason)s.",
                    name=agreement["contract"],
                    reason=reason,
                )
            ]
        else:
            lines = [
                self.env._(
                    "%(reason)s: billing policy “%(policy)s”.",
                    reason=reason,
                    policy=agreement["policy"],
                )
            ]
        return lines + self._get_rejected_lines(agreement["rejected"])

    @api.model
    def _get_choice_lines(self, choice):
        """Return why a contract holds, in words.

        :param choice: a ``Choice`` of ``tools/work.py``
        """
        reason = self._get_reasons()[choice.reason]
        rejected = self._get_rejected_lines(choice.rejected)
        return [f"{reason[:1].upper()}{reason[1:]}.", *rejected]

    @api.model
    def _get_customer_agreement_lines(self, agreement):
        if agreement["contract"]:
            return [self.env._("Contract “%s”.", agreement["contract"])]
        return [self.env._("Our general terms.")]

    @api.model
    def _get_rejected_lines(self, rejected):
        if not rejected:
            return []
        candidates = [
            f"“{name}” ({self._get_condition(condition, detail)})"
            for name, condition, detail in rejected
        ]
        return [self.env._("Not used: %s.", ", ".join(candidates))]

    @api.model
    def _get_reasons(self):
        """Return a dict: key of a choice → why a contract holds."""
        return {
            "ticket": self.env._("chosen on the ticket"),
            "only": self.env._("the only one that fits"),
            "newest": self.env._("of those that fit, it began last"),
            "scope": self.env._("of those that fit, the one for such tickets"),
            "none": self.env._("No running contract"),
        }

    @api.model
    def _get_condition(self, condition, detail):
        """Return why a contract does not hold.

        :param str condition: the key of the condition that fails
        :param str detail: a date or names
        """
        if condition in ("date_start", "date_end"):
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
        return texts[condition]

    # Rate

    @api.model
    def _get_rate_lines(self, facts, for_customer=False):
        """Return the price of one hour or fee, and where it comes from."""
        rate = facts.get("rate")
        if not rate or rate["source"] == "fee_included":
            return []
        source = self._get_source(rate["source"])
        if rate.get("origin") and not for_customer:
            source = f"{source} “{rate['origin']}”"
        return [f"{source}: {self._get_price_text(rate)}."]

    @api.model
    def _get_source(self, source):
        """Return what a price comes from, by its key."""
        sources = {
            "override": self.env._("Rate of this time entry"),
            "contract_rate": self.env._("Hourly rate of the contract"),
            "contract_fee": self.env._("Fee per ticket of the contract"),
            "pricelist": self.env._("Pricelist"),
            "product": self.env._("Sales price"),
        }
        return sources[source]

    @api.model
    def _get_price_text(self, rate):
        """Return a price with what it was converted from and multiplied by."""
        parts = []
        if rate.get("original"):
            parts.append(
                self.env._(
                    "%(original)s on %(date)s",
                    original=self._format(rate["original"], rate["original_currency"]),
                    date=format_date(self.env, Date.fromisoformat(rate["date"])),
                )
            )
        if rate.get("multiplier"):
            base = self._format(rate["base"], rate["currency"])
            parts.append(f"{base} × {self._format(rate['multiplier'])}")
        return " = ".join([*parts, self._format(rate["price"], rate["currency"])])

    # Hours

    @api.model
    def _get_hours_lines(self, facts):
        """Return how the hours that were worked became the hours that are billed."""
        hours = facts.get("hours")
        if not hours:
            return []
        return [
            self._get_group_line(hours),
            self.env._(
                "This entry: %(worked)s h worked, %(rounded)s h after rounding.",
                worked=self._format(hours["worked"]),
                rounded=self._format(hours["rounded"]),
            ),
        ]

    @api.model
    def _get_group_line(self, hours):
        """Return how the hours of the ticket at one rate were rounded."""
        figures = {
            name: self._format(hours[name])
            for name in ("group_worked", "minimum", "group_rounded", "handled")
        }
        parts = [self.env._("%(group_worked)s h at this rate on the ticket", **figures)]
        if Decimal(hours["minimum"]):
            parts.append(self.env._("at least %(minimum)s h", **figures))
        if hours["by_entry"]:
            parts.append(self.env._("each entry by itself"))
        parts.append(self._get_method(hours["method"], hours["increment"]))
        parts.append(self.env._("makes %(group_rounded)s h", **figures))
        if Decimal(hours["handled"]):
            parts.append(self.env._("%(handled)s h of it handled before", **figures))
        return f"{', '.join(parts)}."

    @api.model
    def _get_method(self, method, increment):
        """Return how hours are rounded, by its key."""
        step = self._format(increment)
        methods = {
            "up": self.env._("rounded up to steps of %s h", step),
            "nearest": self.env._("rounded to the nearest step of %s h", step),
            "down": self.env._("rounded down to steps of %s h", step),
            "none": self.env._("not rounded"),
        }
        return methods[method]

    # Cover

    @api.model
    def _get_allowance_lines(self, vals):
        """Return what the contract includes, and what was drawn and is left of it."""
        allowance = (vals["explanation"] or {}).get("allowance")
        if not allowance:
            return []
        is_ticket = vals["kind"] == "ticket"
        if allowance["included"] is None:
            return [
                self.env._("All tickets are included in the contract.")
                if is_ticket
                else self.env._("All hours are included in the contract.")
            ]
        figures = {
            name: str(int(Decimal(value))) if is_ticket else self._format(value)
            for name, value in allowance.items()
        }
        if is_ticket:
            return [
                self.env._(
                    "Included in the contract: %(used)s of %(included)s tickets used.",
                    **figures,
                )
            ]
        return [
            self.env._(
                "Included in the contract: %(drawn)s h of this; %(left)s h of "
                "%(included)s h left.",
                **figures,
            )
        ]

    # Result

    @api.model
    def _get_review_lines(self, vals):
        if not vals.get("approved_by"):
            return []
        return [self.env._("Approved by %s.", vals["approved_by"])]

    @api.model
    def _get_result_lines(self, vals, with_amounts):
        """Return what is billed in the end, and why if it is nothing."""
        lines = [f"{vals['reason']}."] if vals["reason"] else []
        if with_amounts and vals["quantity"]:
            price = float_repr(vals["price_unit"], self._get_price_digits())
            currency = vals["currency"]
            amount = float_repr(vals["amount"], currency.decimal_places)
            lines.append(
                self.env._(
                    "Billed: %(quantity)s × %(price)s = %(amount)s.",
                    quantity=self._format(float_repr(vals["quantity"], 2)),
                    price=self._format(price, currency.name),
                    amount=self._format(amount, currency.name),
                )
            )
        return lines

    @api.model
    def _format(self, number, currency=""):
        """Return a number that is given as text as the reader writes it."""
        digits = -Decimal(number).as_tuple().exponent
        text = formatLang(self.env, float(number), digits=digits)
        return f"{text} {currency}".rstrip()

    @api.model
    def _get_price_digits(self):
        return self.env["decimal.precision"].precision_get("Product Price")
