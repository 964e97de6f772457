from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import formatLang, mute_logger

from .common_statement import REPORT, StatementPaperCommon

INVOICE = "account.account_invoices"
LOGGER = "odoo.addons.ticket_billing"


@tagged("post_install", "-at_install")
class TestStatementPdf(StatementPaperCommon):
    def _assert_on(self, page, *texts):
        for text in texts:
            self.assertIn(" ".join(text.split()), page)

    def test_says_what_the_invoice_says(self):
        ticket = self._create_ticket(customer_reference="PO 17", name="A < B & C")
        self._log_time(ticket, 1.1, date="2026-03-01")
        self._log_time(ticket, 0.5, date="2026-03-09")
        move = self._close_and_bill(ticket)
        (page,) = self._get_pages(self._print(REPORT, move))
        self._assert_on(
            page, "Statement of Work", self.company.name, "Draft Invoice", "PO 17"
        )
        self._post(move)
        (page,) = self._get_pages(self._print(REPORT, move))
        self._assert_on(
            page,
            f"{ticket.number} A < B & C",
            self.customer.name,
            move.name,
            "03/01/2026 Support time 1.10 1.10 100.00 $ 110.00",
            "03/09/2026 Support time 0.50 0.65 100.00 $ 65.00",
            f"Total {ticket.number} 1.60 1.75 $ 175.00",
            f"Untaxed Amount {move.currency_id.format(move.amount_untaxed)}",
            move.currency_id.format(move.amount_tax),
            f"Total {move.currency_id.format(move.amount_total)}",
        )
        self.assertNotIn("network cable", page)
        self.assertNotIn("Nina", page)

    def test_edited_covered_and_other(self):
        self.policy.sudo().write({"show_work_notes": True, "show_technician": True})
        self._create_contract(hour_allowance="limited", included_hours=1.0)
        move = self._bill_new(2.5)
        line = self._get_lines(move)
        line.write({"quantity": 1.25, "discount": 10})
        line.copy({"move_id": move.id, "name": "By hand", "price_unit": 7.0})
        (page,) = self._get_pages(self._print(REPORT, move))
        self._assert_on(
            page,
            "Support time · Nina Hartwell Replaced the network cable "
            "Included in your contract 2.50 1.25 1.00 100.00 − 10.00 % $ 112.50",
            "Adjusted on the invoice: -0.25 (1.25 instead of 1.50)",
            "Work on tickets $ 112.50",
            "Other items on this invoice $ 7.88",
            f"Untaxed Amount {move.currency_id.format(move.amount_untaxed)}",
        )

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        head = self.env.ref("ticket_billing.report_statement_of_work_head").sudo()
        head.update_field_translations(
            "arch_db", {"de_DE": {"Statement of Work": "Leistungsnachweis"}}
        )
        ticket = self._create_ticket()
        self._log_time(ticket, 12.25, date="2026-03-31", billing_rate_override=112.5)
        self.policy.sudo().approval = "none"
        move = self._post(self._close_and_bill(ticket))
        (page,) = self._get_pages(self._print(REPORT, move))
        self._assert_on(page, "Leistungsnachweis", "31.03.2026", "12,25", "1.378,13")
        german = self.env(context={"lang": "de_DE"})
        total = formatLang(german, move.amount_total, currency_obj=move.currency_id)
        self._assert_on(page, total)

    def test_long_tickets_have_a_head_on_each_page(self):
        self.policy.sudo().approval = "none"
        move = self._bill_new(*[1.0] * 70)
        pages = self._get_pages(self._print(REPORT, move))
        self.assertGreater(len(pages), 1)
        number = move.billed_ticket_ids.number
        for page in pages:
            self._assert_on(page, f"{number} Printer offline", "Hours worked Hours")
        self._assert_on(pages[1], "(continued)")
        self._assert_on(pages[-1], f"Total {number} 70.00 70.00", "$ 7,000.00")

    # Printing

    def test_follows_the_invoice(self):
        move = self._post(self._bill_new(1.0))
        for report in (INVOICE, "account.account_invoices_without_payment"):
            with self.subTest(report=report):
                invoice, statement = self._get_pages(self._print(report, move))
                self._assert_on(invoice, f"Invoice {move.name}")
                self.assertNotIn("Statement of Work", invoice)
                self._assert_on(statement, "Statement of Work", move.name)
        self.policy.sudo().attach_statement = False
        self.assertEqual(len(self._get_pages(self._print(INVOICE, move))), 1)
        # By hand it can be printed all the same
        self.assertEqual(len(self._get_pages(self._print(REPORT, move))), 1)

    def test_other_invoices_are_printed_as_ever(self):
        move = self.init_invoice("out_invoice", products=self.product_a)
        self.assertEqual(len(self._get_pages(self._print(INVOICE, move))), 1)

    def test_several_at_once(self):
        moves = self._bill_new(1.0) + self._bill_new(2.0)
        other = self.init_invoice("out_invoice", products=self.product_a)
        pages = self._get_pages(self._print(REPORT, moves + other))
        self.assertEqual(len(pages), 2)
        for page, move in zip(pages, moves, strict=True):
            self._assert_on(page, move.billed_ticket_ids.number)
        with self.assertRaisesRegex(UserError, "no work on tickets"):
            self._print(REPORT, other + other.copy())

    def test_what_was_kept_does_not_get_it_twice(self):
        move = self._post(self._bill_new(1.0))
        report = self.env.ref(INVOICE).sudo()
        report.write({"attachment": "'kept.pdf'", "attachment_use": True})
        for _time in range(2):
            self.assertEqual(len(self._get_pages(self._print(INVOICE, move))), 2)

    def test_credit_note(self):
        refund = self._credit(self._post(self._bill_new(1.0, 2.0)), quantity=1.0)
        _note, page = self._get_pages(self._print(INVOICE, refund))
        self._assert_on(page, "Credit Note", refund.name, "Hours credited", "$ 100.00")

    def test_failure_leaves_the_invoice_and_a_note(self):
        move = self._bill_new(1.0)
        moves = self.env.registry["account.move"]
        broken = patch.object(moves, "_get_statement_totals", side_effect=KeyError("x"))
        with broken, self.assertLogs(LOGGER, "ERROR") as log:
            content = self._print(INVOICE, move)
        self.assertEqual(len(self._get_pages(content)), 1)
        self.assertIn("Statement of work of Draft Invoice", log.output[0])
        note = move.message_ids.sorted("id")[-1]
        self.assertIn("statement of work is missing", note.body)
        with broken, mute_logger(LOGGER), self.assertRaises(Exception):  # noqa: B017
            self._print(REPORT, move)
