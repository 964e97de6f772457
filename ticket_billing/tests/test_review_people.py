from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import AGENT_GROUPS
from .common_review import MANAGER_GROUPS, ReviewCommon


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

    def test_nobody_revives_his_own_work_alone(self):
        charge = self._wait(2.0, user_id=self.env.user.id)
        charge.action_write_off("Goodwill")
        for price in ("old", "today"):
            with self.assertRaisesRegex(UserError, "Another manager"):
                charge.action_bill_again(price)

    def test_limit_holds_for_what_is_billed_after_all(self):
        self.policy.sudo().approval = "over"
        for price in ("old", "today"):
            with self.subTest(price=price):
                charges = self._wait(5.0, 5.0)
                charges.action_write_off("Goodwill")
                charges[0].action_bill_again(price)
                charges[1].action_bill_again(price)
                new = charges.ticket_id._get_charges() - charges.sudo()
                self.assertEqual(new.mapped("state"), ["to_approve"] * 2)

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

    def test_activity_stays_while_something_waits(self):
        charges = self._wait(2.0, 3.0)
        charges[0].action_write_off("Goodwill")
        self.assertTrue(self._get_activities(charges.ticket_id, "to_approve"))
        charges[1].action_write_off("Goodwill")
        self.assertFalse(self._get_activities(charges.ticket_id, "to_approve"))

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

    def test_nothing_is_approved_unseen(self):
        charge = self._wait(2.0)
        ticket = charge.ticket_id
        wizard = self._open(charge)
        charge.analytic_line_id.sudo().unit_amount = 50.0
        self._bill(ticket)
        with self.assertRaises(UserError):
            wizard.action_approve()
        with self.assertRaisesRegex(UserError, "Rated anew meanwhile"):
            charge.action_approve()
        new = ticket._get_charges().with_user(self.env.user).sudo(False)
        self.assertEqual(new.state, "to_approve")
        wizard = self._open(new)
        self._log_time(ticket, 1.0)
        self._bill(ticket)
        with self.assertRaises(UserError):
            wizard.action_approve()

    def test_all_that_is_approved_is_shown(self):
        charges = self._wait(2.0, 3.0)
        self.assertEqual(self._open(charges[0]).line_ids.charge_id, charges)

    def test_reviews_of_others_are_not_read(self):
        wizard = self._open(self._wait(2.0))
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).line_ids.quantity = 1.0

    def test_work_of_other_companies_is_not_read(self):
        charge = self._wait(2.0)
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env, "stranger", groups=MANAGER_GROUPS, company_id=other.id
        )
        review = self.env["ticket.billing.review"].with_user(stranger).create({})
        with self.assertRaises(AccessError):
            line = review.line_ids.create(
                {"review_id": review.id, "charge_id": charge.id}
            )
            line.read(["name", "rated_price_unit"])

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
