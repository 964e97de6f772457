from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestDraftLines(TicketBillingCommon):
    """What a line is, and what is printed on it."""

    def _set_policy(self, **values):
        self.policy.sudo().write(values)

    def _bill_hours(self, *hours, rate=92.5):
        """Bill a ticket of a new customer."""
        customer = self._create_customer("Harbour Logistics").id
        self._create_contract(
            partner_id=customer, hourly_rate_source="fixed", hourly_rate=rate
        )
        ticket = self._create_ticket(*hours, partner_id=customer)
        return self._close_and_bill(ticket)

    def test_line_detail(self):
        """0.33 h + 0.33 h + 0.34 h at 92.50: as printed, to the cent."""
        cases = [
            ("ticket", [(1.0, 92.5)], 92.5),
            ("entry", [(0.33, 30.53), (0.33, 30.53), (0.34, 31.45)], 92.51),
            ("total", [(1.0, 92.5)], 92.5),
        ]
        for detail, lines, net in cases:
            for method in ("round_per_line", "round_globally"):
                with self.subTest(detail=detail, method=method):
                    self.company.tax_calculation_rounding_method = method
                    self._set_policy(line_detail=detail, rounding_method="none")
                    move = self._bill_hours(0.33, 0.33, 0.34)
                    printed = self._get_lines(move)
                    self.assertEqual(
                        sorted((p.quantity, p.price_subtotal) for p in printed), lines
                    )
                    for line in printed:
                        self.assertEqual(
                            line.price_subtotal,
                            self.company.currency_id.round(
                                line.quantity * line.price_unit
                            ),
                        )
                    self.assertAlmostEqual(move.amount_untaxed, net, 1)
                    ticket = move.billed_ticket_ids
                    self.assertAlmostEqual(
                        ticket.amount_invoiced, sum(printed.mapped("price_subtotal"))
                    )

    def test_amounts_beforehand_are_those_of_the_lines(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=92.5)
        for detail, amount in (("ticket", 92.5), ("entry", 92.51)):
            with self.subTest(detail=detail):
                self._set_policy(line_detail=detail, rounding_method="none")
                ticket = self._create_ticket(0.33, 0.33, 0.34)
                self.assertEqual(ticket.amount_to_invoice, amount)

    def test_one_line_for_everything(self):
        self._set_policy(line_detail="total")
        tickets = self.env["helpdesk.ticket"]
        for _index in range(12):
            tickets += self._create_ticket(1.0)
        line = self._get_lines(self._close_and_bill(tickets))
        self.assertEqual(line.quantity, 12.0)
        self.assertEqual(line.charge_ids.ticket_id, tickets)
        numbers = ", ".join(tickets[:10].mapped("number"))
        self.assertEqual(line.name, f"Support time: {numbers}, 2 more")

    def test_a_line_of_its_own_names_the_day(self):
        self._set_policy(line_detail="entry")
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-03-05")
        line = self._get_lines(self._close_and_bill(ticket))
        self.assertIn("03/05/2026", line.name)

    # Notes and names

    def test_notes_and_names_only_if_switched_on(self):
        cases = [
            ({}, ""),
            ({"show_work_notes": True}, "\n03/05/2026 · Replaced the network cable"),
            ({"show_technician": True}, "\n03/05/2026 · Nina Hartwell"),
            (
                {"show_work_notes": True, "show_technician": True},
                "\n03/05/2026 · Nina Hartwell · Replaced the network cable",
            ),
        ]
        self._set_policy(group_by="ticket")
        for switches, text in cases:
            with self.subTest(switches=switches):
                self._set_policy(show_work_notes=False, show_technician=False)
                self._set_policy(**switches)
                ticket = self._create_ticket()
                self._log_time(ticket, 1.0, date="2026-03-05")
                line = self._get_lines(self._close_and_bill(ticket))
                title = f"Support time: {ticket.number} Printer offline"
                self.assertEqual(line.name, title + text)

    def test_notes_are_plain_and_cut(self):
        self._set_policy(show_work_notes=True)
        ticket = self._create_ticket(name="Printer " * 60)
        self._log_time(
            ticket, 1.0, name="<b>Tried</b>\n  everything \t" + "and more " * 60
        )
        line = self._get_lines(self._close_and_bill(ticket))
        title, note = line.name.split("\n")
        self.assertTrue(title.endswith("Printer…"))
        self.assertLess(len(title), 200)
        self.assertIn("<b>Tried</b> everything and more", note)
        self.assertTrue(note.endswith("and more…") or note.endswith("and…"))
        self.assertLess(len(note), 260)

    def test_many_notes_are_counted(self):
        self._set_policy(show_work_notes=True)
        ticket = self._create_ticket(*[0.25] * 33)
        self._set_policy(approval="none")
        line = self._get_lines(self._close_and_bill(ticket))
        notes = line.name.split("\n")[1:]
        self.assertEqual(len(notes), 31)
        self.assertEqual(notes[-1], "and 3 more entries")

    def test_every_text_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"].sudo().search(
            [("name", "in", ("ticket_billing", "uom"))]
        )._update_translations("de_DE")
        self.customer.lang = "de_DE"
        self.time_product.with_context(lang="de_DE").name = "Arbeitszeit"
        self._set_policy(show_work_notes=True, show_covered_work=True)
        self._create_contract(
            hour_allowance="limited",
            included_hours=1.0,
            hourly_rate_source="fixed",
            hourly_rate=80.0,
        )
        ticket = self._create_ticket(customer_reference="4711")
        self._log_time(ticket, 3.0, date="2026-03-05")
        move = self._close_and_bill(ticket)
        texts = move.invoice_line_ids.mapped("name")
        self.assertEqual(
            texts,
            [
                f"Arbeitszeit: {ticket.number} Printer offline (Ihr Zeichen: 4711)\n"
                "05.03.2026 · Replaced the network cable",
                "In Ihrem Vertrag enthalten: 1,00 Stunden, "
                f"Arbeitszeit: {ticket.number} Printer offline (Ihr Zeichen: 4711)",
            ],
        )

    # Covered work

    def _create_allowance(self, hours, **values):
        return self._create_contract(
            **values,
            hour_allowance="limited",
            included_hours=hours,
            allowance_period="contract",
            hourly_rate_source="fixed",
            hourly_rate=100.0,
        )

    def test_covered_work_is_a_note_if_wanted(self):
        for wanted in (False, True):
            with self.subTest(wanted=wanted):
                self._set_policy(show_covered_work=wanted, group_by="ticket")
                customer = self._create_customer("Harbour Logistics").id
                self._create_allowance(2.0, partner_id=customer)
                ticket = self._create_ticket(5.0, partner_id=customer)
                move = self._close_and_bill(ticket)
                notes = move.invoice_line_ids - self._get_lines(move)
                self.assertEqual(
                    notes.mapped("name"),
                    [
                        "Included in your contract: 2.00 Hours, "
                        f"Support time: {ticket.number} Printer offline"
                    ]
                    if wanted
                    else [],
                )
                noted = ticket._get_charges() if wanted else notes.noted_charge_ids
                self.assertEqual(notes.noted_charge_ids, noted)
                self.assertRecordValues(move, [{"amount_untaxed": 300.0}])

    def test_a_covered_ticket_is_told_on_the_invoice_of_others(self):
        self._set_policy(show_covered_work=True)
        self._create_allowance(1.0)
        covered, billed = self._create_ticket(1.0), self._create_ticket(2.0)
        move = self._close_and_bill(covered | billed)
        self.assertEqual(covered.billing_state, "covered")
        self.assertEqual(move.billed_ticket_ids, covered | billed)
        self.assertEqual(move.amount_untaxed, 200.0)
        self.assertIn(covered.number, move.invoice_origin)

    def test_what_is_told_once_is_not_told_again(self):
        self._set_policy(show_covered_work=True)
        self._create_allowance(1.0)
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).action_post()
        self._log_time(ticket, 1.0)
        draft = self._bill(ticket).filtered(lambda m: m.state == "draft")
        self.assertRecordValues(draft, [{"amount_untaxed": 100.0}])
        self.assertFalse(draft.invoice_line_ids.noted_charge_ids)

    # Nothing to pay

    def test_covered_ticket_makes_no_invoice(self):
        self._create_allowance(5.0)
        ticket = self._create_ticket(2.0)
        self.assertFalse(self._close_and_bill(ticket))
        self.assertEqual(ticket.billing_state, "covered")

    def test_covered_ticket_makes_an_invoice_of_zero_if_wanted(self):
        self._set_policy(skip_zero=False)
        self._create_allowance(5.0)
        ticket = self._create_ticket(2.0)
        self._close(ticket)
        previewed = self._preview(ticket)
        ticket.action_generate_invoice()
        move = ticket._get_charges().note_line_id.move_id
        self.assertEqual([self._describe_invoice(move)], previewed)
        self.assertRecordValues(
            self._get_lines(move), [{"quantity": 2.0, "price_unit": 0.0}]
        )
        self.assertEqual(ticket.billing_state, "covered")
        self._bill(ticket)
        self.assertEqual(ticket._get_charges().note_line_id.move_id, move)
        move.action_post()
        self.assertEqual(move.amount_total, 0.0)

    def test_what_rounds_to_nothing_makes_no_invoice(self):
        yen = self.setup_other_currency("JPY", rounding=1.0)
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=20.0)
        contract.currency_id = yen
        self._set_policy(rounding_method="none", minimum_hours=0.0)
        ticket = self._create_ticket(0.02)
        self.assertFalse(self._close_and_bill(ticket))
        self.assertRecordValues(
            ticket._get_charges(),
            [{"state": "covered", "covered_quantity": 0.02, "quantity": 0.0}],
        )
        self.assertIn("rounds to 0.00", ticket.billing_reason)
        run = self.env["ticket.billing.run"].sudo().search([], limit=1)
        self.assertEqual(run.line_ids.outcome, "covered")

    def test_what_rounds_to_nothing_goes_along_with_other_work(self):
        yen = self.setup_other_currency("JPY", rounding=1.0)
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=20.0)
        contract.currency_id = yen
        self._set_policy(rounding_method="none", minimum_hours=0.0)
        tickets = self._create_ticket(0.02) | self._create_ticket(2.0)
        move = self._close_and_bill(tickets)
        self.assertEqual(move.billed_ticket_ids, tickets)
        self.assertEqual(move.amount_untaxed, 40.0)
