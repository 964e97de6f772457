from copy import copy

from odoo import api, models
from odoo.fields import Domain

from ..tools.allowances import ZERO, Allowance, get_period
from ..tools.hours import to_hours, to_seconds

ALLOWANCES = {
    "time": ("hour_allowance", "included_hours"),
    "ticket": ("ticket_allowance", "included_tickets"),
}


class TicketBillingRating(models.AbstractModel):
    """What a contract includes: covers work before it is billed, oldest first."""

    _inherit = "ticket.billing.rating"

    @api.model
    def _draw_allowances(self, ratings, each_alone):
        """Cover what the contracts include, the oldest service date first.

        :param bool each_alone: let each ticket draw as if it were the only one
        """
        drawing = [list(filter(self._draws, rating.charges)) for rating in ratings]
        if not each_alone:
            drawing = [[vals for charges in drawing for vals in charges]]
        keys = {
            self._get_allowance_key(vals) for charges in drawing for vals in charges
        }
        allowances = self._get_allowances(keys)
        for charges in drawing:
            left = {key: copy(allowance) for key, allowance in allowances.items()}
            for vals in sorted(charges, key=self._get_draw_order):
                self._draw(vals, left[self._get_allowance_key(vals)])

    @api.model
    def _draws(self, vals):
        """Return whether a charge may be covered by what its contract includes."""
        contract = self.env["contract.contract"].browse(vals["contract_id"])
        if vals["rating_state"] != "ready" or not contract:
            return False
        work_type = self.env["ticket.billing.work.type"].browse(
            vals.get("work_type_id")
        )
        kind = contract[ALLOWANCES[vals["kind"]][0]]
        return kind != "none" and (not work_type or work_type.draws_allowance)

    @api.model
    def _get_draw_order(self, vals):
        """Return the order in which charges draw, the same whatever is rated first."""
        return vals["service_date"], vals["ticket_id"], vals.get("analytic_line_id", 0)

    @api.model
    def _draw(self, vals, allowance):
        """Split a charge into what the allowance covers and what is billable."""
        rated = to_hours(to_seconds(vals["rated_quantity"]))
        covered = allowance.draw(rated)
        billable = float(rated - covered)
        currency = self.env["res.currency"].browse(vals["currency_id"])
        price = vals["price_unit"]
        vals.update(
            quantity=billable,
            covered_quantity=float(covered),
            amount=currency.round(billable * price),
            covered_amount=currency.round(float(covered) * price),
            covered_by="allowance" if covered else False,
        )
        if not billable:
            reason = f"allowance_{vals['kind']}"
            text = self.env["ticket.billing.receipt"]._get_reason(reason)
            vals.update(rating_state="covered", reason=text)
            vals["explanation"]["reason"] = reason
        vals["explanation"]["allowance"] = {
            "drawn": str(covered),
            **{
                name: None if value is None else str(value)
                for name, value in allowance.get_figures().items()
            },
        }

    # Usage

    @api.model
    def _get_allowance_key(self, vals):
        """Return what charges have to share to draw on the same allowance."""
        contract = self.env["contract.contract"].browse(vals["contract_id"])
        start, _end = get_period(vals["service_date"], contract.allowance_period)
        return contract, vals["kind"], start

    @api.model
    def _get_allowances(self, keys):
        """Return a dict: contract, kind and start of the period → ``Allowance``."""
        used = self._get_used(keys)
        return {
            key: Allowance(self._get_included(*key[:2]), used.get(key, ZERO))
            for key in keys
        }

    @api.model
    def _get_included(self, contract, kind):
        """Return what the contract includes in a period; None if everything."""
        selection, number = ALLOWANCES[kind]
        if contract[selection] == "unlimited":
            return None
        included = contract[number] if contract[selection] == "limited" else 0
        return to_hours(to_seconds(included))

    @api.model
    def _get_used(self, keys):
        """Return a dict: contract, kind and start of the period → what was drawn."""
        contracts = self.env["contract.contract"].union(*[key[0] for key in keys])
        if not contracts:
            return {}
        starts = [start for _contract, _kind, start in keys]
        since = Domain.TRUE
        if all(starts):
            since = Domain("service_date", ">=", min(starts))
        rows = self.env["ticket.billing.charge"]._read_group(
            Domain("contract_id", "in", contracts.ids)
            & Domain("covered_by", "=", "allowance")
            & Domain("is_void", "=", False)
            & Domain("is_superseded", "=", False)
            & since,
            ["contract_id", "kind", "service_date:day"],
            ["covered_quantity:sum"],
        )
        used = {}
        for contract, kind, date, quantity in rows:
            start, _end = get_period(date, contract.allowance_period)
            key = (contract, kind, start)
            used[key] = used.get(key, ZERO) + to_hours(to_seconds(quantity))
        return used
