from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestCredit(InvoiceLifeCommon):
    def _open(self, records, **values):
        action = records.action_credit()
        wizard = self.env["ticket.billing.credit"].browse(action["res_id"])
        wizard.write({"post": True, **values})
        return wizard

    def _confirm(self, wizard):
        """Credit and return the credit notes."""
        action = wizard.action_confirm()
        domain = action.get("domain") or [("id", "=", action["res_id"])]
        return self.env["account.move"].search(domain)

    def _bill_and_post(self, *hours, **values):
        ticket = self._create_ticket(*hours, **values)
        self._post(self._close_and_bill(ticket))
        return ticket

    def test_work_worth_nothing_is_credited_with_all_of_its_line(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=0.3)
        self.policy.sudo().write({"rounding_method": "none", "minimum_hours": 0.0})
        ticket = self._create_ticket(0.01, 5.0)
        move = self._post(self._close_and_bill(ticket))
        charge = ticket._get_charges().sorted("id")[0]
        self.assertEqual(charge.amount, 0.0)
        self._credit(move, quantity=1.0)
        self.assertEqual(charge.state, "billed")
        with self._refused(ticket.number):
            charge.analytic_line_id.sudo().unit_amount = 1.0
        self._credit(move, quantity=4.01)
        self.assertEqual(charge.state, "credited")

    def test_all_of_a_ticket_one_line_per_charge(self):
        ticket = self._bill_and_post(2.0, 1.0)
        refund = self._confirm(self._open(ticket))
        self.assertRecordValues(
            refund,
            [
                {
                    "move_type": "out_refund",
                    "state": "posted",
                    "amount_untaxed": 300.0,
                    "amount_tax": 57.0,
                    "partner_id": self.customer.id,
                    "invoice_origin": ticket.number,
                }
            ],
        )
        self.assertEqual(len(self._get_lines(refund)), 2)
        self.assertEqual(set(ticket._get_charges().mapped("state")), {"credited"})
        invoice = refund.reversed_entry_id
        self.assertEqual(invoice.payment_state, "reversed")

    def test_one_of_two_charges(self):
        """4.5 h + 3.5 h, the 3.5 h credited: they wait, the 4.5 h stay billed."""
        ticket = self._bill_and_post(4.5, 3.5)
        wizard = self._open(ticket)
        wizard.line_ids.filtered(lambda line: line.quantity == 4.5).unlink()
        refund = self._confirm(wizard)
        self.assertEqual(refund.amount_untaxed, 350.0)
        by_hours = {c.quantity: c for c in ticket._get_charges()}
        self.assertEqual(by_hours[4.5].state, "billed")
        self.assertFalse(by_hours[4.5].is_waiting)
        self.assertEqual(by_hours[3.5].state, "credited")
        self._log_time(ticket, 1.0)
        self._bill(ticket)
        self.assertEqual(ticket.amount_invoiced, 450.0 + 100.0)
        self.assertEqual(ticket.billing_state, "released")
        ticket.action_bill_again()
        self.assertEqual(ticket.amount_invoiced, 900.0)

    def test_quantity_decides_the_amount(self):
        ticket = self._bill_and_post(2.0)
        with Form(self._open(ticket)) as form:
            with form.line_ids.edit(0) as line:
                line.quantity = 0.5
                self.assertEqual(line.amount, 50.0)
        wizard = form.record
        line = self._get_lines(self._confirm(wizard))
        self.assertRecordValues(line, [{"quantity": 0.5, "price_unit": 100.0}])
        self.assertEqual(ticket._get_charges().waiting_amount, 50.0)

    def test_amount_that_is_no_quantity(self):
        ticket = self._bill_and_post(2.0)
        wizard = self._open(ticket)
        wizard.line_ids.amount = 33.33
        line = self._get_lines(self._confirm(wizard))
        self.assertRecordValues(
            line, [{"quantity": 1.0, "price_unit": 33.33, "price_subtotal": 33.33}]
        )
        self.assertEqual(ticket._get_charges().credited_amount, 33.33)

    def test_the_last_cent_of_shared_lines(self):
        """0.33 h + 0.33 h + 0.34 h at 92.50 are 92.50, credited one after the other."""
        self._create_contract(hourly_rate_source="fixed", hourly_rate=92.5)
        for method in ("round_per_line", "round_globally"):
            with self.subTest(method=method):
                self.company.tax_calculation_rounding_method = method
                ticket = self._bill_and_post(0.33, 0.33, 0.34)
                move = ticket.invoice_ids
                self.assertEqual(move.amount_untaxed, 92.5)
                for charge in ticket._get_charges():
                    self._confirm(self._open(charge))
                    self.assertEqual(charge.state, "credited")
                refunds = ticket.invoice_ids - move
                self.assertEqual(sum(refunds.mapped("amount_untaxed")), 92.5)
                with self.assertRaisesRegex(UserError, "nothing to credit"):
                    ticket.action_credit()

    def test_prices_with_tax_included(self):
        self.tax_19.price_include_override = "tax_included"
        for price in (119.0, 99.99, 0.07):
            for method in ("round_per_line", "round_globally"):
                with self.subTest(price=price, method=method):
                    self.company.tax_calculation_rounding_method = method
                    self.time_product.list_price = price
                    ticket = self._bill_and_post(1.25, 1.0, 1.5)
                    move = ticket.invoice_ids
                    charges = ticket._get_charges()
                    self._confirm(self._open(charges[0]))
                    self._confirm(self._open(charges[1:]))
                    self.assertEqual(set(charges.mapped("state")), {"credited"})
                    lines = self._get_lines(ticket.invoice_ids - move)
                    self.assertEqual(
                        sum(lines.mapped("price_subtotal")),
                        self._get_lines(move).price_subtotal,
                    )

    def test_three_currencies(self):
        cases = [("EUR", 0.01, 33.33), ("JPY", 1.0, 3333.0), ("KWD", 0.001, 3.335)]
        for name, rounding, amount in cases:
            with self.subTest(currency=name):
                currency = self.setup_other_currency(name, rounding=rounding)
                customer = self._create_customer(f"Customer {name}")
                contract = self._create_contract(
                    partner_id=customer.id,
                    hourly_rate_source="fixed",
                    hourly_rate=amount * 3,
                )
                contract.currency_id = currency
                ticket = self._bill_and_post(1.01, 2.02, partner_id=customer.id)
                wizard = self._open(ticket)
                wizard.line_ids[0].amount = amount
                refund = self._confirm(wizard)
                self.assertEqual(refund.currency_id, currency)
                wizard = self._open(ticket)
                self._confirm(wizard)
                self.assertEqual(
                    set(ticket._get_charges().mapped("state")), {"credited"}
                )
                self.assertEqual(ticket.amount_invoiced, 0.0)

    def test_bad_amounts_are_refused(self):
        ticket = self._bill_and_post(2.0)
        for amount in (0.0, -1.0, 200.01, 1e12):
            wizard = self._open(ticket)
            wizard.line_ids.amount = amount
            with (
                self.subTest(amount=amount),
                self.assertRaisesRegex(UserError, "at most"),
                self.cr.savepoint(),
            ):
                wizard.action_confirm()
        self.assertEqual(ticket._get_charges().state, "billed")
        self.assertEqual(ticket.invoice_count, 1)

    def test_nothing_chosen_is_refused(self):
        wizard = self._open(self._bill_and_post(2.0))
        wizard.line_ids = [Command.clear()]
        with self.assertRaisesRegex(UserError, "Choose"):
            wizard.action_confirm()

    def test_drafts_of_credit_notes_count_as_credited(self):
        ticket = self._bill_and_post(2.0)
        wizard = self._open(ticket, post=False)
        wizard.line_ids.amount = 150.0
        refund = self._confirm(wizard)
        self.assertEqual(refund.state, "draft")
        self.assertEqual(ticket._get_charges().state, "billed")
        self.assertEqual(self._open(ticket).line_ids.open_amount, 50.0)

    def test_credit_notes_are_drafts_unless_asked_for(self):
        ticket = self._bill_and_post(2.0)
        action = ticket.action_credit()
        wizard = self.env["ticket.billing.credit"].browse(action["res_id"])
        self.assertEqual(self._confirm(wizard).state, "draft")

    def test_what_was_decided_goes_with_posting(self):
        wizard = self._open(self._bill_and_post(2.0), decision="today")
        with Form(wizard) as form:
            form.post = False
        self.assertEqual(wizard.decision, "later")

    def test_a_second_wizard_cannot_credit_the_same(self):
        ticket = self._bill_and_post(2.0)
        first, second = self._open(ticket), self._open(ticket)
        self._confirm(first)
        with self.assertRaisesRegex(UserError, "at most"):
            second.action_confirm()

    def test_drafts_are_not_credited(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket)
        with self.assertRaisesRegex(UserError, "nothing to credit"):
            ticket.action_credit()

    def test_work_of_several_invoices(self):
        self.policy.sudo().group_by = "ticket"
        tickets = self._bill_and_post(1.0) | self._bill_and_post(2.0)
        refunds = self._confirm(self._open(tickets))
        self.assertEqual(sorted(refunds.mapped("amount_untaxed")), [100.0, 200.0])
        self.assertEqual(refunds.reversed_entry_id, tickets.invoice_ids - refunds)

    def test_replacement_of_an_invoice_is_credited(self):
        ticket = self._bill_and_post(2.0)
        replacement = self._reverse(ticket.invoice_ids, modify=True)
        replacement.action_post()
        refund = self._confirm(self._open(ticket))
        self.assertEqual(refund.reversed_entry_id, replacement)
        self.assertEqual(ticket.amount_invoiced, 0.0)
        self.assertEqual(ticket._get_charges().waiting_amount, 200.0)

    # And then

    def test_billed_again_at_once(self):
        for price in ("today", "old"):
            with self.subTest(price=price):
                ticket = self._bill_and_post(2.0)
                wizard = self._open(ticket, decision=price)
                wizard.line_ids.amount = 50.0
                self._confirm(wizard)
                self.assertEqual(ticket.amount_invoiced, 200.0)
                self.assertFalse(any(ticket._get_charges().mapped("is_waiting")))

    def test_written_off_at_once(self):
        ticket = self._bill_and_post(2.0)
        wizard = self._open(ticket, decision="write_off", write_off_reason="Complaint")
        self._confirm(wizard)
        self.assertEqual(ticket.billing_state, "written_off")
        self.assertEqual(ticket.billing_reason, "Complaint")

    def test_nothing_is_decided_about_a_draft(self):
        wizard = self._open(self._bill_and_post(2.0), post=False, decision="today")
        with self.assertRaisesRegex(UserError, "Post"):
            wizard.action_confirm()

    def test_write_off_without_a_reason_credits_nothing(self):
        ticket = self._bill_and_post(2.0)
        wizard = self._open(ticket, decision="write_off")
        with self.assertRaisesRegex(UserError, "why"), self.cr.savepoint():
            wizard.action_confirm()
        self.assertEqual(ticket._get_charges().state, "billed")

    # From the invoice, and who may

    def test_from_the_invoice(self):
        ticket = self._bill_and_post(2.0)
        action = ticket.invoice_ids.action_credit_ticket_work()
        wizard = self.env["ticket.billing.credit"].browse(action["res_id"])
        self.assertRecordValues(
            wizard.line_ids, [{"open_amount": 200.0, "amount": 200.0}]
        )

    def test_accountants_credit_and_managers_decide(self):
        ticket = self._bill_and_post(2.0)
        groups = {
            "clerk": "account.group_account_invoice",
            "manager_only": "ticket_billing.group_ticket_billing_manager",
        }
        users = {
            login: new_test_user(
                self.env, login, groups=group, company_id=self.company.id
            )
            for login, group in groups.items()
        }
        charges = ticket._get_charges()
        for user in (users["manager_only"], self.agent):
            with self.assertRaises(AccessError), self.cr.savepoint():
                charges.with_user(user).action_credit()
        own = charges.with_user(users["clerk"])
        wizard = self.env["ticket.billing.credit"].with_user(users["clerk"])
        wizard = wizard.browse(own.action_credit()["res_id"])
        wizard.write({"post": True, "decision": "today"})
        with self.assertRaises(AccessError), self.cr.savepoint():
            wizard.action_confirm()
        wizard.decision = "later"
        action = wizard.action_confirm()
        refund = self.env["account.move"].browse(action["res_id"])
        self.assertRecordValues(
            refund, [{"state": "posted", "create_uid": users["clerk"].id}]
        )

    def test_charges_of_other_companies_tell_nothing(self):
        """Not by a line of the wizard, and not by a form that is not saved."""
        ticket = self._bill_and_post(2.0)
        other = self.setup_other_company(name="Second company")["company"]
        clerk = new_test_user(
            self.env,
            "clerk_elsewhere",
            groups="account.group_account_invoice",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        values = {"charge_id": ticket._get_charges().id}
        wizard = self.env["ticket.billing.credit"].with_user(clerk)
        wizard = wizard.with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError), self.cr.savepoint():
            wizard.create({"line_ids": [Command.create(values)]})
        lines = wizard.env["ticket.billing.credit.line"]
        names = {name: {} for name in ("charge_id", "open_amount", "name")}
        with self.assertRaises(AccessError), self.cr.savepoint():
            lines.onchange(values, ["charge_id"], names)
