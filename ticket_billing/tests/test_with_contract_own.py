from odoo import fields
from odoo.tests import freeze_time, tagged

from .common_contract import WithContractCommon


@freeze_time("2026-03-10 10:00:00")
@tagged("post_install", "-at_install")
class TestWithContractOwn(WithContractCommon):
    """What cannot join an invoice of its contract in time is billed by us."""

    def _assert_own_invoice(self, ticket, **values):
        self.assertEqual(ticket.billing_state, "invoiced")
        self.assertFalse(self._get_contract_moves(ticket.charge_ids.contract_id))
        self.assertRecordValues(
            ticket.invoice_ids, [{"amount_untaxed": 100.0, **values}]
        )

    # When

    def test_a_month_is_not_too_far(self):
        cases = [
            # next invoice, joins; today is the 10th
            ("2026-02-06", False),
            ("2026-02-07", True),
            ("2026-03-09", True),
            ("2026-03-10", True),
            ("2026-04-10", True),
            ("2026-04-11", False),
            ("2027-03-10", False),
        ]
        for next_date, joins in cases:
            with self.subTest(next_date=next_date):
                partner = self._create_customer(next_date)
                self._create_recurring(next_date=next_date, partner_id=partner.id)
                ticket = self._rate(1.0, partner_id=partner.id)
                state = "ready" if joins else "invoiced"
                self.assertEqual(ticket.billing_state, state)

    def test_next_invoice_is_the_one_that_the_contract_makes(self):
        """Neither the date of the contract alone nor that of its lines tells."""
        self.assertEqual(str(self.contract._get_joinable_date()), "2026-03-20")
        self.contract.recurring_next_date = "2026-03-12"
        self.assertEqual(str(self.contract._get_joinable_date()), "2026-03-20")
        self.contract.recurring_next_date = "2026-03-25"
        self.assertEqual(str(self.contract._get_joinable_date()), "2026-03-25")
        self.contract.recurring_next_date = False
        self.assertIsNone(self.contract._get_joinable_date())
        self.contract.recurring_next_date = "2026-03-25"
        self.contract.contract_line_ids.is_canceled = True
        self.assertIsNone(self.contract._get_joinable_date())

    def test_contract_without_lines(self):
        """Its next date stays where it is, and no invoice comes."""
        self.contract.contract_line_ids.unlink()
        self.contract.recurring_next_date = "2026-03-09"
        self._assert_own_invoice(self._rate(1.0))

    def test_contract_that_makes_no_invoices(self):
        self.contract.generation_type = False
        self._assert_own_invoice(self._rate(1.0))

    def test_frequency_holds_where_no_invoice_is_near(self):
        self.policy.sudo().invoice_frequency = "month"
        self.contract.contract_line_ids.unlink()
        ticket = self._rate(1.0)
        self.assertEqual(ticket.billing_state, "ready")
        with freeze_time("2026-04-01 01:00:00"):
            self._run_catch_up()
            self._run_due(ticket)
        self._assert_own_invoice(ticket)

    def test_contract_that_ends_is_noticed(self):
        """Also one whose next date stays in the past as nothing is due any more."""
        tickets = self._rate(1.0)
        self._run_catch_up()
        self.assertFalse(tickets.billing_pending)
        self.contract.contract_line_ids.is_canceled = True
        other = self._create_customer("Harbour Logistics")
        self._create_recurring(partner_id=other.id)
        waits = self._rate(1.0, partner_id=other.id)
        self._run_catch_up()
        self.assertTrue(tickets.billing_pending)
        self.assertFalse(waits.billing_pending)
        self._run_due(tickets)
        self._assert_own_invoice(tickets)
        self.assertEqual(waits.billing_state, "ready")

    def test_search_costs_the_same_for_many(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            charges = self.env["ticket.billing.charge"].sudo()
            charges._get_due_domain(self.company)
            return self.env.cr.sql_log_count - before

        self._rate(1.0)
        count()
        few = count()
        for number in range(5):
            partner = self._create_customer(f"Customer {number}")
            self._create_recurring(partner_id=partner.id)
            self._rate(1.0, partner_id=partner.id)
        self.assertEqual(count(), few)

    # How

    def test_header_is_that_of_the_contract_s_invoices(self):
        term = self.env["account.payment.term"].create({"name": "10 days"})
        position = self.env["account.fiscal.position"].create({"name": "Special"})
        journal = self.company_data["default_journal_sale"].copy(
            {"code": "ZHOST", "name": "Hosting"}
        )
        address = self._create_customer("Accounts", parent_id=self.customer.id)
        self.contract.write(
            {
                "payment_term_id": term.id,
                "fiscal_position_id": position.id,
                "journal_id": journal.id,
                "invoice_partner_id": address.id,
                "user_id": self.agent.id,
            }
        )
        ticket = self._close(self._create_ticket(1.0))
        own = self._bill(ticket)
        move = self._invoice_contracts()
        names = (
            "move_type",
            "company_id",
            "partner_id",
            "currency_id",
            "journal_id",
            "invoice_payment_term_id",
            "fiscal_position_id",
            "invoice_user_id",
            "ref",
            "partner_bank_id",
            "partner_shipping_id",
        )
        self.assertEqual([own[name] for name in names], [move[name] for name in names])
        self.assertEqual(own.journal_id, journal)
        self.assertEqual(own.invoice_origin, f"Hosting 2026, {ticket.number}")

    def test_invoices_of_other_contracts_name_the_tickets_alone(self):
        self.contract.ticket_invoice_mode = "separate"
        ticket = self._rate(1.0)
        self._assert_own_invoice(ticket, invoice_origin=ticket.number)

    def test_other_currency_or_address(self):
        """Of charges that are to be billed at an old price, say."""
        usd = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        address = self._create_customer("Accounts", parent_id=self.customer.id)
        for values in ({"currency_id": usd.id}, {"invoice_partner_id": address.id}):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                ticket = self._rate(1.0)
                ticket.charge_ids.sudo().write(values)
                self.assertNotIn("Joins", ticket.billing_reason)
                self._run_catch_up()
                self._run_due(ticket)
                self._assert_own_invoice(ticket)
                savepoint.rollback()

    # At once

    def test_ticket_and_run_say_when(self):
        ticket = self._close(self._create_ticket(1.0))
        self._make_due(ticket)
        run = self._run_schedule()
        text = "Joins the next invoice of contract “Hosting 2026” on 03/20/2026."
        self.assertRecordValues(run.line_ids, [{"outcome": "skipped", "reason": text}])
        ticket.invalidate_recordset()
        self.assertEqual(ticket.billing_reason, text)
        with freeze_time("2026-03-22"):
            ticket.invalidate_recordset()
            self.assertIn("on 03/22/2026", ticket.billing_reason)

    def test_work_under_two_contracts_says_both(self):
        second = self._create_recurring(next_date="2026-03-25", name="Support")
        second.date_start = "2026-03-01"
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-02-20")
        self._log_time(ticket, 1.0, date="2026-03-05")
        self._close(ticket)
        self._run_due(ticket)
        self.assertEqual(ticket.charge_ids.contract_id, self.contract | second)
        for text in ("“Hosting 2026” on 03/20/2026", "“Support” on 03/25/2026"):
            self.assertIn(text, ticket.billing_reason)
        moves = self._invoice_contracts()
        self.assertEqual(moves.amount_untaxed, 350.0)
        moves = self._invoice_contracts(second, day="2026-03-25")
        self.assertEqual(moves.amount_untaxed, 350.0)

    def test_button_does_not_wait(self):
        for rated in (True, False):
            with self.subTest(rated=rated), self.env.cr.savepoint() as savepoint:
                ticket = self._close(self._create_ticket(1.0))
                if rated:
                    self._run_due(ticket)
                warnings = ticket.get_billing_preview()[0]["warnings"]
                self.assertTrue(any("Billed now" in text for text in warnings))
                self._bill(ticket)
                self._assert_own_invoice(ticket)
                self.assertEqual(self._get_printed(self._invoice_contracts())[1:], [])
                savepoint.rollback()

    def test_run_now_waits(self):
        ticket = self._close(self._create_ticket(1.0))
        self.env["ticket.billing.run"].action_run_now()
        self.assertEqual(ticket.billing_state, "ready")

    def test_up_to_a_day_does_not_wait(self):
        ticket = self._rate(1.0)
        wizard = self.env["ticket.billing.up.to"].create({"up_to": "2030-01-01"})
        action = wizard.action_preview()
        preview = self.env["ticket.billing.preview"].browse(action["res_id"])
        self.assertIn("Billed now", preview.warnings)
        preview.action_confirm()
        self._assert_own_invoice(ticket)

    def test_company_that_is_switched_off_bills_by_hand(self):
        self.company.sudo().ticket_billing_enabled = False
        ticket = self._close(self._create_ticket(1.0))
        ticket.sudo().billing_next_try = fields.Datetime.now()
        self.env["ticket.billing.run"].action_run_now()
        self._assert_own_invoice(ticket)
