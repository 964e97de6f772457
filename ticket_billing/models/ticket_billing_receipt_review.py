from odoo import api, models


class TicketBillingReceipt(models.AbstractModel):
    """What people changed and decided about work, in words."""

    _inherit = "ticket.billing.receipt"

    @api.model
    def _get_review(self, key, person):
        """Return who decided what last, by the key of a decision."""
        texts = {
            "approve": self.env._("Approved by %s.", person),
            "change": self.env._("Changed by %s.", person),
            "reject": self.env._("Rejected by %s.", person),
            "write_off": self.env._("Written off by %s.", person),
        }
        return texts.get(key, key)

    @api.model
    def _get_change_lines(self, vals, with_amounts):
        """Return how quantity and price differ from what was rated."""
        change = vals.get("change") or {}
        lines = []
        if "quantity" in change:
            before, after = map(self._format, change["quantity"])
            lines.append(
                self.env._(
                    "Quantity: %(after)s instead of %(before)s.",
                    after=after,
                    before=before,
                )
            )
        if "price_unit" in change and with_amounts:
            name = vals["currency"].name
            before, after = (
                self._format(price, name) for price in change["price_unit"]
            )
            lines.append(
                self.env._(
                    "Price: %(after)s instead of %(before)s.",
                    after=after,
                    before=before,
                )
            )
        return lines
