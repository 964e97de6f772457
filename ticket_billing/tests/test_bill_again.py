from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestBillAgain(InvoiceLifeCommon):
    def _get_replacement(self, charge):
        replacement = charge.replaced_by_id
        self.assertTrue(replacement)
        return replacement

    # Whole charges

    def test_deleted_draft_is_billed_again(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        old = ticket._get_charges()
        ticket.action_bill_again()
        new = self._get_replacement(old)
        self.assertRecordValues(
            new, [{"source_key": f"line:{ticket.timesheet_ids.id}:1", "amount": 200.0}]
        )
        self.assertTrue(old.is_superseded)
        self.assertFalse(old.is_waiting)
        self.assertEqual(ticket.billing_state, "invoiced")
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 200.0)

    def test_old_price_takes_the_gates_of_both_customers(self):
        """Their open drafts and what they were billed today must not change."""
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        other = self._create_customer("Harbour Logistics")
        ticket.partner_id = other
        gates = self.env["ticket.billing.gate"].sudo()
        before = gates.search([("partner_id", "=", self.customer.id)]).version
        ticket.action_bill_again("old")
        self.assertEqual(ticket.invoice_ids.partner_id, self.customer)
        after = gates.search([("partner_id", "=", self.customer.id)]).version
        self.assertEqual(after, before + 1)
        self.assertTrue(gates.search([("partner_id", "=", other.id)]))

    def test_todays_terms_and_the_old_price(self):
        cases = [("today", 120.0), ("old", 80.0)]
        for price, rate in cases:
            with self.subTest(price=price):
                customer = self._create_customer(f"Customer {price}")
                contract = self._create_contract(
                    partner_id=customer.id, hourly_rate_source="fixed", hourly_rate=80.0
                )
                ticket = self._create_ticket(2.0, partner_id=customer.id)
                move = self._post(self._close_and_bill(ticket))
                self._credit(move)
                contract.hourly_rate = 120.0
                ticket.action_bill_again(price)
                line = self._get_new_lines(ticket, ticket.invoice_ids[:0]).filtered(
                    lambda li, m=move: li.move_id.state == "draft"
                )
                self.assertRecordValues(line, [{"quantity": 2.0, "price_unit": rate}])

    def test_corrected_hours_are_billed_at_todays_terms(self):
        ticket = self._create_ticket(4.5, 3.5)
        self._close_and_bill(ticket).unlink()
        ticket.timesheet_ids.sorted("id")[1].sudo().unit_amount = 1.5
        ticket.action_bill_again()
        self.assertEqual(self._get_lines(ticket.invoice_ids).quantity, 6.0)
        # The new hours count from now on: another hour is worth an hour
        ticket.invoice_ids.action_post()
        self._log_time(ticket, 1.0)
        moves = self._bill(ticket)
        self.assertEqual(sum(moves.mapped("amount_untaxed")), 700.0)

    def test_customer_of_today_pays_at_todays_terms(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        other = self._create_customer("Harbour Logistics")
        ticket.partner_id = other
        ticket.action_bill_again()
        self.assertEqual(ticket.invoice_ids.partner_id, other)

    def test_fee_is_billed_again_and_never_twice(self):
        self._create_contract(per_ticket_rate=25.0)
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        ticket.action_bill_again()
        lines = self._get_lines(ticket.invoice_ids)
        self.assertEqual(sorted(lines.mapped("price_subtotal")), [25.0, 100.0])
        self.assertEqual(self._bill(ticket), ticket.invoice_ids)

    def test_included_hours_are_used_once(self):
        contract = self._create_contract(
            hour_allowance="limited",
            included_hours=2.0,
            allowance_period="contract",
            hourly_rate_source="fixed",
            hourly_rate=100.0,
        )
        for price in ("today", "old"):
            with self.subTest(price=price):
                ticket = self._create_ticket(5.0, billing_contract_id=contract.id)
                move = self._post(self._close_and_bill(ticket))
                self._credit(move)
                ticket.action_bill_again(price)
                charge = self._get_replacement(ticket._get_charges()[-1])
                self.assertRecordValues(
                    charge, [{"covered_quantity": 2.0, "quantity": 3.0}]
                )
                contract.invalidate_recordset()
                self.assertEqual(contract.current_period_hours, 2.0)
                ticket.billing_contract_id = False
                ticket.invoice_ids.filtered(lambda m: m.state == "draft").unlink()
                contract = contract.copy({"date_start": "2020-01-01"})

    def test_billed_again_after_billed_again(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        ticket.action_bill_again()
        ticket.invoice_ids.unlink()
        ticket.action_bill_again("old")
        charges = ticket._get_charges().sorted("id")
        self.assertEqual(
            [key.rpartition(":")[2] for key in charges.mapped("source_key")],
            ["0", "1", "2"],
        )
        self.assertEqual(charges.mapped("is_superseded"), [True, True, False])
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)

    def test_work_over_the_limits_waits_for_approval(self):
        ticket = self._create_ticket(9.0)
        self._close(ticket)
        self._bill(ticket)
        ticket._get_charges().with_user(self.env.user).action_approve()
        ticket.invoice_ids.unlink()
        ticket.action_bill_again()
        self.assertEqual(ticket.billing_state, "to_approve")
        self.assertFalse(ticket.invoice_ids)

    def test_rated_anew_before_it_is_invoiced_waits_for_a_person_again(self):
        ticket = self._create_ticket(9.0)
        self._close(ticket)
        self._bill(ticket)
        ticket._get_charges().with_user(self.env.user).action_approve()
        ticket.invoice_ids.unlink()
        old = ticket._get_charges()
        ticket.action_bill_again()
        self._log_time(ticket, 1.0)
        self.assertTrue(old.is_waiting)
        self.assertFalse(old.is_superseded or old.replaced_by_id)
        self.assertEqual(ticket.billing_state, "released")

    # Parts

    def test_partial_credit_leaves_that_part_to_a_person(self):
        """Bill 4.5 h + 3.5 h, credit the 3.5 h, log 1 h: 1 h now, 3.5 h wait."""
        ticket = self._create_ticket(4.5, 3.5)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=3.5)
        self.assertEqual(ticket.billing_state, "released")
        waiting = ticket._get_charges().filtered("is_waiting")
        self.assertEqual(sum(waiting.mapped("waiting_amount")), 350.0)
        self._log_time(ticket, 1.0)
        self._bill(ticket)
        new = self._get_new_lines(ticket, move).filtered(
            lambda line: line.move_type == "out_invoice"
        )
        self.assertEqual(new.quantity, 1.0)
        self.assertEqual(ticket.billing_state, "released")
        ticket.action_bill_again()
        self.assertFalse(ticket._get_charges().filtered("is_waiting"))
        # 3.5 h are billed again, and never 9 h
        self.assertEqual(ticket.amount_invoiced, 450.0 + 100.0 + 350.0)

    def test_remainder_is_billed_in_hours_where_it_is_hours(self):
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=0.5)
        old = ticket._get_charges()
        self.assertRecordValues(
            old,
            [{"state": "billed", "waiting_amount": 50.0, "waiting_reason": "partly"}],
        )
        ticket.action_bill_again("old")
        self.assertRecordValues(
            self._get_replacement(old),
            [{"quantity": 0.5, "price_unit": 100.0, "is_remainder": True}],
        )
        self.assertFalse(old.is_superseded)
        self.assertEqual(ticket.timesheet_ids.billed_hours, 2.0)

    def test_remainder_that_is_no_hours_is_billed_once(self):
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=1.0, price_unit=33.33)
        ticket.action_bill_again("old")
        new = self._get_replacement(ticket._get_charges()[-1])
        self.assertRecordValues(new, [{"quantity": 1.0, "price_unit": 33.33}])

    def test_remainder_at_todays_price(self):
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=0.5)
        contract.hourly_rate = 120.0
        ticket.action_bill_again("today")
        new = self._get_replacement(ticket._get_charges()[-1])
        self.assertRecordValues(new, [{"quantity": 0.5, "price_unit": 120.0}])

    def test_remainders_are_billed_one_after_the_other(self):
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        for _round in range(2):
            self._credit(move, quantity=0.5)
            ticket.action_bill_again("old")
        self.assertEqual(ticket.amount_invoiced, 200.0)
        self._credit(move, quantity=1.0)
        old = ticket._get_charges().filtered(lambda c: c.source_key.endswith(":0"))
        self.assertRecordValues(old, [{"state": "credited", "waiting_amount": 100.0}])
        ticket.action_bill_again("today")
        self.assertEqual(ticket.amount_invoiced, 200.0)
        self.assertFalse(old.is_waiting)

    def test_hours_of_a_remainder_count_once(self):
        """Late time is worth what it adds, whatever was credited and billed again."""
        ticket = self._create_ticket(1.1)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=0.25)
        ticket.action_bill_again("old")
        ticket.invoice_ids.filtered(lambda m: m.state == "draft").action_post()
        self._log_time(ticket, 0.5)
        self._bill(ticket)
        # 1.6 h are 1.75 h, of which 1.25 h were rated before
        late = ticket._get_charges().filtered(lambda c: c.worked_hours == 0.5)
        self.assertRecordValues(late, [{"rated_quantity": 0.5, "state": "invoiced"}])

    def test_remainder_of_a_price_with_tax_included(self):
        self.tax_19.price_include_override = "tax_included"
        self.time_product.list_price = 119.0
        ticket = self._create_ticket(2.0)
        move = self._post(self._close_and_bill(ticket))
        self.assertEqual(move.amount_untaxed, 200.0)
        self._credit(move, quantity=0.5)
        ticket.action_bill_again("old")
        new = self._get_replacement(ticket._get_charges()[-1])
        self.assertRecordValues(
            new, [{"quantity": 0.5, "price_unit": 119.0, "invoiced_amount": 50.0}]
        )

    # Refused

    def test_billed_work_is_not_billed_again(self):
        ticket = self._create_ticket(1.0)
        move = self._close_and_bill(ticket)
        with self.assertRaisesRegex(UserError, "nothing to bill again"):
            ticket.action_bill_again()
        move.action_post()
        with self.assertRaisesRegex(UserError, "nothing to bill again"):
            ticket.action_bill_again()

    def test_open_ticket_is_not_billed_again(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        ticket.stage_id = self.stage_progress
        for price in ("today", "old"):
            with self.assertRaisesRegex(UserError, "still open"), self.cr.savepoint():
                ticket.action_bill_again(price)
        self.assertTrue(ticket._get_charges().is_waiting)

    def test_work_without_a_price_is_not_billed_again(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        self.time_product.list_price = 0.0
        with self.assertRaisesRegex(UserError, "no price"), self.cr.savepoint():
            ticket.action_bill_again()
        self.assertTrue(ticket._get_charges().is_waiting)

    def test_work_whose_entry_is_gone_has_only_its_old_price(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        ticket.timesheet_ids.sudo().unlink()
        self._log_time(ticket, 1.0)
        with self.assertRaisesRegex(UserError, "old price"), self.cr.savepoint():
            ticket.action_bill_again()
        ticket.action_bill_again("old")
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 300.0)

    def test_unknown_price_is_refused(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        with self.assertRaises(UserError):
            ticket.action_bill_again("tomorrow")

    def test_managers_only(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        auditor = new_test_user(
            self.env,
            "auditor",
            groups="ticket_billing.group_ticket_billing_auditor",
            company_id=self.company.id,
        )
        for user in (self.agent, auditor):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).action_bill_again()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket._get_charges().with_user(user).action_bill_again()

    # Final

    def test_cancelled_invoice_stays_cancelled(self):
        ticket = self._create_ticket(1.0)
        move = self._post(self._close_and_bill(ticket))
        move.button_cancel()
        ticket.action_bill_again()
        new = ticket.invoice_ids - move
        self._post(new)
        with self.assertRaisesRegex(UserError, new.name):
            move.button_draft()

    def test_credit_note_stays_posted(self):
        for values in ({}, {"quantity": 0.25}):
            with self.subTest(credit=values):
                ticket = self._create_ticket(1.0)
                move = self._post(self._close_and_bill(ticket))
                refund = self._credit(move, **values)
                ticket.action_bill_again()
                new = self._post(ticket.invoice_ids - move - refund)
                for document in (refund, move):
                    with self.assertRaisesRegex(UserError, new.name):
                        document.button_draft()
                    with self.assertRaisesRegex(UserError, new.name):
                        document.button_cancel()

    def test_reverse_and_create_does_not_bill_a_third_time(self):
        ticket = self._create_ticket(1.0)
        move = self._post(self._close_and_bill(ticket))
        self._credit(move, quantity=0.5)
        ticket.action_bill_again()
        with self.assertRaisesRegex(UserError, "billed again"):
            self._reverse(move, modify=True)

    def test_the_new_invoice_can_be_credited(self):
        ticket = self._create_ticket(1.0)
        move = self._post(self._close_and_bill(ticket))
        refund = self._credit(move)
        ticket.action_bill_again()
        new = self._post(ticket.invoice_ids - move - refund)
        self._credit(new)
        self.assertEqual(ticket.billing_state, "released")
        self.assertEqual(ticket.amount_invoiced, 0.0)

    def test_chatter_keeps_who_decided(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        ticket.action_bill_again()
        note = ticket.message_ids.filtered(lambda m: "billed again" in m.body)
        self.assertEqual(note.author_id, self.env.user.partner_id)
        self.assertTrue(note.subtype_id.internal)
