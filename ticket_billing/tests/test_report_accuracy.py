from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon

MONEY = ("rated", "approved", "changed", "invoiced", "credited")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportAccuracy(ReportCommon):
    """What people changed of work that was invoiced: each piece of it once."""

    def _assert_row(self, ticket, outcome, state, *amounts):
        row = self._find("accuracy", ticket)
        self.assertRecordValues(
            row,
            [
                {
                    "outcome": outcome,
                    "state": state,
                    **{
                        f"{name}_amount": amount
                        for name, amount in zip(MONEY, amounts, strict=True)
                    },
                }
            ],
        )

    def test_as_rated(self):
        ticket = self._bill_work(2.0)
        self._assert_row(ticket, "as_rated", "draft", 200, 200, 0, 200, 0)
        self._post(ticket.invoice_ids)
        self._assert_row(ticket, "as_rated", "posted", 200, 200, 0, 200, 0)

    def test_approved_without_a_change_is_as_rated(self):
        ticket = self._bill_work(9.0)
        self.assertFalse(self._find("accuracy", ticket))
        ticket._get_charges().action_approve()
        self._assert_row(ticket, "as_rated", "draft", 900, 900, 0, 900, 0)

    def test_changed_in_review(self):
        ticket = self._bill_work(9.0)
        charge = ticket._get_charges()
        charge.action_change(quantity=5.0, price_unit=90.0, reason="Agreed")
        charge.action_approve()
        self._assert_row(ticket, "reviewed", "draft", 900, 450, -450, 450, 0)

    def test_changed_on_the_draft(self):
        ticket = self._bill_work(2.0)
        self._get_lines(ticket.sudo().invoice_ids).price_unit = 80.0
        self._assert_row(ticket, "edited", "draft", 200, 200, -40, 160, 0)

    def test_credited_whatever_was_before(self):
        ticket = self._bill_work(2.0)
        self._get_lines(ticket.sudo().invoice_ids).price_unit = 80.0
        self._credit(self._post(ticket.invoice_ids))
        self._assert_row(ticket, "credited", "back", 200, 200, -40, 160, 160)

    def test_credited_in_part(self):
        ticket, move = self._post_work(2.0)
        self._credit(move, quantity=0.5)
        self._assert_row(ticket, "credited", "posted", 200, 200, 0, 200, 50)

    def test_billed_again_counts_with_its_first_bill(self):
        part, move = self._post_work(1.0)
        self._credit(move, quantity=0.4)
        whole, move = self._post_work(1.0)
        self._credit(move)
        whole.action_bill_again("today")
        part.action_bill_again("old")
        self._assert_row(whole, "credited", "back", 100, 100, 0, 100, 100)
        self._assert_row(part, "credited", "posted", 100, 100, 0, 100, 40)

    def test_draft_deleted(self):
        ticket = self._bill_work(2.0)
        ticket.sudo().invoice_ids.unlink()
        self._assert_row(ticket, "taken_back", "back", 200, 200, 0, 0, 0)

    def test_covered_work_that_was_on_no_invoice_is_left_out(self):
        self._create_contract(hour_allowance="limited", included_hours=2.0)
        covered = self._bill_work(1.0)
        split = self._bill_work(3.0)
        self.assertFalse(self._find("accuracy", covered))
        self._assert_row(split, "as_rated", "draft", 200, 200, 0, 200, 0)

    def test_foreign_amounts(self):
        self._create_euro_contract()
        ticket = self._bill_work(1.0, date="2026-01-31")
        self._get_lines(ticket.sudo().invoice_ids).discount = 50.0
        self._assert_row(ticket, "edited", "draft", 100, 100, -50, 50, 0)

    def test_shares_by_number(self):
        tickets = self._bill_work(1.0) | self._bill_work(5.0) | self._bill_work(2.0)
        self._get_lines(tickets[2].sudo().invoice_ids)[-1:].discount = 50.0
        edited = self._find("accuracy", tickets, outcome="edited")
        self.assertTrue(edited)
        report = self._get_report("accuracy")
        [[rate, count]] = report._read_group(
            [("ticket_id", "in", tickets.ids)], [], ["accuracy_rate:avg", "__count"]
        )
        self.assertEqual(count, 3)
        self.assertAlmostEqual(rate, (3 - len(edited)) / 3)
