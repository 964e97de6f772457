from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TicketBillingCommon

MOST_QUERIES = 3


@tagged("post_install", "-at_install")
class TestCloseHook(TicketBillingCommon):
    """What closing tickets costs the person who closes them."""

    def _count_closing(self, tickets, with_billing):
        """Return how many queries it takes to close tickets."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.stage_done.mapped("billing_event")
        before = self.env.cr.sql_log_count
        if with_billing:
            self._close(tickets)
        else:
            model = self.registry["helpdesk.ticket"]
            with patch.object(model, "_on_billing_event", lambda tickets: None):
                self._close(tickets)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @freeze_time("2026-03-05 10:00:00")
    def test_closing_takes_few_more_queries_whatever_the_number(self):
        """The states, and the trigger of the scheduled action: two."""
        tickets = self.env["helpdesk.ticket"]
        for _index in range(42):
            tickets += self._create_ticket()
        self._count_closing(tickets[:1], True)
        pairs = [(tickets[1:2], tickets[2:3]), (tickets[3:22], tickets[22:41])]
        for billed, plain in pairs:
            extra = self._count_closing(billed, True)
            extra -= self._count_closing(plain, False)
            self.assertLessEqual(extra, MOST_QUERIES)

    def test_settings_hold_from_the_next_ticket_on(self):
        """Though they are kept at hand, so that closing does not ask for them."""
        with freeze_time("2026-03-05 10:00:00"):
            self._close(self._create_ticket())
            self.company.sudo().ticket_billing_delay_minutes = 45
            ticket = self._close(self._create_ticket())
            self.assertEqual(str(ticket.billing_next_try), "2026-03-05 10:45:00")
            self.company.sudo().ticket_billing_start_date = "2026-04-01"
            ticket = self._close(self._create_ticket())
            self.assertFalse(ticket.billing_pending)

    def test_trouble_of_billing_never_keeps_a_ticket_from_closing(self):
        ticket = self._create_ticket(1.0)
        model = self.registry["helpdesk.ticket"]
        with (
            patch.object(model, "_flag_for_billing", side_effect=ValueError("broken")),
            mute_logger("odoo.addons.ticket_billing"),
        ):
            self._close(ticket)
        self.assertEqual(ticket.stage_id, self.stage_done)
        self.assertFalse(ticket.billing_pending)
        self._run_catch_up()
        self.assertTrue(ticket.billing_pending)
