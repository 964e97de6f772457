from datetime import datetime

from odoo import Command
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestClosing(TicketBillingCommon, CronMixinCase):
    def test_shipped_stages_have_their_event(self):
        events = {
            "new": "none",
            "in_progress": "none",
            "awaiting": "none",
            "done": "close",
            "cancelled": "void",
            "rejected": "void",
        }
        for name, event in events.items():
            with self.subTest(stage=name):
                stage = self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
                self.assertEqual(stage.billing_event, event)

    def test_new_stage_has_no_event(self):
        stage = self.env["helpdesk.ticket.stage"].create(
            {"name": "Waiting for parts", "closed": True}
        )
        self.assertEqual(stage.billing_event, "none")

    def test_closing_stamps_and_flags(self):
        ticket = self._create_ticket(1.0)
        self.assertEqual(ticket.billing_state, "open")
        with freeze_time("2026-03-05 10:00:00"):
            self._close(ticket.with_user(self.agent))
        self.assertRecordValues(
            ticket,
            [
                {
                    "billing_event": "close",
                    "billing_event_date": datetime(2026, 3, 5, 10),
                    "billing_event_user_id": self.agent.id,
                    "billing_state": "pending",
                    "billing_next_try": datetime(2026, 3, 5, 10, 2),
                }
            ],
        )

    def test_closing_wakes_the_runner_once_the_delay_is_over(self):
        cron = self.env.ref("ticket_billing.ir_cron_process_tickets")
        with (
            freeze_time("2026-03-05 10:00:00"),
            self.capture_triggers(cron.id) as capture,
        ):
            self._close(self._create_ticket(1.0) + self._create_ticket(1.0))
        self.assertEqual(
            capture.records.mapped("call_at"), [datetime(2026, 3, 5, 10, 2)]
        )

    def test_closing_never_bills_within_the_click(self):
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(ticket.charge_ids)

    def test_ticket_born_closed_is_flagged(self):
        ticket = self._create_ticket(stage_id=self.stage_done.id)
        self.assertEqual(ticket.billing_state, "pending")
        self.assertTrue(ticket.billing_event_date)

    def test_imported_closed_ticket_is_flagged(self):
        names = ["name", "description", "partner_id/.id", "team_id/.id", "stage_id/.id"]
        row = ["Printer offline", "No ink", self.customer.id, self.team.id]
        result = self.env["helpdesk.ticket"].load(
            names, [[*map(str, row), str(self.stage_done.id)]]
        )
        ticket = self.env["helpdesk.ticket"].browse(result["ids"])
        self.assertEqual(ticket.billing_state, "pending")
        self.assertTrue(ticket.billing_event_date)

    def test_change_of_team_that_closes_is_noticed(self):
        done = self.env["helpdesk.ticket.stage"].create(
            {"name": "Handed over", "billing_event": "close", "sequence": 0}
        )
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Archive", "company_id": self.company.id}
        )
        done.team_ids = team
        every_stage = self.env["helpdesk.ticket.stage"].search(
            [("team_ids", "=", False)]
        )
        every_stage.team_ids = [Command.set(self.team.ids)]
        ticket = self._create_ticket(1.0)
        ticket.team_id = team
        self.assertEqual(ticket.stage_id, done)
        self.assertRecordValues(
            ticket, [{"billing_event": "close", "billing_state": "pending"}]
        )

    def test_reopening_keeps_the_first_event(self):
        with freeze_time("2026-03-05 10:00:00"):
            ticket = self._close(self._create_ticket(1.0))
        ticket.stage_id = self.stage_progress
        self.assertRecordValues(
            ticket,
            [{"billing_event": "none", "billing_state": "open"}],
        )
        self._close(ticket)
        self.assertEqual(ticket.billing_event_date, datetime(2026, 3, 5, 10))

    def test_reopened_ticket_is_not_billed_by_the_schedule(self):
        ticket = self._close(self._create_ticket(1.0))
        ticket.stage_id = self.stage_progress
        self._make_due(ticket)
        self.assertFalse(self._run_schedule().line_ids)

    def test_cancelled_ticket_is_not_billed(self):
        ticket = self._create_ticket(1.0)
        ticket.stage_id = self.stage_cancelled
        self.assertEqual(ticket.billing_state, "not_billable")
        self.assertIn("Cancelled", ticket.billing_reason)
        self.assertFalse(self._bill(ticket))

    def test_cancelling_drops_what_waits_for_approval(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        self.assertEqual(ticket.billing_state, "to_approve")
        ticket.stage_id = self.stage_cancelled
        self.assertEqual(ticket.billing_state, "not_billable")
        self.assertEqual(ticket.charge_ids.state, "void")

    def test_ticket_of_a_category_not_billable(self):
        parent = self.env["helpdesk.ticket.category"].create(
            {"name": "Warranty", "billable": False}
        )
        category = self.env["helpdesk.ticket.category"].create(
            {"name": "Replacement parts", "parent_id": parent.id}
        )
        ticket = self._close(self._create_ticket(1.0, category_id=category.id))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "not_billable")
        self.assertIn("Replacement parts", ticket.billing_reason)

    def test_ticket_of_a_team_not_billable(self):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Internal IT", "billable": False}
        )
        ticket = self._create_ticket(team_id=team.id, user_id=False)
        self.assertFalse(ticket.billable)
        self.assertIn("Internal IT", ticket.billing_reason)

    def test_changing_the_flag_of_a_category_leaves_older_tickets(self):
        category = self.env["helpdesk.ticket.category"].create({"name": "Incident"})
        ticket = self._create_ticket(1.0, category_id=category.id)
        self.assertTrue(ticket.billable)
        category.billable = False
        ticket.invalidate_recordset()
        self.assertTrue(ticket.billable)

    def test_duplicate_is_not_billed(self):
        original = self._create_ticket(1.0)
        ticket = self._close(self._create_ticket(1.0, duplicate_id=original.id))
        self.assertFalse(self._bill(ticket))
        self.assertIn(original.number, ticket.billing_reason)

    def test_ticket_without_customer_is_blocked(self):
        ticket = self._close(self._create_ticket(1.0, partner_id=False))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("customer", ticket.billing_reason)

    def test_ticket_without_time_or_fee_has_nothing_to_bill(self):
        ticket = self._close(self._create_ticket())
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "not_billable")
        self.assertIn("No billable time", ticket.billing_reason)

    def test_open_ticket_is_not_billed(self):
        ticket = self._create_ticket(1.0)
        action = ticket.action_generate_invoice()
        self.assertIn("still open", action["params"]["message"])
        self.assertFalse(ticket.charge_ids)

    def test_technician_without_accounting_rights_closes(self):
        agent = new_test_user(
            self.env,
            "helpdesk_only",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=self.company.id,
        )
        ticket = self._create_ticket(1.0)
        ticket.with_user(agent).write({"stage_id": self.stage_done.id})
        self.assertEqual(ticket.billing_event_user_id, agent)
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().amount, 100.0)

    def test_portal_customer_is_never_the_author_of_a_draft(self):
        portal = new_test_user(self.env, "portal_customer", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        ticket = self._create_ticket(1.0, partner_id=portal.partner_id.id)
        ticket.with_user(portal).sudo().write({"stage_id": self.stage_done.id})
        self.assertEqual(ticket.billing_event_user_id, portal)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.invoice_ids.create_uid, self.env.ref("base.user_root"))
        self.assertNotEqual(ticket.invoice_ids.invoice_user_id, portal)

    def test_unknown_time_zone_never_keeps_a_ticket_from_closing(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET tz = 'US/Pacific-New' WHERE id = %s",
            [self.company.partner_id.id],
        )
        self.company.partner_id.invalidate_recordset()
        ticket = self._close(self._create_ticket(1.0))
        self.assertEqual(ticket.billing_state, "pending")

    def test_new_ticket_without_company_has_amounts(self):
        ticket = self.env["helpdesk.ticket"].new({"company_id": False})
        self.assertEqual(ticket.amount_to_invoice, 0.0)

    def test_copy_of_a_billed_ticket_starts_afresh(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        copy = ticket.copy()
        self.assertRecordValues(
            copy,
            [
                {
                    "billing_event": "none",
                    "billing_event_date": False,
                    "billing_state": "open",
                    "charge_ids": [],
                    "timesheet_ids": [],
                }
            ],
        )

    def test_closing_many_tickets_costs_no_query_each(self):
        tickets = self.env["helpdesk.ticket"]
        for _index in range(6):
            tickets += self._create_ticket()
        few, many = tickets[:2], tickets[2:]
        counts = []
        for batch in (few, many):
            batch.invalidate_recordset()
            batch.mapped("stage_id.billing_event")
            before = self.env.cr.sql_log_count
            batch._on_billing_event()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
