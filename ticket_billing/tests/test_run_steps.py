from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
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

    # A preview that is confirmed

    def _confirm(self, tickets):
        """Return a preview of tickets, and the steps that confirming it starts."""
        action = tickets.action_preview_billing()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        action = preview.action_confirm()
        self.assertEqual(action["tag"], "ticket_billing_steps")
        params = action["params"]
        self.assertEqual(params["model"], preview._name)
        self.assertEqual(params["record_id"], preview.id)
        self.assertEqual(params["method"], "confirm_step")
        return preview, params["batches"]

    def test_preview_of_many_tickets_is_confirmed_in_steps(self):
        waiting = self._create_ticket(1.0)
        preview, batches = self._confirm(self._close(self.tickets) + waiting)
        self.assertEqual(sorted(batches), [[id_] for id_ in self.tickets.ids])
        self.assertFalse(self.tickets.invoice_ids)
        shown = preview.invoice_ids.mapped("amount_total")
        for ids in batches:
            step = preview.confirm_step(ids)
            self.assertEqual(step["outcomes"], {"invoiced": 1, **NOTHING})
        drafts = self.tickets.invoice_ids
        self.assertEqual(sorted(shown), sorted(drafts.mapped("amount_total")))
        self.assertFalse(waiting.invoice_ids)

    def test_step_that_changed_meanwhile_bills_nothing(self):
        preview, batches = self._confirm(self._close(self.tickets))
        changed, other = map(self.tickets.browse, batches)
        self._log_time(changed, 1.0)
        with self.assertRaisesRegex(UserError, "has changed since you looked"):
            preview.confirm_step(changed.ids)
        self.assertFalse(changed.invoice_ids)
        self.assertEqual(preview.confirm_step(other.ids)["outcomes"]["invoiced"], 1)
        with self.assertRaisesRegex(UserError, "has changed since you looked"):
            preview.confirm_step(other.ids)
        self.assertEqual(len(other.invoice_ids), 1)

    def test_steps_of_a_preview_are_its_own(self):
        other = self._close(self._create_ticket(1.0))
        preview, _batches = self._confirm(self._close(self.tickets))
        with self.assertRaisesRegex(UserError, "no batch of this preview"):
            preview.confirm_step(other.ids)

    def test_steps_keep_to_the_day_that_was_chosen(self):
        """At month end: work up to a day, with the invoice date, batch by batch."""
        self._close(self.tickets)
        self.policy.sudo().invoice_frequency = "month"
        self.env["ticket.billing.run"]._process(
            "schedule", tickets=self._make_due(self.tickets)
        )
        self.assertFalse(self.tickets.invoice_ids)
        today = self.company._get_ticket_billing_date(fields.Datetime.now())
        wizard = self.env["ticket.billing.up.to"].create(
            {"up_to": today, "invoice_date": "2026-01-31"}
        )
        action = wizard.action_preview()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        for ids in preview.action_confirm()["params"]["batches"]:
            preview.confirm_step(ids)
        drafts = self.tickets.invoice_ids
        self.assertEqual(len(drafts), 2)
        self.assertEqual(set(drafts.mapped("invoice_date")), {date(2026, 1, 31)})


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

    def test_manager_confirms_a_preview_in_steps(self):
        tickets = self._close(self.tickets)
        others = self.env["helpdesk.ticket"].sudo().search([]) - tickets
        others.active = False
        path = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"
        self._start_as("manager", path, "ticket_billing_preview_steps")
        self.assertEqual(len(self.tickets.invoice_ids), 2)
