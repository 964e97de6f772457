from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon
from .test_tours_pages import PagesCommon

NOTHING = {"covered": 0, "to_approve": 0, "skipped": 0, "blocked": 0}


class StepsCommon(TicketBillingCommon):
    """Tickets of two customers, which batches of one part."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().ticket_billing_batch_size = 1
        other = cls._create_customer("Quay Foods")
        cls.tickets = cls._create_ticket(1.0) + cls._create_ticket(
            0.5, partner_id=other.id
        )


@tagged("post_install", "-at_install")
class TestRunSteps(StepsCommon):
    """Many tickets are billed step by step."""

    def test_tickets_are_billed_in_steps(self):
        self._close(self.tickets)
        action = self.tickets.action_generate_invoices()
        self.assertEqual(action["tag"], "ticket_billing_steps")
        params = action["params"]
        self.assertEqual(sorted(params["batches"]), [[i] for i in self.tickets.ids])
        self.assertFalse(self.tickets.invoice_ids)
        for ids in params["batches"]:
            step = getattr(self.tickets.browse(ids), params["method"])()
            self.assertEqual(step["outcomes"], {"invoiced": 1, **NOTHING})
            runs = self.env["ticket.billing.run"].browse(step["run_ids"])
            self.assertEqual(runs.line_ids.ticket_id.ids, ids)
        self.assertEqual(set(self.tickets.mapped("billing_state")), {"invoiced"})

    def test_few_tickets_are_billed_at_once(self):
        self.company.sudo().ticket_billing_batch_size = 2
        self._close(self.tickets).action_generate_invoices()
        self.assertEqual(len(self.tickets.invoice_ids), 2)

    def test_run_now_takes_steps(self):
        self._close(self.tickets)
        runs = self.env["ticket.billing.run"]
        action = runs.action_start_run()
        self.assertEqual(len(action["params"]["batches"]), 2)
        for ids in action["params"]["batches"]:
            step = getattr(self.tickets.browse(ids), action["params"]["method"])()
            self.assertEqual(step["outcomes"]["invoiced"], 1)
        action = runs.action_start_run()
        self.assertIn("Tickets on draft invoices: 0", action["params"]["message"])

    def test_a_step_of_run_now_bills_only_what_is_due(self):
        self.assertEqual(
            self.tickets.run_step()["outcomes"], {"invoiced": 0, **NOTHING}
        )

    def test_others_companies_take_no_steps(self):
        other = self.setup_other_company(name="Second company")["company"]
        ticket = self._create_ticket(company_id=other.id, team_id=False)
        self._close(ticket + self.tickets)
        runs = self.env["ticket.billing.run"]
        runs = runs.with_context(allowed_company_ids=self.company.ids)
        batches = runs.action_start_run()["params"]["batches"]
        self.assertEqual(sorted(batches), [[id_] for id_ in self.tickets.ids])
        manager = new_test_user(
            self.env,
            "steps_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=self.company.id,
        )
        with self.assertRaises(AccessError):
            ticket.with_user(manager).run_step()

    def test_who_may_not_read_runs_is_told_the_numbers(self):
        self._close(self.tickets)
        self.tickets.sudo().user_id = self.agent
        step = self.tickets.with_user(self.agent).generate_step()
        self.assertEqual(
            step,
            {"outcomes": {"invoiced": 2, **NOTHING}, "run_ids": [], "move_ids": []},
        )


@tagged("post_install", "-at_install")
class TestTourSteps(StepsCommon, PagesCommon):
    def test_manager_watches_the_steps(self):
        waiting = self._create_ticket(
            9.0, partner_id=self._create_customer("Harbour").id
        )
        tickets = self._close(self.tickets + waiting)
        others = self.env["helpdesk.ticket"].sudo().search([]) - tickets
        others.active = False
        path = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"
        self._start_as("manager", path, "ticket_billing_steps")
        self.assertEqual(len(self.tickets.invoice_ids), 2)
