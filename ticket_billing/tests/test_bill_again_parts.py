from odoo import Command
from odoo.tests import tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestBillAgainParts(InvoiceLifeCommon):
    """Billing again comes to what waits: not more, not less, and under its terms."""

    def _bill_an_hour(self):
        ticket = self._create_ticket(1.0)
        return ticket, self._post(self._close_and_bill(ticket))

    def _get_drafts(self, ticket):
        return ticket.invoice_ids.filtered(lambda m: m.state == "draft")

    def _get_newest(self, ticket):
        return ticket._get_charges().sorted("id")[-1]

    def _get_net(self, ticket):
        charges = ticket._get_charges()
        return sum(charges.mapped("invoiced_amount")) - sum(
            charges.mapped("credited_amount")
        )

    # A part that is billed again a second time

    def _release_a_part(self):
        ticket, move = self._bill_an_hour()
        self._credit(move, quantity=0.4)
        ticket.action_bill_again("old")
        self._get_drafts(ticket).unlink()
        return ticket

    def test_part_of_a_part_stays_a_part(self):
        for price in ("old", "today"):
            with self.subTest(price=price):
                ticket = self._release_a_part()
                ticket.action_bill_again(price)
                newest = self._get_newest(ticket)
                self.assertRecordValues(
                    newest, [{"is_remainder": True, "amount": 40.0, "quantity": 0.4}]
                )
                self._get_drafts(ticket).action_post()
                self.assertEqual(self._get_net(ticket), 100.0)
                self.assertEqual(ticket.timesheet_ids.billed_hours, 1.0)

    def test_late_time_is_billed_beside_a_part_of_a_part(self):
        ticket = self._release_a_part()
        ticket.action_bill_again("old")
        self._get_drafts(ticket).action_post()
        self._log_time(ticket, 0.5)
        self._bill(ticket)
        self.assertEqual(self._get_lines(self._get_drafts(ticket)).quantity, 0.5)

    def test_part_of_a_part_at_a_new_rate(self):
        ticket = self._release_a_part()
        self._create_contract(hourly_rate_source="fixed", hourly_rate=150.0)
        ticket.action_bill_again("today")
        self.assertEqual(self._get_newest(ticket).amount, 60.0)

    # As much as waits

    def test_what_was_written_off_is_not_billed_with_the_rest(self):
        ticket, move = self._bill_an_hour()
        self._credit(move, quantity=0.4)
        ticket.action_write_off("Goodwill")
        self._credit(move, quantity=0.6)
        ticket.action_bill_again("old")
        self.assertEqual(self._get_newest(ticket).amount, 60.0)
        self.assertFalse(ticket._get_charges().filtered("is_waiting"))

    def test_old_price_is_what_was_billed(self):
        ticket = self._create_ticket(1.0)
        move = self._close_and_bill(ticket)
        self._get_lines(move).price_unit = 80.0
        self._credit(self._post(move))
        ticket.action_bill_again("old")
        self.assertEqual(self._get_newest(ticket).amount, 80.0)
        self.assertFalse(ticket._get_charges().filtered("is_waiting"))

    def test_work_of_an_edited_draft_is_rated_anew_at_todays_terms(self):
        ticket = self._create_ticket(1.0)
        move = self._close_and_bill(ticket)
        self._get_lines(move).price_unit = 80.0
        self._credit(self._post(move))
        ticket.action_bill_again("today")
        self.assertEqual(self._get_newest(ticket).amount, 100.0)

    def test_invoice_that_was_credited_twice_is_billed_twice_again(self):
        ticket, move = self._bill_an_hour()
        (self._reverse(move) + self._reverse(move)).action_post()
        ticket.action_bill_again("old")
        self.assertEqual(self._get_net(ticket), 100.0)
        self.assertFalse(ticket._get_charges().filtered("is_waiting"))

    def test_credit_after_a_credit_was_undone(self):
        ticket, move = self._bill_an_hour()
        refund = self._credit(move, quantity=0.4)
        self._reverse(refund).action_post()
        charge = ticket._get_charges()
        self.assertFalse(charge.is_waiting)
        self.assertEqual(charge._get_creditable_quantity(), 1.0)
        self._credit(move, quantity=0.3)
        self.assertEqual(charge.waiting_amount, 30.0)

    # Under the terms of today

    def test_part_at_todays_terms_is_billed_to_todays_customer(self):
        ticket, move = self._bill_an_hour()
        self._credit(move, quantity=0.4)
        ticket.partner_id = self._create_customer("Blue Harbor Foods")
        self._create_contract(
            partner_id=ticket.partner_id.id,
            hourly_rate_source="fixed",
            hourly_rate=300.0,
        )
        ticket.action_bill_again("today")
        newest = self._get_newest(ticket)
        self.assertRecordValues(
            newest,
            [
                {
                    "partner_id": ticket.partner_id.id,
                    "invoice_partner_id": ticket.partner_id.id,
                    "price_unit": 300.0,
                    "amount": 120.0,
                    "state": "invoiced",
                }
            ],
        )

    def test_part_at_todays_terms_is_billed_in_todays_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        ticket, move = self._bill_an_hour()
        self._credit(move, quantity=0.4)
        self._create_contract(
            hourly_rate_source="fixed", hourly_rate=200.0, manual_currency_id=euro.id
        )
        ticket.action_bill_again("today")
        newest = self._get_newest(ticket)
        self.assertRecordValues(
            newest, [{"currency_id": euro.id, "amount": 80.0, "state": "invoiced"}]
        )

    def test_part_at_todays_terms_waits_for_approval(self):
        self.policy.sudo().approval = "all"
        ticket = self._close(self._create_ticket(1.0))
        ticket.action_generate_invoice()
        ticket._get_charges().action_approve()
        self._credit(self._post(ticket.invoice_ids), quantity=0.4)
        ticket.action_bill_again("today")
        self.assertEqual(self._get_newest(ticket).state, "to_approve")
        self.assertFalse(self._get_drafts(ticket))

    # What was never approved

    def test_work_that_was_never_approved_waits_at_the_old_price_too(self):
        ticket = self._close(self._create_ticket(9.0))
        ticket.action_generate_invoice()
        ticket.action_write_off("The customer complained")
        ticket.action_bill_again("old")
        self.assertEqual(self._get_newest(ticket).state, "to_approve")
        self._get_newest(ticket).action_approve()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 900.0)

    def test_work_that_waits_at_the_old_price_is_not_rated_anew(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket).unlink()
        ticket.partner_id = self._create_customer("Blue Harbor Foods")
        self._create_contract(partner_id=ticket.partner_id.id)
        self.company.sudo().ticket_billing_daily_limit = 50.0
        ticket.action_bill_again("old")
        self.assertEqual(ticket.billing_state, "to_approve")
        self._run_catch_up()
        self.assertEqual(ticket.billing_state, "to_approve")

    # Decisions in the wizard

    def _open_wizard(self, ticket, **values):
        action = ticket.action_credit()
        wizard = self.env["ticket.billing.credit"].browse(action["res_id"])
        wizard.write({"post": True, **values})
        return wizard

    def test_work_is_credited_once_in_a_wizard(self):
        ticket, _move = self._bill_an_hour()
        wizard = self._open_wizard(ticket)
        line = Command.create({"charge_id": wizard.line_ids.charge_id.id})
        wizard.line_ids = [line]
        with self._refused("once"):
            wizard.action_confirm()

    def test_wizard_does_not_decide_about_earlier_credits(self):
        ticket, move = self._bill_an_hour()
        self._credit(move, quantity=0.4)
        wizard = self._open_wizard(
            ticket, decision="write_off", write_off_reason="Goodwill"
        )
        wizard.line_ids.quantity = 0.1
        with self._refused("earlier"):
            wizard.action_confirm()
        wizard.decision = "later"
        wizard.action_confirm()
        self.assertEqual(ticket._get_charges().waiting_amount, 50.0)
