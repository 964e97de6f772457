from decimal import Decimal

from odoo import api, models


class TicketBillingReceipt(models.AbstractModel):
    """Hours, what pays for them, and why there are none: the quantities in words."""

    _inherit = "ticket.billing.receipt"

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
    def _get_method(self, key, increment):
        """Return how hours are rounded, by the key of the policy."""
        step = self._format(increment)
        methods = {
            "up": self.env._("rounded up to steps of %s h", step),
            "nearest": self.env._("rounded to the nearest step of %s h", step),
            "down": self.env._("rounded down to steps of %s h", step),
            "none": self.env._("not rounded"),
        }
        return methods.get(key, key)

    @api.model
    def _get_allowance_lines(self, facts, kind):
        """Return what the contract includes, and what was drawn and is left of it."""
        allowance = facts.get("allowance")
        if not allowance:
            return []
        is_ticket = kind == "ticket"
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

    @api.model
    def _get_reason(self, key):
        """Return why nothing is billed, by its key in an explanation."""
        reasons = {
            "fee_zero": self.env._("Free of charge: the fee is 0.00."),
            "rate_zero": self.env._("Free of charge: the rate is 0.00."),
            "fee_included": self.env._("Included in the fee per ticket."),
            "allowance_ticket": self.env._("Included tickets of the contract."),
            "allowance_time": self.env._("Included hours of the contract."),
            "correction": self.env._(
                "A correction: it lowers what the other hours bill."
            ),
            "inside_rounding": self.env._(
                "Already billed by the rounding of the other hours."
            ),
            "more_before": self.env._(
                "More was billed before: credit the invoice to take hours back."
            ),
        }
        return reasons.get(key, key)

    @api.model
    def _get_internal_reasons(self):
        """Return the keys of reasons that are no business of the customer's."""
        return {"more_before"}
