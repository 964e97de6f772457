from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools.statement import split_rows
from .common_statement import REPORT, StatementCommon


@tagged("post_install", "-at_install")
class TestStatement(StatementCommon):
    def test_one_ticket(self):
        contact = self._create_customer(
            "Ada Byron", is_company=False, parent_id=self.customer.id
        )
        ticket = self._create_ticket(
            1.1, 0.5, partner_id=contact.id, customer_reference="PO 17"
        )
        statement = self._check(self._close_and_bill(ticket))
        (found,) = statement["tickets"]
        self.assertEqual(found["number"], ticket.number)
        self.assertEqual(found["title"], "Printer offline")
        self.assertEqual(found["reference"], "PO 17")
        self.assertEqual(found["contact"], "Ada Byron")
        self.assertEqual(found["remarks"], [])
        self.assertAlmostEqual(found["worked"], 1.6)
        self.assertAlmostEqual(found["quantity"], 1.75)
        self.assertEqual(found["amount"], 175.0)
        rows = self._get_rows(statement)
        self.assertEqual([row["worked"] for row in rows], [1.1, 0.5])
        self.assertEqual([row["quantity"] for row in rows], [1.1, 0.65])
        self.assertEqual([row["amount"] for row in rows], [110.0, 65.0])
        self.assertIsNone(statement["other"])
        self.assertEqual([amount for _name, amount in statement["taxes"]], [33.25])

    def test_company_that_asked_is_not_named_twice(self):
        statement = self._check(self._close_and_bill(self._create_ticket(1.0)))
        self.assertFalse(statement["tickets"][0]["contact"])

    def test_each_ticket_has_its_total(self):
        tickets = self._create_ticket(1.0, 2.0) + self._create_ticket(0.5)
        statement = self._check(self._close_and_bill(tickets))
        self.assertEqual([t["amount"] for t in statement["tickets"]], [300.0, 50.0])
        self.assertEqual(statement["work"], 350.0)

    def test_days_of_the_work(self):
        ticket = self._create_ticket()
        for day in ("2026-03-05", "2026-03-01"):
            self._log_time(ticket, 1.0, date=day)
        statement = self._check(self._close_and_bill(ticket))
        days = [str(row["date"]) for row in self._get_rows(statement)]
        self.assertEqual(days, ["2026-03-01", "2026-03-05"])
        self.assertEqual(str(statement["first_day"]), "2026-03-01")
        self.assertEqual(str(statement["last_day"]), "2026-03-05")

    # Adds up to the invoice

    def test_odd_cents_of_shared_lines(self):
        """0.33 h + 0.33 h + 0.34 h at 92.50, one line or three."""
        self._create_contract(hourly_rate_source="fixed", hourly_rate=92.5)
        self.policy.sudo().write({"rounding_method": "none", "minimum_hours": 0.0})
        cases = [("ticket", 1), ("entry", 3), ("total", 1)]
        for detail, lines in cases:
            with self.subTest(detail=detail):
                self.policy.sudo().line_detail = detail
                move = self._bill_new(0.33, 0.33, 0.34)
                self.assertEqual(len(self._get_lines(move)), lines)
                self._check(move)

    def test_prices_that_include_taxes(self):
        self.tax_19.price_include_override = "tax_included"
        for method in ("round_per_line", "round_globally"):
            for price in (119.0, 99.99, 0.07):
                with self.subTest(method=method, price=price):
                    self.company.tax_calculation_rounding_method = method
                    self.time_product.list_price = price
                    statement = self._check(self._bill_new(1.25, 1.0, 1.5))
                    self.assertTrue(statement["has_tax_included"])

    def test_rounding_of_the_document_is_shown(self):
        """Odoo rounds the sum: each line to the cent is a cent more or less."""
        self.company.tax_calculation_rounding_method = "round_globally"
        self._create_contract(hourly_rate_source="fixed", hourly_rate=10.1)
        self.policy.sudo().write({"rounding_method": "none", "line_detail": "entry"})
        move = self._bill_new(*[1.25] * 4)
        subtotals = sum(self._get_lines(move).mapped("price_subtotal"))
        self.assertEqual(subtotals, 50.52)
        self.assertEqual(move.amount_untaxed, 50.5)
        self.assertEqual(self._check(move)["rounding"], -0.02)

    def test_currencies(self):
        cases = [("EUR", 0.01, 33.33), ("JPY", 1.0, 3333.0), ("KWD", 0.001, 3.335)]
        for name, rounding, rate in cases:
            with self.subTest(currency=name):
                currency = self.setup_other_currency(name, rounding=rounding)
                customer = self._create_customer(f"Customer {name}")
                contract = self._create_contract(
                    partner_id=customer.id, hourly_rate_source="fixed", hourly_rate=rate
                )
                contract.currency_id = currency
                move = self._bill_new(1.01, 2.02, 0.55, partner_id=customer.id)
                self.assertEqual(self._check(move)["currency"], currency)

    def test_edited_prices_and_discounts(self):
        move = self._bill_new(1.0, 2.0)
        self._get_lines(move).write({"price_unit": 79.99, "discount": 12.5})
        statement = self._check(move)
        for row in self._get_rows(statement):
            self.assertEqual((row["price"], row["discount"]), (79.99, 12.5))
        self.assertEqual(statement["tickets"][0]["remarks"], [])

    def test_edited_quantities_are_told(self):
        self.policy.sudo().line_detail = "total"
        tickets = self._create_ticket(1.0, 2.0) + self._create_ticket(3.0)
        move = self._close_and_bill(tickets)
        self._get_lines(move).quantity = 5.0
        statement = self._check(move)
        quantities = [row["quantity"] for row in self._get_rows(statement)]
        self.assertEqual(quantities, [0.83, 1.67, 2.5])
        self.assertEqual(
            [ticket["remarks"] for ticket in statement["tickets"]],
            [
                ["Adjusted on the invoice: -0.50 (2.50 instead of 3.00)"],
                ["Adjusted on the invoice: -0.50 (2.50 instead of 3.00)"],
            ],
        )
        self._get_lines(move).quantity = 7.5
        remark = self._check(move)["tickets"][1]["remarks"]
        self.assertEqual(
            remark, ["Adjusted on the invoice: +0.75 (3.75 instead of 3.00)"]
        )

    def test_line_that_was_removed(self):
        self.policy.sudo().line_detail = "entry"
        move = self._bill_new(1.0, 2.0)
        self._get_lines(move)[0].unlink()
        statement = self._check(move)
        self.assertEqual(len(self._get_rows(statement)), 1)

    def test_other_items(self):
        move = self._bill_new(1.0)
        values = {"name": "Monthly fee", "price_unit": 49.99, "quantity": 1}
        move.invoice_line_ids = [
            Command.create({**values, "tax_ids": self.tax_19.ids}),
            Command.create({"display_type": "line_section", "name": "Thank you"}),
        ]
        self.assertEqual(self._check(move)["other"], 49.99)

    def test_charge_that_became_free(self):
        move = self._bill_new(1.0)
        self._get_lines(move).price_unit = 0.0
        statement = self._check(move)
        self.assertEqual([r["amount"] for r in self._get_rows(statement)], [0.0])

    def test_credit_note(self):
        move = self._post(self._bill_new(1.0, 2.0))
        refund = self._credit(move, quantity=1.0)
        statement = self._check(refund)
        self.assertTrue(statement["is_credit"])
        self.assertEqual(statement["work"], 100.0)
        # A part that is credited is no adjustment
        self.assertEqual(statement["tickets"][0]["remarks"], [])

    def test_part_that_is_billed_again(self):
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=0.5)
        ticket.action_bill_again()
        again = ticket.invoice_ids.filtered(
            lambda m: m.move_type == "out_invoice" and m != move
        )
        (row,) = self._get_rows(self._check(again))
        self.assertIsNone(row["worked"])
        self.assertEqual((row["quantity"], row["amount"]), (0.5, 50.0))

    # What a contract pays for

    def test_covered_part_of_billed_work(self):
        self._create_contract(hour_allowance="limited", included_hours=1.0)
        statement = self._check(self._bill_new(1.5))
        (row,) = self._get_rows(statement)
        self.assertTrue(row["is_covered"])
        self.assertEqual((row["covered"], row["quantity"]), (1.0, 0.5))
        self.assertEqual(row["amount"], 50.0)
        self.assertTrue(statement["has_covered"])

    def test_covered_work_that_the_invoice_tells_of(self):
        self.policy.sudo().show_covered_work = True
        self._create_contract(hour_allowance="limited", included_hours=2.0)
        statement = self._check(self._bill_new(1.0, 1.5))
        first, second = self._get_rows(statement)
        self.assertEqual((first["covered"], first["amount"]), (1.0, 0.0))
        self.assertIsNone(first["price"])
        self.assertEqual((second["covered"], second["quantity"]), (1.0, 0.5))

    def test_invoice_of_nothing(self):
        self.policy.sudo().write({"show_covered_work": True, "skip_zero": False})
        self._create_contract(hour_allowance="unlimited")
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        move = ticket._get_charges().note_line_id.move_id
        statement = self._check(move)
        self.assertEqual(statement["total"], 0.0)
        self.assertIsNone(statement["other"])
        self.assertEqual([r["covered"] for r in self._get_rows(statement)], [1.0])
        # A price on the line that tells of it bills something else
        self._get_lines(move).price_unit = 5.0
        self.assertEqual(self._check(move)["other"], 5.0)

    def test_fee_and_time(self):
        self._create_contract(
            per_ticket_rate=50.0, hourly_rate_source="fixed", hourly_rate=80.0
        )
        move = self._bill_new(1.0)
        statement = self._check(move)
        rows = self._get_rows(statement)
        self.assertEqual(sorted(row["amount"] for row in rows), [50.0, 80.0])
        (fee,) = (row for row in rows if not row["is_time"])
        self.assertIsNone(fee["worked"])
        self.assertEqual(fee["times"], 0.0)
        self.assertEqual(statement["tickets"][0]["quantity"], 1.0)
        line = self._get_lines(move).filtered(lambda ln: ln.price_unit == 50.0)
        line.quantity = 2.0
        statement = self._check(move)
        (fee,) = (row for row in self._get_rows(statement) if not row["is_time"])
        self.assertEqual(fee["times"], 2.0)

    def test_included_fee(self):
        self.policy.sudo().show_covered_work = True
        self._create_contract(
            per_ticket_rate=50.0,
            hourly_rate_source="fixed",
            hourly_rate=80.0,
            ticket_allowance="unlimited",
        )
        statement = self._check(self._bill_new(1.0))
        (fee,) = (row for row in self._get_rows(statement) if not row["is_time"])
        self.assertTrue(fee["is_covered"])
        self.assertEqual((fee["covered"], fee["amount"]), (0.0, 0.0))
        self.assertEqual(statement["work"], 80.0)

    # What is told to whom

    def test_notes_and_names_as_the_policy_prints_them(self):
        move = self._bill_new(1.0)
        cases = [
            # notes, technicians, expected
            (False, False, ("", "")),
            (True, False, ("Replaced the network cable", "")),
            (False, True, ("", "Nina Hartwell")),
        ]
        for notes, names, expected in cases:
            with self.subTest(notes=notes, names=names):
                self.policy.sudo().write(
                    {"show_work_notes": notes, "show_technician": names}
                )
                (row,) = self._get_rows(self._check(move))
                self.assertEqual((row["notes"], row["technician"]), expected)

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        german = self.time_product.with_context(lang="de_DE")
        german.name = "Unterstützung"
        (row,) = self._get_rows(self._check(self._bill_new(1.0)))
        self.assertEqual(row["label"], "Unterstützung")

    def test_texts_of_customers_are_no_html(self):
        self.policy.sudo().show_work_notes = True
        ticket = self._create_ticket(name="<b>Bold</b>", customer_reference="<i>PO</i>")
        self._log_time(ticket, 1.0, name="<script>alert(1)</script>")
        move = self._close_and_bill(ticket)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(REPORT, move.ids)
        text = html.decode()
        for tag in ("<b>Bold", "<i>PO", "<script>alert"):
            self.assertNotIn(tag, text)
        self.assertIn("&lt;script&gt;alert(1)", text)

    def test_whoever_may_read_the_invoice(self):
        move = self._bill_new(1.0)
        names = {"clerk": "account.group_account_readonly", "guest": "base.group_user"}
        clerk, guest = (
            new_test_user(self.env, name, groups=group, company_id=self.company.id)
            for name, group in names.items()
        )
        self.assertTrue(move.with_user(clerk)._get_statement_of_work()["tickets"])
        with self.assertRaises(AccessError):
            move.with_user(guest)._get_statement_of_work()
        report = self.env["ir.actions.report"].with_user(guest)
        with self.assertRaises(AccessError):
            report._render_qweb_html(REPORT, move.ids)
        menu = self.env.ref("ticket_billing.report_statement_of_work_action")
        other = self.init_invoice("out_invoice", products=self.product_a)
        for found, expected in ((move, menu.ids), (other, [])):
            valid = menu.with_user(clerk).get_valid_action_reports(
                "account.move", found.ids
            )
            self.assertEqual(valid, expected)

    def test_invoice_without_tickets_has_none(self):
        move = self.init_invoice("out_invoice", products=self.product_a)
        self.assertFalse(move._wants_statement())
        with self.assertRaisesRegex(UserError, "no work on tickets"):
            self.env["ir.actions.report"]._render_qweb_html(REPORT, move.ids)

    def test_policies_decide(self):
        policies = self.env["ticket.billing.policy"].sudo()
        self.assertTrue(policies.create({"name": "New"}).attach_statement)
        tickets = self._create_ticket(1.0) + self._create_ticket(1.0)
        move = self._close_and_bill(tickets)
        settings = self.env["res.config.settings"].sudo()
        settings.create({"ticket_billing_attach_statement": False}).execute()
        self.assertFalse(move._wants_statement())
        # One of the policies is enough
        charge = tickets[0]._get_charges()
        charge.policy_id = self._create_policy(attach_statement=True)
        self.assertTrue(move._wants_statement())
        # Policies that are older than the statement stay as they were
        self.env.flush_all()
        self.env.cr.execute("UPDATE ticket_billing_policy SET attach_statement = NULL")
        policies._init_column("attach_statement")
        policies.invalidate_model(["attach_statement"])
        self.assertFalse(self.policy.attach_statement)

    def test_long_tables_are_cut_in_parts(self):
        def row(notes=""):
            return {"notes": notes, "technician": "", "is_covered": False}

        cases = [
            # rows, expected lengths of the parts
            ([], []),
            ([row()], [1]),
            ([row()] * 5, [4, 1]),
            ([row("x" * 51)] * 3, [1, 1, 1]),
            ([row("a\nb\nc\nd\ne"), row(), row()], [1, 2]),
        ]
        for rows, expected in cases:
            with self.subTest(expected=expected):
                parts = split_rows(rows, most=4)
                self.assertEqual([len(part) for part in parts], expected)
                self.assertEqual([one for part in parts for one in part], rows)
