from unittest.mock import patch

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestRun(TicketBillingCommon):
    def test_schedule_bills_what_is_due(self):
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(self._run_schedule().line_ids)
        self._make_due(ticket)
        run = self._run_schedule()
        self.assertRecordValues(
            run,
            [
                {
                    "trigger": "schedule",
                    "found": 1,
                    "invoiced": 1,
                    "amount": 100.0,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "ticket_id": ticket.id,
                    "strategy": "Time",
                    "worked_hours": 1.0,
                    "billed_hours": 1.0,
                    "amount": 100.0,
                    "outcome": "invoiced",
                    "move_ids": ticket.invoice_ids.ids,
                }
            ],
        )

    def test_delay_holds(self):
        with freeze_time("2026-03-05 10:00:00"):
            self._close(self._create_ticket(1.0))
        with freeze_time("2026-03-05 10:01:59"):
            self.assertFalse(self._run_schedule().line_ids)
        with freeze_time("2026-03-05 10:02:00"):
            self.assertEqual(self._run_schedule().invoiced, 1)

    def test_scheduled_action_makes_the_draft(self):
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        with self.enter_registry_test_mode():
            self.env.ref(
                "ticket_billing.ir_cron_process_tickets"
            ).sudo().method_direct_trigger()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_scheduled_action_bills_batch_after_batch(self):
        self.company.sudo().ticket_billing_batch_size = 2
        tickets = self.env["helpdesk.ticket"]
        for _index in range(5):
            tickets += self._create_ticket(1.0)
        self._make_due(self._close(tickets))
        with self.enter_registry_test_mode():
            self.env.ref(
                "ticket_billing.ir_cron_process_tickets"
            ).sudo().method_direct_trigger()
        tickets.invalidate_recordset()
        self.assertEqual(set(tickets.mapped("billing_state")), {"invoiced"})

    def test_switches(self):
        cases = [
            {"ticket_billing_enabled": False},
            {"ticket_billing_on_close": False},
            {"ticket_billing_start_date": "2099-01-01"},
        ]
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        for values in cases:
            with self.subTest(values=values):
                before = {name: self.company[name] for name in values}
                self.company.sudo().write(values)
                self.assertFalse(self._run_schedule().line_ids)
                self.company.sudo().write(before)
        self.assertEqual(self._run_schedule().invoiced, 1)

    def test_command_passes_over_switches_level_and_delay(self):
        self.company.sudo().write(
            {"ticket_billing_enabled": False, "ticket_billing_on_close": False}
        )
        self.policy.sudo().automation_level = "off"
        self._close(self._create_ticket(1.0))
        with freeze_time("2020-01-01"):
            self.company.sudo().ticket_billing_start_date = "2020-01-01"
            early = self._close(self._create_ticket(1.0))
        self.company.sudo().ticket_billing_start_date = "2020-02-01"
        runs = self.env["ticket.billing.run"]._process("command")
        run = runs.filtered(lambda run: run.company_id == self.company)
        self.assertRecordValues(run, [{"found": 1, "invoiced": 1}])
        self.assertFalse(early.charge_ids)

    def test_button_passes_over_switches(self):
        self.company.sudo().ticket_billing_enabled = False
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.amount_untaxed, 100.0)

    def test_resolved_is_billed_on_its_own_switch(self):
        ticket = self._create_ticket(1.0)
        ticket.stage_id = self._create_resolved_stage()
        self._make_due(ticket)
        self.assertFalse(self._run_schedule().line_ids)
        self.company.sudo().ticket_billing_on_resolve = True
        self.assertEqual(self._run_schedule().invoiced, 1)

    def _create_resolved_stage(self):
        return self.env["helpdesk.ticket.stage"].create(
            {"name": "Resolved", "billing_event": "resolve"}
        )

    def test_resolving_and_then_closing_bills_once(self):
        self.company.sudo().ticket_billing_on_resolve = True
        ticket = self._create_ticket(1.0)
        ticket.stage_id = self._create_resolved_stage()
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)
        self._close(ticket)
        self.assertEqual(ticket.billing_state, "invoiced")
        self._make_due(ticket)
        self.assertFalse(self._run_schedule().line_ids)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_resolved_and_closed_before_the_run_is_billed_as_resolved(self):
        self.company.sudo().write(
            {"ticket_billing_on_resolve": True, "ticket_billing_on_close": False}
        )
        resolved = self._create_ticket(1.0)
        resolved.stage_id = self._create_resolved_stage()
        tickets = resolved + self._create_ticket(1.0)
        self._make_due(self._close(tickets))
        self.assertEqual(self._run_schedule().line_ids.ticket_id, resolved)

    def test_archived_ticket_is_billed_all_the_same(self):
        ticket = self._close(self._create_ticket(1.0))
        ticket.active = False
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)

    def test_closing_and_billing_in_one_write(self):
        ticket = self._create_ticket()
        self._create_contract(per_ticket_rate=50.0)
        ticket.write({"stage_id": self.stage_done.id, "team_id": False})
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(self._bill(ticket).amount_untaxed, 50.0)

    def test_late_time_on_a_ticket_from_before_the_start_is_shown(self):
        self.company.sudo().ticket_billing_start_date = "2026-03-06"
        with freeze_time("2026-03-05 10:00:00"):
            ticket = self._close(self._create_ticket(1.0))
            self._bill(ticket)
            self._log_time(ticket, 1.0)
        self.assertEqual(ticket.billing_state, "pending")
        self.assertIn("by hand", ticket.billing_reason)

    def test_reason_of_what_is_pending_tells_the_truth(self):
        ticket = self._close(self._create_ticket(1.0))
        self.assertIn("next billing run", ticket.billing_reason)
        for name in ("ticket_billing_enabled", "ticket_billing_on_close"):
            with self.subTest(switch=name):
                self.company.sudo()[name] = False
                ticket.invalidate_recordset(["billing_reason"])
                self.assertIn("not billed by themselves", ticket.billing_reason)
                self.company.sudo()[name] = True

    def test_event_before_the_start_is_never_billed_by_itself(self):
        self.company.sudo().ticket_billing_start_date = "2026-03-06"
        with freeze_time("2026-03-05 23:59:59"):
            ticket = self._close(self._create_ticket(1.0))
        self.assertEqual(ticket.billing_state, "not_billable")
        self.assertIn("before billing began", ticket.billing_reason)
        with freeze_time("2026-03-07 10:00:00"):
            self._run_catch_up()
            self.assertFalse(self._run_schedule().line_ids)
            self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)

    def test_level_off_bills_nothing_by_itself(self):
        self.policy.sudo().automation_level = "off"
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        run = self._run_schedule()
        self.assertEqual(run.line_ids.outcome, "skipped")
        self.assertFalse(ticket.charge_ids)
        self.assertEqual(ticket.billing_state, "pending")
        self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)

    def test_what_the_level_holds_is_rated_once_and_again_when_it_is_raised(self):
        self.policy.sudo().automation_level = "off"
        self.time_product.list_price = 0.0
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().skipped, 1)
        self.assertEqual(ticket.billing_state, "pending")
        self.assertIn("Off", ticket.billing_reason)
        self._make_due(ticket)
        self.assertFalse(self._run_schedule().line_ids)
        self.time_product.list_price = 100.0
        self.policy.sudo().automation_level = "draft"
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)

    def test_level_is_that_of_the_agreement_of_the_work(self):
        off = self._create_policy(automation_level="off")
        self._create_contract(
            ticket_billing_policy_id=off.id,
            date_start="2025-01-01",
            date_end="2025-06-30",
        )
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-06-30")
        self._make_due(self._close(ticket))
        self.assertEqual(self._run_schedule().invoiced, 0)
        self.assertEqual(ticket.billing_state, "pending")
        self.policy.sudo().automation_level = "off"
        off.automation_level = "draft"
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_limit_holds_for_all_companies_together(self):
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        other = self.setup_other_company(name="Second company")["company"]
        other.sudo().write(
            {
                "ticket_billing_enabled": True,
                "ticket_billing_on_close": True,
                "ticket_billing_start_date": "2020-01-01",
            }
        )
        tickets += self._create_ticket(company_id=other.id, team_id=False)
        self._make_due(self._close(tickets))
        runs = self.env["ticket.billing.run"]._process("schedule", limit=2)
        self.assertEqual(sum(runs.mapped("found")), 2)

    def test_level_of_the_customer_comes_first(self):
        self.policy.sudo().automation_level = "off"
        self.customer.ticket_billing_level = "draft"
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)

    def test_policy_of_contract_then_customer_then_company(self):
        half = self._create_policy(rounding_increment=0.5)
        whole = self._create_policy(rounding_increment=1.0)
        self.customer.ticket_billing_policy_id = half
        move = self._close_and_bill(self._create_ticket(1.1))
        self.assertEqual(move.amount_untaxed, 150.0)
        move.action_post()
        self._create_contract(ticket_billing_policy_id=whole.id)
        move = self._close_and_bill(self._create_ticket(1.1))
        self.assertEqual(move.amount_untaxed, 200.0)

    def test_bad_ticket_never_stops_the_others(self):
        tickets = self.env["helpdesk.ticket"]
        for _index in range(4):
            tickets += self._create_ticket(1.0)
        bad = self._create_ticket(1.0, partner_id=False)
        tickets += bad
        self._make_due(self._close(tickets))
        run = self._run_schedule()
        self.assertRecordValues(run, [{"found": 5, "invoiced": 4, "blocked": 1}])
        self.assertEqual(bad.billing_state, "blocked")

    def test_run_tells_the_hours_of_what_it_could_not_bill(self):
        ticket = self._close(self._create_ticket(1.75, partner_id=False))
        run = self.env["ticket.billing.run"]._process("button", tickets=ticket)
        self.assertEqual(run.line_ids.worked_hours, 1.75)

    def test_unexpected_error_blocks_one_ticket_of_a_batch(self):
        tickets = self.env["helpdesk.ticket"]
        for index in range(5):
            customer = self._create_customer(f"Customer {index}")
            tickets += self._create_ticket(1.0, partner_id=customer.id)
        bad = tickets[3]
        self._make_due(self._close(tickets))
        charge_model = self.registry["ticket.billing.charge"]
        prepare = charge_model._prepare_invoice

        def fail(charges, covered=None):
            if bad in charges.ticket_id:
                raise ValueError("no such account")
            return prepare(charges, covered)

        with (
            patch.object(charge_model, "_prepare_invoice", fail),
            mute_logger("odoo.addons.ticket_billing"),
        ):
            run = self._run_schedule()
        self.assertRecordValues(run, [{"found": 5, "invoiced": 4, "blocked": 1}])
        self.assertIn("server's log", bad.billing_reason)
        self.assertFalse(bad.charge_ids)
        self.assertEqual(self._bill(bad).amount_untaxed, 100.0)

    def test_trouble_with_the_database_is_never_the_tickets_fault(self):
        ticket = self._close(self._create_ticket(1.0))
        charge_model = self.registry["ticket.billing.charge"]
        for error in (SerializationFailure, OperationalError, InterfaceError):
            with (
                self.subTest(error=error),
                patch.object(charge_model, "_claim", side_effect=error()),
                self.assertRaises(error),
            ):
                self.env["ticket.billing.run"]._process("button", tickets=ticket)

    def test_blocked_ticket_is_tried_again_and_then_waits(self):
        self.company.sudo().ticket_billing_max_attempts = 2
        ticket = self._close(self._create_ticket(1.0, partner_id=False))
        for attempt in (1, 2):
            self._make_due(ticket)
            self.assertEqual(self._run_schedule().blocked, 1)
            self.assertEqual(ticket.billing_attempts, attempt)
        self._make_due(ticket)
        self.assertFalse(self._run_schedule().line_ids)
        self.assertEqual(ticket.billing_state, "blocked")

    def test_mending_a_blocked_ticket_flags_it(self):
        ticket = self._close(self._create_ticket(1.0, partner_id=False))
        self._bill(ticket)
        ticket.partner_id = self.customer
        self.assertEqual(ticket.billing_state, "pending")
        self._make_due(ticket)
        self.assertEqual(self._run_schedule().invoiced, 1)

    def test_dry_run_writes_its_own_run_and_nothing_else(self):
        ticket = self._close(self._create_ticket(1.1))
        self._make_due(ticket)
        before = ticket.read(["billing_pending", "billing_next_try", "billing_state"])
        trial = self.env["ticket.billing.run"]._process("schedule", dry_run=True)
        self.assertRecordValues(
            trial, [{"dry_run": True, "invoiced": 1, "amount": 125.0}]
        )
        self.assertFalse(ticket.charge_ids)
        self.assertEqual(
            ticket.read(["billing_pending", "billing_next_try", "billing_state"]),
            before,
        )
        run = self._run_schedule()
        for name in ("found", "invoiced", "amount"):
            self.assertEqual(run[name], trial[name])

    def test_limit(self):
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        self._make_due(self._close(tickets))
        run = self.env["ticket.billing.run"]._process("schedule", limit=1)
        self.assertEqual(run.found, 1)

    def test_run_without_tickets_is_on_record(self):
        run = self.env["ticket.billing.run"]._process("schedule")
        self.assertRecordValues(run, [{"found": 0, "amount": 0.0}])

    def test_errors_of_users_are_kept_as_they_are(self):
        ticket = self._close(self._create_ticket(1.0))
        charge_model = self.registry["ticket.billing.charge"]
        error = UserError("The period is closed.")
        with patch.object(charge_model, "_create_invoices", side_effect=error):
            run = self.env["ticket.billing.run"]._process("button", tickets=ticket)
        self.assertEqual(run.line_ids.reason, "The period is closed.")
        self.assertEqual(ticket.billing_reason, "The period is closed.")
