from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_round, formatLang

from ..tools.hours import (
    ZERO,
    round_entries,
    round_group,
    spread_hours,
    to_hours,
    to_seconds,
)


class TicketBillingStrategy(models.AbstractModel):
    """How the work of a ticket becomes charges. One child model per strategy."""

    _name = "ticket.billing.strategy"
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
        price, source = self._get_fee(work, product)
        values = self._prepare_charge(work, product, price, source)
        values.update(
            kind="ticket",
            name=source,
            source_key=f"ticket:{work.ticket.id}:fee:0",
            service_date=work.fee_date,
            worked_hours=0.0,
        )
        reason = self.env._("Fee of 0.00") if not price else ""
        return [self._complete_charge(work, values, 1.0, reason)]

    def _get_fee(self, work, product):
        """Return the fee per ticket in the agreement's currency, and its source."""
        contract = work.agreement.contract
        if contract:
            return contract.per_ticket_rate, self.env._(
                "Fee per ticket of the contract"
            )
        return self._get_pricelist_price(work, product, product.uom_id, work.fee_date)

    # Time

    def _prepare_time_charges(self, work):
        """Return one charge per entry: hours rounded per group, at one rate each."""
        groups = {}
        for entry in work.entries:
            product = self._get_product(work, "time_product_id")
            price, source = self._get_hourly_rate(work, product, entry.date)
            groups.setdefault((product, price), []).append((entry, source))
        return [
            charge
            for (product, price), members in groups.items()
            for charge in self._prepare_group_charges(work, product, price, members)
        ]

    def _prepare_group_charges(self, work, product, price, members):
        """Return the charges of the entries that are rounded together."""
        rounding = self._get_rounding(work)
        earlier = work.get_earlier_charges(product, price)
        seconds = [to_seconds(entry.unit_amount) for entry, _source in members]
        before = [to_seconds(charge.worked_hours) for charge in earlier]
        total = round_group([*before, *seconds], **rounding)
        handled = sum(to_hours(to_seconds(c.rated_quantity)) for c in earlier)
        own_hours = map(to_hours, seconds)
        if rounding.pop("by_entry"):
            own_hours = round_entries(seconds, **rounding)
        shares = spread_hours(max(total - handled, ZERO), own_hours)
        return [
            self._prepare_time_charge(
                work, entry, product, price, source, hours, total - handled
            )
            for (entry, source), hours in zip(members, shares, strict=True)
        ]

    def _get_rounding(self, work):
        policy = work.agreement.policy
        return {
            "method": policy.rounding_method,
            "increment": policy.rounding_increment,
            "minimum": policy.minimum_hours,
            "by_entry": policy.rounding_scope == "entry",
        }

    def _prepare_time_charge(self, work, entry, product, price, source, hours, due):
        values = self._prepare_entry_charge(work, entry, product, price, source)
        reason = ""
        if due < 0:
            reason = self.env._(
                "More was billed before: credit the invoice to take hours back"
            )
        elif not hours:
            reason = self._get_no_hours_reason(entry)
        elif not price:
            reason = self.env._("Free of charge: the rate is 0.00")
        return self._complete_charge(work, values, float(hours), reason)

    def _get_no_hours_reason(self, entry):
        if entry.unit_amount <= 0:
            return self.env._("A correction: it lowers what the other hours bill")
        return self.env._("Already billed by the rounding of the other hours")

    def _prepare_entry_charge(self, work, entry, product, price, source):
        """Return the values of a charge for one entry, but for its quantities."""
        return {
            **self._prepare_charge(work, product, price, source),
            "kind": "time",
            "source_key": f"line:{entry.id}:0",
            "analytic_line_id": entry.id,
            "name": entry.name,
            "employee_id": entry.employee_id.id,
            "product_uom_id": self._get_time_uom(product).id,
            "service_date": entry.date,
            "worked_hours": entry.unit_amount,
        }

    def _get_hourly_rate(self, work, product, date):
        """Return the price of an hour in the agreement's currency, and its source."""
        contract = work.agreement.contract
        if contract.hourly_rate_source == "fixed":
            return contract.hourly_rate, self.env._("Hourly rate of the contract")
        uom = self._get_time_uom(product)
        return self._get_pricelist_price(work, product, uom, date)

    def _get_time_uom(self, product):
        """Return hours, or the product's own unit where it does not measure time."""
        # Not env.ref(): it asks the database each time whether the record exists
        hour_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        hour = self.env["uom.uom"].browse(hour_id)
        return hour if product.uom_id._has_common_reference(hour) else product.uom_id

    # Prices and values

    def _get_product(self, work, field_name):
        """Return the product that the policy names for hours or for the fee.

        :raise UserError: if there is none: without a product a line has no tax
        """
        policy = work.agreement.policy
        if not policy[field_name]:
            raise UserError(
                self.env._(
                    "Choose the %(field)s in the billing policy “%(policy)s”.",
                    field=policy._fields[field_name]._description_string(self.env),
                    policy=policy.display_name,
                )
            )
        return policy[field_name]

    def _get_pricelist_price(self, work, product, uom, date):
        """Return the price per unit under the agreement, and where it comes from.

        :raise UserError: if there is neither a rule nor a sales price: a missing
            price is not a price of zero
        """
        price, rule_id = work.get_price(product, uom, date)
        if not price and not self._is_free_by_rule(product, rule_id):
            raise UserError(
                self.env._(
                    "“%(product)s” has no price. Set its sales price, a rule in the "
                    "customer's pricelist, or a rate in the contract.",
                    product=product.display_name,
                )
            )
        origin = work.agreement.pricelist if rule_id else product
        return self._convert_price(work, price, origin, date)

    def _is_free_by_rule(self, product, rule_id):
        """Return whether a rule says 0.00, rather than a part of no sales price."""
        rule = self.env["product.pricelist.item"].browse(rule_id or None)
        return bool(rule) and (rule.compute_price == "fixed" or bool(product.lst_price))

    def _convert_price(self, work, price, origin, date):
        """Return a price in the agreement's currency, and a text about its origin."""
        agreement, company = work.agreement, work.ticket.company_id
        source = agreement.pricelist.currency_id or company.currency_id
        converted = source._convert(
            price, agreement.currency, company, date, round=False
        )
        digits = self.env["decimal.precision"].precision_get("Product Price")
        text = self.env._(
            "%(origin)s: %(price)s",
            origin=origin.display_name,
            price=formatLang(self.env, price, currency_obj=source),
        )
        return float_round(converted, precision_digits=digits), text

    def _prepare_charge(self, work, product, price, source):
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
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "rated_price_unit": price,
            "price_unit": price,
            "explanation": {
                "agreement": agreement.display_name,
                "rate_source": source,
            },
        }

    def _complete_charge(self, work, values, quantity, reason):
        """Add quantity and amount; work worth nothing is covered, for a reason."""
        billable = 0.0 if reason else quantity
        amount = work.agreement.currency.round(billable * values["price_unit"])
        values.update(
            rated_quantity=quantity,
            quantity=billable,
            covered_quantity=quantity - billable,
            amount=amount,
            covered_amount=0.0,
            rating_state="covered" if reason else "ready",
            reason=reason,
        )
        return values
