from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestCatchUp(TicketBillingCommon):
    def test_lost_flag_is_found(self):
        ticket = self._close(self._create_ticket(1.0))
        ticket.sudo().billing_pending = False
        self._run_catch_up()
        self.assertTrue(ticket.billing_pending)

    def test_late_time_is_found_without_its_event(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        self._log_time(ticket, 2.0)
        ticket.sudo().billing_pending = False
        self._run_catch_up()
        self.assertTrue(ticket.billing_pending)

    def test_archived_ticket_is_found(self):
        ticket = self._close(self._create_ticket(1.0))
        ticket.sudo().write({"billing_pending": False, "active": False})
        self._run_catch_up()
        self.assertTrue(ticket.billing_pending)

    def test_settled_tickets_are_left_alone(self):
        billed = self._create_ticket(1.0)
        self._close_and_bill(billed)
        empty = self._create_ticket()
        self._close_and_bill(empty)
        cancelled = self._create_ticket(1.0, stage_id=self.stage_cancelled.id)
        self._run_catch_up()
        for ticket in (billed, empty, cancelled):
            self.assertFalse(ticket.billing_pending)

    def test_approved_work_that_was_not_invoiced_is_found(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        ticket.charge_ids.sudo().rating_state = "ready"
        self._run_catch_up()
        self.assertTrue(ticket.billing_pending)

    def test_ticket_that_was_closed_unseen_is_stamped(self):
        with freeze_time("2026-03-05 10:00:00"):
            ticket = self._create_ticket(1.0)
        self.stage_done.sudo().billing_event_since = "2026-01-01"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = %s, last_stage_update = %s "
            "WHERE id = %s",
            [self.stage_done.id, "2026-03-06 09:00:00", ticket.id],
        )
        ticket.invalidate_recordset()
        self._run_catch_up()
        self.assertRecordValues(
            ticket,
            [
                {
                    "billing_event": "close",
                    "billing_event_date": fields.Datetime.to_datetime(
                        "2026-03-06 09:00:00"
                    ),
                    "billing_state": "pending",
                }
            ],
        )

    def test_change_of_a_stages_event_touches_no_older_ticket(self):
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Handed over", "closed": True}
        )
        with freeze_time("2026-03-05 10:00:00"):
            ticket = self._create_ticket(1.0, stage_id=stage.id)
        with freeze_time("2026-03-06 10:00:00"):
            stage.billing_event = "close"
            self._run_catch_up()
            self.assertEqual(ticket.billing_event, "none")
            younger = self._create_ticket(1.0)
            younger.stage_id = stage
        self.assertEqual(younger.billing_event, "close")
