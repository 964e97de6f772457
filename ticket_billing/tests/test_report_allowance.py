from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportAllowance(ReportCommon):
    """What contracts include and what the ledger says was used, for each period."""

    def _find_periods(self, contract):
        rows = self._get_report("allowance").search(
            [("contract_id", "=", contract.id)], order="period_start"
        )
        return [
            (
                str(row.period_start or ""),
                str(row.period_end or ""),
                row.included_hours,
                row.used_hours,
                row.left_hours,
                row.covered_amount,
            )
            for row in rows
        ]

    def test_hours_of_each_month(self):
        contract = self._create_contract(hour_allowance="limited", included_hours=4.0)
        self._bill_work(3.0, date="2026-01-05")
        self._bill_work(2.5, date="2026-01-31")
        self._bill_work(1.5, date="2026-02-01")
        self.assertEqual(
            self._find_periods(contract),
            [
                ("2026-01-01", "2026-01-31", 4.0, 4.0, 0.0, 400.0),
                ("2026-02-01", "2026-02-28", 4.0, 1.5, 2.5, 150.0),
                ("2026-03-01", "2026-03-31", 4.0, 0.0, 4.0, 0.0),
            ],
        )
        rows = self._get_report("allowance").search([("contract_id", "=", contract.id)])
        self.assertEqual(rows.filtered("is_current").period_start.month, 3)

    def test_other_periods(self):
        cases = [
            # period, start and end of the one that 2026-02-10 lies in
            ("quarter", "2026-01-01", "2026-03-31"),
            ("year", "2026-01-01", "2026-12-31"),
            ("contract", "", ""),
        ]
        for period, start, end in cases:
            with self.subTest(period=period):
                customer = self._create_customer(period)
                contract = self._create_contract(
                    partner_id=customer.id,
                    hour_allowance="limited",
                    included_hours=10.0,
                    allowance_period=period,
                )
                self._bill_work(1.0, date="2026-02-10", partner_id=customer.id)
                self._bill_work(2.0, date="2026-03-10", partner_id=customer.id)
                self.assertEqual(
                    self._find_periods(contract), [(start, end, 10.0, 3.0, 7.0, 300.0)]
                )

    def test_as_the_contract_itself_says(self):
        contract = self._create_contract(
            hour_allowance="limited",
            included_hours=4.0,
            ticket_allowance="limited",
            included_tickets=2,
            per_ticket_rate=50.0,
        )
        self._bill_work(1.0)
        row = self._get_report("allowance").search([("contract_id", "=", contract.id)])
        self.assertEqual(row.used_hours, contract.current_period_hours)
        self.assertEqual(row.left_hours, contract.remaining_hours)
        self.assertEqual(row.used_tickets, contract.current_period_tickets)
        self.assertEqual(row.left_tickets, contract.remaining_tickets)
        self.assertEqual(row.covered_amount, 150.0)
        self.assertEqual((row.hours_rate, row.tickets_rate), (0.25, 0.5))

    def test_unlimited_hours_have_no_rest(self):
        contract = self._create_contract(hour_allowance="unlimited")
        self._bill_work(5.0)
        row = self._get_report("allowance").search([("contract_id", "=", contract.id)])
        self.assertRecordValues(
            row,
            [
                {
                    "includes_hours": "unlimited",
                    "included_hours": 0.0,
                    "used_hours": 5.0,
                    "left_hours": 0.0,
                    "hours_rate": 0.0,
                    "covered_amount": 500.0,
                }
            ],
        )
        limited = self._create_contract(hour_allowance="limited", included_hours=8.0)
        report = self._get_report("allowance")
        [[rate]] = report._read_group(
            [("contract_id", "in", (contract | limited).ids)], [], ["hours_rate:avg"]
        )
        self.assertEqual(rate, 0.0)

    def test_void_and_superseded_charges_do_not_count(self):
        contract = self._create_contract(hour_allowance="limited", included_hours=4.0)
        ticket, move = self._post_work(5.0)
        self._credit(move)
        ticket.action_bill_again("old")
        [row] = self._find_periods(contract)
        self.assertEqual(row[3:], (4.0, 0.0, 400.0))

    def test_foreign_value(self):
        contract = self._create_euro_contract(
            hour_allowance="limited", included_hours=4.0
        )
        self._bill_work(1.0, date="2026-01-31")
        self._bill_work(1.0, date="2026-02-01")
        self.assertEqual(
            [row[5] for row in self._find_periods(contract)], [100.0, 50.0, 0.0]
        )

    def test_contracts_that_ended_have_no_current_period(self):
        contract = self._create_contract(
            hour_allowance="limited", included_hours=4.0, date_end="2026-02-28"
        )
        self.assertFalse(self._find_periods(contract))

    def test_a_row_opens_the_work_of_its_period(self):
        contract = self._create_contract(hour_allowance="limited", included_hours=4.0)
        january = self._bill_work(1.0, date="2026-01-31")
        self._bill_work(1.0, date="2026-02-01")
        row = self._get_report("allowance").search(
            [("contract_id", "=", contract.id), ("period_start", "=", "2026-01-01")]
        )
        action = row.action_open_record()
        charges = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(charges, january._get_charges())
