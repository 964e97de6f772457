import logging

import psycopg2

from odoo import fields, models

from .helpdesk_ticket import EVENTS

_logger = logging.getLogger("odoo.addons.ticket_billing")


class HelpdeskTicket(models.Model):
    """What happens when a ticket reaches a stage with a billing event."""

    _inherit = "helpdesk.ticket"

    def _on_billing_event(self):
        """Stamp the event and wake the runner. Never bills, never fails a click.

        What is missed here is found by the catch-up, which goes by the stage.
        """
        groups = self.sudo().grouped(lambda t: t.stage_id.billing_event)
        for event, tickets in groups.items():
            try:
                tickets._take_billing_event(event)
            except psycopg2.Error:
                # Nothing of the click can be saved any more; the server tries it again
                raise
            except Exception:
                _logger.exception("Event %s of tickets %s missed", event, tickets.ids)

    def _take_billing_event(self, event):
        """Note an event on the tickets, and leave them to the runner if it bills."""
        # Without an earlier event nothing was billed either: one question less
        is_first = not any(self.mapped("billing_event_date"))
        self.write({"billing_event": event})
        if event in EVENTS:
            self._stamp_billing_event(event)
            self._flag_for_billing(is_new=is_first)
        else:
            self._forget_billing_event()

    def _forget_billing_event(self):
        """Leave tickets alone that were opened again or ended without billing."""
        self._get_charges()._void(self.env._("The ticket was opened again or ended."))
        self.write(
            {
                "billing_pending": False,
                "billing_is_held": False,
                "billing_trial_line_id": False,
                "billing_error": False,
                "billing_rejected": False,
                # The next end of the ticket is looked at anew
                "billing_run_id": False,
                "billing_was_resolved": False,
            }
        )

    def _stamp_billing_event(self, event):
        """Keep the first event of each ticket: when, and who."""
        if event == "resolve":
            self.write({"billing_was_resolved": True})
        self.filtered(lambda t: not t.billing_event_date).write(
            {
                "billing_event_date": fields.Datetime.now(),
                "billing_event_user_id": self.env.uid,
            }
        )
