from datetime import date

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestInvoice(TicketBillingCommon):
    def test_two_tickets_of_a_customer_share_an_invoice(self):
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        move = self._close_and_bill(tickets)
        self.assertEqual(len(move), 1)
        self.assertEqual(len(self._get_lines(move)), 2)
        self.assertEqual(move.billed_ticket_ids, tickets)
        for ticket in tickets:
            self.assertIn(ticket.number, move.invoice_origin)

    def test_work_with_and_without_contract_shares_an_invoice(self):
        self._create_contract(date_start="2025-01-01", date_end="2025-06-30")
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-06-30")
        self._log_time(ticket, 1.0, date="2025-07-01")
        self.assertEqual(len(self._close_and_bill(ticket)), 1)

    def test_company_without_sales_journal_blocks(self):
        ticket = self._close(self._create_ticket(1.0))
        journals = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "sale")]
        )
        journals.active = False
        self.assertFalse(self._bill(ticket))
        self.assertIn("no sales journal", ticket.billing_reason)

    def test_customers_are_never_mixed(self):
        other = self._create_customer("Harbour Logistics")
        tickets = self._create_ticket(1.0) + self._create_ticket(
            1.0, partner_id=other.id
        )
        moves = self._close_and_bill(tickets)
        self.assertEqual(set(moves.mapped("partner_id")), {self.customer, other})

    def test_currencies_are_never_mixed(self):
        euro = self.setup_other_currency("EUR")
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        contract.currency_id = euro
        tickets = self._create_ticket(1.0)
        tickets += self._create_ticket(1.0)
        tickets[1].billing_contract_id = self._create_contract(
            hourly_rate_source="fixed", hourly_rate=90.0
        )
        tickets[0].billing_contract_id = contract
        moves = self._close_and_bill(tickets)
        self.assertEqual(
            {move.currency_id: move.amount_untaxed for move in moves},
            {euro: 80.0, self.company.currency_id: 90.0},
        )

    def test_fixed_price_of_a_pricelist_is_converted(self):
        euro = self.setup_other_currency("EUR", rates=[("2000-01-01", 2.0)])
        pricelist = self.env["product.pricelist"].sudo()
        contract = self._create_contract(
            pricelist_id=pricelist.create(
                {
                    "name": "Support in EUR",
                    "currency_id": euro.id,
                    "item_ids": [
                        Command.create({"compute_price": "fixed", "fixed_price": 78.0})
                    ],
                }
            ).id
        )
        self.assertEqual(contract.currency_id, self.company.currency_id)
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertRecordValues(
            move,
            [{"amount_untaxed": 39.0, "currency_id": self.company.currency_id.id}],
        )

    def test_amounts_are_rounded_as_the_invoice_line_is(self):
        """0.33 h + 0.33 h + 0.34 h at 92.50 are 92.50, not 30.53 + 30.53 + 31.45."""
        self._create_contract(hourly_rate_source="fixed", hourly_rate=92.5)
        ticket = self._create_ticket(0.33, 0.33, 0.34)
        self.assertEqual(ticket.amount_to_invoice, 92.5)
        run = self.env["ticket.billing.run"]._process(
            "button", tickets=self._close(ticket)
        )
        self.assertEqual(run.amount, 92.5)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 92.5)
        ticket.invalidate_recordset()
        self.assertEqual(ticket.amount_invoiced, 92.5)

    def test_ticket_of_a_contact_is_invoiced_to_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Ada Fields", "parent_id": self.customer.id}
        )
        tickets = self._create_ticket(1.0, partner_id=contact.id)
        tickets += self._create_ticket(1.0)
        move = self._close_and_bill(tickets)
        self.assertEqual(move.partner_id, self.customer)

    def test_invoice_goes_to_the_invoice_address(self):
        address = self.env["res.partner"].create(
            {"name": "Accounts", "type": "invoice", "parent_id": self.customer.id}
        )
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.partner_id, address)

    def test_invoice_contact_of_the_contract_comes_first(self):
        payer = self.env["res.partner"].create(
            {"name": "Head office", "parent_id": self.customer.id}
        )
        self._create_contract(invoice_partner_id=payer.id)
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.partner_id, payer)

    def test_due_date_without_payment_terms(self):
        self.customer.property_payment_term_id = False
        with freeze_time("2026-03-05 10:00:00"):
            move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.invoice_date_due, date(2026, 4, 4))

    def test_payment_term_of_the_customer(self):
        term = self.env.ref("account.account_payment_term_15days")
        self.customer.property_payment_term_id = term
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.invoice_payment_term_id, term)

    def test_payment_term_of_the_contract_comes_first(self):
        self.customer.property_payment_term_id = self.env.ref(
            "account.account_payment_term_15days"
        )
        term = self.env.ref("account.account_payment_term_immediate")
        self._create_contract(payment_term_id=term.id)
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.invoice_payment_term_id, term)

    def test_context_of_the_caller_never_reaches_the_invoice(self):
        ticket = self._close(self._create_ticket(1.0))
        context = {
            "default_state": "posted",
            "default_name": "Call from Bob",
            "default_invoice_date": "2020-01-01",
            "default_ref": "x",
            "default_move_type": "out_refund",
        }
        ticket.with_context(**context).action_generate_invoice()
        self.assertRecordValues(
            ticket.invoice_ids,
            [
                {
                    "state": "draft",
                    "name": False,
                    "invoice_date": False,
                    "ref": False,
                    "move_type": "out_invoice",
                    "amount_untaxed": 100.0,
                }
            ],
        )

    def test_contract_of_another_customer_blocks(self):
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=10.0)
        ticket = self._create_ticket(1.0, billing_contract_id=contract.id)
        ticket.partner_id = self._create_customer("Harbour Logistics")
        self.assertEqual(ticket.agreement_contract_id, contract)
        self.assertFalse(self._bill(self._close(ticket)))
        self.assertEqual(ticket.billing_state, "blocked")
        with self.assertRaises(ValidationError):
            self._create_ticket(
                partner_id=ticket.partner_id.id, billing_contract_id=contract.id
            )

    def test_policy_of_another_company_is_passed_over(self):
        other = self.setup_other_company(name="Second company")["company"]
        foreign = other.ticket_billing_policy_id
        foreign.sudo().rounding_increment = 1.0
        self.customer.ticket_billing_policy_id = foreign
        move = self._close_and_bill(self._create_ticket(1.1))
        self.assertEqual(move.amount_untaxed, 125.0)

    def test_text_names_ticket_and_work(self):
        ticket = self._create_ticket(1.0)
        line = self._get_lines(self._close_and_bill(ticket))
        self.assertEqual(line.name, f"Support time: {ticket.number} Printer offline")

    def test_company_of_the_ticket_is_billed(self):
        other = self.setup_other_company(name="Second company")["company"]
        other.partner_id.tz = "UTC"
        journal = self.env["account.journal"].search(
            [("company_id", "=", other.id), ("type", "=", "sale")], limit=1
        )
        other.ticket_billing_policy_id.sudo().time_product_id = self.time_product
        project = self.env["project.project"].sudo()
        other.sudo().ticket_billing_project_id = project.create(
            {"name": "Support B", "company_id": other.id}
        )
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "Router replaced",
                "description": "Router replaced",
                "partner_id": self.customer.id,
                "company_id": other.id,
                "team_id": False,
            }
        )
        employee = self.env["hr.employee"].sudo()
        self._log_time(
            ticket,
            2.0,
            employee_id=employee.create({"name": "Sam", "company_id": other.id}).id,
        )
        move = self._close_and_bill(ticket)
        self.assertRecordValues(
            move,
            [
                {
                    "company_id": other.id,
                    "journal_id": journal.id,
                    "currency_id": other.currency_id.id,
                }
            ],
        )

    def test_smart_buttons(self):
        ticket = self._create_ticket(1.0)
        move = self._close_and_bill(ticket)
        self.assertEqual(ticket.invoice_count, 1)
        self.assertEqual(ticket.action_view_invoices()["res_id"], move.id)
        self.assertEqual(move.billed_ticket_count, 1)
        self.assertEqual(move.action_view_billed_tickets()["res_id"], ticket.id)

    def test_amounts_of_the_ticket(self):
        ticket = self._create_ticket(1.1)
        self.assertRecordValues(
            ticket, [{"amount_to_invoice": 125.0, "amount_invoiced": 0.0}]
        )
        self._close_and_bill(ticket)
        self.assertRecordValues(
            ticket, [{"amount_to_invoice": 0.0, "amount_invoiced": 125.0}]
        )

    def test_amounts_in_several_currencies_are_shown_in_the_companys(self):
        self.env["res.currency.rate"].search([]).sudo().unlink()
        euro = self.setup_other_currency("EUR", rates=[("2000-01-01", 2.0)])
        contract = self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=80.0,
            date_start="2025-01-01",
            date_end="2025-06-30",
        )
        contract.currency_id = euro
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-06-30")
        self._log_time(ticket, 1.0, date="2025-07-01")
        self.assertRecordValues(
            ticket,
            [
                {
                    "amount_to_invoice": 140.0,
                    "billing_currency_id": self.company.currency_id.id,
                }
            ],
        )

    def test_draft_is_written_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.time_product.with_context(lang="fr_FR").name = "Temps d'assistance"
        line = self._get_lines(self._close_and_bill(self._create_ticket(1.0)))
        self.assertTrue(line.name.startswith("Temps d'assistance"))

    def test_fee_line_and_time_lines_keep_their_charges(self):
        self._create_contract(per_ticket_rate=20.0)
        ticket = self._create_ticket(1.0, 0.5)
        move = self._close_and_bill(ticket)
        for line in self._get_lines(move):
            self.assertEqual(
                line.price_subtotal, sum(line.charge_ids.mapped("invoiced_amount"))
            )
        self.assertEqual(move.invoice_line_ids.charge_ids, ticket.charge_ids)

    def test_no_invoice_date_on_drafts(self):
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertFalse(move.invoice_date)
        move.action_post()
        self.assertEqual(move.invoice_date, fields.Date.today())

    def test_fiscal_position_of_the_contract_maps_taxes(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        exempt = self.env["account.tax"].create(
            {
                "name": "0 %",
                "amount": 0,
                "type_tax_use": "sale",
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(self.tax_19.id)],
            }
        )
        self._create_contract(fiscal_position_id=position.id)
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(self._get_lines(move).tax_ids, exempt)
        self.assertEqual(move.amount_total, 100.0)
