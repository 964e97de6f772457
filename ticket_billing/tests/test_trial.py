from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestTrial(TicketBillingCommon):
    """The level shadow: calculated and listed, but not billed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().automation_level = "shadow"

    def _try_ticket(self, *hours, **values):
        ticket = self._close(self._create_ticket(*hours, **values))
        self._run_due(ticket)
        return ticket

    def _decide(self, tickets, decision):
        action = tickets.billing_trial_line_id.action_decide_trial()
        trial = self.env["ticket.billing.trial"].browse(action["res_id"])
        trial.write({"decision": decision, "reason": "Pilot customers"})
        trial.action_confirm()

    def test_trial_is_calculated_and_nothing_is_billed(self):
        ticket = self._close(self._create_ticket(1.1))
        run = self._run_due(ticket)
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "ticket_id": ticket.id,
                    "outcome": "skipped",
                    "is_trial": True,
                    "worked_hours": 1.1,
                    "billed_hours": 1.25,
                    "amount": 125.0,
                    "amount_company": 125.0,
                }
            ],
        )
        self.assertRecordValues(run, [{"found": 1, "skipped": 1, "amount": 0.0}])
        self.assertFalse(ticket.charge_ids)
        self.assertEqual(ticket.billing_state, "pending")
        self.assertIn("trial", ticket.billing_reason)

    def test_trial_is_calculated_once_per_change_of_the_work(self):
        ticket = self._try_ticket(1.0)
        first = ticket.billing_trial_line_id
        self._make_due(ticket)
        self.assertFalse(self._run_schedule().line_ids)
        self._run_catch_up()
        self.assertFalse(self._run_schedule().line_ids)
        self._log_time(ticket, 0.5)
        self._run_due(ticket)
        self.assertNotEqual(ticket.billing_trial_line_id, first)
        self.assertEqual(ticket.billing_trial_line_id.amount, 150.0)
        shown = self.env["ticket.billing.run.line"].search(
            [("trial_ticket_ids", "in", ticket.ids)]
        )
        self.assertEqual(shown, ticket.billing_trial_line_id)

    def test_trial_uses_up_what_the_contract_includes(self):
        self._create_contract(hour_allowance="limited", included_hours=2.0)
        first, second, third = (self._try_ticket(1.5) for _index in range(3))
        amounts = [t.billing_trial_line_id.amount for t in first + second + third]
        self.assertEqual(amounts, [0.0, 100.0, 150.0])
        self._log_time(first, 0.5)
        self._run_due(first)
        self.assertEqual(first.billing_trial_line_id.amount, 50.0)

    def test_trial_and_result_are_equal(self):
        self._create_contract(hour_allowance="limited", included_hours=2.0)
        tickets = self._create_ticket(1.5) + self._create_ticket(2.25)
        self._run_due(self._close(tickets))
        trial = tickets.billing_trial_line_id.mapped("amount")
        self.policy.sudo().automation_level = "draft"
        self._decide(tickets, "bill")
        run = self._run_due(tickets)
        self.assertEqual(run.line_ids.mapped("amount"), trial)
        self.assertEqual(trial, [0.0, 175.0])

    def test_trial_says_what_would_be_blocked_or_wait(self):
        waiting = self._try_ticket(9.0)
        self.assertIn("wait for approval", waiting.billing_trial_line_id.reason)
        self.time_product.list_price = 0.0
        blocked = self._try_ticket(1.0)
        self.assertIn("has no price", blocked.billing_trial_line_id.reason)
        self.assertEqual(blocked.billing_state, "pending")

    def test_raising_the_level_bills_nothing_of_the_trial_by_itself(self):
        ticket = self._try_ticket(1.0)
        self.policy.sudo().automation_level = "draft"
        self.assertFalse(self._run_due(ticket).line_ids)
        self._run_catch_up()
        self.assertFalse(self._run_due(ticket).line_ids)
        self.assertIn("decide", ticket.billing_reason)
        self._log_time(ticket, 0.5)
        self._run_due(ticket)
        self.assertFalse(ticket.charge_ids)
        self.assertEqual(ticket.billing_trial_line_id.amount, 100.0)
        fresh = self._close(self._create_ticket(1.0))
        self.assertEqual(self._run_due(fresh).invoiced, 1)

    def test_settings_ask_about_the_trial_when_the_level_is_raised(self):
        ticket = self._try_ticket(1.0)
        settings = self.env["res.config.settings"].sudo()
        same = settings.create({}).execute()
        self.assertNotEqual(same.get("res_model"), "ticket.billing.trial")
        action = settings.create({"ticket_billing_automation_level": "draft"}).execute()
        trial = self.env["ticket.billing.trial"].browse(action["res_id"])
        self.assertRecordValues(
            trial,
            [
                {
                    "line_ids": ticket.billing_trial_line_id.ids,
                    "ticket_count": 1,
                    "amount": 100.0,
                }
            ],
        )

    def test_policy_and_customer_ask_once_the_level_is_raised(self):
        ticket = self._try_ticket(1.0)
        policy, customer = self.policy.sudo(), self.customer.sudo()
        self.assertFalse(policy.undecided_trial_count)
        customer.ticket_billing_level = "draft"
        policy.invalidate_recordset(["undecided_trial_count"])
        for record in (policy, customer):
            with self.subTest(record=record):
                self.assertEqual(record.undecided_trial_count, 1)
                lines = self.env["ticket.billing.run.line"].search(
                    record.action_view_trials()["domain"]
                )
                self.assertEqual(lines.ticket_id, ticket)

    def test_work_of_the_trial_is_billed(self):
        ticket = self._try_ticket(1.0)
        with self.assertRaisesRegex(UserError, "still Trial"):
            self._decide(ticket, "bill")
        self.policy.sudo().automation_level = "draft"
        self._decide(ticket, "bill")
        self.assertEqual(self._run_due(ticket).amount, 100.0)
        self.assertFalse(ticket.billing_trial_line_id)
        self.assertIn("Pilot customers", ticket.message_ids[0].body)

    def test_work_of_the_trial_is_left(self):
        ticket = self._try_ticket(1.0)
        self.policy.sudo().automation_level = "draft"
        self._decide(ticket, "leave")
        self.assertFalse(self._run_due(ticket).invoiced)
        self.assertFalse(ticket.billing_trial_line_id)
        self.assertEqual(ticket.billing_state, "not_billable")
        ticket.billable = True
        self.assertEqual(self._run_due(ticket).invoiced, 1)

    def test_button_bills_on_trial_too(self):
        ticket = self._try_ticket(1.0)
        self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)
        self.assertFalse(ticket.billing_trial_line_id)

    def test_reopened_ticket_leaves_the_trial(self):
        ticket = self._try_ticket(1.0)
        ticket.stage_id = self.stage_progress
        self.assertFalse(ticket.billing_trial_line_id)

    def test_what_the_level_off_held_goes_on_trial(self):
        self.policy.sudo().automation_level = "off"
        ticket = self._try_ticket(1.0)
        self.policy.sudo().automation_level = "shadow"
        self.assertTrue(self._run_due(ticket).line_ids.is_trial)

    def test_dry_run_of_a_trial_leaves_no_trace(self):
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        run = self.env["ticket.billing.run"]._process("schedule", dry_run=True)
        self.assertTrue(run.line_ids.is_trial)
        self.assertFalse(ticket.billing_trial_line_id)

    def test_customer_on_trial_beside_others(self):
        self.policy.sudo().automation_level = "draft"
        self.customer.ticket_billing_level = "shadow"
        other = self._create_customer("Harbour Logistics")
        tickets = self._create_ticket(1.0)
        tickets += self._create_ticket(1.0, partner_id=other.id)
        run = self._run_due(self._close(tickets))
        self.assertRecordValues(run, [{"found": 2, "invoiced": 1, "skipped": 1}])
        self.assertEqual(run.line_ids.filtered("is_trial").ticket_id, tickets[0])

    def test_ticket_that_is_partly_on_trial_has_one_line(self):
        self.policy.sudo().automation_level = "draft"
        on_trial = self._create_policy(automation_level="shadow")
        self._create_contract(
            ticket_billing_policy_id=on_trial.id,
            date_start="2025-01-01",
            date_end="2025-06-30",
        )
        ticket = self._create_ticket(1.0)
        self._log_time(ticket, 2.0, date="2025-06-30")
        run = self._run_due(self._close(ticket))
        self.assertRecordValues(
            run.line_ids, [{"outcome": "invoiced", "amount": 100.0, "is_trial": True}]
        )
        self.assertIn("2.00 h", run.line_ids.reason)

    def test_only_managers_decide(self):
        ticket = self._try_ticket(1.0)
        auditor = new_test_user(
            self.env,
            "auditor",
            groups="ticket_billing.group_ticket_billing_auditor",
            company_id=self.company.id,
        )
        line = ticket.billing_trial_line_id.with_user(auditor)
        self.assertEqual(line.amount, 100.0)
        with self.assertRaises(AccessError):
            line.action_decide_trial()
