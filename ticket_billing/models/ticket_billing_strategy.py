from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_round, formatLang

from ..tools.hours import round_hours, spread_hours, to_hours, to_seconds


class TicketBillingStrategy(models.AbstractModel):
    """How the work of a ticket becomes charges. One child model per strategy."""

    _name = "ticket.billing.strategy"
    _description = "Ticket Billing Strategy"

    def _prepare_charges(self, work):
        """Return the values of the charges due for one piece of work.

        ``work`` holds the ticket, one agreement and the entries under it (see
        ``tools/work.py``). An empty list means there is nothing to bill. Writes
        nothing, so that previews, dry runs and tests may call it freely.

        :raise UserError: if a price or a product is missing; the message says
            what to set
        """
        raise NotImplementedError()

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
            groups.setdefault(
                self._get_group_key(work, entry, product, price), []
            ).append((entry, source))
        return [
            charge
            for key, members in groups.items()
            for charge in self._prepare_group_charges(work, key, members)
        ]

    def _get_group_key(self, work, entry, product, price):
        """Return what rounding and minimum are applied to together."""
        by_entry = work.agreement.policy.rounding_scope == "entry"
        return (product, price, entry.id if by_entry else 0)

    def _prepare_group_charges(self, work, key, members):
        product, price, _scope = key
        policy = work.agreement.policy
        earlier = work.get_earlier_charges(product, price)
        if policy.rounding_scope == "entry":
            earlier = earlier.browse()
        seconds = [to_seconds(entry.unit_amount) for entry, _source in members]
        total = round_hours(
            sum(seconds) + sum(to_seconds(c.worked_hours) for c in earlier),
            policy.rounding_method,
            policy.rounding_increment,
            policy.minimum_hours,
        )
        handled = sum(to_hours(to_seconds(c.rated_quantity)) for c in earlier)
        due = max(total - handled, total * 0)
        return [
            self._prepare_time_charge(work, entry, product, price, source, hours)
            for (entry, source), hours in zip(
                members, spread_hours(due, seconds), strict=True
            )
        ]

    def _prepare_time_charge(self, work, entry, product, price, source, hours):
        values = self._prepare_entry_charge(work, entry, product, price, source)
        reason = ""
        if not hours:
            reason = self.env._("Already billed by the rounding of the other hours")
        elif not price:
            reason = self.env._("Free of charge: the rate is 0.00")
        return self._complete_charge(work, values, float(hours), reason)

    def _prepare_entry_charge(self, work, entry, product, price, source):
        """Return the values of a charge for one entry, but for its quantities."""
        return {
            **self._prepare_charge(work, product, price, source),
            "kind": "time",
            "source_key": f"line:{entry.id}:0",
            "analytic_line_id": entry.id,
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
        hour = self.env.ref("uom.product_uom_hour")
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
        if not price and not rule_id:
            raise UserError(
                self.env._(
                    "“%(product)s” has no price. Set its sales price, a rule in the "
                    "customer's pricelist, or a rate in the contract.",
                    product=product.display_name,
                )
            )
        origin = work.agreement.pricelist if rule_id else product
        return self._convert_price(work, price, origin, date)

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
