from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketBillingCommon


class PagesCommon(TicketBillingCommon, HttpCase):
    """Pages of billing in a real browser."""

    def _start_as(self, role, path, tour, *groups):
        login = f"pages_{role}"
        groups = groups or (f"ticket_billing.group_ticket_billing_{role}",)
        new_test_user(
            self.env, login, groups=",".join(groups), company_id=self.company.id
        )
        self.start_tour(path, tour, login=login)

    def _switch_off(self):
        self.company.sudo().write(
            {"ticket_billing_enabled": False, "ticket_billing_on_close": False}
        )

    def _create_backlog(self):
        """Make a billed ticket, one over the limit and one that cannot be priced."""
        self._close_and_bill(self._create_ticket(1.0))
        self._close(self._create_ticket(9.0)).action_generate_invoice()
        product = self.time_product.sudo().copy({"name": "Advice", "list_price": 0.0})
        policy = self._create_policy(time_product_id=product.id)
        customer = self._create_customer("Quay Foods")
        customer.sudo().ticket_billing_policy_id = policy
        unpriced = self._create_ticket(1.0, partner_id=customer.id)
        self._close(unpriced).action_generate_invoice()
        self.assertEqual(unpriced.billing_state, "blocked")


@tagged("post_install", "-at_install")
class TestToursPages(PagesCommon):
    def test_manager_looks_at_the_cockpit(self):
        """Its numbers lead to what they count."""
        self._create_backlog()
        self._start_as("manager", "/odoo/ticket-billing", "ticket_billing_cockpit")

    def test_manager_closes_a_ticket_and_finds_the_draft(self):
        ticket = self._create_ticket(1.1)
        groups = (
            "ticket_billing.group_ticket_billing_manager",
            "account.group_account_invoice",
        )
        path = f"/odoo/helpdesk.ticket/{ticket.id}"
        self._start_as("both", path, "ticket_billing_close", *groups)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 125.0)

    def test_manager_bills_from_the_cockpit(self):
        ticket = self._close(self._create_ticket(1.0))
        path = "/odoo/ticket-billing"
        self._start_as("manager", path, "ticket_billing_cockpit_run")
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_administrator_bills_just_what_the_dry_run_listed(self):
        other = self._create_customer("Quay Foods")
        tickets = self._close(
            self._create_ticket(1.1)
            + self._create_ticket(2.0, partner_id=other.id)
            + self._create_ticket(9.0)
            + self._create_ticket(1.0, partner_id=False)
        )
        last = self.env["ticket.billing.run"].search([], limit=1).id or 0
        path = f"/odoo/ticket.billing.automation/{self.company.id}"
        self._start_as("admin", path, "ticket_billing_dry_run")
        real, dry = self.env["ticket.billing.run"].search([("id", ">", last)])
        self.assertEqual((dry.dry_run, real.dry_run), (True, False))
        self.assertEqual(dry.line_ids.ticket_id, tickets)
        self.assertEqual(self._read_run(dry), self._read_run(real))
        self.assertEqual(
            sorted(tickets.invoice_ids.mapped("amount_untaxed")), [125.0, 200.0]
        )
        self.assertEqual(dry.amount, 325.0)

    def _read_run(self, run):
        """Return what a run tells of itself and of each ticket, but for moments."""
        totals = ("found", "invoiced", "covered", "to_approve", "skipped", "blocked")
        names = ("ticket_id", "partner_id", "agreement", "strategy", "worked_hours")
        names += ("billed_hours", "amount", "currency_id", "outcome", "reason")
        lines = run.line_ids.sorted("ticket_id").read(names, load=False)
        for line in lines:
            line.pop("id")
        return [run[name] for name in (*totals, "amount")], lines

    def test_administrator_switches_billing_on(self):
        """The switches are saved, and effective: the ticket is billed by itself."""
        ticket = self._close(self._create_ticket(1.0))
        self._switch_off()
        path = f"/odoo/ticket.billing.automation/{self.company.id}"
        self._start_as("admin", path, "ticket_billing_automation")
        company = self.company.sudo()
        self.assertTrue(company.ticket_billing_enabled)
        self.assertTrue(company.ticket_billing_on_close)
        self._run_due(ticket)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_manager_mends_a_blocked_ticket(self):
        self._create_customer("Quay Foods")
        ticket = self._create_ticket(1.0, partner_id=False)
        self._close(ticket).action_generate_invoice()
        path = "/odoo/action-ticket_billing.helpdesk_ticket_action_blocked"
        self._start_as("manager", path, "ticket_billing_blocked")
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_accountant_follows_a_draft_to_its_work(self):
        move = self._close_and_bill(self._create_ticket(1.1))
        path = f"/odoo/account.move/{move.id}"
        groups = ("account.group_account_invoice", "base.group_user")
        self._start_as("accountant", path, "ticket_billing_draft", *groups)


@tagged("post_install", "-at_install")
class TestToursPhone(PagesCommon):
    """The same on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_manager_looks_at_the_cockpit(self):
        self._create_backlog()
        self._start_as("manager", "/odoo/ticket-billing", "ticket_billing_cockpit")

    def test_administrator_switches_billing_on(self):
        self._close(self._create_ticket(1.0))
        self._switch_off()
        path = f"/odoo/ticket.billing.automation/{self.company.id}"
        self._start_as("admin", path, "ticket_billing_automation")
        self.assertTrue(self.company.sudo().ticket_billing_on_close)

    def test_manager_changes_a_price_and_approves(self):
        ticket = self._close(self._create_ticket(9.0))
        ticket.action_generate_invoice()
        path = f"/odoo/helpdesk.ticket/{ticket.id}"
        self._start_as("manager", path, "ticket_billing_phone_review")
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 720.0)

    def test_accountant_credits_a_part(self):
        move = self._close_and_bill(self._create_ticket(2.0))
        move.action_post()
        path = f"/odoo/account.move/{move.id}"
        groups = ("account.group_account_invoice", "base.group_user")
        self._start_as("accountant", path, "ticket_billing_phone_credit", *groups)
        self.assertRecordValues(
            move.reversal_move_ids, [{"state": "draft", "amount_untaxed": 50.0}]
        )

    def test_manager_has_nothing_to_invoice(self):
        path = "/odoo/action-ticket_billing.ticket_billing_up_to_action"
        self._start_as("manager", path, "ticket_billing_phone_nothing_ready")
