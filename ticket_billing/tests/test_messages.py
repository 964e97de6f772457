import re

from odoo.tests import Form, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestMessages(TicketBillingCommon):
    """Whoever acts on many records is told what became of them, and finds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "ticket_billing.group_ticket_billing_manager"
        people = {"manager": (group,), "both": (group, "account.group_account_invoice")}
        cls.people = cls._create_people("message", people)

    def _read(self, action):
        """Return the message as it is shown, and the addresses of its links."""
        self.assertEqual(action["tag"], "display_notification")
        params = action["params"]
        links = params["links"]
        labels = iter([link["label"] for link in links])
        text = re.sub(
            "%%|%s",
            lambda place: "%" if place[0] == "%%" else next(labels),
            params["message"],
        )
        self.assertIsNone(next(labels, None), "Each link has its place")
        return text, [link["url"] for link in links]

    def _get_urls(self, records):
        return [f"/odoo/{record._name}/{record.id}" for record in records]

    def _make_blocked(self):
        """Return a closed ticket that cannot be billed."""
        return self._close(self._create_ticket(1.0, partner_id=False))

    def _decide(self, charges, method):
        action = getattr(charges, method)()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(charges.env.user)
        with Form(wizard) as form:
            form.reason = "100 % goodwill"
        return wizard.action_confirm()

    # Tickets

    def test_billing_tells_of_tickets_that_are_on_no_draft(self):
        tickets = self._close(self._create_ticket(1.0)) + self._make_blocked()
        action = tickets.with_user(self.people["both"]).action_generate_invoice()
        text, urls = self._read(action)
        self.assertIn("Tickets on draft invoices: 1", text)
        self.assertIn("it has no customer", text)
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("Tickets that are blocked: 1", text)
        self.assertNotIn("to approve", text)
        found = self._get_urls(tickets.invoice_ids)
        found += self._get_urls(tickets.sudo().billing_run_id)
        self.assertEqual(urls, found)
        self.assertIn("Run of ", text)
        opened = action["params"]["next"]
        self.assertEqual(opened["res_model"], "account.move")
        self.assertEqual(opened["res_id"], tickets.invoice_ids.id)

    def test_few_of_many_reasons_are_told(self):
        tickets = self.env["helpdesk.ticket"].union(
            *[self._create_ticket() for _number in range(12)]
        )
        action = tickets.with_user(self.people["manager"]).action_generate_invoice()
        text, _urls = self._read(action)
        told = [ticket for ticket in tickets if f"{ticket.number}: " in text]
        self.assertEqual(len(told), 10)
        self.assertIn("2 more tickets", text)

    def test_billing_opens_the_drafts_if_all_is_billed(self):
        tickets = self._close(self._create_ticket(1.0) + self._create_ticket(2.0))
        action = tickets.with_user(self.people["both"]).action_generate_invoice()
        self.assertEqual(action["res_model"], "account.move")

    def test_work_that_was_ready_is_billed_without_a_reason(self):
        policy = self._create_policy(invoice_frequency="month")
        self.customer.sudo().ticket_billing_policy_id = policy
        ticket = self._close(self._create_ticket(1.0))
        self._run_due(ticket)
        self.assertEqual(ticket.billing_state, "ready")
        action = ticket.with_user(self.people["manager"]).action_generate_invoice()
        self.assertEqual(ticket.billing_state, "invoiced")
        self.assertNotIn(ticket.number, action["params"]["message"])
        self.assertFalse(ticket.sudo().billing_run_id.line_ids.reason)

    def test_run_tells_of_what_waits_and_of_no_blocked_ticket_that_is_left(self):
        waiting = self._close(self._create_ticket(9.0)) + self._make_blocked()
        self.assertEqual(waiting.mapped("billing_pending"), [True, True])
        runs = self.env["ticket.billing.run"].with_user(self.people["manager"])
        text, _urls = self._read(runs.action_run_now())
        self.assertIn("Tickets on draft invoices: 0", text)
        self.assertIn("Tickets to approve: 1", text)
        self.assertIn("Tickets that are blocked: 1", text)
        self.assertNotIn("left", text)

    def test_technician_finds_his_tickets(self):
        ticket = self._close(self._create_ticket(1.0))
        text, urls = self._read(ticket.with_user(self.agent).action_generate_invoice())
        self.assertEqual(urls, self._get_urls(ticket))
        self.assertIn(ticket.display_name, text)

    def test_billable_names_the_first_tickets_and_counts_the_rest(self):
        tickets = self.env["helpdesk.ticket"].union(
            *[self._create_ticket() for _number in range(7)]
        )
        action = tickets.with_user(self.people["manager"]).action_set_billable(False)
        text, urls = self._read(action)
        self.assertEqual(urls, self._get_urls(tickets[:5]))
        self.assertTrue(text.startswith("Tickets made not billable: 7\n"))
        self.assertTrue(text.endswith(", 2 more"))

    def test_contract_choice_leads_to_the_contract(self):
        contract = self._create_contract(name="Flat 100 %s")
        ticket = self._create_ticket(1.0).with_user(self.people["manager"])
        action = ticket.action_open_contract_choice()
        wizard = self.env[action["res_model"]].with_user(self.people["manager"])
        form = Form(wizard.with_context(**action["context"]))
        form.contract_id = contract
        text, urls = self._read(form.save().action_confirm())
        self.assertEqual(urls, self._get_urls(contract) + self._get_urls(ticket))
        self.assertIn("Tickets billed under “Flat 100 %s”: 1", text)

    # Charges

    def _make_waiting(self):
        tickets = self._close(self._create_ticket(9.0) + self._create_ticket(10.0))
        tickets.action_generate_invoice()
        return tickets, [ticket.sudo().charge_ids for ticket in tickets]

    def test_approval_leads_to_the_drafts_or_to_the_tickets(self):
        tickets, charges = self._make_waiting()
        first, second = charges
        action = first.with_user(self.people["both"]).sudo(False).action_approve()
        text, urls = self._read(action)
        self.assertTrue(text.startswith("Tickets approved: 1\n"))
        self.assertEqual(urls, self._get_urls(tickets[0].invoice_ids))
        action = second.with_user(self.people["manager"]).sudo(False).action_approve()
        self.assertEqual(self._read(action)[1], self._get_urls(tickets[1]))
        self.assertTrue(tickets[1].invoice_ids)

    def test_rejection_and_write_off_lead_to_the_tickets(self):
        tickets, charges = self._make_waiting()
        manager = self.people["manager"]
        charges = [charge.with_user(manager).sudo(False) for charge in charges]
        text, urls = self._read(self._decide(charges[0], "action_open_reject"))
        self.assertTrue(text.startswith("Tickets sent back: 1\n"))
        self.assertEqual(urls, self._get_urls(tickets[0]))
        text, urls = self._read(self._decide(charges[1], "action_open_write_off"))
        self.assertTrue(text.startswith("Work written off on tickets: 1\n"))
        self.assertEqual(urls, self._get_urls(tickets[1]))

    def test_invoice_now_leads_to_the_run(self):
        self.policy.sudo().invoice_frequency = "month"
        tickets = self._close(self._create_ticket(1.0))
        self._run_due(tickets)
        charges = tickets.sudo()._get_charges()
        self.assertEqual(charges.state, "ready")
        manager = self.people["manager"]
        action = charges.with_user(manager).sudo(False).action_invoice()
        run = charges.invoice_run_id
        self.assertEqual(self._read(action)[1], self._get_urls(run))

    # Trial

    def test_trial_leads_to_the_tickets(self):
        self.policy.sudo().automation_level = "shadow"
        ticket = self._close(self._create_ticket(1.0))
        self._run_due(ticket)
        line = ticket.sudo().billing_trial_line_id
        trial = self.env["ticket.billing.trial"].with_user(self.people["manager"])
        wizard = trial.create(
            {
                "line_ids": line.ids,
                "company_id": self.company.id,
                "decision": "leave",
                "reason": "Was free",
            }
        )
        text, urls = self._read(wizard.action_confirm())
        self.assertIn("Was free", text)
        self.assertEqual(urls, self._get_urls(ticket))

    # Runs

    def test_run_now_leads_to_the_run(self):
        ticket = self._close(self._create_ticket(1.0))
        runs = self.env["ticket.billing.run"].with_user(self.people["manager"])
        text, urls = self._read(runs.action_run_now())
        self.assertEqual(urls, self._get_urls(ticket.sudo().billing_run_id))
        self.assertIn("Tickets on draft invoices: 1", text)

    def test_undo_leads_to_the_tickets(self):
        ticket = self._close(self._create_ticket(1.0))
        ticket.action_generate_invoice()
        run = ticket.sudo().billing_run_id.with_user(self.people["manager"])
        action = run.sudo(False).action_undo("A slip")
        self.assertEqual(self._read(action)[1], self._get_urls(ticket))
