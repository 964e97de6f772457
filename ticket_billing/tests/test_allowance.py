from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestAllowance(TicketBillingCommon):
    def _create_hours(self, hours=20.0, **values):
        terms = {
            "hourly_rate_source": "fixed",
            "hourly_rate": 100.0,
            "hour_allowance": "limited",
            "included_hours": hours,
        }
        return self._create_contract(**{**terms, **values})

    def _create_tickets_contract(self, number=5, **values):
        terms = {
            "ticket_billing_strategy": "per_ticket",
            "per_ticket_rate": 50.0,
            "ticket_allowance": "limited",
            "included_tickets": number,
        }
        return self._create_contract(**{**terms, **values})

    def _work(self, *hours, **values):
        """Return a closed and billed ticket with an entry for each of ``hours``."""
        ticket = self._create_ticket(*hours, **values)
        self._close_and_bill(ticket)
        return ticket

    def _get_quantities(self, ticket):
        charges = ticket._get_charges().sorted("id")
        return [(c.covered_quantity, c.quantity, c.amount) for c in charges]

    # Tickets

    def test_five_included_tickets_then_the_fee(self):
        contract = self._create_tickets_contract()
        tickets = [self._work() for _number in range(6)]
        states = [ticket.billing_state for ticket in tickets]
        self.assertEqual(states, ["covered"] * 5 + ["invoiced"])
        self.assertEqual(tickets[5].invoice_ids.amount_untaxed, 50.0)
        self.assertRecordValues(
            contract, [{"current_period_tickets": 5, "remaining_tickets": 0}]
        )

    def test_five_included_tickets_in_one_run(self):
        self._create_tickets_contract()
        tickets = self.env["helpdesk.ticket"]
        for _number in range(6):
            tickets |= self._create_ticket()
        self._close_and_bill(tickets)
        states = tickets.sorted("id").mapped("billing_state")
        self.assertEqual(states, ["covered"] * 5 + ["invoiced"])

    def test_fee_without_allowance_is_billed(self):
        self._create_contract(per_ticket_rate=50.0)
        self.assertEqual(self._work().invoice_ids.amount_untaxed, 50.0)

    def test_an_included_ticket_covers_only_the_fee(self):
        self._create_tickets_contract(
            hourly_rate_source="fixed", hourly_rate=100.0
        ).ticket_billing_strategy = "mixed"
        ticket = self._work(1.0)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
        fee = ticket._get_charges().filtered(lambda c: c.kind == "ticket")
        self.assertRecordValues(
            fee,
            [
                {
                    "state": "covered",
                    "covered_by": "allowance",
                    "covered_amount": 50.0,
                    "amount": 0.0,
                    "reason": "Included tickets of the contract.",
                }
            ],
        )

    def test_all_tickets_included(self):
        contract = self._create_tickets_contract(ticket_allowance="unlimited")
        self.assertEqual(self._work().billing_state, "covered")
        self.assertEqual(contract.current_period_tickets, 1)
        self.assertIn("all tickets included", contract.allowance_text)

    # Hours

    def test_a_charge_that_crosses_the_line_is_split(self):
        """20 h included, 18 used, a ticket of 5 h at 100.00."""
        contract = self._create_hours()
        self.policy.sudo().approval = "none"
        self._work(18.0)
        ticket = self._work(5.0)
        self.assertEqual(self._get_quantities(ticket), [(2.0, 3.0, 300.0)])
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 300.0)
        self.assertEqual(ticket._get_charges().covered_amount, 200.0)
        self.assertRecordValues(
            contract, [{"current_period_hours": 20.0, "remaining_hours": 0.0}]
        )

    def test_the_last_hour_is_covered_and_the_next_quarter_is_not(self):
        self.policy.sudo().approval = "none"
        self._create_hours()
        self._work(15.0)
        self.assertEqual(self._work(5.0).billing_state, "covered")
        self.assertEqual(self._work(0.25).invoice_ids.amount_untaxed, 25.0)

    def test_rounded_hours_are_drawn(self):
        contract = self._create_hours()
        self._work(1.1)
        self.assertEqual(contract.current_period_hours, 1.25)

    def test_the_oldest_work_of_a_run_is_covered_first(self):
        self._create_hours(hours=2.0)
        late = self._create_ticket()
        early = self._create_ticket()
        self._log_time(late, 2.0, date="2026-11-20")
        self._log_time(early, 1.0, date="2026-11-19")
        self._log_time(early, 2.0, date="2026-11-21")
        self._close_and_bill(late | early)
        self.assertEqual(self._get_quantities(late), [(1.0, 1.0, 100.0)])
        self.assertEqual(
            self._get_quantities(early), [(1.0, 0.0, 0.0), (0.0, 2.0, 200.0)]
        )

    def test_the_oldest_work_is_covered_first_across_batches(self):
        self.company.ticket_billing_batch_size = 1
        self._create_hours(hours=1.0)
        late = self._create_ticket()
        early = self._create_ticket()
        self._log_time(late, 1.0, date="2026-11-20")
        self._log_time(early, 1.0, date="2026-11-19")
        self._close_and_bill(late | early)
        self.assertEqual(self._get_quantities(early), [(1.0, 0.0, 0.0)])

    def test_all_hours_included(self):
        contract = self._create_hours(hour_allowance="unlimited")
        ticket = self._work(30.0)
        self.assertEqual(ticket.billing_state, "covered")
        self.assertEqual(ticket._get_charges().covered_amount, 3000.0)
        self.assertEqual(contract.current_period_hours, 30.0)

    def test_covered_hours_need_no_approval(self):
        self._create_hours()
        ticket = self._work(10.0)
        self.assertEqual(ticket.billing_state, "covered")

    def test_work_that_does_not_draw(self):
        travel = self.env["ticket.billing.work.type"].sudo()
        travel = travel.create({"name": "Travel", "draws_allowance": False})
        contract = self._create_hours()
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_work_type_id=travel.id)
        self._log_time(ticket, 1.0, billing_rate_override=0.0)
        self._close_and_bill(ticket)
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 100.0)
        self.assertEqual(contract.current_period_hours, 1.0)

    def test_goodwill_does_not_draw(self):
        contract = self._create_hours()
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_rate_overridden=True)
        self._close_and_bill(ticket)
        self.assertEqual(ticket.billing_state, "covered")
        self.assertFalse(ticket._get_charges().covered_by)
        self.assertEqual(contract.current_period_hours, 0.0)

    def test_hours_that_a_fee_pays_for_do_not_draw(self):
        contract = self._create_hours(
            ticket_billing_strategy="per_ticket", per_ticket_rate=50.0
        )
        self._work(3.0)
        self.assertEqual(contract.current_period_hours, 0.0)

    def test_what_is_not_billed_uses_nothing(self):
        contract = self._create_hours(
            per_ticket_rate=50.0, ticket_allowance="limited", included_tickets=5
        )
        internal = self.env.ref("ticket_billing.helpdesk_ticket_category_internal")
        original = self._create_ticket()
        tickets = [
            self._create_ticket(1.0, category_id=internal.id),
            self._create_ticket(1.0, duplicate_id=original.id),
            self._create_ticket(1.0),
        ]
        self._close_and_bill(tickets[0] | tickets[1])
        tickets[2].stage_id = self.stage_cancelled
        self._bill(tickets[2])
        self.assertRecordValues(
            contract, [{"current_period_tickets": 0, "current_period_hours": 0.0}]
        )

    # Periods

    def test_the_day_of_the_work_decides_the_period(self):
        """Closed on the 31st, billed on the 1st: the old month's."""
        contract = self._create_tickets_contract(number=1)
        with freeze_time("2026-10-31 12:00:00"):
            ticket = self._close(self._create_ticket())
        with freeze_time("2026-11-01 12:00:00"):
            self._bill(ticket)
            self.assertEqual(ticket.billing_state, "covered")
            self.assertEqual(contract.remaining_tickets, 1)
            self.assertEqual(
                contract.allowance_text,
                "0 of 1 tickets (11/01/2026 – 11/30/2026)",
            )
            self.assertEqual(
                ticket.billing_allowance, "1 of 1 tickets (10/01/2026 – 10/31/2026)"
            )
            self.assertEqual(self._work().billing_state, "covered")
            self.assertEqual(self._work().billing_state, "invoiced")
        contract.invalidate_recordset()
        with freeze_time("2026-10-15 12:00:00"):
            self.assertEqual(contract.current_period_tickets, 1)

    def test_midnight_is_the_companys(self):
        """23:30 UTC on the 31st is the 1st in Berlin."""
        self.company.partner_id.tz = "Europe/Berlin"
        contract = self._create_tickets_contract(number=1)
        with freeze_time("2026-10-31 23:30:00"):
            ticket = self._close(self._create_ticket())
            self._bill(ticket)
            self.assertEqual(ticket._get_charges().service_date, date(2026, 11, 1))
            self.assertEqual(contract.current_period_tickets, 1)

    def test_periods(self):
        """What one ticket leaves of two, half a year later and in the same period."""
        cases = [
            # period, day of the first ticket, day to look at, left
            ("month", "2026-01-01", "2026-01-31", 1),
            ("month", "2026-01-31", "2026-02-01", 2),
            ("quarter", "2026-01-01", "2026-03-31", 1),
            ("quarter", "2026-03-31", "2026-04-01", 2),
            ("year", "2026-01-01", "2026-12-31", 1),
            ("year", "2026-12-31", "2027-01-01", 2),
            ("contract", "2026-01-01", "2029-07-01", 1),
        ]
        for period, first, later, left in cases:
            with self.subTest(period=period, first=first):
                contract = self._create_tickets_contract(2, allowance_period=period)
                with freeze_time(f"{first} 12:00:00"):
                    self._work()
                with freeze_time(f"{later} 12:00:00"):
                    contract.invalidate_recordset()
                    self.assertEqual(contract.remaining_tickets, left)
                contract.active = False

    # Twice, late, changed

    def test_catching_up_changes_nothing(self):
        contract = self._create_hours(hours=1.0)
        ticket = self._work(3.0)
        before = self._get_quantities(ticket)
        for _number in range(10):
            self._run_catch_up()
            self._bill(ticket)
        self.assertEqual(self._get_quantities(ticket), before)
        self.assertEqual(contract.current_period_hours, 1.0)

    def test_later_work_draws_what_is_left(self):
        self._create_hours(hours=2.0)
        ticket = self._work(1.0)
        self._log_time(ticket, 3.0)
        self._bill(ticket)
        self.assertEqual(
            self._get_quantities(ticket), [(1.0, 0.0, 0.0), (1.0, 2.0, 200.0)]
        )

    def test_what_was_drawn_is_free_again_when_it_is_rated_anew(self):
        self.policy.sudo().approval = "all"
        contract = self._create_hours(hours=2.0)
        ticket = self._work(3.0)
        self.assertEqual(contract.current_period_hours, 2.0)
        ticket.stage_id = self.stage_cancelled
        contract.invalidate_recordset()
        self.assertEqual(contract.current_period_hours, 0.0)

    def test_what_was_drawn_stays_drawn_whatever_becomes_of_the_invoice(self):
        """5 h, 2 h of them included: 3 h × 100.00 and 19 % tax are 357.00."""
        contract = self._create_hours(hours=2.0)
        ticket = self._work(5.0)
        move = ticket.invoice_ids
        self.assertEqual(move.amount_total, 357.0)
        charge = ticket._get_charges()
        move.button_cancel()
        self.assertEqual((charge.state, charge.covered_quantity), ("released", 2.0))
        ticket.stage_id = self.stage_progress
        self._close_and_bill(ticket)
        self.assertEqual(ticket.invoice_ids, move)
        move.button_draft()
        move.action_post()
        reversal = move._reverse_moves([{"invoice_date": move.invoice_date}], True)
        self.assertEqual(reversal.amount_total, 357.0)
        self.assertEqual((charge.state, charge.credited_amount), ("credited", 300.0))
        self.assertEqual(contract.current_period_hours, 2.0)
        self._bill(ticket)
        self.assertEqual(ticket._get_charges(), charge)

    def test_an_allowance_that_grows_covers_no_old_work(self):
        contract = self._create_hours(hours=1.0)
        ticket = self._work(3.0)
        contract.included_hours = 10.0
        self._bill(ticket)
        self.assertEqual(self._get_quantities(ticket), [(1.0, 2.0, 200.0)])
        self.assertEqual(contract.remaining_hours, 9.0)

    def test_queries_do_not_grow_with_the_customers(self):
        tickets = self.env["helpdesk.ticket"]
        for number in range(12):
            customer = self._create_customer(f"Practice {number}")
            self._create_hours(partner_id=customer.id)
            tickets |= self._create_ticket(1.0, partner_id=customer.id)
        tickets |= self._create_ticket() | self._create_ticket()
        self._close(tickets)
        rating = self.env["ticket.billing.rating"].with_user(1)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rating._rate(some)
            return self.env.cr.sql_log_count - before

        count(tickets)
        self.assertLessEqual(count(tickets), count(tickets[10:13]) + 1)

    def test_queries_do_not_grow_with_the_tickets(self):
        self._create_hours(per_ticket_rate=50.0, ticket_allowance="limited")
        work_type = self.env["ticket.billing.work.type"].sudo()
        work_type = work_type.create({"name": "On site", "multiplier": 1.5})
        tickets = self.env["helpdesk.ticket"]
        for _number in range(12):
            ticket = self._create_ticket(1.0)
            self._log_time(ticket, 1.0, billing_work_type_id=work_type.id)
            tickets |= ticket
        self._close(tickets)
        rating = self.env["ticket.billing.rating"].with_user(1)

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rating._rate(some)
            return self.env.cr.sql_log_count - before

        count(tickets)
        self.assertEqual(count(tickets), count(tickets[:2]))

    # Shown

    def test_the_ticket_says_what_is_left(self):
        self._create_hours(ticket_allowance="limited", included_tickets=5)
        self.policy.sudo().approval = "none"
        self._work(18.0)
        with freeze_time("2026-11-21 12:00:00"):
            ticket = self._create_ticket()
            self.assertEqual(
                ticket.with_user(self.agent).billing_allowance,
                "0 of 5 tickets, 2.00 h of 20.00 h left (11/01/2026 – 11/30/2026)",
            )

    def test_each_ticket_is_estimated_by_itself(self):
        """What a ticket is worth does not depend on the list that it is shown in."""
        self._create_hours(hours=1.0)
        tickets = self._create_ticket(3.0) | self._create_ticket(3.0)
        self.assertEqual(tickets.mapped("amount_to_invoice"), [200.0, 200.0])

    def test_tickets_of_a_contract(self):
        contract = self._create_hours(date_end="2025-12-31")
        newer = self._create_hours(date_start="2026-01-01")
        with freeze_time("2025-06-01 12:00:00"):
            closed = self._close(self._create_ticket())
        open_ = self._create_ticket()
        self.assertEqual(contract._get_agreement_tickets(), closed)
        self.assertEqual(newer._get_agreement_tickets(), open_)
        self.assertRecordValues(
            contract | newer,
            [{"total_tickets_created": 1}, {"total_tickets_created": 1}],
        )
        action = contract.action_view_agreement_tickets()
        self.assertEqual(action["res_id"], closed.id)

    def test_numbers(self):
        for values in ({"included_tickets": -1}, {"included_hours": 0.005}):
            with self.subTest(**values), self.assertRaises(ValidationError):
                self._create_contract(**values)
