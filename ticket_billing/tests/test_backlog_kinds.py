import psycopg2

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_bad_tickets import KINDS, BadTicketsCommon

BLOCKED = [kind for kind in KINDS if kind.says]
# Words of databases and programs, which help nobody who reads a reason
TECHNICAL = ("unexpected", "constraint", "null", "column", "error:", "account.move")


@tagged("post_install", "-at_install")
class TestBacklogKinds(BadTicketsCommon):
    """What is said of each kind of bad ticket, and how it is billed in the end."""

    def _run_once(self, bad):
        """Run the schedule on the tickets, and return its lines by kind."""
        tickets = self.env["helpdesk.ticket"].union(*bad.values())
        self._make_due(tickets.filtered("billing_pending"))
        runs = self._run_schedule()
        tickets.invalidate_recordset()
        lines = runs.line_ids.grouped("ticket_id")
        return {kind: lines.get(ticket) for kind, ticket in bad.items()}

    def test_each_kind_is_billed_or_says_what_to_do(self):
        for kind, line in self._run_once(self._create_bad_tickets()).items():
            with self.subTest(kind=kind.name):
                self.assertEqual(line.outcome, "blocked" if kind.says else "invoiced")
                self.assertEqual(line.error_type or "", kind.error_type)
                for words in kind.says:
                    self.assertIn(words, line.reason)
                for words in TECHNICAL:
                    self.assertNotIn(words, (line.reason or "").lower())

    def test_preview_says_the_same_as_the_run(self):
        bad = self._create_bad_tickets()
        data = {kind: t.get_billing_preview()[0] for kind, t in bad.items()}
        wizards = self.env["ticket.billing.preview"]
        for ticket in bad.values():
            wizards += wizards.browse(ticket.action_preview_billing()["res_id"])
        lines = self._run_once(bad)
        for (kind, line), wizard in zip(lines.items(), wizards, strict=True):
            with self.subTest(kind=kind.name):
                self.assertEqual(data[kind]["reason"], line.reason or "")
                self.assertEqual(data[kind]["will_bill"], not kind.says)
                self.assertEqual(wizard.will_bill, not kind.says)
                self.assertIn(line.reason or "", wizard.reasons or "")
                self.assertEqual(data[kind]["amount_untaxed"], line.amount)

    def test_what_is_billed_all_the_same_is_right_and_can_be_posted(self):
        bad = self._create_bad_tickets([kind for kind in KINDS if not kind.says])
        self._run_once(bad)
        for kind, ticket in bad.items():
            with self.subTest(kind=kind.name):
                move = ticket.invoice_ids
                tax = 0.0 if kind.name == "missing tax" else 19.0
                self.assertRecordValues(
                    move,
                    [
                        {
                            "partner_id": ticket.partner_id.id,
                            "company_id": self.company.id,
                            "currency_id": self.company.currency_id.id,
                            "invoice_origin": ticket.number or f"#{ticket.id}",
                            "amount_untaxed": 100.0,
                            "amount_tax": tax,
                        }
                    ],
                )
                move.action_post()
                self.assertEqual(ticket.billing_state, "billed")

    def test_other_tickets_of_the_customer_are_billed(self):
        own = [kind for kind in BLOCKED if kind.name != "other company's customer"]
        bad = self._create_bad_tickets(own)
        customers = [
            self.env["res.partner"].search([("name", "=", f"Customer, {kind.name}")])
            for kind in own
        ]
        good = self._create_backlog(customers)
        self._run_once(bad)
        self.assertEqual(set(good.mapped("billing_state")), {"invoiced"})
        self.assertEqual(len(good.invoice_ids), len(good))

    def test_each_kind_is_billed_by_the_next_run_once_it_is_mended(self):
        bad = self._create_bad_tickets(BLOCKED)
        self._run_once(bad)
        for kind, ticket in bad.items():
            kind.mend(self, ticket)
        for kind, line in self._run_once(bad).items():
            with self.subTest(kind=kind.name):
                ticket = bad[kind]
                self.assertEqual(line.outcome, "invoiced", line.reason)
                self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
                self.assertFalse(ticket.billing_error)

    def test_ticket_that_was_given_up_has_one_activity_until_it_is_billed(self):
        self.company.sudo().ticket_billing_max_attempts = 2
        bad = self._create_bad_tickets(BLOCKED)
        tickets = self.env["helpdesk.ticket"].union(*bad.values())
        for branch in self.branches.values():
            branch.sudo().ticket_billing_max_attempts = 2
        self._run_once(bad)
        self.assertFalse(tickets.activity_ids)
        self._run_once(bad)
        for kind, ticket in bad.items():
            with self.subTest(kind=kind.name):
                self.assertFalse(ticket.billing_pending)
                self.assertEqual(len(ticket.activity_ids), 1)
                self.assertIn(kind.says[0], ticket.activity_ids.note)
        self.env["ticket.billing.run"]._process("button", tickets=tickets)
        self.assertEqual(len(tickets.activity_ids), len(tickets))
        for kind, ticket in bad.items():
            kind.mend(self, ticket)
        self.env["ticket.billing.run"]._process("button", tickets=tickets)
        self.assertEqual(set(tickets.mapped("billing_state")), {"invoiced"})
        self.assertFalse(tickets.activity_ids)

    def test_what_was_rated_before_is_checked_when_it_is_invoiced(self):
        self.policy.sudo().approval = "all"
        bad = self._create_bad_tickets(
            [kind for kind in BLOCKED if kind.name == "archived product"]
        )
        line = next(iter(self._run_once(bad).values()))
        self.assertEqual(line.outcome, "to_approve")
        ticket = line.ticket_id
        ticket.charge_ids.action_approve()
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("is archived", ticket.billing_reason)

    def test_work_does_not_join_a_draft_that_became_wrong(self):
        ticket = self._create_backlog([self.customer])
        self._run_schedule()
        second = self._create_backlog([self.customer])
        self.time_product.active = False
        line = self._run_schedule().line_ids
        self.assertEqual(line.ticket_id, second)
        self.assertIn("“Support time” is archived", line.reason)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_archived_journal_of_the_contract(self):
        ticket = self._create_backlog([self.customer])
        journal = self.company_data["default_journal_sale"].sudo().copy()
        self._agree(ticket, journal_id=journal.id)
        journal.active = False
        self._make_due(ticket)
        self.assertIn("is archived", self._run_schedule().line_ids.reason)

    def test_price_is_not_converted_from_a_currency_without_rate(self):
        ticket = self._create_backlog([self.customer])
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Abroad",
                "currency_id": self._create_currency("XTR").id,
                "item_ids": [Command.create({"fixed_price": 90.0})],
            }
        )
        self._agree(
            ticket,
            hourly_rate_source="pricelist",
            pricelist_id=pricelist.id,
            manual_currency_id=self.company.currency_id.id,
        )
        self._make_due(ticket)
        line = self._run_schedule().line_ids
        self.assertEqual(line.error_type, "currency")
        self.assertIn("XTR", line.reason)

    def test_what_the_database_refuses_is_said_in_words(self):
        """As an addon may cause that takes the account away."""
        bad = self._create_bad_tickets(
            [kind for kind in BLOCKED if kind.name == "no account"]
        )
        charges = self.registry["ticket.billing.charge"]
        self.patch(charges, "_check_account", lambda charge: None)
        with mute_logger("odoo.sql_db"):
            line = next(iter(self._run_once(bad).values()))
        self.assertEqual(line.reason, "Missing required account on accountable line.")
        self.assertEqual(line.error_type, "refused")

    def test_what_the_database_has_no_words_for_stays_in_the_log(self):
        error = psycopg2.errors.ForeignKeyViolation()
        self.assertIsNone(self.env["ticket.billing.run"]._get_refusal(error))

    def test_a_year_in_one_entry_is_the_most(self):
        self.time_product.list_price = 1.0
        ticket = self._create_backlog([self.customer])
        for hours, outcome in ((8784.0, "invoiced"), (8784.25, "blocked")):
            with self.subTest(hours=hours):
                ticket = self._create_backlog([self.customer])
                ticket.timesheet_ids.sudo().unit_amount = hours
                self._make_due(ticket)
                lines = self._run_schedule().line_ids.grouped("ticket_id")
                self.assertEqual(lines[ticket].outcome, outcome)
