from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..tools.due import Due
from .common_contract import WithContractCommon

HEADING = ("line_section", "Work on tickets", 0.0)
OWN = ("product", "Hosting", 250.0)


@freeze_time("2026-03-10 10:00:00")
@tagged("post_install", "-at_install")
class TestWithContract(WithContractCommon):
    """Ready work waits for the contract's next invoice and joins it."""

    def test_work_joins_after_the_contract_s_own_lines(self):
        """250.00 + 1.50 h × 100.00 = 400.00, 19 % = 76.00."""
        ticket = self._rate(1.5)
        self.assertFalse(ticket.invoice_ids)
        move = self._invoice_contracts()
        self.assertEqual(
            self._get_printed(move), [OWN, HEADING, ("product", "Support time", 150.0)]
        )
        self.assertRecordValues(
            move,
            [
                {
                    "state": "draft",
                    "amount_untaxed": 400.0,
                    "amount_tax": 76.0,
                    "amount_total": 476.0,
                    "invoice_origin": "Hosting 2026",
                    "ref": "H-26",
                    "invoice_date": date(2026, 3, 20),
                    "ticket_billing_key": False,
                    "is_manually_modified": False,
                }
            ],
        )
        charge = ticket.charge_ids
        self.assertRecordValues(
            charge,
            [
                {
                    "state": "invoiced",
                    "invoiced_amount": 150.0,
                    "was_invoiced": True,
                    "version": 1,
                    "invoice_run_id": self._get_last_run().id,
                }
            ],
        )
        self.assertEqual(ticket.billing_state, "invoiced")
        self.assertEqual(ticket.invoice_ids, move)
        self.assertEqual(move.billed_ticket_ids, ticket)

    def test_run_is_on_record(self):
        ticket = self._rate(1.5)
        self._rate(9.0)
        move = self._invoice_contracts()
        run = self._get_last_run()
        self.assertRecordValues(
            run,
            [{"company_id": self.company.id, "found": 1, "invoiced": 1, "amount": 150}],
        )
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "ticket_id": ticket.id,
                    "outcome": "invoiced",
                    "amount": 150.0,
                    "move_ids": move.ids,
                }
            ],
        )

    def test_no_run_without_work(self):
        move = self._invoice_contracts()
        self.assertEqual(self._get_printed(move), [OWN])
        self.assertFalse(self._get_last_run())

    def test_several_contracts_at_once(self):
        """Two of one customer, one of another, one that work does not join."""
        other = self._create_customer("Harbour Logistics")
        second = self._create_recurring(ticket_team_ids=self.team.copy().ids)
        third = self._create_recurring(partner_id=other.id)
        alone = self._create_customer("Lakeside School")
        fourth = self._create_recurring(
            partner_id=alone.id, ticket_invoice_mode="separate"
        )
        self._rate(1.0)
        self._rate(2.0, billing_contract_id=second.id)
        self._rate(3.0, partner_id=other.id)
        separate = self._rate(4.0, partner_id=alone.id)
        self.assertEqual(separate.invoice_ids.amount_untaxed, 400.0)
        contracts = self.contract | second | third | fourth
        self._invoice_contracts(contracts)
        amounts = [
            self._get_contract_moves(contract).amount_untaxed for contract in contracts
        ]
        self.assertEqual(amounts, [350.0, 450.0, 550.0, 250.0])
        self.assertEqual(self._get_last_run().invoiced, 3)

    def test_joined_draft_is_joined_by_nothing_else(self):
        self._rate(1.0)
        move = self._invoice_contracts()
        later = self._rate(2.0)
        self.assertEqual(self._bill(later).amount_untaxed, 200.0)
        self.assertEqual(move.amount_untaxed, 350.0)

    def test_lines_are_grouped_and_told_as_the_policy_says(self):
        self.policy.sudo().write({"show_covered_work": True, "line_detail": "total"})
        self.contract.write({"hour_allowance": "limited", "included_hours": 1.5})
        tickets = self._rate(1.0) + self._rate(1.0)
        states = [ticket.charge_ids.state for ticket in tickets]
        self.assertEqual(states, ["covered", "ready"])
        move = self._invoice_contracts()
        self.assertEqual(
            self._get_printed(move),
            [
                OWN,
                HEADING,
                ("product", "Support time", 50.0),
                ("line_note", "Included in your contract", 0.0),
            ],
        )
        self.assertEqual(
            tickets.charge_ids.filtered("note_line_id"), tickets[1].charge_ids
        )

    def test_fee_that_is_covered_is_told_beside_the_time(self):
        """One invoice tells of both, not one of 0.00 now and the other one later."""
        self.policy.sudo().write({"show_covered_work": True, "skip_zero": False})
        self.contract.write(
            {
                "ticket_billing_strategy": "mixed",
                "per_ticket_rate": 20.0,
                "ticket_allowance": "unlimited",
            }
        )
        ticket = self._rate(1.0)
        self.assertFalse(ticket.invoice_ids | ticket.charge_ids.note_line_id.move_id)
        move = self._invoice_contracts()
        self.assertEqual(
            self._get_printed(move)[2:],
            [
                ("product", "Support time", 100.0),
                ("line_note", "Included in your contract", 0.0),
            ],
        )

    def test_work_worth_nothing_is_settled(self):
        """0.01 h × 0.30 is 0.003: nothing; beside other work a line of 0.00."""
        self.policy.sudo().write({"rounding_method": "none", "minimum_hours": 0.0})
        self.contract.write({"hourly_rate_source": "fixed", "hourly_rate": 0.3})
        ticket = self._rate(0.01)
        self.assertEqual(ticket.charge_ids.state, "ready")
        self.assertEqual(self._get_printed(self._invoice_contracts()), [OWN])
        self.assertEqual(ticket.charge_ids.state, "covered")
        line = self._get_last_run().line_ids
        self.assertEqual((line.outcome, line.reason[:10]), ("skipped", "The amount"))
        with freeze_time("2026-03-21"):
            self._rate(0.01)
            self._rate(1.0)
        move = self._invoice_contracts(day="2026-04-20")
        self.assertEqual(
            [line[2] for line in self._get_printed(move)], [250, 0, 0, 0.3]
        )

    def test_heading_is_in_the_customer_s_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        self._rate(1.0)
        langs = []
        charges = self.env.registry["ticket.billing.charge"]
        original = charges._prepare_section

        def prepare(records):
            langs.append(records._in_customers_language().env.lang)
            return original(records)

        with patch.object(charges, "_prepare_section", prepare):
            self._invoice_contracts()
        self.assertEqual(langs, ["de_DE"])

    # What does not join

    def test_level_off_or_trial_joins_nothing(self):
        for level in ("off", "shadow"):
            with self.subTest(level=level), self.env.cr.savepoint() as savepoint:
                ticket = self._rate(1.0)
                self.policy.sudo().automation_level = level
                self.assertNotIn("Joins", ticket.billing_reason)
                self.assertEqual(self._get_printed(self._invoice_contracts()), [OWN])
                self.assertEqual(ticket.charge_ids.state, "ready")
                savepoint.rollback()

    def test_company_that_is_switched_off_joins_nothing(self):
        ticket = self._rate(1.0)
        self.company.sudo().ticket_billing_enabled = False
        self.assertEqual(self._get_printed(self._invoice_contracts()), [OWN])
        self.assertEqual(ticket.charge_ids.state, "ready")

    def test_what_waits_for_approval_joins_once_approved(self):
        ticket = self._rate(9.0)
        self.assertEqual(ticket.billing_state, "to_approve")
        self.assertEqual(self._get_printed(self._invoice_contracts()), [OWN])
        with freeze_time("2026-03-21"):
            ticket.charge_ids.action_approve()
            self.assertEqual(ticket.billing_state, "ready")
            self.assertIn("04/20/2026", ticket.billing_reason)
        move = self._invoice_contracts(day="2026-04-20")
        self.assertEqual(move.amount_untaxed, 1150.0)

    def test_more_than_a_day_may_have_waits_for_approval(self):
        tickets = self._rate(1.0) + self._rate(1.0)
        self.company.sudo().ticket_billing_daily_limit = 150.0
        self.assertEqual(self._get_printed(self._invoice_contracts()), [OWN])
        self.assertEqual(set(tickets.mapped("billing_state")), {"to_approve"})
        self.assertIn("for one customer", self._get_last_run().line_ids[0].reason)

    def test_taken_back_work_stays_out(self):
        ticket = self._rate(1.0)
        self._invoice_contracts()
        self._get_last_run().action_undo("Wrong rate")
        self.assertEqual(
            self._get_printed(self._invoice_contracts(day="2026-04-20")), [OWN]
        )
        self.assertIn("taken back", ticket.billing_reason)

    def test_whatever_the_frequency(self):
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._rate(1.0)
        self.assertEqual(ticket.charge_ids.invoice_from, date(2026, 4, 1))
        self.assertEqual(self._invoice_contracts().amount_untaxed, 350.0)

    # By whom

    def test_accountant_presses_the_contract_s_button(self):
        ticket = self._rate(1.0)
        accountant = new_test_user(
            self.env, "accountant", groups="account.group_account_manager"
        )
        contract = self.contract.with_user(accountant)
        move = contract.recurring_create_invoice()
        self.assertEqual(move.amount_untaxed, 350.0)
        self.assertEqual(ticket.charge_ids.state, "invoiced")
        self.assertRecordValues(self._get_last_run(), [{"user_id": accountant.id}])
        self.env.invalidate_all()
        self.assertEqual(contract.invoice_count, 1)
        with self.assertRaises(AccessError):
            line = move.invoice_line_ids[0]
            line.write({"charge_ids": [Command.set(ticket.charge_ids.ids)]})

    def test_wizard_of_contracts(self):
        self._rate(1.0)
        wizard = self.env["contract.manually.create.invoice"].create(
            {"invoice_date": "2026-03-20"}
        )
        wizard.create_invoice()
        self.assertEqual(self._get_contract_moves(self.contract).amount_untaxed, 350.0)

    def test_runs_of_ours_make_no_invoice_of_the_contract(self):
        ticket = self._close(self._create_ticket(1.0))
        run = self.env["ticket.billing.run"]._process(
            "command", tickets=ticket, dry_run=True, due=Due()
        )
        self.assertIn("Joins the next invoice", run.line_ids.reason)
        self.assertFalse(ticket.charge_ids)
        with freeze_time("2026-03-20 12:00:00"):
            self._run_due(ticket)
            self.assertEqual(ticket.billing_state, "ready")
        self.assertFalse(self._get_contract_moves(self.contract))

    # Terms

    def test_template_gives_the_mode_to_its_contracts(self):
        template = self.env["contract.template"].create(
            {
                "name": "Hosting",
                "covers_tickets": True,
                "ticket_invoice_mode": "with_contract",
            }
        )
        contract = self._create_contract(contract_template_id=template.id)
        self.assertEqual(contract.ticket_invoice_mode, "with_contract")
        form = Form(self.env["contract.contract"])
        form.contract_template_id = template
        self.assertEqual(form.ticket_invoice_mode, "with_contract")
        self.assertEqual(self._create_contract().ticket_invoice_mode, "separate")

    def test_mode_is_on_record_and_rates_nothing_anew(self):
        ticket = self._rate(9.0)
        ticket.charge_ids.action_approve()
        charge = ticket.charge_ids
        self.contract.ticket_invoice_mode = "separate"
        self.assertEqual(charge.state, "ready")
        log = self.env["ticket.billing.log"].search([], order="id desc", limit=1)
        self.assertEqual(
            (log.before, log.after),
            ("On the contract's next invoice", "On an invoice of its own"),
        )
        self._run_catch_up()
        self._run_due(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 900.0)
