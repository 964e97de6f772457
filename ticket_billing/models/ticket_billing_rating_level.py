from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.allowances import ZERO
from ..tools.hours import to_hours, to_seconds
from .ticket_billing_policy import HELD


class TicketBillingRating(models.AbstractModel):
    """How far work is billed by itself, and what it comes to on trial."""

    _inherit = "ticket.billing.rating"

    @api.model
    def _get_level(self, work):
        """Return the automation level that holds for work: the customer's, else the
        policy's."""
        partner = work.ticket.commercial_partner_id
        return partner.ticket_billing_level or work.agreement.policy.automation_level

    @api.model
    def _is_charge_held(self, charge):
        """Return whether the level by now leaves a charge to a person."""
        return self._get_charge_level(charge) in HELD

    @api.model
    def _get_charge_level(self, charge):
        """Return the automation level that holds for a charge by now."""
        partner = charge.partner_id.commercial_partner_id
        return partner.ticket_billing_level or charge.policy_id.automation_level

    @api.model
    def _bills_by_itself(self, work):
        """Return whether work is billed without a person.

        What was rated on trial waits for a decision, also once the level is raised.
        """
        on_trial = work.ticket.billing_trial_line_id
        return not on_trial and self._get_level(work) not in HELD

    @api.model
    def _is_on_trial(self, work):
        return self._get_level(work) == "shadow"

    @api.model
    def _is_ticket_on_trial(self, ticket):
        """Return whether the level of any work of a ticket is shadow still."""
        try:
            works = self._get_works(ticket, self._get_batch(ticket))
        except UserError:
            return False
        return any(map(self._is_on_trial, works))

    @api.model
    def _get_held_reason(self, ticket):
        """Return why a ticket is not billed by itself."""
        if ticket.billing_trial_line_id:
            return self.env._("Closed during the trial: decide whether it is billed.")
        return self.env._("The automation level is Off.")

    # Trial

    @api.model
    def _rate_trial(self, ratings):
        """Return what the held tickets come to where the level is shadow.

        :param ratings: those of a run; what is on trial is held in them
        :return: a list of ratings of which nothing goes into the ledger
        """
        tickets = self.env["helpdesk.ticket"].union(
            *[rating.ticket for rating in ratings if rating.is_held]
        )
        engine = self.with_context(ticket_billing_trial=tickets.ids)
        trials = engine._rate(tickets, takes=self._is_on_trial)
        return [trial for trial in trials if trial.charges or trial.error]

    @api.model
    def _get_used(self, keys):
        # EXTENDS ticket_billing: on trial, what other tickets used on trial counts too
        used = super()._get_used(keys)
        trial_ids = self.env.context.get("ticket_billing_trial")
        if trial_ids is None or not keys:
            return used
        customers = {contract.commercial_partner_id.id for contract, *_rest in keys}
        others = self.env["helpdesk.ticket"].search(
            [
                ("billing_trial_line_id", "!=", False),
                ("commercial_partner_id", "in", list(customers)),
                ("id", "not in", trial_ids),
                ("active", "in", [True, False]),
            ]
        )
        for vals in self._get_trial_usage(others):
            key = self._get_allowance_key(vals)
            hours = to_hours(to_seconds(vals["covered_quantity"]))
            used[key] = used.get(key, ZERO) + hours
        return used

    @api.model
    def _get_trial_usage(self, tickets):
        """Return values of what the trial of tickets drew on contracts that exist."""
        usage = [
            {**vals, "service_date": fields.Date.to_date(vals["service_date"])}
            for line in tickets.billing_trial_line_id
            for vals in line.trial_usage or []
        ]
        ids = {vals["contract_id"] for vals in usage}
        contracts = self.env["contract.contract"].browse(ids).exists()
        return [vals for vals in usage if vals["contract_id"] in contracts.ids]
