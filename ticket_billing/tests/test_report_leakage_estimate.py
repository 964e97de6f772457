from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon

OLD = "2026-02-20"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportLeakageEstimate(ReportCommon):
    """What work without a price may be worth, worked out by hand."""

    def _assert_estimate(self, ticket, *amounts):
        """Check the amounts of the rows of a ticket; None: nobody knows."""
        rows = self._find("leakage", ticket)
        found = [row.amount if row.is_amount_known else None for row in rows]
        self.assertEqual(found, list(amounts))
        estimated = [amount is not None for amount in amounts]
        self.assertEqual(rows.mapped("is_estimated"), estimated)

    def _work_old(self, *hours, **values):
        return self._work(*hours, date=OLD, **values)

    def test_sales_price_of_the_product_for_hours(self):
        self._assert_estimate(self._work_old(1.5), 150.0)
        self.policy.sudo().time_product_id = False
        self._assert_estimate(self._work_old(1.5), None)

    def test_work_types(self):
        own = self.env["product.product"].sudo()
        own = own.create({"name": "Travel", "type": "service", "list_price": 60.0})
        travel, late = (
            self.env["ticket.billing.work.type"]
            .sudo()
            .create(
                [
                    {"name": "Travel", "product_id": own.id},
                    {"name": "After hours", "multiplier": 1.5},
                ]
            )
        )
        for work_type, amount in ((travel, 120.0), (late, 300.0)):
            with self.subTest(work_type=work_type.name):
                entry = {"billing_work_type_id": work_type.id}
                self._assert_estimate(self._work_old(2.0, entry=entry), amount)
        self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        entry = {"billing_work_type_id": late.id}
        self._assert_estimate(self._work_old(2.0, entry=entry), 240.0)

    def test_fixed_rate_of_the_contract_of_the_day(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        self._create_contract(
            hourly_rate_source="fixed", hourly_rate=70.0, date_start="2026-02-21"
        )
        self._assert_estimate(self._work_old(2.0), 160.0)

    def test_contracts_that_do_not_fit_do_not_count(self):
        rate = {"hourly_rate_source": "fixed", "hourly_rate": 1.0}
        other = self._create_customer("Harbor Yachts")
        team = self.team.sudo().copy({"name": "Elsewhere"})
        self._create_contract(**rate, partner_id=other.id)
        self._create_contract(**rate, covers_tickets=False)
        self._create_contract(**rate, date_end="2026-02-19")
        self._create_contract(**rate, ticket_team_ids=team.ids)
        self._assert_estimate(self._work_old(2.0), 200.0)

    def test_closest_contract_counts(self):
        rate = {"hourly_rate_source": "fixed"}
        self._create_contract(**rate, hourly_rate=70.0, ticket_team_ids=self.team.ids)
        self._create_contract(**rate, hourly_rate=80.0, date_start="2026-01-01")
        self._assert_estimate(self._work_old(2.0), 140.0)

    def test_contract_that_was_chosen_counts(self):
        chosen = self._create_contract(
            hourly_rate_source="fixed", hourly_rate=75.0, covers_tickets=False
        )
        self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        ticket = self._work_old(2.0, billing_contract_id=chosen.id)
        self._assert_estimate(ticket, 150.0)

    def test_foreign_rates_are_taken_at_todays_rate_and_rounded(self):
        contract = self._create_euro_contract()
        self._assert_estimate(self._work_old(1.0), 50.0)
        contract.sudo().hourly_rate = 0.1
        self._assert_estimate(self._work_old(1.1), 0.03)
        self.euro.rate_ids.sudo().unlink()
        self._assert_estimate(self._work_old(1.0), 100.0)

    def test_rates_of_entries(self):
        entry = {"billing_rate_override": 60.0, "billing_rate_overridden": True}
        self._assert_estimate(self._work_old(2.0, entry=entry), 200.0)
        self._create_contract()
        self._assert_estimate(self._work_old(2.0, entry=entry), 120.0)
        entry["billing_rate_override"] = 0.0
        self._assert_estimate(self._work_old(2.0, entry=entry), 0.0)

    def test_hours_that_are_paid_for_are_worth_nothing(self):
        contract = self._create_contract(hour_allowance="unlimited")
        self._assert_estimate(self._work_old(2.0), 0.0)
        contract.sudo().write(
            {"hour_allowance": "none", "ticket_billing_strategy": "per_ticket"}
        )
        self._assert_estimate(self._work_old(2.0), None)

    def test_fee_of_a_ticket_closed_without_time(self):
        self.policy.sudo().require_time_entries = True
        contract = self._create_contract(per_ticket_rate=50.0)
        ticket = self._close(self._create_ticket())
        ticket.action_generate_invoice()
        self._assert_estimate(ticket, 50.0)
        contract.sudo().ticket_billing_strategy = "time_based"
        self._assert_estimate(ticket, None)
        contract.sudo().write(
            {"ticket_billing_strategy": False, "ticket_allowance": "unlimited"}
        )
        self._assert_estimate(ticket, None)

    def test_blocked_ticket_with_time_and_fee(self):
        self._create_contract(per_ticket_rate=50.0)
        self.time_product.sudo().list_price = 0.0
        ticket = self._bill_work(2.0, 1.0)
        self.assertEqual(ticket.billing_state, "blocked")
        self._assert_estimate(ticket, 50.0)
        self.time_product.sudo().list_price = 100.0
        self._assert_estimate(ticket, 350.0)
        self.assertEqual(self._find("leakage", ticket).hours, 3.0)

    def test_what_is_billed_already_is_no_longer_at_stake(self):
        ticket = self._bill_work(2.0)
        self.time_product.sudo().list_price = 0.0
        self._log_time(ticket, 1.0, date="2026-03-11")
        self._run_due(ticket)
        self.assertEqual(ticket.billing_state, "blocked")
        self.time_product.sudo().list_price = 100.0
        self._assert_estimate(ticket, 100.0)

    def test_free_by_contract_is_worth_the_usual_price(self):
        self._create_contract(hourly_rate_source="fixed", hourly_rate=0.0)
        self._assert_estimate(self._bill_work(2.0), 200.0)

    def test_sums_are_of_the_companys_currency(self):
        tickets = self._work_old(1.0)
        self._create_euro_contract()
        tickets |= self._work_old(1.0)
        released = self._bill_work(4.0)
        released.sudo().invoice_ids.unlink()
        total = self._sum("leakage", tickets | released, "amount")
        self.assertEqual(total, [50.0 + 50.0 + 200.0])
