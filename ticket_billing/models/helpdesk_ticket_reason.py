from odoo import api, models
from odoo.tools import format_date

from .helpdesk_ticket import EVENTS


class HelpdeskTicket(models.Model):
    """Says in words why a ticket is not billed, or what it waits for."""

    _inherit = "helpdesk.ticket"

    def _get_not_billable_reason(self):
        """Return why the ticket is never billed, empty if it may be."""
        self.ensure_one()
        if self.billing_event == "void":
            stage = self.stage_id.display_name
            return self.env._("Ended without billing: %(stage)s.", stage=stage)
        if self.duplicate_id:
            number = self.duplicate_id._get_number()
            return self.env._("A duplicate of ticket %(number)s.", number=number)
        if not self.billable:
            return self._get_not_billable_flag_reason()
        return ""

    def _get_not_now_reason(self):
        """Return why the ticket is not billed at the moment, empty if it may be."""
        if self.billing_event in EVENTS:
            return self._get_not_billable_reason()
        return self._get_not_billable_reason() or self.env._(
            "The ticket is still open: it is billed once closed."
        )

    def _get_not_billable_flag_reason(self):
        category, team = self.category_id, self.team_id
        if category and not category._is_billable():
            return self.env._(
                "Tickets of category “%(name)s” are not billed.", name=category.name
            )
        if team and not team.billable:
            return self.env._(
                "Tickets of team “%(name)s” are not billed.", name=team.name
            )
        return self.env._("Marked as not billable.")

    def _get_too_early_reason(self):
        """Return that the ticket was closed before billing began, if it was."""
        company, moment = self.company_id, self.billing_event_date
        if not moment or moment >= company._get_ticket_billing_start():
            return ""
        return self.env._(
            "Closed before billing began on %(date)s. Generate the invoice by hand if "
            "it is to be billed.",
            date=format_date(self.env, company.ticket_billing_start_date),
        )

    def _get_stays_reason(self, charges):
        """Return a warning where work is on an invoice that it may not belong on."""
        states = set(charges.mapped("state"))
        stays = self.env._("What is on an invoice stays there.")
        reason = self._get_not_billable_reason()
        if reason:
            return f"{reason} {stays}"
        if self.billing_event not in EVENTS and states & {"invoiced", "billed"}:
            return (
                self.env._("Open again: new work is billed once closed.") + f" {stays}"
            )
        return ""

    def _get_pending_reason(self):
        """Return what a closed ticket waits for."""
        by_hand = self.env._("Generate the invoice by hand, or change the settings.")
        company = self.company_id
        switch = self.env["ticket.billing.run"]._get_switch_domain(company)
        if self.billing_is_held:
            reason = self.env["ticket.billing.rating"]._get_held_reason(self)
            return f"{reason} {by_hand}"
        if not company.ticket_billing_enabled or not self.filtered_domain(switch):
            return self.env._("Tickets are not billed by themselves.") + f" {by_hand}"
        return self._get_too_early_reason() or self.env._(
            "Waits for the next billing run."
        )

    def _get_ready_reason(self, charges):
        ready = charges.filtered(lambda c: c.state == "ready")
        return ready._get_later_reason() or self.env._("Waits to be invoiced.")

    def _get_to_approve_reason(self, charges):
        """Return why a manager has to look at the ticket."""
        waiting = charges.filtered(lambda c: c.state == "to_approve")
        reasons = dict.fromkeys(filter(None, waiting.mapped("reason")))
        if reasons:
            return " ".join(reasons)
        return self._get_approval_reason(waiting.policy_id)

    @api.model
    def _get_approval_reason(self, policies):
        """Return why work waits for a manager, by the policies that it was rated by."""
        if "over" in policies.mapped("approval"):
            return self.env._("Over the limits: waits for a manager's approval.")
        return self.env._("Waits for a manager's approval.")

    def _get_billing_reason(self, charges, batch):
        """Return a sentence for the reader of the ticket, in his language.

        :param charges: the ticket's own
        :param batch: what was read of it and others with nothing to bill, or None
        """
        self.ensure_one()
        reasons = {
            "blocked": lambda: self.billing_error,
            "to_approve": lambda: self._get_to_approve_reason(charges),
            "released": lambda: self.env._(
                "Its invoice was deleted, cancelled or credited: waits for a person."
            ),
            "pending": self._get_pending_reason,
            "ready": lambda: self._get_ready_reason(charges),
            "open": lambda: self._get_open_reason(charges),
            "invoiced": lambda: self._get_stays_reason(charges),
            "billed": lambda: self._get_stays_reason(charges),
            "covered": lambda: self._get_covered_reason(charges),
            "written_off": lambda: self._get_covered_reason(charges),
            "not_billable": lambda: self._get_nothing_reason(batch),
        }
        get_reason = reasons.get(self.billing_state)
        return get_reason() if get_reason else ""

    def _get_open_reason(self, charges):
        stays = self._get_stays_reason(charges)
        return stays or self.env._("Billed once it is closed.")

    def _get_covered_reason(self, charges):
        reasons = charges.filtered("reason").mapped("reason")
        return " ".join(dict.fromkeys(reasons))

    def _get_nothing_reason(self, batch):
        """Return why there is nothing to bill."""
        ratings = self.env["ticket.billing.rating"].with_company(self.company_id)
        return (
            self._get_not_billable_reason()
            or (not self.billing_run_id and self._get_too_early_reason())
            or ratings._get_no_work_reason(self, batch)
        )
