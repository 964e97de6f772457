from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import AGENT_GROUPS, TicketBillingCommon


@tagged("post_install", "-at_install")
class TestAccess(TicketBillingCommon):
    """What rights mean for daily work; test_rights_… try every cell of the tables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls._create_user("outsider", "base.group_user")
        cls.helpdesk = cls._create_user("helpdesk", "helpdesk_mgmt.group_helpdesk_user")
        cls.manager = cls._create_user(
            "billing_manager", "ticket_billing.group_ticket_billing_manager"
        )
        cls.auditor = cls._create_user(
            "auditor", "ticket_billing.group_ticket_billing_auditor"
        )
        cls.accountant = cls._create_user("clerk", "account.group_account_invoice")
        cls.colleague = cls._create_user("colleague", *AGENT_GROUPS)

    @classmethod
    def _create_user(cls, login, *groups):
        return new_test_user(
            cls.env, login, groups=",".join(groups), company_id=cls.company.id
        )

    def test_technician_bills_his_own_tickets_only(self):
        ticket = self._close(self._create_ticket(1.0))
        with self.assertRaises(AccessError):
            ticket.with_user(self.colleague).action_generate_invoice()
        action = ticket.with_user(self.agent).action_generate_invoice()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_technician_is_told_which_tickets_are_not_his(self):
        reader = self._create_user(
            "reader",
            "ticket_billing.group_ticket_billing_user",
            "helpdesk_mgmt.group_helpdesk_user",
        )
        mine, foreign = self._create_ticket(1.0), self._create_ticket(1.0)
        mine.sudo().user_id = reader
        tickets = (mine + foreign).with_user(reader)
        with self.assertRaisesRegex(AccessError, foreign.number) as refused:
            tickets.action_preview_billing()
        self.assertNotIn(mine.number, str(refused.exception))

    def test_technician_sees_charges_of_his_own_tickets_only(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        ledger = self.env["ticket.billing.charge"]
        self.assertTrue(ledger.with_user(self.agent).search([]))
        self.assertFalse(ledger.with_user(self.colleague).search([]))

    def test_events_of_stages_are_the_administrators(self):
        helpdesk_manager = self._create_user(
            "helpdesk_manager", "helpdesk_mgmt.group_helpdesk_manager"
        )
        stage = self.stage_progress.with_user(helpdesk_manager)
        with self.assertRaises(AccessError):
            stage.billing_event = "close"
        with self.assertRaises(AccessError):
            stage.create({"name": "x", "billing_event": "close"})
        stage.name = "Working on it"
        category = self.env["helpdesk.ticket.category"].with_user(helpdesk_manager)
        with self.assertRaises(AccessError):
            category.create({"name": "x", "billable": False})

    def test_public_user_may_not_change_the_event_of_a_stage(self):
        public = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.stage_progress.with_user(public).billing_event = "close"

    def test_colleague_saves_a_ticket_that_has_charges(self):
        """Saving must not leave in his cache what he may not read."""
        changes = {
            "category_id": self.env["helpdesk.ticket.category"].create({"name": "x"}),
            "partner_id": self._create_customer("Harbour Logistics"),
            "stage_id": self.stage_progress,
        }
        self.team.user_ids += self.colleague
        for name, value in changes.items():
            ticket = self._close(self._create_ticket(9.0))
            self._bill(ticket)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(field=name), Form(ticket.with_user(self.colleague)) as f:
                setattr(f, name, value)
            self.assertEqual(ticket[name], value)

    def test_change_by_a_colleague_voids_charges_that_he_cannot_read(self):
        ticket = self._close(self._create_ticket(9.0))
        self._bill(ticket)
        self.env.flush_all()
        self.env.invalidate_all()
        self.team.user_ids += self.colleague
        own = ticket.with_user(self.colleague)
        own.read(["timesheet_ids", "charge_ids"])
        own.partner_id = self._create_customer("Harbour Logistics")
        charges = self.env["ticket.billing.charge"].sudo()
        self.assertEqual(charges.search([("ticket_id", "=", ticket.id)]).state, "void")

    def test_links_of_the_ledger_are_nobodys_to_write(self):
        ticket = self._create_ticket(1.0)
        line = self._get_lines(self._close_and_bill(ticket))
        charge = ticket.charge_ids
        for user in (self.accountant, self.env.user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    line.with_user(user).charge_ids = False
                forged = (
                    self.env["account.move"]
                    .with_user(user)
                    .create(
                        {
                            "move_type": "out_invoice",
                            "partner_id": self.customer.id,
                            "invoice_line_ids": [
                                Command.create(
                                    {
                                        "name": "x",
                                        "price_unit": 1.0,
                                        "charge_ids": [Command.set(charge.ids)],
                                    }
                                )
                            ],
                        }
                    )
                )
                self.assertFalse(forged.sudo().invoice_line_ids.charge_ids)
        self.assertEqual(charge.state, "invoiced")

    def test_helpdesk_manager_duplicates_teams_and_categories(self):
        user = self._create_user("lead", "helpdesk_mgmt.group_helpdesk_manager")
        category = self.env["helpdesk.ticket.category"].create({"name": "Incident"})
        for record in (self.team, category):
            with self.subTest(model=record._name):
                self.assertTrue(record.with_user(user).copy().billable)

    def test_portal_customer_learns_nothing_of_billing(self):
        portal = new_test_user(self.env, "portal_reader", groups="base.group_portal")
        portal.partner_id.parent_id = self.customer
        ticket = self._create_ticket(1.0, partner_id=portal.partner_id.id)
        for name in ("billing_reason", "billing_error", "charge_ids", "billing_run_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                ticket.with_user(portal).read([name])

    def test_accountant_credits_and_duplicates(self):
        move = self._close_and_bill(self._create_ticket(1.0)).with_user(self.accountant)
        move.action_post()
        self.assertFalse(move.copy().invoice_line_ids.sudo().charge_ids)
        refund = move._reverse_moves([{}], cancel=False)
        refund.action_post()
        self.assertEqual(move.sudo().invoice_line_ids.charge_ids.state, "credited")

    def test_ticket_form_opens_for_every_role(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        for user in (self.agent, self.helpdesk, self.manager, self.env.user):
            with self.subTest(user=user.login):
                form = Form(ticket.with_user(user))
                self.assertEqual(form.name, ticket.name)

    def test_auditor_reads_all_tickets_and_changes_none(self):
        ticket = self._create_ticket().with_user(self.auditor)
        self.assertEqual(ticket.name, "Printer offline")
        with self.assertRaises(AccessError):
            ticket.name = "x"
