from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon

HOURS = ("worked", "rated", "covered", "cut", "billed", "open", "written_off")
MONEY = ("rated", "covered", "cut", "edited", "billed", "open", "written_off")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportRealization(ReportCommon):
    """What became of the work, worked out by hand; each piece of it counts once."""

    def _assert_hours(self, tickets, **expected):
        sums = self._sum("realization", tickets, *(f"{n}_hours" for n in HOURS))
        found = dict(zip(HOURS, sums, strict=True))
        self.assertEqual(found, {**dict.fromkeys(HOURS, 0.0), **expected})
        outcomes = ("covered", "cut", "billed", "open", "written_off")
        self.assertAlmostEqual(found["rated"], sum(found[n] for n in outcomes))

    def _assert_money(self, tickets, **expected):
        sums = self._sum("realization", tickets, *(f"{n}_amount" for n in MONEY))
        found = dict(zip(MONEY, sums, strict=True))
        self.assertEqual(found, {**dict.fromkeys(MONEY, 0.0), **expected})
        outcomes = ("covered", "cut", "billed", "open", "written_off")
        self.assertAlmostEqual(
            found["rated"] + found["edited"], sum(found[n] for n in outcomes)
        )

    def test_billed(self):
        ticket = self._bill_work(1.1)
        self._assert_hours(ticket, worked=1.1, rated=1.25, billed=1.25)
        self._assert_money(ticket, rated=125.0, billed=125.0)
        row = self._find("realization", ticket)
        self.assertEqual((row.cost, row.margin), (44.0, 81.0))
        self.assertEqual(row.employee_id, self.employee)
        self.assertEqual(row.team_id, self.team)

    def test_covered_in_part(self):
        contract = self._create_contract(hour_allowance="limited", included_hours=2.0)
        ticket = self._bill_work(3.0)
        self._assert_hours(ticket, worked=3.0, rated=3.0, covered=2.0, billed=1.0)
        self._assert_money(ticket, rated=300.0, covered=200.0, billed=100.0)
        row = self._find("realization", ticket)
        self.assertEqual(row.contract_id, contract)
        self.assertEqual(row.margin, 100.0 - 3 * 40)

    def test_cut_in_review_in_hours_and_in_price(self):
        ticket = self._bill_work(10.0)
        charge = ticket._get_charges()
        charge.action_change(quantity=6.0, price_unit=90.0, reason="Agreed")
        self._assert_hours(ticket, worked=10.0, rated=10.0, cut=4.0, open=6.0)
        self._assert_money(ticket, rated=1000.0, cut=460.0, open=540.0)
        row = self._find("realization", ticket)
        self.assertEqual((row.cost, row.open_cost, row.margin), (0.0, 400.0, 0.0))
        charge.action_approve()
        self._assert_hours(ticket, worked=10.0, rated=10.0, cut=4.0, billed=6.0)
        self._assert_money(ticket, rated=1000.0, cut=460.0, billed=540.0)
        row = self._find("realization", ticket)
        self.assertEqual((row.cost, row.open_cost, row.margin), (400.0, 0.0, 140.0))

    def test_edited_on_the_draft(self):
        ticket = self._bill_work(2.0)
        self._get_lines(ticket.sudo().invoice_ids).discount = 10.0
        self._assert_hours(ticket, worked=2.0, rated=2.0, billed=2.0)
        self._assert_money(ticket, rated=200.0, edited=-20.0, billed=180.0)

    def test_written_off_before_and_after_an_invoice(self):
        before = self._bill_work(9.0)
        before.action_write_off("Goodwill")
        after = self._bill_work(2.0)
        after.sudo().invoice_ids.unlink()
        self._assert_hours(after, worked=2.0, rated=2.0, open=2.0)
        self._assert_money(after, rated=200.0, open=200.0)
        after.action_write_off("Goodwill")
        both = before | after
        self._assert_hours(both, worked=11.0, rated=11.0, written_off=11.0)
        self._assert_money(both, rated=1100.0, written_off=1100.0)
        self.assertEqual(self._sum("realization", both, "margin"), [-440.0])

    def test_billed_again_as_a_whole_counts_once(self):
        for price in ("today", "old"):
            with self.subTest(price=price):
                ticket, move = self._post_work(1.0)
                self._credit(move)
                self._assert_hours(ticket, worked=1.0, rated=1.0, open=1.0)
                self._assert_money(ticket, rated=100.0, open=100.0)
                ticket.action_bill_again(price)
                self._assert_hours(ticket, worked=1.0, rated=1.0, billed=1.0)
                self._assert_money(ticket, rated=100.0, billed=100.0)
                self.assertEqual(
                    self._sum("realization", ticket, "cost", "margin"), [40.0, 60.0]
                )

    def test_credited_in_part(self):
        ticket, move = self._post_work(1.0)
        self._credit(move, quantity=0.4)
        self._assert_hours(ticket, worked=1.0, rated=1.0, billed=0.6, open=0.4)
        self._assert_money(ticket, rated=100.0, billed=60.0, open=40.0)
        self.assertEqual(
            self._sum("realization", ticket, "cost", "open_cost", "margin"),
            [24.0, 16.0, 36.0],
        )
        ticket.action_bill_again("old")
        self._assert_hours(ticket, worked=1.0, rated=1.0, billed=1.0)
        self._assert_money(ticket, rated=100.0, billed=100.0)
        self.assertEqual(
            self._sum("realization", ticket, "cost", "margin"), [40.0, 60.0]
        )

    def test_credited_in_part_and_written_off(self):
        ticket, move = self._post_work(1.0)
        self._credit(move, quantity=0.4)
        ticket.action_write_off("Goodwill")
        self._assert_hours(ticket, worked=1.0, rated=1.0, billed=0.6, written_off=0.4)
        self._assert_money(ticket, rated=100.0, billed=60.0, written_off=40.0)

    def test_void_charges_do_not_count(self):
        ticket = self._bill_work(9.0)
        self._log_time(ticket, 1.0, date="2026-03-10")
        self._run_due(ticket)
        void = [("ticket_id", "=", ticket.id), ("is_void", "=", True)]
        self.assertTrue(self.env["ticket.billing.charge"].search(void))
        self._assert_hours(ticket, worked=10.0, rated=10.0, open=10.0)

    def test_fee_and_the_hours_that_it_pays_for(self):
        self._create_contract(
            per_ticket_rate=50.0, ticket_billing_strategy="per_ticket"
        )
        ticket = self._bill_work(0.5)
        self._assert_hours(ticket, worked=0.5, rated=0.5, covered=0.5)
        self._assert_money(ticket, rated=50.0, billed=50.0)
        self.assertEqual(self._sum("realization", ticket, "margin"), [30.0])

    def test_foreign_amounts_are_converted_at_the_rate_of_the_service_date(self):
        self._create_euro_contract(hour_allowance="limited", included_hours=0.25)
        before = self._bill_work(1.0, date="2026-01-31")
        after = self._bill_work(2.0, date="2026-02-01")
        self._assert_money(before, rated=100.0, covered=25.0, billed=75.0)
        self._assert_money(after, rated=100.0, covered=12.5, billed=87.5)
        row = self._find("realization", before)
        self.assertEqual((row.cost, row.margin), (40.0, 35.0))

    def test_billed_less_cost_is_margin_on_each_row_and_total(self):
        tickets = self._work_of_all_kinds()
        report = self._get_report("realization")
        domain = [("ticket_id", "in", tickets.ids)]
        rows = report.search(domain)
        for row in rows:
            self.assertAlmostEqual(row.billed_amount - row.cost, row.margin)
        sums = ["billed_amount:sum", "cost:sum", "open_cost:sum", "margin:sum"]
        for groupby in ([], ["state"], ["employee_id"], ["commercial_partner_id"]):
            for group in report.formatted_read_group(domain, groupby, sums):
                billed, cost, _open_cost, margin = (group[name] or 0 for name in sums)
                with self.subTest(groupby=groupby):
                    self.assertAlmostEqual(billed - cost, margin)
        # 1.00 h and half of 1.00 h; 10.00 h are written off, 2.00 h are covered
        billed = 100.0 + 50.0
        self.assertEqual(
            self._sum("realization", tickets, "billed_amount", "cost", "margin"),
            [billed, 540.0, billed - 540.0],
        )
        entries = tickets.sudo().timesheet_ids
        [open_cost] = self._sum("realization", tickets, "open_cost")
        self.assertEqual(540.0 + open_cost, -sum(entries.mapped("amount")))

    def _work_of_all_kinds(self):
        """Return tickets: billed, written off, covered, credited in part, waiting."""
        other = self._create_customer("Harbor Yachts")
        billed = self._bill_work(1.0, partner_id=other.id)
        lost = self._bill_work(10.0)
        lost.action_write_off("Goodwill")
        credited, move = self._post_work(1.0)
        self._credit(move, quantity=0.5)
        waiting = self._bill_work(9.0)
        self._create_contract(
            partner_id=other.id, hour_allowance="limited", included_hours=2.0
        )
        covered = self._bill_work(2.0, partner_id=other.id)
        return billed | lost | covered | credited | waiting

    def test_cost_that_is_not_known_counts_as_none(self):
        colleague = self.env["hr.employee"].sudo().create({"name": "Max Weller"})
        unknown = self._bill_work(1.0, entry={"employee_id": colleague.id})
        row = self._find("realization", unknown)
        self.assertFalse(row.is_cost_known)
        self.assertEqual((row.margin, row.hours_without_cost), (100.0, 1.0))
        both = unknown | self._bill_work(2.0)
        self.assertEqual(
            self._sum("realization", both, "cost", "margin", "hours_without_cost"),
            [80.0, 220.0, 1.0],
        )

    def test_rates_of_groups_are_ratios_of_sums(self):
        small = self._bill_work(0.5)
        large = self._bill_work(10.0)
        charge = large._get_charges()
        charge.action_change(quantity=4.0, reason="Agreed")
        charge.action_approve()
        report = self._get_report("realization")
        [sums] = report._read_group(
            [("ticket_id", "in", (small | large).ids)],
            [],
            ["realization_rate:avg", "billed_hours_rate:avg"],
        )
        self.assertAlmostEqual(sums[0], 450.0 / 1050.0)
        self.assertAlmostEqual(sums[1], 4.5 / 10.5)
        groups = report.formatted_read_group(
            [("ticket_id", "=", large.id)],
            ["employee_id"],
            ["realization_rate:avg"],
        )
        self.assertAlmostEqual(groups[0]["realization_rate:avg"], 0.4)
