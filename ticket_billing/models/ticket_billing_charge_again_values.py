from decimal import ROUND_HALF_UP, Decimal

from odoo import api, models

from ..tools.money import split_remainder
from ..tools.work import Agreement, Rating, split_source_key

COPIED_FIELDS = (
    "name",
    "kind",
    "service_date",
    "worked_hours",
    "rated_quantity",
    "rated_price_unit",
    "covered_quantity",
    "quantity",
    "price_unit",
    "amount",
    "covered_amount",
    "covered_by",
    "explanation",
)
COPIED_RECORDS = (
    "ticket_id",
    "employee_id",
    "analytic_line_id",
    "contract_id",
    "policy_id",
    "company_id",
    "currency_id",
    "partner_id",
    "invoice_partner_id",
    "product_id",
    "product_uom_id",
    "work_type_id",
)
# What a person changed, and who
CHANGE = ("review", "review_date", "change_reason")
# What a part that is billed again has of the rating of today
RATED_TODAY = (
    "contract_id",
    "policy_id",
    "currency_id",
    "partner_id",
    "invoice_partner_id",
    "product_id",
    "product_uom_id",
    "explanation",
)


class TicketBillingCharge(models.Model):
    """What new charges say that bill work again: as a whole, or what was credited."""

    _inherit = "ticket.billing.charge"

    def _prepare_copies(self):
        """Return the values of charges at the price and quantity of these."""
        keys = self._get_next_source_keys()
        held = self._get_never_approved()
        reason = self.env._("Was written off before anybody approved it.")
        return [
            {
                **{name: charge[name] for name in COPIED_FIELDS},
                **{name: charge[name].id for name in COPIED_RECORDS},
                **charge._prepare_copied_change(),
                "source_key": keys[charge],
                "replaces_id": charge.id,
                "rating_state": "to_approve" if charge in held else "ready",
                "reason": reason if charge in held else False,
            }
            for charge in self
        ]

    def _prepare_copied_change(self):
        """Return who changed the work and why, where the copy bills what he decided."""
        is_changed = bool(self.change_reason)
        return {
            "reviewer_id": is_changed and self.reviewer_id.id,
            **{name: is_changed and self[name] for name in CHANGE},
        }

    def _get_never_approved(self):
        """Return the charges that never got as far as an invoice, and that are over
        the limits for approval together with all such work on their tickets."""
        ratings = self.env["ticket.billing.rating"]
        held = self.browse()
        for ticket, charges in self.grouped("ticket_id").items():
            written_off = ticket._get_charges().filtered(
                lambda c: c.rating_state == "written_off"
            )
            waited = (charges | written_off).filtered(lambda c: not c.was_invoiced)
            hours = [{"kind": c.kind, "quantity": c.quantity} for c in waited]
            rating = Rating(ticket, charges=hours)
            rating.amounts = ratings._get_amounts_by_currency(waited._get_line_values())
            for charge in waited & charges:
                if ratings._exceeds(rating, charge._get_terms()):
                    held |= charge
        return held

    def _get_terms(self):
        """Return the agreement by which the charge was rated."""
        return Agreement(
            contract=self.contract_id,
            policy=self.policy_id,
            pricelist=self.contract_id.pricelist_id,
            currency=self.currency_id,
            invoice_partner=self.invoice_partner_id,
        )

    def _get_next_source_keys(self):
        """Return a dict: charge → the key of the next charge of the same source."""
        numbers = self.ticket_id._get_charges()._get_source_numbers()
        keys = {}
        for charge in self:
            source, _number = split_source_key(charge.source_key)
            keys[charge] = f"{source}:{numbers[source] + 1}"
        return keys

    def _get_source_numbers(self):
        """Return a dict: source → highest number of its charges."""
        numbers = {}
        for charge in self:
            source, number = split_source_key(charge.source_key)
            numbers[source] = max(number, numbers.get(source, 0))
        return numbers

    def _prepare_remainders(self, price):
        """Return the values of charges for what was credited of these."""
        rates = self._get_rates_today() if price == "today" else {}
        values = self._prepare_copies()
        for charge, vals in zip(self, values, strict=True):
            vals.update(charge._prepare_remainder(rates.get(charge)))
        return values

    def _prepare_remainder(self, rate):
        """Return what differs from a copy: the part that waits.

        :param rate: values of the charge at today's terms, None for the old price
        """
        today = rate or {"currency_id": self.currency_id.id}
        currency = self.env["res.currency"].browse(today["currency_id"])
        old_price, unit = self.price_unit, currency.rounding
        amount = self._get_priced(self.waiting_amount)
        price = rate["price_unit"] if rate else old_price
        quantity, price = split_remainder(amount, old_price, price, unit)
        return {
            **{name: today[name] for name in RATED_TODAY if name in today},
            **self._prepare_remainder_state(rate),
            "rated_quantity": quantity,
            "quantity": quantity,
            "rated_price_unit": price,
            "price_unit": price,
            "amount": currency.round(quantity * price),
            "reviewer_id": False,
            **dict.fromkeys(CHANGE, False),
            "worked_hours": 0.0,
            "covered_quantity": 0.0,
            "covered_amount": 0.0,
            "covered_by": False,
            "is_remainder": True,
            "replaced_amount": self.waiting_amount,
        }

    @api.model
    def _prepare_remainder_state(self, rate):
        """Return that a part waits if all of the work would wait today."""
        if rate and rate["rating_state"] == "to_approve":
            return {name: rate.get(name) for name in ("rating_state", "reason")}
        return {"rating_state": "ready", "reason": False}

    def _get_root(self):
        """Return the charge of the whole work, which this one may bill a part of."""
        self.ensure_one()
        root = self
        while root.is_remainder:
            root = root.replaces_id
        return root

    def _get_rates_today(self):
        """Return a dict: charge → the values that a rating of today gives its work.

        :raise UserError: if a rating of today gives none
        """
        roots = {charge: charge._get_root() for charge in self}
        hidden = self.union(*roots.values()).filtered(lambda c: not c.is_superseded)
        hidden.is_superseded = True
        rates = {}
        for ticket, charges in self.grouped("ticket_id").items():
            rating = self.env["ticket.billing.rating"]._rate(ticket)[0]
            by_root = {vals.get("replaces_id"): vals for vals in rating.charges}
            found = {c: by_root[roots[c].id] for c in charges if roots[c].id in by_root}
            if len(found) < len(charges):
                reason = rating.error or rating.reason or self._get_gone_reason()
                self._check_no_reason(ticket, reason)
            rates.update(found)
        hidden.is_superseded = False
        return rates

    def _get_priced(self, net):
        """Return what a net amount is at the price of the invoice line, which may
        include taxes."""
        line = self._get_last_lines()[:1]
        if not line.price_subtotal:
            return net
        printed = Decimal(str(line.quantity)) * Decimal(str(line.price_unit))
        printed *= 1 - Decimal(str(line.discount)) / 100
        unit = Decimal(str(self.currency_id.rounding))
        if not line.tax_ids.flatten_taxes_hierarchy().filtered("price_include"):
            return net
        exact = Decimal(str(net)) * printed / Decimal(str(line.price_subtotal))
        return float((exact / unit).to_integral_value(ROUND_HALF_UP) * unit)
