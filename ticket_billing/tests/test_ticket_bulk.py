from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestTicketBulk(TicketBillingCommon):
    """What a manager sets for many tickets at once, and finds them by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "bulk_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=cls.company.id,
        )
        cls.tickets = cls._create_ticket(1.0) + cls._create_ticket(2.0)

    def _get_message(self, action):
        return action["params"]["message"].split("\n")[0]

    # Billable

    def test_billable_or_not(self):
        tickets = self.tickets.with_user(self.manager)
        action = tickets.action_set_billable(billable=False)
        self.assertEqual(self._get_message(action), "Tickets made not billable: 2")
        self.assertEqual(set(tickets.mapped("billing_state")), {"not_billable"})
        tickets[0].billable = True
        action = tickets.action_set_billable()
        self.assertEqual(self._get_message(action), "Tickets made billable: 1")
        self.assertEqual(set(tickets.mapped("billing_state")), {"open"})

    def test_technicians_do_not_set_it(self):
        with self.assertRaises(AccessError):
            self.tickets.with_user(self.agent).action_set_billable(billable=False)
        self.assertTrue(all(self.tickets.mapped("billable")))

    # Contract

    def _choose(self, tickets, contract):
        action = tickets.with_user(self.manager).action_open_contract_choice()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        form = Form(wizard.with_context(**action["context"]))
        form.contract_id = contract
        return form.save().action_confirm()

    def test_contract_of_many_tickets(self):
        contract = self._create_contract(name="Flat rate")
        action = self._choose(self.tickets, contract)
        self.assertEqual(self.tickets.billing_contract_id, contract)
        self.assertEqual(
            self._get_message(action), "Tickets billed under “Flat rate”: 2"
        )
        action = self._choose(self.tickets, contract.browse())
        self.assertFalse(self.tickets.billing_contract_id)
        self.assertEqual(self._get_message(action), "Tickets billed as agreed: 2")

    def test_tickets_of_two_customers(self):
        other = self._create_ticket(partner_id=self._create_customer("Harbour").id)
        tickets = (self.tickets + other).with_user(self.manager)
        with self.assertRaisesRegex(UserError, "one customer"):
            tickets.action_open_contract_choice()

    def test_contract_of_another_customer(self):
        contract = self._create_contract(partner_id=self._create_customer("Quay").id)
        wizard = self.env["ticket.billing.contract.choice"].with_user(self.manager)
        wizard = wizard.create(
            {"ticket_ids": self.tickets.ids, "contract_id": contract.id}
        )
        with self.assertRaises(ValidationError):
            wizard.action_confirm()

    def test_technicians_do_not_choose_it(self):
        with self.assertRaises(AccessError):
            self.tickets.with_user(self.agent).action_open_contract_choice()

    # Found and grouped by

    def test_grouped_by_what_they_are_billed_under(self):
        agreed = self._create_contract(
            name="Agreed", hourly_rate_source="fixed", hourly_rate=80.0
        )
        chosen = self._create_contract(
            name="Chosen", date_start="2019-01-01", hourly_rate_source="fixed"
        )
        rated, by_choice = self.tickets
        by_choice.sudo().billing_contract_id = chosen
        self._close_and_bill(rated)
        unrated = self._create_ticket()
        tickets = rated + by_choice + unrated
        expected = {rated: agreed, by_choice: chosen, unrated: agreed.browse()}
        for ticket, contract in expected.items():
            self.assertEqual(ticket.billed_contract_id, contract)
        domain = [("id", "in", tickets.ids)]
        groups = tickets._read_group(domain, ["billed_contract_id"], ["id:recordset"])
        self.assertEqual({found: contract for contract, found in groups}, expected)
        for ticket, contract in expected.items():
            found = tickets.search([*domain, ("billed_contract_id", "=", contract.id)])
            self.assertEqual(found, ticket)
        found = tickets.search([*domain, ("billed_contract_id", "!=", agreed.id)])
        self.assertEqual(set(found), {by_choice, unrated})

    # What is left

    def test_allowance_as_a_bar(self):
        contract = self._create_contract(
            hour_allowance="limited",
            included_hours=10.0,
            hourly_rate_source="fixed",
            hourly_rate=80.0,
        )
        ticket = self.tickets[0]
        self.assertEqual(
            (ticket.billing_allowance_left, ticket.billing_allowance_limit), (10, 10)
        )
        self._close(self.tickets).action_generate_invoice()
        self.tickets.invalidate_recordset()
        self.assertEqual(
            (ticket.billing_allowance_left, ticket.billing_allowance_limit), (7, 10)
        )
        contract.write(
            {
                "hour_allowance": "unlimited",
                "ticket_allowance": "limited",
                "included_tickets": 4,
            }
        )
        ticket.invalidate_recordset()
        self.assertEqual(ticket.billing_allowance_limit, 4)
        contract.ticket_allowance = "none"
        ticket.invalidate_recordset()
        self.assertEqual(
            (ticket.billing_allowance_left, ticket.billing_allowance_limit), (0, 0)
        )
