from odoo.tests import freeze_time, tagged

from .common_report import NOON, ReportCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReportUnbilled(ReportCommon):
    """Work that is done and on no invoice, by age: each piece of it once."""

    def _rate_for_later(self, *hours, **values):
        """Return a ticket whose work is ready and waits for the end of the month."""
        self.policy.sudo().invoice_frequency = "month"
        ticket = self._close(self._work(*hours, **values))
        self._run_due(ticket)
        self.policy.sudo().invoice_frequency = "at_once"
        return ticket

    def _assert_row(self, ticket, state, age, hours, amount):
        row = self._find("unbilled", ticket)
        self.assertRecordValues(
            row,
            [
                {
                    "state": state,
                    "age": age,
                    "hours": hours,
                    "amount": amount or 0.0,
                    "is_amount_known": amount is not None,
                    "ticket_id": ticket.id,
                    "commercial_partner_id": ticket.commercial_partner_id.id,
                    "currency_id": self.company.currency_id.id,
                }
            ],
        )
        return row

    def test_each_state_and_age(self):
        waiting = self._bill_work(9.0, date="2026-02-01")
        self._assert_row(waiting, "to_approve", "31", 9.0, 900.0)
        ready = self._rate_for_later(2.0, date="2026-03-13")
        self._assert_row(ready, "ready", "00", 2.0, 200.0)
        released = self._bill_work(3.0, date="2025-12-01")
        released.sudo().invoice_ids.unlink()
        self._assert_row(released, "released", "91", 3.0, 300.0)
        pending = self._close(self._work(0.7, date="2026-03-12"))
        self._assert_row(pending, "not_rated", "08", 0.7, None)
        blocked = self._bill_work(0.5, partner_id=False, date="2026-01-15")
        self._assert_row(blocked, "blocked", "61", 0.5, None)

    def test_ages_ascend_in_lists_pivots_and_graphs(self):
        days = ("2025-12-01", "2026-03-19", "2026-01-15", "2026-03-05", "2026-02-10")
        tickets = self.env["helpdesk.ticket"].union(
            *(self._close(self._work(1.0, date=day)) for day in days)
        )
        report = self._get_report("unbilled")
        domain = [("ticket_id", "in", tickets.ids)]
        groups = report.formatted_read_group(domain, ["age"], ["age_days:max"])
        self.assertEqual([g["age_days:max"] for g in groups], [1, 15, 38, 64, 109])
        ages = dict(report._fields["age"].selection)
        self.assertEqual([g["age"] for g in groups], list(ages))
        rows = report.search(domain, order="age, id")
        self.assertEqual(rows.mapped("age_days"), [1, 15, 38, 64, 109])

    def test_what_has_an_invoice_is_not_open_or_is_not_billable_is_left_out(self):
        draft = self._bill_work(1.0)
        posted, _move = self._post_work(1.0)
        still_open = self._work(1.0)
        free = self._close(self._work(1.0))
        free.billable = False
        not_billable = self._close(self._work(1.0, entry={"billable": False}))
        not_billable.action_generate_invoice()
        tickets = draft | posted | still_open | free | not_billable
        self.assertFalse(self._find("unbilled", tickets))

    def test_open_part_of_a_credit(self):
        ticket, move = self._post_work(4.0)
        self._credit(move, quantity=1.0)
        self._assert_row(ticket, "released", "08", 1.0, 100.0)
        ticket.action_bill_again("old")
        self.assertFalse(self._find("unbilled", ticket))

    def test_work_rated_anew_and_billed_again_is_there_once(self):
        ticket = self._bill_work(9.0)
        self._log_time(ticket, 1.0, date="2026-03-10")
        self._run_due(ticket)
        self.assertEqual(self._sum("unbilled", ticket, "hours", "amount"), [10, 1000])
        ticket._get_charges().action_approve()
        ticket.sudo().invoice_ids.unlink()
        self.assertEqual(self._sum("unbilled", ticket, "hours", "amount"), [10, 1000])
        ticket.action_bill_again("old")
        self.assertFalse(self._find("unbilled", ticket))

    def test_covered_and_cut_work_is_not_open(self):
        self._create_contract(hour_allowance="limited", included_hours=2.0)
        self.policy.sudo().approval = "all"
        ticket = self._bill_work(5.0)
        charge = ticket._get_charges()
        self.assertEqual(charge.covered_quantity, 2.0)
        charge.action_change(quantity=2.5, reason="Agreed")
        self._assert_row(ticket, "to_approve", "08", 2.5, 250.0)

    def test_foreign_amounts_are_converted_at_the_rate_of_the_service_date(self):
        self._create_euro_contract()
        before = self._rate_for_later(1.0, date="2026-01-31")
        after = self._rate_for_later(1.0, date="2026-02-01")
        self._assert_row(before, "ready", "31", 1.0, 100.0)
        self._assert_row(after, "ready", "31", 1.0, 50.0)
        self.assertEqual(self._sum("unbilled", before | after, "amount"), [150.0])

    def test_amounts_without_any_rate_are_empty(self):
        self._create_euro_contract()
        ticket = self._rate_for_later(1.0)
        self.euro.rate_ids.sudo().unlink()
        self._assert_row(ticket, "ready", "08", 1.0, None)

    def test_rates_of_the_company_come_first(self):
        self._create_euro_contract()
        ticket = self._rate_for_later(1.0)
        rates = self.env["res.currency.rate"].sudo()
        rates.create(
            {
                "name": "2026-04-01",
                "rate": 8.0,
                "currency_id": self.euro.id,
                "company_id": False,
            }
        )
        charge = ticket._get_charges()
        expected = self.euro._convert(
            200.0, self.company.currency_id, self.company, charge.service_date
        )
        self._assert_row(ticket, "ready", "08", 1.0, expected)

    def test_closed_tickets_that_wait_for_a_fee_only(self):
        self._create_contract(per_ticket_rate=50.0)
        ticket = self._close(self._create_ticket())
        self._assert_row(ticket, "not_rated", "00", 0.0, None)

    def test_a_row_opens_its_charge_or_its_ticket(self):
        ticket = self._bill_work(9.0)
        action = self._find("unbilled", ticket).action_open_record()
        self.assertEqual(action["res_model"], "ticket.billing.charge")
        self.assertEqual(action["res_id"], ticket._get_charges().id)
        pending = self._close(self._work(1.0))
        action = self._find("unbilled", pending).action_open_record()
        self.assertEqual(action["res_model"], "helpdesk.ticket")
        self.assertEqual(action["res_id"], pending.id)

    def test_days_are_those_of_the_company(self):
        ticket = self._bill_work(9.0, date="2026-03-20")
        with freeze_time("2026-03-21 05:00:00"):
            self.company.partner_id.tz = "America/Los_Angeles"
            self.assertEqual(self._find("unbilled", ticket).age_days, 0)
            self.company.partner_id.tz = "Europe/Berlin"
            self.assertEqual(self._find("unbilled", ticket).age_days, 1)
