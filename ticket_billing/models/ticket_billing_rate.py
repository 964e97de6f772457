from datetime import datetime, time

import pytz

from odoo import models
from odoo.tools import float_repr, float_round, format_date

from ..tools.errors import BillingError
from ..tools.work import Rate


class TicketBillingRate(models.AbstractModel):
    """What an hour or a ticket costs under an agreement, and where that is said."""

    _name = "ticket.billing.rate"
    _description = "Ticket Billing Rate"

    # Fee

    def _get_fee(self, work, product):
        """Return the ``Rate`` of one ticket: the contract's fee, else the price."""
        contract = work.agreement.contract
        if contract:
            return Rate(contract.per_ticket_rate, "contract_fee")
        return self._get_price(work, product, product.uom_id, work.fee_date)

    # Hours

    def _get_hourly_rate(self, work, product, entry):
        """Return the ``Rate`` of an hour of an entry, the first that is agreed.

        The entry's own, which is final; the contract's fixed rate times the
        multiplier of the work type; the price of the product in the contract's or
        the customer's pricelist; its sales price.

        :raise UserError: if there is none
        """
        contract = work.agreement.contract
        work_type = entry.billing_work_type_id
        if entry.billing_rate_overridden:
            return Rate(entry.billing_rate_override, "override")
        if contract.hourly_rate_source == "fixed":
            rate = Rate(contract.hourly_rate, "contract_rate")
            return self._multiply(rate, work_type)
        uom = self._get_time_uom(product)
        rate = self._get_price(work, product, uom, entry.date)
        return rate if work_type.product_id else self._multiply(rate, work_type)

    def _multiply(self, rate, work_type):
        """Return the rate times the multiplier of the work type, if it has one."""
        if not work_type or work_type.multiplier == 1:
            return rate
        return Rate(
            price=self._round_price(rate.price * work_type.multiplier),
            source=rate.source,
            details={
                **rate.details,
                "base": self._repr_price(rate.price),
                "multiplier": f"{work_type.multiplier:g}",
            },
        )

    def _get_time_uom(self, product):
        """Return hours, or the product's own unit where it does not measure time."""
        # Not env.ref(): it asks the database each time whether the record exists
        hour_id = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour")
        hour = self.env["uom.uom"].browse(hour_id)
        return hour if product.uom_id._has_common_reference(hour) else product.uom_id

    # Products

    def _get_work_type(self, work, entry):
        """Return the work type of an entry, perhaps none.

        :raise UserError: if the policy has work types and this is not one of them
        """
        work_type, policy = entry.billing_work_type_id, work.agreement.policy
        if work_type and policy.work_type_ids and work_type not in policy.work_type_ids:
            raise BillingError(
                self.env._(
                    "Work type “%(type)s” is not agreed under billing policy "
                    "“%(policy)s”. Choose another one on the time entry of %(date)s, "
                    "or add it to the policy.",
                    type=work_type.name,
                    policy=policy.name,
                    date=format_date(self.env, entry.date),
                ),
                "work_type",
            )
        return work_type

    def _get_time_product(self, work, entry):
        """Return the product of the entry's work type, else the policy's for hours."""
        return entry.billing_work_type_id.product_id or self._get_product(
            work, "time_product_id"
        )

    def _get_product(self, work, field_name):
        """Return the product that the policy names for hours or for the fee.

        :raise UserError: if there is none: without a product a line has no tax
        """
        policy = work.agreement.policy
        if not policy[field_name]:
            raise BillingError(
                self.env._(
                    "Choose the %(field)s in the billing policy “%(policy)s”.",
                    field=policy._fields[field_name]._description_string(self.env),
                    policy=policy.display_name,
                ),
                "product",
            )
        return policy[field_name]

    # Prices

    def _get_price(self, work, product, uom, date):
        """Return the ``Rate`` of a product by pricelist or sales price on a day.

        :raise UserError: if there is neither a rule nor a sales price: a missing
            price is not a price of zero
        """
        agreement = work.agreement
        key = (agreement.pricelist, agreement.currency, product, uom, date)
        if key not in work.prices:
            work.prices[key] = self._find_price(work, product, uom, date)
        return work.prices[key]

    def _find_price(self, work, product, uom, date):
        """Return the ``Rate`` of a product as ``_get_price``, from the database."""
        moment = self._get_price_moment(work, date)
        rule_id = work.agreement.pricelist._get_product_rule(
            product, quantity=1.0, uom=uom, date=moment
        )
        rule = self.env["product.pricelist.item"].browse(rule_id or None)
        if rule:
            # In the pricelist's currency: a fixed price is not converted by the rule
            currency = rule.currency_id or work.ticket.company_id.currency_id
            price = rule._compute_price(product, 1.0, uom, moment, currency)
        else:
            currency = product.currency_id
            price = product._price_compute("list_price", uom=uom)[product.id]
        if not price and not self._is_free_by_rule(product, rule):
            raise BillingError(
                self.env._(
                    "“%(product)s” has no price. Set its sales price, a rule in the "
                    "customer's pricelist, or a rate in the contract.",
                    product=product.display_name,
                ),
                "price",
            )
        source = "pricelist" if rule else "product"
        origin = rule.pricelist_id or product
        return self._convert(work, price, currency, date, source, origin)

    def _get_price_moment(self, work, date):
        """Return the first moment (naive, UTC) that is this day in UTC and here.

        Rules of pricelists begin and end at a moment, and people enter days of the
        company's time zone; conversions within a rule take the date in UTC.
        """
        tz = work.ticket.company_id._get_ticket_billing_tz()
        midnight = datetime.combine(date, time.min)
        here = tz.localize(midnight).astimezone(pytz.utc).replace(tzinfo=None)
        return max(here, midnight)

    def _is_free_by_rule(self, product, rule):
        """Return whether a rule says 0.00, rather than a part of no sales price."""
        return bool(rule) and (rule.compute_price == "fixed" or bool(product.lst_price))

    def _convert(self, work, price, currency, date, source, origin):
        """Return a price of some origin as a ``Rate`` in the agreement's currency."""
        agreed = work.agreement.currency
        company = work.ticket.company_id
        currency._check_ticket_billing_rate(company)
        converted = currency._convert(price, agreed, company, date, round=False)
        details = {"origin": origin.display_name}
        if currency != agreed:
            details["original"] = self._repr_price(price)
            details["original_currency"] = currency.name
        return Rate(self._round_price(converted), source, details)

    def _round_price(self, price):
        return float_round(price, precision_digits=self._get_price_digits())

    def _repr_price(self, price):
        """Return a price as text with all its digits, as receipts keep it."""
        return float_repr(self._round_price(price), self._get_price_digits())

    def _get_price_digits(self):
        return self.env["decimal.precision"].precision_get("Product Price")
