from decimal import Decimal

from odoo import models
from odoo.tools import float_repr, format_date, formatLang

from ..tools.errors import BillingError
from ..tools.hours import (
    ZERO,
    round_entries,
    round_group,
    spread_hours,
    to_hours,
    to_seconds,
)

# Of a leap year: more in one entry is a slip
MOST_HOURS = 366 * 24


class TicketBillingStrategy(models.AbstractModel):
    """How the work of a ticket becomes charges. One child model per strategy."""

    _name = "ticket.billing.strategy"
    _inherit = "ticket.billing.rate"
    _description = "Ticket Billing Strategy"
    _bills_fee = False

    def _prepare_charges(self, work):
        """Return the values of the charges due for one piece of work.

        ``work`` holds the ticket, one agreement and the entries under it (see
        ``tools/work.py``). An empty list means there is nothing to bill. Writes
        nothing, so that previews, dry runs and tests may call it freely.

        :raise UserError: if a price or a product is missing; the message says
            what to set
        """
        raise NotImplementedError()

    def _has_work(self, work):
        """Return whether there may be something to charge, whatever its price."""
        return bool(work.entries) or (self._bills_fee and work.fee_is_due)

    # Fee

    def _prepare_fee_charges(self, work):
        """Return the fee of the ticket, once in the life of a ticket."""
        if not work.fee_is_due:
            return []
        product = self._get_product(work, "ticket_product_id")
        rate = self._get_fee(work, product)
        values = self._prepare_charge(work, product, rate, work.fee_date)
        values.update(
            kind="ticket",
            name=self.env._("Fee per ticket"),
            worked_hours=0.0,
            **work.get_source(f"ticket:{work.ticket.id}:fee"),
        )
        reason = "fee_zero" if not rate.price else ""
        return [self._complete_charge(work, values, 1.0, reason)]

    # Time

    def _prepare_time_charges(self, work):
        """Return one charge per entry: hours rounded per group, at one rate each."""
        groups = {}
        for entry in work.entries:
            self._check_hours(entry)
            work_type = self._get_work_type(work, entry)
            rate = self._get_hourly_rate(
                work, self._get_time_product(work, entry), entry
            )
            groups.setdefault((work_type, rate.price), []).append((entry, rate))
        return [
            charge
            for (work_type, price), members in groups.items()
            for charge in self._prepare_group_charges(work, work_type, price, members)
        ]

    def _prepare_group_charges(self, work, work_type, price, members):
        """Return the charges of the entries that are rounded together."""
        rounding = self._get_rounding(work, work_type)
        earlier = work.get_earlier_charges(work_type, price)
        seconds = [to_seconds(entry.unit_amount) for entry, _rate in members]
        before = [to_seconds(charge.worked_hours) for charge in earlier]
        total = round_group([*before, *seconds], **rounding)
        handled = sum((to_hours(to_seconds(c.rated_quantity)) for c in earlier), ZERO)
        facts = self._get_hours_facts(rounding, [*before, *seconds], total, handled)
        own_hours = map(to_hours, seconds)
        if rounding.pop("by_entry"):
            own_hours = round_entries(seconds, **rounding)
        shares = spread_hours(max(total - handled, ZERO), own_hours)
        return [
            self._prepare_time_charge(work, entry, rate, hours, facts)
            for (entry, rate), hours in zip(members, shares, strict=True)
        ]

    def _check_hours(self, entry):
        """Refuse what nobody can have worked.

        :raise UserError: which names the entry
        """
        if abs(entry.unit_amount) > MOST_HOURS:
            raise BillingError(
                self.env._(
                    "The time entry of %(date)s has %(hours)s hours, which is more "
                    "than a year. Correct it.",
                    date=format_date(self.env, entry.date),
                    hours=formatLang(self.env, entry.unit_amount, digits=2),
                ),
                "hours",
            )

    def _get_rounding(self, work, work_type):
        """Return how hours are rounded: the type's minimum and step, else the policy's.

        Where the policy does not round, a work type's step does not either.
        """
        policy = work.agreement.policy
        return {
            "method": policy.rounding_method,
            "increment": work_type.rounding_increment or policy.rounding_increment,
            "minimum": work_type.minimum_hours or policy.minimum_hours,
            "by_entry": policy.rounding_scope == "entry",
        }

    def _get_hours_facts(self, rounding, seconds, total, handled):
        """Return how the hours of a group came about, as the receipt keeps it."""
        return {
            "method": rounding["method"],
            "increment": float_repr(rounding["increment"], 2),
            "minimum": float_repr(rounding["minimum"], 2),
            "by_entry": rounding["by_entry"],
            "group_worked": str(to_hours(sum(seconds))),
            "group_rounded": str(total),
            "handled": str(handled),
        }

    def _prepare_time_charge(self, work, entry, rate, hours, facts):
        values = self._prepare_entry_charge(work, entry, rate)
        values["explanation"]["hours"] = {
            **facts,
            "worked": str(to_hours(to_seconds(entry.unit_amount))),
            "rounded": str(hours),
        }
        reason = self._get_no_hours_reason(entry, hours, facts)
        if not reason and not rate.price:
            reason = "rate_zero"
        return self._complete_charge(work, values, float(hours), reason)

    def _get_no_hours_reason(self, entry, hours, facts):
        """Return the key of why there are no hours to bill, empty if there are some."""
        if Decimal(facts["handled"]) > Decimal(facts["group_rounded"]):
            return "more_before"
        if hours:
            return ""
        return "correction" if entry.unit_amount <= 0 else "inside_rounding"

    def _prepare_entry_charge(self, work, entry, rate):
        """Return the values of a charge for one entry, but for its quantities."""
        product = self._get_time_product(work, entry)
        work_type = entry.billing_work_type_id
        values = self._prepare_charge(work, product, rate, entry.date)
        values.update(
            kind="time",
            analytic_line_id=entry.id,
            work_type_id=work_type.id,
            name=entry.name,
            employee_id=entry.employee_id.id,
            product_uom_id=self._get_time_uom(product).id,
            worked_hours=entry.unit_amount,
            **work.get_source(f"line:{entry.id}"),
        )
        if work_type:
            values["explanation"]["work_type"] = work_type.name
        return values

    # Values

    def _prepare_charge(self, work, product, rate, date):
        """Return the values that all charges of a piece of work share."""
        agreement, ticket = work.agreement, work.ticket
        return {
            "ticket_id": ticket.id,
            "contract_id": agreement.contract.id,
            "policy_id": agreement.policy.id,
            "company_id": ticket.company_id.id,
            "currency_id": agreement.currency.id,
            "partner_id": ticket.partner_id.id,
            "invoice_partner_id": agreement.invoice_partner.id,
            "service_date": date,
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "rated_price_unit": rate.price,
            "price_unit": rate.price,
            "explanation": {
                "agreement": self._get_agreement_facts(work, date),
                "rate": {
                    "source": rate.source,
                    "price": self._repr_price(rate.price),
                    "currency": agreement.currency.name,
                    "date": str(date),
                    **rate.details,
                },
            },
        }

    def _get_agreement_facts(self, work, date):
        """Return which agreement holds on a day and why, as the receipt keeps it."""
        agreement, choice = work.agreement, work.choices[date]
        return {
            "contract": agreement.contract.display_name or "",
            "policy": agreement.policy.name,
            "reason": choice.reason,
            "rejected": [list(candidate) for candidate in choice.rejected],
        }

    def _complete_charge(self, work, values, quantity, reason):
        """Add quantity and amount; work worth nothing is covered, for a reason.

        :param str reason: a key of ``ticket.billing.receipt``, or empty
        """
        billable = 0.0 if reason else quantity
        amount = work.agreement.currency.round(billable * values["price_unit"])
        values.update(
            rated_quantity=quantity,
            quantity=billable,
            covered_quantity=quantity - billable,
            amount=amount,
            covered_amount=0.0,
            covered_by=False,
            rating_state="covered" if reason else "ready",
            reason=reason and self.env["ticket.billing.receipt"]._get_reason(reason),
        )
        if reason:
            values["explanation"]["reason"] = reason
        return values
