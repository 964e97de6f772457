from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportLeakage(ReportCommon):
    """Where money is lost: work that nobody is on the way to bill."""

    def _assert_row(self, ticket, cause, days, hours, amount, estimated=False):
        self.assertRecordValues(
            self._find("leakage", ticket),
            [
                {
                    "cause": cause,
                    "age_days": days,
                    "hours": hours,
                    "amount": amount or 0.0,
                    "is_amount_known": amount is not None,
                    "is_estimated": estimated,
                }
            ],
        )

    def test_blocked_tickets(self):
        with freeze_time("2026-03-10 12:00:00"):
            ticket = self._bill_work(1.5, partner_id=False)
        self._assert_row(ticket, "blocked", 10, 1.5, 150.0, estimated=True)

    def test_closed_without_time(self):
        with freeze_time("2026-03-15 12:00:00"):
            ticket = self._close(self._create_ticket())
            empty = self._close(self._work(0.0))
        self._assert_row(ticket, "no_time", 5, 0.0, None)
        self._assert_row(empty, "no_time", 5, 0.0, None)

    def test_what_is_no_loss_is_left_out(self):
        self._create_contract(
            per_ticket_rate=50.0, hour_allowance="limited", included_hours=1.0
        )
        fee = self._bill_work()
        covered = self._bill_work(1.0)
        not_billable = self._create_ticket()
        not_billable.billable = False
        self._close(not_billable)
        cancelled = self._create_ticket()
        cancelled.stage_id = self.stage_cancelled
        posted, _move = self._post_work(2.0)
        waits = self._bill_work(9.0)
        tickets = fee | covered | not_billable | cancelled | posted | waits
        self.assertFalse(self._find("leakage", tickets))

    def test_hours_that_a_fee_pays_for_are_no_loss(self):
        self._create_contract(
            per_ticket_rate=50.0, ticket_billing_strategy="per_ticket"
        )
        self.assertFalse(self._find("leakage", self._bill_work(1.0)))

    def test_price_zero(self):
        ticket = self._work(1.0, date="2026-03-12")
        ticket.sudo().timesheet_ids.billing_rate_override = 0.0
        ticket.sudo().timesheet_ids.billing_rate_overridden = True
        self._close(ticket).action_generate_invoice()
        self._assert_row(ticket, "free", 8, 1.0, 100.0, estimated=True)

    def test_price_zero_in_review_and_on_the_invoice(self):
        reviewed = self._bill_work(9.0, date="2026-03-12")
        reviewed._get_charges().action_change(price_unit=0.0, reason="Goodwill")
        self._assert_row(reviewed, "free", 8, 9.0, 900.0)
        edited = self._bill_work(2.0, date="2026-03-12")
        self._get_lines(edited.sudo().invoice_ids).price_unit = 0.0
        self._assert_row(edited, "free", 8, 2.0, 200.0)

    def test_old_time_on_an_open_ticket(self):
        old = self._work(1.0, date="2026-03-05")
        self._assert_row(old, "open", 15, 1.0, 100.0, estimated=True)
        self.assertFalse(self._find("leakage", self._work(1.0, date="2026-03-06")))
        not_billable = {"billable": False}
        work = self._work(1.0, date="2026-03-05", entry=not_billable)
        self.assertFalse(self._find("leakage", work))
        self.company.sudo().ticket_billing_old_days = 0
        self.assertFalse(self._find("leakage", old))

    def test_released(self):
        with freeze_time("2026-03-17 12:00:00"):
            ticket = self._bill_work(3.0)
            ticket.sudo().invoice_ids.unlink()
        self._assert_row(ticket, "released", 3, 3.0, 300.0)
        ticket.action_write_off("Goodwill")
        self.assertFalse(self._find("leakage", ticket))

    def _rate_on(self, day, **values):
        """Return a ticket whose work waits for the end of the month."""
        self.policy.sudo().invoice_frequency = "month"
        with freeze_time(f"{day} 12:00:00"):
            ticket = self._close(self._work(2.0, date=day, **values))
            self._run_due(ticket)
        self.assertEqual(ticket._get_charges().state, "ready")
        return ticket

    def test_ready_for_longer_than_its_period(self):
        ticket = self._rate_on("2026-02-10")
        self._assert_row(ticket, "late", 19, 2.0, 200.0)
        with freeze_time("2026-03-15 12:00:00"):
            self.assertFalse(self._find("leakage", ticket))
        with freeze_time("2026-03-16 12:00:00"):
            self.assertTrue(self._find("leakage", ticket))

    def test_work_that_waits_for_its_contract_is_not_late(self):
        contract = self._create_contract(ticket_invoice_mode="with_contract")
        ticket = self._rate_on("2026-02-10")
        self.assertEqual(ticket._get_charges().contract_id, contract)
        self.assertEqual(self._find("leakage", ticket).cause, "late")
        contract.recurring_next_date = "2026-04-01"
        self.env.cr.execute(
            "UPDATE contract_contract SET recurring_next_date = %s WHERE id = %s",
            ["2026-04-01", contract.id],
        )
        self.assertFalse(self._find("leakage", ticket))

    def test_foreign_amounts(self):
        self._create_euro_contract()
        with freeze_time("2026-03-17 12:00:00"):
            ticket = self._bill_work(1.0, date="2026-01-31")
            ticket.sudo().invoice_ids.unlink()
        self._assert_row(ticket, "released", 3, 1.0, 100.0)

    def test_rows_open_what_they_are_about(self):
        ticket = self._close(self._create_ticket())
        action = self._find("leakage", ticket).action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("helpdesk.ticket", ticket.id)
        )
        released = self._bill_work(1.0)
        released.sudo().invoice_ids.unlink()
        action = self._find("leakage", released).action_open_record()
        self.assertEqual(action["res_model"], "ticket.billing.charge")
        self.assertEqual(action["res_id"], released._get_charges().id)
