from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_repr, formatLang

from ..tools.hours import is_hundredths
from ..tools.money import sum_lines


class TicketBillingCharge(models.Model):
    """Quantity and price as a manager changes them. What was rated is kept."""

    _inherit = "ticket.billing.charge"

    def action_change(self, quantity=None, price_unit=None, reason=None):
        """Bill another quantity or price than was rated. Managers only.

        Only work that waits for approval or its invoice. What was rated stays beside
        what was decided, and what was cut does not come back with later time.

        :param float quantity: in the unit of the charge, hundredths, above 0 and at
            most what was rated and is not covered; None leaves it as it is
        :param float price_unit: in the currency of the charge, 0.00 or more; None
            leaves it as it is
        :param str reason: why, in a sentence that stays on record
        :raise UserError: without a reason, for values or work that cannot be changed,
            and for work on the user's own tickets
        """
        self._check_manager()
        self._check_readable()
        reason = self._clean_reason(reason, self.env._("Say why it is changed."))
        charges = self.sudo()
        if charges.filtered(lambda c: c.state not in ("to_approve", "ready")):
            raise UserError(
                self.env._(
                    "Only work that is not invoiced can be changed. Credit what is on "
                    "an invoice, or change its draft."
                )
            )
        charges._lock_waiting(self.env._("There is nothing to change."))
        own = charges._get_own_work()
        if own:
            raise UserError(own._get_own_work_reason())
        for charge in charges:
            charge._change(quantity, price_unit, reason)
        return True

    def _change(self, quantity, price_unit, reason):
        """Change one charge, if there is anything to change."""
        values = {
            "quantity": self.quantity if quantity is None else quantity,
            "price_unit": self.price_unit if price_unit is None else price_unit,
        }
        for name, value in values.items():
            self._check_argument(name, "float", value)
        if not self._is_changed(values):
            return
        self._check_change(values)
        unit = self.currency_id.rounding
        amount = sum_lines([(None, *values.values())], unit)
        before = self._get_price_text()
        self._note_review("change")
        self.write({**values, "amount": float(amount), "change_reason": reason})
        self.env["ticket.billing.log"]._note(
            "change",
            self,
            before=before,
            after=self._get_price_text(),
            reason=reason,
            currency_id=self.currency_id.id,
            amount=self.amount,
        )

    def _is_changed(self, values):
        """Return whether values differ from what is billed now."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        precision = {"quantity": 2, "price_unit": digits}
        return any(
            float_compare(value, self[name], precision_digits=precision[name])
            for name, value in values.items()
        )

    def _check_change(self, values):
        """Refuse what cannot be billed.

        :raise UserError: which says what can
        """
        most = self.rated_quantity - self.covered_quantity
        quantity = values["quantity"]
        if quantity <= 0 or not is_hundredths(quantity):
            raise UserError(
                self.env._(
                    "A quantity of %(quantity)s cannot be billed. Use hundredths above "
                    "zero. To bill nothing, write the work off.",
                    quantity=quantity,
                )
            )
        if float_compare(quantity, most, precision_digits=2) > 0:
            raise UserError(
                self.env._(
                    "Only %(most)s were rated and are not covered. To bill more, log "
                    "the time, or change the price.",
                    most=formatLang(self.env, most, digits=2),
                )
            )
        if values["price_unit"] < 0:
            raise UserError(self.env._("A price is 0.00 or more."))

    def _get_price_text(self):
        """Return quantity and price in words."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        quantity = float_repr(self.quantity, 2)
        price = float_repr(self.price_unit, digits)
        return f"{quantity} × {price} {self.currency_id.name}"
