from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.ticket_billing.tests.common import TicketBillingCommon

RUN_BILL = "odoo.addons.ticket_billing"


@tagged("post_install", "-at_install")
class TestBillClosedTickets(TicketBillingCommon):
    """The example of an automation rule: it bills once, and never stops a closing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        xmlid = "ticket_billing_base_automation.base_automation_bill_closed_tickets"
        cls.rule = cls.env.ref(xmlid).sudo()
        cls.manager = new_test_user(
            cls.env,
            "service_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=cls.company.id,
        )

    def _activate_rule(self):
        """Switch the rule on; what it changes in the registry is undone afterwards."""
        registry = self.env.registry
        self.addCleanup(setattr, registry, "registry_invalidated", False)
        self.addCleanup(self.rule._unregister_hook)
        self.rule.active = True

    def _close_as(self, user, ticket):
        ticket.with_user(user).sudo(user._is_portal()).stage_id = self.stage_done
        self.env.flush_all()
        self.env.invalidate_all()

    def test_rule_is_shipped_inactive(self):
        self.assertFalse(self.rule.active)
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(ticket.invoice_ids)
        self.assertTrue(ticket.billing_pending)

    def test_closed_ticket_has_its_draft_at_once_and_only_once(self):
        self._activate_rule()
        ticket = self._create_ticket(1.0)
        self.assertFalse(ticket.invoice_ids)
        self._close(ticket)
        move = ticket.invoice_ids
        self.assertRecordValues(move, [{"state": "draft", "amount_untaxed": 100.0}])
        self.assertFalse(ticket.billing_pending)
        self._make_due(ticket)
        ticket.sudo().billing_pending = True
        self._run_schedule()
        self.assertEqual(ticket.invoice_ids, move)
        self.assertEqual(move.amount_untaxed, 100.0)
        self.assertEqual(len(ticket._get_charges()), 1)

    def test_ticket_that_is_opened_and_closed_again_is_billed_once(self):
        self._activate_rule()
        ticket = self._close(self._create_ticket(1.0))
        move = ticket.invoice_ids
        ticket.stage_id = self.stage_progress
        self._log_time(ticket, 2.0)
        self._close(ticket)
        self.assertEqual(ticket.invoice_ids, move)
        self.assertEqual(move.amount_untaxed, 300.0)

    def test_many_tickets_are_closed_together(self):
        self._activate_rule()
        tickets = self._create_ticket(1.0) | self._create_ticket(2.0)
        self._close(tickets)
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 300.0)

    def test_ticket_that_is_born_closed_is_no_obstacle(self):
        self._activate_rule()
        ticket = self._create_ticket(stage_id=self.stage_done.id)
        self.assertFalse(ticket.invoice_ids)
        self._log_time(ticket, 1.0)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_only_stages_that_bill_on_closing_count(self):
        self._activate_rule()
        ticket = self._create_ticket(1.0)
        ticket.stage_id = self.stage_progress
        ticket.stage_id = self.stage_cancelled
        self.assertFalse(ticket.invoice_ids)
        self.assertFalse(ticket.billing_run_id)

    def test_ticket_without_price_is_closed_all_the_same(self):
        self._activate_rule()
        self.time_product.list_price = 0.0
        ticket = self._create_ticket(1.0)
        self._close_as(self.agent, ticket)
        self.assertEqual(ticket.stage_id, self.stage_done)
        self.assertFalse(ticket.invoice_ids)
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("has no price", ticket.billing_error)
        self.time_product.list_price = 100.0
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    @mute_logger(RUN_BILL)
    def test_error_in_billing_does_not_stop_the_closing(self):
        self._activate_rule()
        ticket = self._create_ticket(1.0)
        rating = self.env.registry["ticket.billing.rating"]
        with patch.object(rating, "_rate", side_effect=ValueError("broken")):
            self._close_as(self.agent, ticket)
        self.assertEqual(ticket.stage_id, self.stage_done)
        self.assertIn("Unexpected error", ticket.billing_error)
        self.assertTrue(ticket.billing_pending)

    def test_whoever_closes_needs_no_right_to_bill(self):
        self._activate_rule()
        portal = new_test_user(self.env, "portal_ada", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        helper = new_test_user(
            self.env, "helper", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        for user in self.agent | helper | portal:
            with self.subTest(login=user.login):
                customer = self._create_customer(f"Customer of {user.login}")
                ticket = self._create_ticket(
                    1.0, partner_id=customer.id, user_id=self.manager.id
                )
                self._close_as(user, ticket)
                self.assertEqual(ticket.stage_id, self.stage_done)
                self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
                self.assertEqual(ticket.invoice_ids.create_uid.id, SUPERUSER_ID)

    def test_change_of_team_that_closes_leaves_the_ticket_to_the_schedule(self):
        self._activate_rule()
        team = self.env["helpdesk.ticket.team"].create({"name": "Archive"})
        self.stage_new.team_ids = self.team
        self.env["helpdesk.ticket.stage"].search(
            [("id", "not in", (self.stage_new | self.stage_done).ids)]
        ).team_ids = self.team
        ticket = self._create_ticket(1.0)
        ticket.team_id = team
        self.assertEqual(ticket.stage_id, self.stage_done)
        self.assertEqual(ticket.billing_event, "close")
        self.assertFalse(ticket.billing_run_id)
        self._make_due(ticket)
        self._run_schedule()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
