from decimal import Decimal

from odoo import Command, api, fields, models

from ..tools.errors import ERROR_TYPES
from .ticket_billing_charge import AMOUNTS

OUTCOMES = ("invoiced", "covered", "to_approve", "skipped", "blocked")


class TicketBillingRunLine(models.Model):
    """What a run did with one ticket, or why it did nothing."""

    _name = "ticket.billing.run.line"
    _inherit = "ticket.billing.input.mixin"
    _description = "Ticket Billing Run Line"
    _order = "run_id desc, id"
    _rec_name = "number"

    run_id = fields.Many2one(
        comodel_name="ticket.billing.run",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(
        related="run_id.currency_id", string="Company Currency"
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", index="btree_not_null", ondelete="set null"
    )
    number = fields.Char(string="Ticket Number")
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", ondelete="set null"
    )
    agreement = fields.Char(help="The contract, or else the policy, that held.")
    strategy = fields.Char(
        help="How the work was rated. Empty if an earlier run did, before somebody "
        "approved it."
    )
    worked_hours = fields.Float(
        help="Hours as they were logged, of what is invoiced, covered or waits."
    )
    billed_hours = fields.Float(
        help="Billable hours of what is invoiced or waits for approval, after rounding "
        "and without what the contract covers."
    )
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount = fields.Monetary(
        groups=AMOUNTS,
        help="What is invoiced or waits for approval, at the agreed prices.",
    )
    amount_company = fields.Monetary(
        string="Amount in Company Currency",
        currency_field="company_currency_id",
        groups=AMOUNTS,
        help="What is invoiced or waits for approval, at the exchange rate of the day "
        "of the run.",
    )
    outcome = fields.Selection(
        selection=[
            ("invoiced", "Invoiced"),
            ("covered", "Covered"),
            ("to_approve", "To Approve"),
            ("skipped", "Skipped"),
            ("blocked", "Blocked"),
        ],
        required=True,
        help="Invoiced: on a draft invoice. Covered: a contract or a fee pays for it, "
        "or it is worth nothing. To Approve: waits for a manager. Skipped: nothing to "
        "bill now. Blocked: something has to be mended first.",
    )
    reason = fields.Char(help="Why the ticket is not billed, or what it waits for.")
    error_type = fields.Selection(
        selection=ERROR_TYPES,
        string="Type of Error",
        help="What blocked the ticket, to count by. The reason says it in full.",
    )
    move_ids = fields.Many2many(
        comodel_name="account.move",
        relation="ticket_billing_run_line_move_rel",
        column1="line_id",
        column2="move_id",
        string="Invoices",
    )

    def _get_totals(self):
        """Return the totals of a run with these lines."""
        outcomes = self.mapped("outcome")
        invoiced = self.filtered(lambda line: line.outcome == "invoiced")
        return {
            "found": len(outcomes),
            **{outcome: outcomes.count(outcome) for outcome in OUTCOMES},
            "amount": sum(invoiced.mapped("amount_company")),
        }

    def _get_reasons(self, most):
        """Return a sentence for each ticket with a reason, and how many more there are.

        :param int most: how many tickets are told of, 1 or more
        """
        told = self.filtered("reason")
        reasons = [f"{line.number}: {line.reason}" for line in told[:most]]
        if len(told) > most:
            rest = len(told) - most
            reasons.append(self.env._("%(count)s more tickets", count=rest))
        return reasons

    @api.model
    def _prepare_line(self, run, rating, ready):
        """Return the values of a line from a rating and the charges invoiced now."""
        ticket = rating.ticket
        waiting = [c for c in rating.charges if c["rating_state"] == "to_approve"]
        fresh = {vals["source_key"] for vals in rating.charges}
        earlier = ready.filtered(lambda charge: charge.source_key not in fresh)
        return {
            "run_id": run.id,
            "company_id": run.company_id.id,
            "ticket_id": ticket.id,
            "number": ticket._get_number(),
            "partner_id": ticket.partner_id.id,
            "agreement": ", ".join(
                dict.fromkeys([*self._get_agreements(earlier), *rating.agreements])
            ),
            "strategy": self._get_strategy_names(rating),
            "worked_hours": sum(earlier.mapped("worked_hours"))
            + sum(c["worked_hours"] for c in rating.charges)
            or rating.unrated_hours,
            "billed_hours": self._get_hours(earlier) + rating.hours,
            "outcome": self._get_outcome(rating, ready, waiting),
            "reason": rating.error
            or rating.later_reason
            or rating.reason
            or self._get_covered(rating),
            "error_type": rating.error_type,
            "move_ids": [Command.set(ready.invoice_line_ids.move_id.ids)],
            **self._get_amounts(rating, earlier),
        }

    @api.model
    def _get_amounts(self, rating, earlier):
        """Return what is invoiced or waits, in its own and the company's currency."""
        ratings = self.env["ticket.billing.rating"]
        amounts = ratings._get_amounts_by_currency(
            [*earlier._get_line_values(), *rating.charges]
        )
        currency = ratings._get_common_currency(amounts)
        return {
            "currency_id": currency.id,
            "amount": ratings._get_total(amounts, currency),
            "amount_company": ratings._get_total(amounts, self.env.company.currency_id),
        }

    @api.model
    def _get_covered(self, rating):
        """Return why nothing of what was rated is billable, empty if something is."""
        if any(charge["quantity"] for charge in rating.charges):
            return ""
        return " ".join(dict.fromkeys(charge["reason"] for charge in rating.charges))

    @api.model
    def _get_agreements(self, charges):
        """Return the names of the contracts or policies that gave charges."""
        return [(c.contract_id or c.policy_id).display_name for c in charges]

    @api.model
    def _get_hours(self, charges):
        """Return the billable hours of charges, without what is covered."""
        hours = charges.filtered(lambda c: c.kind == "time").mapped("quantity")
        return float(sum(Decimal(str(quantity)) for quantity in hours))

    @api.model
    def _get_strategy_names(self, rating):
        policies = self.env["ticket.billing.policy"]
        names = dict(policies._get_strategy_selection())
        return ", ".join(names[key] for key in dict.fromkeys(rating.strategies))

    @api.model
    def _get_outcome(self, rating, billed, waiting):
        if rating.error:
            return "blocked"
        if waiting:
            return "to_approve"
        if billed:
            return "invoiced"
        if rating.later_reason:
            return "skipped"
        return "covered" if rating.charges else "skipped"
