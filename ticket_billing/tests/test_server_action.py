from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestServerAction(TicketBillingCommon):
    """The example of a server action that bills tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.action = cls.env.ref(
            "ticket_billing.helpdesk_ticket_action_generate_invoice"
        )
        cls.manager = new_test_user(
            cls.env,
            "service_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=cls.company.id,
        )

    def _run_action(self, user, tickets):
        """Run the action on tickets as the Actions menu does."""
        action = self.action.with_user(user).with_context(
            active_model=tickets._name, active_ids=tickets.ids, active_id=tickets[0].id
        )
        return action.run()

    def test_it_is_in_no_menu_before_somebody_wants_it(self):
        self.assertFalse(self.action.binding_model_id)
        self.action.create_action()
        self.assertEqual(self.action.binding_model_id.model, "helpdesk.ticket")

    def test_manager_bills_the_chosen_tickets_once(self):
        tickets = self._close(self._create_ticket(1.0) | self._create_ticket(2.0))
        result = self._run_action(self.manager, tickets)
        self.assertEqual(result["params"]["type"], "success")
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 300.0)
        self.assertEqual(tickets.billing_run_id.user_id, self.manager)
        self._run_action(self.manager, tickets)
        self._make_due(tickets)
        self._run_schedule()
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 300.0)
        self.assertEqual(len(tickets._get_charges()), 2)

    def test_technician_may_not_run_it(self):
        ticket = self._close(self._create_ticket(1.0))
        with self.assertRaises(AccessError):
            self._run_action(self.agent, ticket)
        self.assertFalse(ticket.invoice_ids)

    def test_whom_it_is_opened_to_bills_own_tickets_only(self):
        own = self._close(self._create_ticket(1.0))
        other = self._close(self._create_ticket(1.0, user_id=self.manager.id))
        self.action.group_ids = False
        with self.assertRaisesRegex(AccessError, "assigned to you"):
            self._run_action(self.agent, own | other)
        self.assertFalse((own | other).invoice_ids)
        self._run_action(self.agent, own)
        self.assertEqual(own.invoice_ids.amount_untaxed, 100.0)
