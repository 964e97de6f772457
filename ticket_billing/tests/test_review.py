from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AGENT_GROUPS, TicketBillingCommon

MANAGER_GROUPS = (
    "helpdesk_mgmt.group_helpdesk_manager,ticket_billing.group_ticket_billing_manager"
)


class ReviewCommon(TicketBillingCommon):
    """Everything waits for approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().approval = "all"
        cls.manager = new_test_user(
            cls.env, "manager", groups=MANAGER_GROUPS, company_id=cls.company.id
        )

    def _wait(self, *hours, **values):
        """Return the charges of a closed ticket that wait for approval."""
        ticket = self._close(self._create_ticket(*hours, **values))
        self._bill(ticket)
        charges = ticket._get_charges().with_user(self.env.user)
        self.assertEqual(set(charges.mapped("state")), {"to_approve"})
        return charges.sudo(False)

    def _get_activities(self, ticket, name):
        activity_type = self.env.ref(f"ticket_billing.mail_activity_type_{name}")
        return ticket.sudo().activity_ids.filtered(
            lambda activity: activity.activity_type_id == activity_type
        )


@tagged("post_install", "-at_install")
class TestChange(ReviewCommon):
    def test_rated_and_approved_are_both_kept(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=90.0, reason="Our own router")
        self.assertRecordValues(
            charge,
            [
                {
                    "state": "to_approve",
                    "rated_quantity": 2.0,
                    "rated_price_unit": 100.0,
                    "quantity": 1.5,
                    "cut_quantity": 0.5,
                    "price_unit": 90.0,
                    "amount": 135.0,
                    "review": "change",
                    "reviewer_id": self.env.user.id,
                    "change_reason": "Our own router",
                }
            ],
        )
        charge.action_approve()
        line = self._get_lines(charge.ticket_id.invoice_ids)
        self.assertEqual((line.quantity, line.price_unit), (1.5, 90.0))
        self.assertEqual(charge.invoiced_amount, 135.0)

    def test_receipt_shows_what_was_changed(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=90.0, reason="Our own router")
        text = charge.explanation_text
        self.assertIn("Quantity: 1.50 instead of 2.00.", text)
        self.assertIn("Price: 90.00 USD instead of 100.00 USD.", text)
        self.assertIn("Changed: Our own router", text)
        customer = charge.customer_explanation
        self.assertIn("Quantity: 1.50 instead of 2.00.", customer)
        self.assertNotIn("Our own router", customer)

    def test_amounts_are_rounded_half_up(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=0.15, price_unit=33.1, reason="Agreed by phone")
        # 4.965, which binary floats keep as less
        self.assertEqual(charge.amount, 4.97)

    def test_what_was_cut_does_not_come_back(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=80.0, reason="Goodwill")
        charge.action_approve()
        self._log_time(charge.ticket_id, 1.0)
        self._bill(charge.ticket_id)
        late = charge.ticket_id._get_charges() - charge.sudo()
        self.assertRecordValues(late, [{"quantity": 1.0, "price_unit": 100.0}])

    def test_each_change_is_in_the_journal(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, reason="Our own router")
        entry = self.env["ticket.billing.log"].search([("kind", "=", "change")])
        self.assertRecordValues(
            entry,
            [
                {
                    "ticket_id": charge.ticket_id.id,
                    "before": "2.00 × 100.00 USD",
                    "after": "1.50 × 100.00 USD",
                    "reason": "Our own router",
                    "amount": 150.0,
                }
            ],
        )

    def test_only_what_was_rated_can_be_billed(self):
        self._create_contract(hour_allowance="limited", included_hours=0.5)
        charge = self._wait(2.0)
        self.assertEqual(charge.covered_quantity, 0.5)
        for quantity in (-1.0, 0.0, 1.51, 0.333):
            with self.subTest(quantity=quantity), self.assertRaises(UserError):
                charge.action_change(quantity=quantity, reason="Agreed")
        with self.assertRaisesRegex(UserError, "0.00 or more"):
            charge.action_change(price_unit=-1.0, reason="Agreed")
        with self.assertRaisesRegex(UserError, "Say why"):
            charge.action_change(quantity=1.0, reason=" ")
        charge.action_change(quantity=1.5, price_unit=0.0, reason="Agreed")
        self.assertEqual(charge.amount, 0.0)

    def test_nothing_is_changed_on_an_invoice(self):
        charge = self._wait(2.0)
        charge.action_approve()
        with self.assertRaisesRegex(UserError, "not invoiced"):
            charge.action_change(quantity=1.0, reason="Too late")

    def test_changed_work_that_is_rated_anew_says_so(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, reason="Goodwill")
        self.policy.sudo().approval = "none"
        charge.analytic_line_id.sudo().unit_amount = 2.5
        self._bill(charge.ticket_id)
        self.assertEqual(charge.ticket_id.billing_state, "to_approve")
        self.assertIn("changed it", charge.ticket_id.billing_reason)

    def test_cut_work_whose_price_is_nothing_keeps_its_hours_apart(self):
        charge = self._wait(2.0)
        charge.action_change(quantity=1.5, price_unit=0.0, reason="Goodwill")
        charge.action_approve()
        self.assertRecordValues(
            charge, [{"state": "covered", "covered_quantity": 1.5, "cut_quantity": 0.5}]
        )

    def test_technicians_change_nothing(self):
        charge = self._wait(2.0)
        with self.assertRaises(AccessError):
            charge.with_user(self.agent).action_change(quantity=1.0, reason="Mine")


@tagged("post_install", "-at_install")
class TestReject(ReviewCommon):
    def test_rejected_work_goes_back_to_its_technician(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Split the travel time")
        self.assertRecordValues(
            charge, [{"state": "void", "review": "reject", "is_void": True}]
        )
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("Split the travel time", ticket.billing_reason)
        activity = self._get_activities(ticket, "rejected")
        self.assertEqual(activity.user_id, self.agent)
        self.assertIn("Split the travel time", activity.note)
        self.assertFalse(self._get_activities(ticket, "to_approve"))

    def test_nothing_bills_it_by_itself(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Split the travel time")
        self._make_due(ticket)
        self._run_catch_up()
        self._run_schedule()
        self.policy.sudo().rounding_increment = 0.5
        self._run_schedule()
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertFalse(ticket._get_charges())

    def test_technicians_cannot_bill_it(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id.with_user(self.agent)
        charge.action_reject("Split the travel time")
        data = ticket.get_billing_preview()[0]
        self.assertFalse(data["will_bill"])
        self.assertIn("Split the travel time", data["reason"])
        ticket.action_generate_invoice()
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertFalse(ticket.sudo()._get_charges())
        self.assertFalse(self._get_activities(ticket, "stuck"))

    def test_changed_entry_is_rated_anew_and_waits(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Only one hour was agreed")
        self.policy.sudo().approval = "none"
        charge.analytic_line_id.sudo().unit_amount = 1.0
        self.assertEqual(ticket.billing_state, "pending")
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.billing_state, "to_approve")
        self.assertIn("rejected it: Only one hour", ticket.billing_reason)
        self.assertFalse(self._get_activities(ticket, "rejected"))

    def test_manager_bills_it_again(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Only one hour was agreed")
        ticket.with_user(self.manager).action_generate_invoice()
        self.assertEqual(ticket.billing_state, "to_approve")
        ticket._get_charges().with_user(self.manager).sudo(False).action_approve()
        self.assertEqual(ticket.sudo().invoice_ids.amount_untaxed, 200.0)

    def test_rejecting_needs_a_reason_and_work(self):
        charge = self._wait(2.0)
        with self.assertRaisesRegex(UserError, "corrected"):
            charge.action_reject("")
        charge.action_approve()
        with self.assertRaisesRegex(UserError, "nothing to reject"):
            charge.action_reject("Too late")
        with self.assertRaises(AccessError):
            charge.with_user(self.agent).action_reject("Mine")

    def test_billing_again_that_is_rejected_waits_for_a_person(self):
        self.policy.sudo().approval = "none"
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        self.policy.sudo().approval = "all"
        ticket.action_bill_again()
        new = ticket._get_charges().filtered(lambda c: c.state == "to_approve")
        new.with_user(self.env.user).sudo(False).action_reject("Not yet")
        old = ticket._get_charges()
        self.assertRecordValues(old, [{"state": "released", "is_waiting": True}])

    def test_reopened_ticket_forgets_the_rejection(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        charge.action_reject("Only one hour was agreed")
        ticket.stage_id = self.stage_progress
        self.assertEqual(ticket.billing_state, "open")
        self.assertFalse(ticket.billing_rejected)


@tagged("post_install", "-at_install")
class TestOwnWork(ReviewCommon):
    def test_nobody_approves_his_own_tickets(self):
        charge = self._wait(2.0, user_id=self.env.user.id)
        with self.assertRaisesRegex(UserError, "Another manager"):
            charge.action_approve()
        with self.assertRaisesRegex(UserError, "Another manager"):
            charge.action_change(quantity=1.0, reason="Mine")
        self.assertEqual(charge.state, "to_approve")
        charge.with_user(self.manager).action_approve()
        self.assertEqual(charge.state, "invoiced")

    def test_only_manager_approves_everything(self):
        group = self.env.ref("ticket_billing.group_ticket_billing_manager").sudo()
        others = group.all_user_ids - self.env.user
        others.write({"active": False})
        charge = self._wait(2.0, user_id=self.env.user.id)
        charge.action_approve()
        self.assertEqual(charge.state, "invoiced")

    def test_managers_of_other_companies_do_not_count(self):
        other = self.setup_other_company()["company"]
        group = self.env.ref("ticket_billing.group_ticket_billing_manager").sudo()
        for user in group.all_user_ids - self.env.user:
            user.write(
                {"company_ids": [Command.set(other.ids)], "company_id": other.id}
            )
        charge = self._wait(2.0, user_id=self.env.user.id)
        charge.action_approve()
        self.assertEqual(charge.state, "invoiced")

    def test_others_are_approved_and_own_ones_are_named(self):
        own = self._wait(2.0, user_id=self.env.user.id)
        others = self._wait(1.0) | self._wait(3.0)
        answer = (own | others).action_approve()
        self.assertIn(own.ticket_id.number, answer["params"]["message"])
        self.assertEqual(own.state, "to_approve")
        self.assertEqual(set(others.mapped("state")), {"invoiced"})


@tagged("post_install", "-at_install")
class TestApprovers(ReviewCommon):
    def test_leader_of_the_team_is_asked_if_he_is_a_manager(self):
        self.team.user_id = self.manager
        ticket = self._wait(2.0).ticket_id
        activities = self._get_activities(ticket, "to_approve")
        self.assertEqual(activities.user_id, self.manager)

    def test_otherwise_all_managers_are(self):
        self.team.user_id = self.agent
        ticket = self._wait(2.0).ticket_id
        asked = self._get_activities(ticket, "to_approve").user_id
        self.assertLessEqual(self.manager | self.env.user, asked)
        self.assertNotIn(self.agent, asked)

    def test_policy_names_who_is_asked(self):
        self.team.user_id = self.env.user
        self.policy.sudo().approver_ids = self.manager
        ticket = self._wait(2.0).ticket_id
        activities = self._get_activities(ticket, "to_approve")
        self.assertEqual(activities.user_id, self.manager)

    def test_nobody_is_asked_about_his_own_ticket(self):
        self.policy.sudo().approver_ids = self.manager
        ticket = self._wait(2.0, user_id=self.manager.id).ticket_id
        asked = self._get_activities(ticket, "to_approve").user_id
        self.assertTrue(asked)
        self.assertNotIn(self.manager, asked)

    def test_one_activity_each_until_it_is_decided(self):
        self.policy.sudo().approver_ids = self.manager
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        self._log_time(ticket, 1.0)
        self._bill(ticket)
        self.assertEqual(len(self._get_activities(ticket, "to_approve")), 1)
        charges = ticket._get_charges().with_user(self.manager).sudo(False)
        charges.action_approve()
        self.assertFalse(self._get_activities(ticket, "to_approve"))

    def test_decisions_take_the_activity_back(self):
        actions = {
            "write off": lambda c: c.action_write_off("Goodwill"),
            "reject": lambda c: c.action_reject("Wrong"),
            "reopen": lambda c: c.ticket_id.write({"stage_id": self.stage_progress.id}),
        }
        for name, act in actions.items():
            with self.subTest(action=name):
                charge = self._wait(2.0)
                self.assertTrue(self._get_activities(charge.ticket_id, "to_approve"))
                act(charge)
                activities = self._get_activities(charge.ticket_id, "to_approve")
                self.assertFalse(activities)


@tagged("post_install", "-at_install")
class TestReviewWizard(ReviewCommon):
    def _open(self, charges):
        action = charges.action_open_review()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_many_are_changed_and_approved_at_once(self):
        charges = self._wait(2.0, 1.0) | self._wait(3.0)
        with Form(self._open(charges)) as form:
            with form.line_ids.edit(0) as line:
                line.quantity = 1.5
                self.assertEqual(line.amount, 150.0)
            with form.line_ids.edit(2) as line:
                line.price_unit = 80.0
            form.reason = "Agreed with the customer"
        form.record.action_approve()
        self.assertEqual(set(charges.mapped("state")), {"invoiced"})
        self.assertEqual(sum(charges.mapped("amount")), 150.0 + 100.0 + 240.0)
        self.assertEqual(
            charges.filtered("change_reason").mapped("cut_quantity"), [0.5, 0.0]
        )

    def test_receipt_is_beside(self):
        wizard = self._open(self._wait(2.0))
        self.assertIn("100.00 USD", wizard.line_ids.receipt)
        self.assertIn("2.00 h worked, 2.00 h after rounding", wizard.line_ids.receipt)
        self.assertIn("rounded up to steps of 0.25 h", wizard.explanation)

    def test_changes_wait_for_later(self):
        charge = self._wait(2.0)
        wizard = self._open(charge)
        wizard.line_ids.quantity = 1.0
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_save()
        wizard.reason = "Goodwill"
        wizard.action_save()
        self.assertRecordValues(charge, [{"state": "to_approve", "quantity": 1.0}])

    def test_nothing_to_review(self):
        charge = self._wait(2.0)
        charge.action_approve()
        with self.assertRaisesRegex(UserError, "nothing to review"):
            charge.action_open_review()

    def test_managers_without_accounting_review(self):
        charge = self._wait(2.0).with_user(self.manager)
        wizard = self._open(charge).with_user(self.manager)
        wizard.action_approve()
        self.assertEqual(charge.state, "invoiced")

    def test_work_to_approve_is_grouped_by_customer(self):
        site = self._create_customer(
            "Paula Reyes", parent_id=self.customer.id, is_company=False
        )
        charges = self._wait(2.0) | self._wait(1.0, partner_id=site.id)
        groups = self.env["ticket.billing.charge"].formatted_read_group(
            [("id", "in", charges.ids)], ["commercial_partner_id"], ["amount:sum"]
        )
        self.assertEqual([g["amount:sum"] for g in groups], [300.0])


@tagged("post_install", "-at_install")
class TestInvoiceNow(ReviewCommon):
    def test_ready_work_is_invoiced_before_its_day(self):
        self.policy.sudo().write({"approval": "none", "invoice_frequency": "month"})
        tickets = self._create_ticket(2.0) | self._create_ticket(1.0)
        self._close(tickets)
        self._make_due(tickets)
        self._run_schedule()
        charges = tickets._get_charges().with_user(self.manager).sudo(False)
        self.assertEqual(set(charges.mapped("state")), {"ready"})
        charges[0].action_invoice()
        self.assertEqual(charges.mapped("state"), ["invoiced", "ready"])
        with self.assertRaisesRegex(UserError, "none of this work is ready"):
            charges[0].action_invoice()

    def test_technicians_do_not(self):
        self.assertIn("ticket_billing.group_ticket_billing_user", AGENT_GROUPS)
        charge = self._wait(2.0)
        with self.assertRaises(AccessError):
            charge.with_user(self.agent).action_invoice()
