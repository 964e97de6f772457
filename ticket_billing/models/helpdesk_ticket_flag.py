from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_ticket import EVENTS


class HelpdeskTicket(models.Model):
    """Leaves tickets with something to bill to the next run, and wakes it."""

    _inherit = "helpdesk.ticket"

    def _on_billing_change(self, reason):
        """Rate anew what was not invoiced yet, after the work or its terms changed."""
        self._get_charges()._void(reason)
        self.sudo()._forget_rejection()
        self._flag_closed_for_billing()

    def _forget_rejection(self):
        """Let go what a manager sent back, once it is corrected or billed."""
        self.filtered("billing_rejected").write(
            {"billing_rejected": False, "billing_error": False}
        )

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
        # What a manager sent back waits for who did it, not for other terms
        failed = Domain("billing_state", "=", "blocked") & Domain(
            "billing_rejected", "=", False
        )
        held = Domain("billing_pending", "=", True) & Domain(
            "billing_is_held", "=", True
        )
        stuck = failed | held
        charges.ticket_id._on_billing_change(reason)
        tickets.search(stuck & Domain(ticket_domain))._flag_closed_for_billing()

    def _flag_closed_for_billing(self):
        """Flag the tickets after their event; work on the others waits for it."""
        self.sudo().filtered(lambda t: t.billing_event in EVENTS)._flag_for_billing()

    def _flag_for_billing(self, is_new=False):
        """Leave tickets with something to bill to the next run.

        The flag is what counts; the trigger only wakes the runner sooner than its
        schedule would.

        :param bool is_new: nothing on them was ever rated
        """
        # Void ones, too: what was billed by hand once is not forgotten when rated anew
        charged = self.sudo() if not is_new else self.browse()
        charged = charged._get_all_charges().ticket_id
        unbilled = (self.sudo() - charged) | charged._filter_unbilled()
        for company, tickets in unbilled.grouped("company_id").items():
            tickets = tickets.filtered(
                lambda t, c=company: t in charged
                or c._is_after_ticket_billing_start(t.billing_event_date)
            )
            terms = company._get_closing_terms()
            due = fields.Datetime.add(
                fields.Datetime.now(), minutes=terms.delay_minutes
            )
            tickets.write(
                {
                    "billing_pending": True,
                    "billing_is_held": False,
                    "billing_next_try": due,
                    "billing_attempts": 0,
                    "billing_error": False,
                    "billing_rejected": False,
                }
            )
            if tickets and terms.is_enabled:
                self._wake_billing_runner(due)

    def _filter_unbilled(self):
        """Return the tickets that a run may find something to do for."""
        charges = self._get_charges()
        entries = self.env["account.analytic.line"].search(self._get_work_domain())
        return (
            (self - charges.ticket_id)
            # Time on them was billed before they were closed, and no fee
            | self.filtered(
                lambda t: t.billing_event in EVENTS and not t.billing_run_id
            )
            | charges.filtered(lambda c: c.state == "ready" and c._is_due()).ticket_id
            | (entries - charges.analytic_line_id).ticket_id
            | self._filter_void_fee()
        )

    def _filter_void_fee(self):
        """Return the tickets whose fee was set aside and is to be rated again."""
        fees = self._get_all_charges().filtered(lambda charge: charge.kind == "ticket")
        void = fees.filtered("is_void")
        return void.ticket_id - (fees - void).ticket_id

    @api.model
    def _release_held(self, companies):
        """Let the next run look again at what an automation level held."""
        held = self.sudo().search(
            Domain("company_id", "in", companies.ids)
            & Domain("active", "in", [True, False])
            & Domain("billing_pending", "=", True)
            & Domain("billing_is_held", "=", True)
            & Domain("billing_trial_line_id", "=", False)
        )
        held._flag_for_billing()

    @api.model
    def _wake_billing_runner(self, due):
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "ticket_billing.ir_cron_process_tickets"
        )
        if cron_id:
            self.env["ir.cron"].sudo().browse(cron_id)._trigger(due)
