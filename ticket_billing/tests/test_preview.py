import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestPreview(TicketBillingCommon):
    """That previews equal drafts is checked with each bill of ``_bill``."""

    def _open(self, tickets, user=None):
        action = tickets.with_user(user or self.env.user).action_preview_billing()
        model = self.env[action["res_model"]].with_user(user or self.env.user)
        return model.browse(action["res_id"])

    def _create_included(self, hours=2.0, **values):
        return self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=100.0,
            hour_allowance="limited",
            included_hours=hours,
            **values,
        )

    def _count(self):
        models = ("ticket.billing.charge", "account.move", "account.move.line")
        models += ("ticket.billing.run", "ticket.billing.run.line", "mail.message")
        return [self.env[model].sudo().search_count([]) for model in models]

    def test_order_of_the_selection_does_not_matter(self):
        """Whoever looked at a list in another order confirms what he saw."""
        open_tickets = self._create_ticket(1.0) + self._create_ticket(2.0, priority="3")
        closed = self._close(self._create_ticket(3.0) + self._create_ticket(4.0))
        for tickets in (closed + open_tickets, (closed + open_tickets)[::-1]):
            with self.subTest(tickets=tickets.ids):
                wizard = self._open(tickets)
                digest = wizard.sudo().digest
                wizard.invalidate_recordset()
                values = wizard._prepare_values(wizard.ticket_ids, wizard._get_due())
                self.assertEqual(values["digest"], digest)
        wizard.action_confirm()
        self.assertFalse(wizard.difference)
        self.assertEqual(sum(closed.invoice_ids.mapped("amount_untaxed")), 700.0)

    # What it shows

    def test_it_shows_lines_taxes_and_total(self):
        """5 h, 2 h of them included: 3 h × 100.00 = 300.00 and 57.00 tax."""
        self._create_included()
        ticket = self._close(self._create_ticket(5.0))
        wizard = self._open(ticket)
        self.assertRecordValues(
            wizard.line_ids,
            [
                {
                    "name": f"Support time: {ticket.number} Printer offline",
                    "worked_hours": 5.0,
                    "covered_quantity": 2.0,
                    "covered_amount": 200.0,
                    "quantity": 3.0,
                    "price_unit": 100.0,
                    "tax_names": "19 %",
                    "amount": 300.0,
                    "will_bill": True,
                }
            ],
        )
        self.assertRecordValues(
            wizard.invoice_ids,
            [{"amount_untaxed": 300.0, "amount_tax": 57.0, "amount_total": 357.0}],
        )
        self.assertIn("0.00 h of 2.00 h left", wizard.explanation)

    def test_covered_work_is_shown_at_its_value(self):
        self._create_included()
        wizard = self._open(self._close(self._create_ticket(1.0)))
        self.assertRecordValues(
            wizard.line_ids,
            [{"covered_quantity": 1.0, "covered_amount": 100.0, "quantity": 0.0}],
        )
        self.assertFalse(wizard.will_bill)
        self.assertIn("Included hours of the contract", wizard.reasons)

    def test_it_writes_nothing(self):
        self._create_included()
        tickets = self._close(self._create_ticket(5.0)) | self._create_ticket(1.0)
        tickets.flush_recordset()
        before = self._count(), tickets.read()
        self._open(tickets)
        tickets.get_billing_preview()
        self.env.flush_all()
        tickets.invalidate_recordset()
        self.assertEqual((self._count(), tickets.read()), before)

    def test_warnings(self):
        self._create_included(hours=20.0, date_start="2026-01-01")
        no_contract = self._create_customer("Harbour Logistics")
        free = self._create_ticket()
        self._log_time(free, 1.0, billing_rate_overridden=True)
        ended = self._create_contract(name="Old", date_end="2020-12-31")
        internal = self._create_ticket(1.0)
        self._log_time(internal, 1.5, billable=False)
        cases = [
            # ticket, warning
            (self._create_ticket(1.0), "The ticket is still open."),
            (self._create_ticket(1.0), "20.00 h of 20.00 h left"),
            (
                self._create_ticket(1.0, partner_id=no_contract.id),
                "No running contract.",
            ),
            (self._close(free), "A price is 0.00."),
            (
                self._create_ticket(1.0, billing_contract_id=ended.id),
                "Contract “Old” was chosen, although it does not hold by itself.",
            ),
            (internal, "1.50 h are not billed. Marked as not billable."),
        ]
        for ticket, warning in cases:
            with self.subTest(warning=warning):
                self.assertIn(warning, self._open(ticket).warnings)
                data = ticket.get_billing_preview()[0]
                self.assertTrue(any(warning in text for text in data["warnings"]))

    def test_a_closed_ticket_as_agreed_has_no_warnings(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        wizard = self._open(self._close(self._create_ticket(1.0)))
        self.assertFalse(wizard.warnings)
        self.assertFalse(wizard.reasons)

    # Confirm

    def test_confirming_bills_what_was_shown(self):
        ticket = self._close(self._create_ticket(1.0))
        self._open(ticket).action_confirm()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_what_changed_is_shown_instead_of_billed(self):
        changes = [
            # what changes, what the wizard says
            (lambda t: self._log_time(t, 1.0), "– {name}: 1.00 × $ 100.00 = $ 100.00"),
            (lambda t: self._log_time(t, 1.0), "+ {name}: 2.00 × $ 100.00 = $ 200.00"),
            (
                lambda t: self.customer.write(
                    {"property_payment_term_id": self.pay_terms_b.id}
                ),
                "the terms behind them changed",
            ),
        ]
        for index, (change, text) in enumerate(changes):
            with self.subTest(change=index):
                ticket = self._close(self._create_ticket(1.0))
                wizard = self._open(ticket)
                change(ticket)
                action = wizard.action_confirm()
                ticket.invalidate_recordset()
                self.assertEqual(action["res_id"], wizard.id)
                self.assertFalse(ticket.invoice_ids)
                name = f"Support time: {ticket.number} Printer offline"
                difference = wizard.difference.replace("\xa0", " ")
                self.assertIn(text.format(name=name), difference)
                wizard.action_confirm()
                ticket.invalidate_recordset()
                self.assertTrue(ticket.invoice_ids)

    def test_billed_meanwhile(self):
        ticket = self._close(self._create_ticket(1.0))
        wizard = self._open(ticket)
        move = self._bill(ticket)
        wizard.action_confirm()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.invoice_ids, move)
        self.assertIn("Everything is billed already.", wizard.reasons)

    def test_an_open_ticket_is_not_billed(self):
        ticket = self._create_ticket(1.0)
        wizard = self._open(ticket)
        self.assertFalse(wizard.will_bill)
        self.assertEqual(wizard.line_ids.amount, 100.0)
        wizard.action_confirm()
        ticket.invalidate_recordset()
        self.assertFalse(ticket.invoice_ids)

    def test_some_are_billed_and_some_are_not(self):
        tickets = self._close(
            self._create_ticket(1.0)
            | self._create_ticket(9.0)
            | self._create_ticket()
            | self._create_ticket(1.0, partner_id=False)
        )
        wizard = self._open(tickets)
        numbers = tickets.mapped("number")
        self.assertEqual(
            wizard.reasons.split("\n"),
            [
                f"{numbers[1]}: Over the limits: waits for a manager's approval.",
                f"{numbers[2]}: No billable time was logged and no fee is agreed.",
                f"{numbers[3]}: Set the contact of the ticket: it has no customer.",
            ],
        )
        self.assertEqual(wizard.line_ids.mapped("will_bill"), [True, False])
        wizard.action_confirm()
        tickets.invalidate_recordset()
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 100.0)

    def test_one_that_cannot_be_invoiced_does_not_stop_the_others(self):
        """The contract of one customer names a journal that is archived."""
        good = self._close(self._create_ticket(1.0))
        other = self._create_customer("Harbour Logistics")
        journal = self.company_data["default_journal_sale"].sudo().copy()
        self._create_contract(partner_id=other.id, journal_id=journal.id)
        journal.active = False
        bad = self._close(self._create_ticket(1.0, partner_id=other.id))
        wizard = self._open(good | bad)
        self.assertEqual(wizard.invoice_ids.amount_untaxed, 100.0)
        self.assertIn(bad.number, wizard.reasons)

    def test_work_that_waits_already_is_shown(self):
        self.policy.sudo().approval = "all"
        ticket = self._close(self._create_ticket(1.0))
        self._bill(ticket)
        wizard = self._open(ticket)
        self.assertRecordValues(
            wizard.line_ids, [{"amount": 100.0, "will_bill": False}]
        )
        self.assertIn("Waits for a manager's approval", wizard.reasons)
        self.assertEqual(ticket.get_billing_preview()[0]["amount_untaxed"], 100.0)

    def test_work_that_is_ready_already_is_billed(self):
        self.policy.sudo().approval = "all"
        ticket = self._close(self._create_ticket(1.0))
        self._bill(ticket)
        ticket._get_charges().write({"rating_state": "ready"})
        (data,) = ticket.get_billing_preview()
        self.assertEqual((data["will_bill"], data["reason"]), (True, ""))
        self.assertFalse(self._open(ticket).reasons)
        self._bill(ticket)

    def test_without_a_journal_the_others_are_shown(self):
        self.policy.sudo().approval = "all"
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        journals.active = False
        tickets = self._close(self._create_ticket(1.0) | self._create_ticket(1.0))
        data = tickets.get_billing_preview()
        self.assertEqual(len(data), 2)
        self.assertIn("no sales journal", data[0]["reason"])

    def test_an_archived_ticket_is_billed_as_shown(self):
        ticket = self._close(self._create_ticket(1.0))
        ticket.active = False
        self._open(ticket).action_confirm()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_an_untaxed_line_has_no_taxes(self):
        self.time_product.taxes_id = False
        wizard = self._open(self._close(self._create_ticket(1.0)))
        self.assertFalse(wizard.line_ids.tax_names)
        self.assertFalse("()" in wizard.warnings)

    # Plain data

    def test_plain_data(self):
        self._create_included(per_ticket_rate=25.0)
        ticket = self._close(self._create_ticket(5.0))
        data = ticket.get_billing_preview()
        self.assertEqual(json.loads(json.dumps(data)), data)
        (values,) = data
        self.assertEqual(
            values,
            {
                "ticket_id": ticket.id,
                "number": ticket.number,
                "strategy": "mixed",
                "state": "pending",
                "will_bill": True,
                "reason": "",
                "currency": "USD",
                "amount_untaxed": 325.0,
                "amount_total": 386.75,
                "warnings": values["warnings"],
                "lines": [
                    {
                        "name": f"Support ticket: {ticket.number} Printer offline",
                        "product": "Support ticket",
                        "quantity": 1.0,
                        "covered_quantity": 0.0,
                        "price_unit": 25.0,
                        "amount": 25.0,
                    },
                    {
                        "name": f"Support time: {ticket.number} Printer offline",
                        "product": "Support time",
                        "quantity": 3.0,
                        "covered_quantity": 2.0,
                        "price_unit": 100.0,
                        "amount": 300.0,
                    },
                ],
            },
        )

    def test_one_dict_for_each_ticket_in_order(self):
        tickets = (
            self._create_ticket(1.0) | self._create_ticket() | self._create_ticket()
        )
        data = tickets[::-1].get_billing_preview()
        self.assertEqual([d["ticket_id"] for d in data], tickets[::-1].ids)

    def test_generate_invoice_returns_what_it_did(self):
        tickets = self._close(self._create_ticket(1.0) | self._create_ticket())
        data = tickets.generate_invoice()
        self.assertEqual([d["will_bill"] for d in data], [True, False])
        self.assertEqual([d["state"] for d in data], ["invoiced", "not_billable"])
        self.assertEqual(data[0]["amount_untaxed"], 100.0)
        self.assertEqual(
            data[1]["reason"], "No billable time was logged and no fee is agreed."
        )
        self.assertEqual(tickets.invoice_ids.amount_untaxed, 100.0)
        again = tickets.generate_invoice()
        self.assertEqual([d["will_bill"] for d in again], [False, False])
        self.assertEqual(tickets.sudo().billing_run_id.trigger, "api")

    def test_an_open_ticket_says_so(self):
        (data,) = self._create_ticket(1.0).get_billing_preview()
        self.assertFalse(data["will_bill"])
        self.assertIn("still open", data["reason"])
        self.assertEqual(data["amount_untaxed"], 100.0)

    def test_amounts_of_two_currencies_are_added_in_the_companys(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        contract = self._create_contract(
            hourly_rate_source="fixed", hourly_rate=40.0, date_end="2025-12-31"
        )
        contract.currency_id = euro
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-12-31")
        self._log_time(ticket, 1.0, date="2026-01-01")
        (data,) = self._close(ticket).get_billing_preview()
        self.assertEqual((data["amount_untaxed"], data["currency"]), (180.0, "USD"))

    # Rights

    def test_without_the_right_there_are_no_amounts(self):
        ticket = self._close(self._create_ticket(1.0))
        (data,) = ticket.with_user(self.agent).get_billing_preview()
        self.assertNotIn("100", json.dumps(data["lines"]))
        for name in ("amount_untaxed", "amount_total"):
            self.assertNotIn(name, data)
        for name in ("price_unit", "amount"):
            self.assertNotIn(name, data["lines"][0])
        wizard = self._open(ticket, self.agent)
        self.assertNotIn("100.00", wizard.explanation)
        for record, name in (
            (wizard.line_ids, "amount"),
            (wizard.line_ids, "price_unit"),
            (wizard.line_ids, "covered_amount"),
            (wizard.invoice_ids, "amount_total"),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                record.read([name])

    def test_a_technician_previews_and_confirms_own_tickets_only(self):
        ticket = self._close(self._create_ticket(1.0))
        self._open(ticket, self.agent).action_confirm()
        ticket.invalidate_recordset()
        self.assertTrue(ticket.invoice_ids)
        other = self._create_ticket(1.0, user_id=self.env.uid)
        for name in ("action_preview_billing", "get_billing_preview"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                getattr(other.with_user(self.agent), name)()
        with self.assertRaises(AccessError):
            other.with_user(self.agent).generate_invoice()

    def test_nobody_reads_what_stands_for_the_amounts(self):
        wizard = self._open(self._close(self._create_ticket(1.0)))
        with self.assertRaises(AccessError):
            wizard.with_user(self.env.user).read(["digest"])

    def test_an_auditor_looks_and_cannot_confirm(self):
        auditor = new_test_user(
            self.env, "auditor", groups="ticket_billing.group_ticket_billing_auditor"
        )
        ticket = self._close(self._create_ticket(1.0))
        wizard = self._open(ticket, auditor)
        self.assertEqual(wizard.invoice_ids.amount_total, 119.0)
        self.assertFalse(wizard.can_bill)
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_who_has_no_right_to_billing_sees_no_preview(self):
        outsider = new_test_user(
            self.env, "outsider", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        ticket = self._create_ticket(1.0)
        with self.assertRaises(AccessError):
            ticket.with_user(outsider).get_billing_preview()

    def test_a_preview_is_its_users_own(self):
        wizard = self._open(self._close(self._create_ticket(1.0)))
        with self.assertRaises(AccessError):
            wizard.with_user(self.agent).line_ids.read(["name"])

    # Speed

    def test_queries_do_not_grow_with_the_tickets(self):
        tickets = self.env["helpdesk.ticket"]
        for _number in range(12):
            tickets |= self._create_ticket(1.0)
        self._close(tickets)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.get_billing_preview()
            return self.env.cr.sql_log_count - before

        count(tickets)
        # Odoo itself asks for the analytic distribution of each line of an invoice
        lines_more = 10
        self.assertLessEqual(count(tickets) - count(tickets[:2]), lines_more)
