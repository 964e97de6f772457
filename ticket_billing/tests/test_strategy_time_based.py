from odoo import Command
from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestStrategyTimeBased(TicketBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().group_by = "ticket"

    def test_every_strategy_has_its_model(self):
        base = self.registry["ticket.billing.strategy"]
        for key in self.env["ticket.billing.policy"]._get_strategy_keys():
            with self.subTest(strategy=key):
                model = self.env[f"ticket.billing.strategy.{key}"]
                self.assertIsInstance(model, base)

    def test_three_entries_make_one_line(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=25.0)
        self.time_product.taxes_id = False
        move = self._close_and_bill(self._create_ticket(2.5, 2.5, 2.5))
        self.assertRecordValues(move, [{"state": "draft", "amount_untaxed": 187.5}])
        self.assertRecordValues(
            self._get_lines(move),
            [{"quantity": 7.5, "price_unit": 25.0, "price_subtotal": 187.5}],
        )

    def test_tax_of_the_product_is_added(self):
        move = self._close_and_bill(self._create_ticket(3.5))
        self.assertRecordValues(
            move,
            [{"amount_untaxed": 350.0, "amount_tax": 66.5, "amount_total": 416.5}],
        )

    def test_hours_are_rounded_once_per_ticket(self):
        cases = [
            # entries, billed hours
            ([0.1], 0.25),
            ([0.02, 0.56, 0.17], 0.75),
            ([50 / 60, 50 / 60, 50 / 60], 2.5),
            ([1.1], 1.25),
        ]
        for hours, expected in cases:
            with self.subTest(hours=hours):
                ticket = self._create_ticket(*hours)
                move = self._close_and_bill(ticket)
                self.assertEqual(self._get_lines(move).quantity, expected)
                worked = ticket.timesheet_ids.sorted("id").mapped("unit_amount")
                self.assertEqual(worked, hours)

    def test_minimum_and_rounding_in_money(self):
        """At 125.00 an hour."""
        self._create_contract(hourly_rate_source="fixed", hourly_rate=125.0)
        cases = [
            # hours, rules, amount
            (1.7, {"minimum_hours": 2.0}, 250.0),
            (0.1, {}, 31.25),
            (1.1, {"rounding_increment": 0.5}, 187.5),
            (1.1, {"rounding_increment": 1.0}, 250.0),
            (1.1, {"rounding_method": "none"}, 137.5),
            (1.1, {"rounding_method": "nearest"}, 125.0),
            (1.9, {"rounding_method": "down"}, 218.75),
            (3.75, {}, 468.75),
        ]
        for hours, rules, amount in cases:
            with self.subTest(hours=hours, **rules):
                policy = self._create_policy(**rules)
                self.customer.sudo().ticket_billing_policy_id = policy
                move = self._close_and_bill(self._create_ticket(hours))
                self.assertEqual(move.amount_untaxed, amount)

    def test_each_entry_is_rounded_by_itself_where_agreed(self):
        self.policy.sudo().rounding_scope = "entry"
        move = self._close_and_bill(self._create_ticket(0.1, 0.3))
        self.assertEqual(self._get_lines(move).quantity, 0.75)

    def test_contract_rate_comes_before_pricelist(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        move = self._close_and_bill(self._create_ticket(2.0))
        self.assertEqual(move.amount_untaxed, 160.0)

    def test_sales_price_holds_without_contract(self):
        move = self._close_and_bill(self._create_ticket(2.0))
        self.assertEqual(move.amount_untaxed, 200.0)

    def test_contract_pricelist_gives_price_and_currency(self):
        euro = self.setup_other_currency("EUR")
        pricelist = (
            self.env["product.pricelist"]
            .sudo()
            .create(
                {
                    "name": "Support in EUR",
                    "currency_id": euro.id,
                    "item_ids": [
                        Command.create(
                            {
                                "compute_price": "fixed",
                                "fixed_price": 70.0,
                                "applied_on": "0_product_variant",
                                "product_id": self.time_product.id,
                            }
                        )
                    ],
                }
            )
        )
        contract = self._create_contract(pricelist_id=pricelist.id)
        contract.currency_id = euro
        move = self._close_and_bill(self._create_ticket(2.0))
        self.assertRecordValues(
            move, [{"amount_untaxed": 140.0, "currency_id": euro.id}]
        )

    def test_ended_contract_does_not_hold(self):
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        contract.date_end = "2020-12-31"
        move = self._close_and_bill(self._create_ticket(2.0))
        self.assertEqual(move.amount_untaxed, 200.0)

    def test_contract_valid_on_the_day_of_the_work_holds(self):
        self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=80.0,
            date_start="2025-01-01",
            date_end="2025-06-30",
        )
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-06-30")
        self._log_time(ticket, 1.0, date="2025-07-01")
        lines = self._get_lines(self._close_and_bill(ticket))
        self.assertEqual(sorted(lines.mapped("price_subtotal")), [80.0, 100.0])

    def test_recurring_fee_is_never_an_hourly_rate(self):
        self._create_contract(
            contract_line_ids=[
                Command.create(
                    {
                        "product_id": self.product_a.id,
                        "name": "Monthly fee",
                        "quantity": 1,
                        "price_unit": 500.0,
                        "recurring_next_date": "2099-01-01",
                    }
                )
            ]
        )
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.amount_untaxed, 100.0)

    def test_missing_price_blocks(self):
        self.time_product.list_price = 0.0
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("has no price", ticket.billing_reason)

    def test_blocked_ticket_is_billed_once_it_is_mended(self):
        self.time_product.list_price = 0.0
        ticket = self._close(self._create_ticket(1.0))
        self._bill(ticket)
        self.time_product.list_price = 100.0
        self.assertEqual(self._bill(ticket).amount_untaxed, 100.0)
        self.assertEqual(ticket.billing_state, "invoiced")

    def test_discount_on_no_price_is_no_price(self):
        self.time_product.list_price = 0.0
        pricelist = self.env["product.pricelist"].sudo()
        self._create_contract(
            pricelist_id=pricelist.create(
                {
                    "name": "10 % off",
                    "item_ids": [
                        Command.create(
                            {"compute_price": "percentage", "percent_price": 10}
                        )
                    ],
                }
            ).id
        )
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "blocked")

    def test_correction_alone_bills_nothing_and_says_so(self):
        ticket = self._close(self._create_ticket(-1.0))
        self.assertFalse(self._bill(ticket))
        self.assertIn("correction", ticket.charge_ids.reason)
        self.assertIn("correction", ticket.billing_reason)

    def test_correction_after_the_bill_says_what_to_do(self):
        ticket = self._create_ticket(2.0)
        move = self._close_and_bill(ticket)
        entry = self._log_time(ticket, -1.0)
        self.assertEqual(self._bill(ticket), move)
        self.assertIn("credit the invoice", entry.charge_ids.reason)

    def test_missing_product_blocks(self):
        self.policy.sudo().time_product_id = False
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(self._bill(ticket))
        self.assertIn("Time Product", ticket.billing_reason)

    def test_fixed_rate_of_zero_is_free(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=0.0)
        ticket = self._close(self._create_ticket(1.0))
        self.assertFalse(self._bill(ticket))
        self.assertEqual(ticket.billing_state, "covered")
        self.assertRecordValues(
            ticket.charge_ids,
            [{"rated_quantity": 1.0, "covered_quantity": 1.0, "quantity": 0.0}],
        )

    def test_entry_not_billable_is_left_out(self):
        ticket = self._create_ticket(1.0)
        self._log_time(ticket, 4.0, billable=False)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 100.0)

    def test_correction_lowers_the_hours(self):
        ticket = self._create_ticket(3.0, -1.0)
        move = self._close_and_bill(ticket)
        self.assertEqual(move.amount_untaxed, 200.0)

    def test_hours_of_another_unit_are_priced_by_the_hour(self):
        self.time_product.uom_id = self.env.ref("uom.product_uom_day")
        self.time_product.list_price = 800.0
        move = self._close_and_bill(self._create_ticket(2.0))
        self.assertEqual(move.amount_untaxed, 200.0)
        self.assertEqual(
            self._get_lines(move).product_uom_id, self.env.ref("uom.product_uom_hour")
        )

    def test_reopened_ticket_bills_only_what_is_new(self):
        ticket = self._create_ticket(2.0)
        self._close_and_bill(ticket)
        ticket.stage_id = self.stage_progress
        self._log_time(ticket, 1.0)
        self._close(ticket)
        lines = self._get_lines(self._bill(ticket))
        self.assertEqual(sorted(lines.mapped("price_subtotal")), [100.0, 200.0])

    def test_late_time_inside_the_rounding_bills_nothing(self):
        ticket = self._create_ticket(1.1)
        move = self._close_and_bill(ticket)
        self._log_time(ticket, 0.1)
        self.assertEqual(ticket.billing_state, "pending")
        self.assertEqual(self._bill(ticket), move)
        self.assertEqual(ticket.billing_state, "invoiced")
        late = ticket.charge_ids.filtered(lambda c: not c.rated_quantity)
        self.assertEqual(late.state, "covered")
        self.assertTrue(late.reason)

    def test_contract_of_the_company_holds_for_a_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Ada Fields", "parent_id": self.customer.id}
        )
        self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        ticket = self._create_ticket(1.0, partner_id=contact.id)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 80.0)

    def test_chosen_contract_comes_first(self):
        self._create_contract(
            hourly_rate_source="fixed", hourly_rate=80.0, date_start="2024-01-01"
        )
        older = self._create_contract(hourly_rate_source="fixed", hourly_rate=60.0)
        ticket = self._create_ticket(1.0, billing_contract_id=older.id)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 60.0)

    def test_contract_of_another_customer_is_never_used(self):
        other = self._create_customer("Harbour Logistics")
        self._create_contract(
            partner_id=other.id, hourly_rate_source="fixed", hourly_rate=10.0
        )
        self.assertEqual(
            self._close_and_bill(self._create_ticket(1.0)).amount_untaxed, 100.0
        )

    def test_negative_rate_is_refused(self):
        with self.assertRaisesRegex(Exception, "zero or more"):
            self._create_contract(hourly_rate=-1.0)
