from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_ticket import EVENTS


class HelpdeskTicket(models.Model):
    """Leaves tickets with something to bill to the next run, and wakes it."""

    _inherit = "helpdesk.ticket"

    def _on_billing_change(self, reason):
        """Rate anew what was not invoiced yet, after the work or its terms changed."""
        self._get_charges()._void(reason)
        self._flag_closed_for_billing()

    @api.model
    def _on_terms_change(self, charge_domain, ticket_domain, reason):
        """Rate anew what waits under terms that changed, and try again what is blocked
        or held by its level.

        :param charge_domain: the charges that the terms hold for
        :param ticket_domain: the tickets that they may hold for
        """
        tickets = self.sudo().with_context(active_test=False)
        waiting = Domain("state", "in", ("to_approve", "ready")) & Domain(charge_domain)
        charges = self.env["ticket.billing.charge"].sudo().search(waiting)
        stuck = Domain("billing_error", "!=", False) | Domain(
            "billing_is_held", "=", True
        )
        charges.ticket_id._on_billing_change(reason)
        tickets.search(stuck & Domain(ticket_domain))._flag_closed_for_billing()

    def _flag_closed_for_billing(self):
        """Flag the tickets after their event; work on the others waits for it."""
        self.sudo().filtered(lambda t: t.billing_event in EVENTS)._flag_for_billing()

    def _flag_for_billing(self):
        """Leave tickets with something to bill to the next run.

        The flag is what counts; the trigger only wakes the runner sooner than its
        schedule would.
        """
        charges = self.env["ticket.billing.charge"].sudo()
        # Void ones, too: what was billed by hand once is not forgotten when rated anew
        charged = charges.search([("ticket_id", "in", self.ids)]).ticket_id
        unbilled = self.sudo()._filter_unbilled()
        for company, tickets in unbilled.grouped("company_id").items():
            start = company._get_ticket_billing_start()
            tickets = tickets.filtered(
                lambda t, s=start: t.billing_event_date >= s or t in charged
            )
            due = fields.Datetime.add(
                fields.Datetime.now(), minutes=company.ticket_billing_delay_minutes
            )
            tickets.write(
                {
                    "billing_pending": True,
                    "billing_is_held": False,
                    "billing_next_try": due,
                    "billing_attempts": 0,
                    "billing_error": False,
                }
            )
            if tickets and company.ticket_billing_enabled:
                self._wake_billing_runner(due)

    def _filter_unbilled(self):
        """Return the tickets that a run may find something to do for."""
        charges = self._get_charges()
        entries = self.env["account.analytic.line"].search(self._get_work_domain())
        return (
            (self - charges.ticket_id)
            | charges.filtered(lambda charge: charge.state == "ready").ticket_id
            | (entries - charges.analytic_line_id).ticket_id
            | self._filter_void_fee()
        )

    def _filter_void_fee(self):
        """Return the tickets whose fee was set aside and is to be rated again."""
        charges = self.env["ticket.billing.charge"].sudo()
        fees = charges.search([("ticket_id", "in", self.ids), ("kind", "=", "ticket")])
        void = fees.filtered("is_void")
        return void.ticket_id - (fees - void).ticket_id

    @api.model
    def _release_held(self, companies):
        """Let the next run look again at what an automation level held."""
        held = self.sudo().search(
            Domain("company_id", "in", companies.ids)
            & Domain("active", "in", [True, False])
            & Domain("billing_is_held", "=", True)
        )
        held._flag_for_billing()

    @api.model
    def _wake_billing_runner(self, due):
        cron = self.env.ref(
            "ticket_billing.ir_cron_process_tickets", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger(due)
