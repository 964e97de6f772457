"""The demo data, and what each of its tickets costs, calculated by hand.

They need a database that was just installed: nothing may be billed yet.
"""

from collections import Counter
from fractions import Fraction
from math import ceil

from odoo.tests import TransactionCase, tagged

# Ticket: outcome, hours billed, amount, currency
EXPECTED = {
    # 90.00 an hour
    "xray": ("invoiced", "3.75", "337.50", "USD"),  # 3.75 h
    "calendar": ("invoiced", "1.25", "112.50", "USD"),  # 1.05 h
    "backup": ("invoiced", "2.00", "180.00", "USD"),  # 1.95 h
    "lockout": ("invoiced", "0.25", "22.50", "USD"),  # 0.10 h, the minimum
    "labels": ("invoiced", "1.75", "157.50", "USD"),  # 1.75 h, 0.75 h not billable
    "cabling": ("to_approve", "9.75", "877.50", "USD"),  # 9.75 h, over the limit of 8
    # 65.00 per ticket, hours included
    "statement": ("invoiced", "0.00", "65.00", "USD"),
    "tablet": ("invoiced", "0.00", "65.00", "USD"),
    "newuser": ("invoiced", "0.00", "65.00", "USD"),
    "archive": ("invoiced", "0.00", "65.00", "USD"),  # without any time
    # 25.00 per ticket and 85.00 an hour
    "scanners": ("invoiced", "5.50", "492.50", "USD"),  # 5.50 h: 25.00 + 467.50
    "routes": ("invoiced", "3.75", "343.75", "USD"),  # 3.65 h: 25.00 + 318.75
    "monitor": ("invoiced", "1.25", "131.25", "USD"),  # 1.10 h: 25.00 + 106.25
    "signature": ("invoiced", "2.50", "237.50", "USD"),  # 2.50 h: 25.00 + 212.50
    # 88.00 an hour, from the pricelist of the contract
    "licence": ("invoiced", "2.50", "220.00", "USD"),  # 2.45 h
    "plotter": ("invoiced", "2.00", "176.00", "USD"),  # 1.90 h
    "laptops": ("invoiced", "3.75", "330.00", "USD"),  # 3.60 h
    "vpn": ("invoiced", "1.75", "154.00", "USD"),  # 1.65 h
    # 80.00 an hour until the contract ended, then 102.00 from the customer's pricelist
    "reminders": ("invoiced", "1.75", "140.00", "USD"),  # 1.75 h before
    "malware": ("invoiced", "5.50", "484.00", "USD"),  # 3.50 h before, 1.85 h after
    "reception": ("invoiced", "1.50", "153.00", "USD"),  # 1.50 h after
    "voicemail": ("invoiced", "0.75", "76.50", "USD"),  # 0.65 h after
    # 95.00 an hour, the sales price
    "prepress": ("invoiced", "4.00", "380.00", "USD"),  # 3.80 h
    "barcodes": ("invoiced", "2.75", "261.25", "USD"),  # 2.60 h
    "restore": ("invoiced", "1.25", "118.75", "USD"),  # 1.10 h
    "internet": ("skipped", "0.00", "0.00", "USD"),  # neither time nor fee
    # 78.00 euros an hour
    "erp": ("invoiced", "2.50", "195.00", "EUR"),  # 2.30 h
    "cnc": ("invoiced", "4.50", "351.00", "EUR"),  # 4.50 h
    "certificate": ("invoiced", "1.00", "78.00", "EUR"),  # 0.90 h
    # 20 hours a month included, then 92.00 an hour; half of that for travel
    "mailboxes": ("covered", "0.00", "0.00", "USD"),  # 6.50 h, 13.50 h left
    "dictation": ("invoiced", "0.75", "34.50", "USD"),  # 0.60 h on site: 12.50 h left
    "filing": ("covered", "0.00", "0.00", "USD"),  # 5.40 h are 5.50 h, 7.00 h left
    "retention": ("covered", "0.00", "0.00", "USD"),  # 4.10 h are 4.25 h, 2.75 h left
    "scanner": ("invoiced", "2.00", "184.00", "USD"),  # 4.60 h are 4.75 h, 2.75 h free
    "outage": ("invoiced", "1.00", "138.00", "USD"),  # 0.80 h after hours, 1.5 x 92.00
    # 5 tickets a month included, then 50.00 each
    "listing": ("covered", "0.00", "0.00", "USD"),
    "agenda": ("covered", "0.00", "0.00", "USD"),
    "esign": ("covered", "0.00", "0.00", "USD"),
    "keycabinet": ("covered", "0.00", "0.00", "USD"),
    "projector": ("covered", "0.00", "0.00", "USD"),
    "leases": ("invoiced", "0.00", "50.00", "USD"),  # the sixth
    # 110.00 an hour for the network, else the sales price: 95.00, travel 60.00
    "wireless": ("invoiced", "2.50", "275.00", "USD"),  # 2.30 h
    "firewall": ("invoiced", "2.00", "302.50", "USD"),  # 1.40 h at 165.00, 0.50 h
    "weighing": ("invoiced", "3.00", "241.25", "USD"),  # 1.75 h: 166.25, 1.20 h: 75.00
    "recipes": ("invoiced", "3.25", "238.75", "USD"),  # 1.10 h: 118.75, 1.90 h at 60.00
    # 95.00 dollars are 86.36 euros at 1.10; after hours 129.54
    "lenses": ("invoiced", "2.75", "237.49", "EUR"),  # 2.60 h
    "boutique": ("invoiced", "1.00", "129.54", "EUR"),  # 0.85 h after hours
    # No agreement can bill these
    "switch": ("skipped", "0.00", "0.00", "USD"),  # warranty
    "paralegals": ("skipped", "0.00", "0.00", "USD"),  # training
    "sparelaptops": ("skipped", "0.00", "0.00", "USD"),  # internal
    "caller": ("blocked", "0.00", "0.00", "USD"),  # no customer
}
NOT_DUE = {
    "rack": "not_billable",
    "private": "not_billable",
    "timeclock": "open",
    "badge": "open",
    "drivers": "open",
    "shares": "open",
    "survey": "open",
    "renewal": "open",
    "sparepart": "open",
}
INVOICED = {"USD": "6232.50", "EUR": "991.03"}
FEES = {"northgate": 65, "kestrel": 25, "tidewater": 50}
INCLUDED_TICKETS = {"tidewater": 5}
INCLUDED_HOURS = {"ashcroft": 20}
RATES = {
    "harborview": 90,
    "northgate": 0,
    "kestrel": 85,
    "alder": 88,
    "castellan": 95,
    "lindner": 78,
    "ashcroft": 92,
    "tidewater": 0,
    "valmont": Fraction("86.36"),
}
TRAVEL = {"ashcroft": 46, "sutton": 60}
NETWORK = ("wireless", "firewall")
KINDS = ("remote", "on_site", "travel", "after_hours")
RATED = ("invoiced", "covered", "to_approve")
STAGES = ("new", "in_progress", "awaiting", "done", "cancelled", "rejected")
LOGINS = ("technician", "technician2", "manager", "accountant", "portal")


@tagged("post_install", "-at_install")
class TestDemoData(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = [*EXPECTED, *NOT_DUE]
        cls.tickets = {name: cls.demo(f"helpdesk_ticket_{name}") for name in names}
        cls.all_tickets = cls.env["helpdesk.ticket"].union(*cls.tickets.values())
        cls.names = {ticket: name for name, ticket in cls.tickets.items()}
        cls.customers = {
            cls.demo(f"res_partner_{name}"): name
            for name in (*RATES, "brightwater", "sutton")
        }
        cls.kinds = {cls.demo(f"ticket_billing_work_type_{k}"): k for k in KINDS}
        assert not cls.all_tickets.charge_ids, "billed already: install a new database"

    @classmethod
    def demo(cls, name):
        return cls.env.ref(f"ticket_billing.{name}_demo")

    def run_schedule(self):
        flagged = self.env["helpdesk.ticket"].search([("billing_pending", "=", True)])
        flagged.billing_next_try = "2020-01-01"
        return self.env["ticket.billing.run"]._process("schedule")

    def login(self, name):
        return self.env["res.users"].search([("login", "=", name)])

    # What there is

    def test_there_is_enough_to_look_at(self):
        entries = self.all_tickets.timesheet_ids
        self.assertEqual(len(self.all_tickets), 60)
        self.assertEqual(len(entries), 131)
        self.assertEqual(len(entries.employee_id), 3)
        self.assertEqual(len(self.all_tickets.team_id), 2)
        self.assertEqual(self.all_tickets.commercial_partner_id, self.all_customers())
        self.assertEqual(len(self.all_customers()), 11)
        self.assertEqual(set(entries.billing_work_type_id), set(self.kinds))

    def all_customers(self):
        return self.env["res.partner"].union(*self.customers)

    def test_every_ticket_of_the_demo_is_in_a_table(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "ticket_billing"), ("model", "=", "helpdesk.ticket")]
        )
        tickets = self.env["helpdesk.ticket"].browse(data.mapped("res_id"))
        # Those of earlier months are billed, and in a table of test_demo_history
        unbilled = tickets.filtered(lambda ticket: not ticket.charge_ids)
        self.assertEqual(unbilled, self.all_tickets)

    def test_every_stage_is_used(self):
        for name in STAGES:
            stage = self.env.ref(f"helpdesk_mgmt.helpdesk_ticket_stage_{name}")
            with self.subTest(stage=name):
                self.assertIn(stage, self.all_tickets.stage_id)

    def test_work_ends_before_the_ticket_is_closed(self):
        start = self.env.company._get_ticket_billing_start()
        for name in EXPECTED:
            ticket = self.tickets[name]
            closed = ticket._get_billing_date()
            with self.subTest(ticket=name):
                self.assertGreater(ticket.billing_event_date, start)
                self.assertLess(ticket.create_date, ticket.billing_event_date)
                self.assertTrue(all(e.date <= closed for e in ticket.timesheet_ids))

    def test_what_draws_on_the_same_allowance_lies_in_one_month(self):
        for customer in (*INCLUDED_HOURS, *INCLUDED_TICKETS):
            partner = self.demo(f"res_partner_{customer}")
            tickets = self.all_tickets.filtered(
                lambda t, p=partner: t.commercial_partner_id == p
            )
            dates = [t._get_billing_date() for t in tickets]
            dates += tickets.timesheet_ids.mapped("date")
            with self.subTest(customer=customer):
                self.assertEqual(len({(date.year, date.month) for date in dates}), 1)

    def test_company_is_set_up(self):
        company = self.env.ref("base.main_company")
        self.assertTrue(company.ticket_billing_enabled)
        self.assertTrue(company.ticket_billing_on_close)
        self.assertEqual(company.ticket_billing_policy_id.automation_level, "draft")
        self.assertEqual(company.ticket_billing_delay_minutes, 2)

    def test_customers_without_a_pricelist_pay_in_the_currency_of_the_company(self):
        pricelist = self.demo("res_partner_castellan").property_product_pricelist
        self.assertEqual(pricelist.currency_id, self.env.company.currency_id)
        self.assertFalse(pricelist.item_ids)

    def test_recurring_fees_are_not_due_during_the_demo(self):
        contracts = self.env["contract.contract"].search(
            [("partner_id", "in", self.all_customers().ids)]
        )
        lines = contracts.contract_line_ids
        self.assertEqual((len(contracts), len(lines)), (11, 4))
        today = self.env["contract.contract"]._fields["date_start"].today()
        self.assertTrue(all(line.recurring_next_date >= today for line in lines))

    def test_nothing_was_mailed(self):
        mails = self.env["mail.mail"].search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "in", self.all_tickets.ids)]
        )
        self.assertFalse(mails)

    # Who there is

    def test_every_login_has_its_name_as_password(self):
        for name in LOGINS:
            with self.subTest(login=name):
                user = self.login(name)
                credential = {"login": name, "password": name, "type": "password"}
                result = user.with_user(user)._check_credentials(
                    credential, {"interactive": True}
                )
                self.assertEqual(result["uid"], user.id)

    def test_technician_sees_the_tickets_of_his_team(self):
        tickets = self.all_tickets.with_user(self.login("technician"))
        visible = tickets._filtered_access("read")
        desk = self.demo("helpdesk_ticket_team_desk")
        self.assertTrue(visible)
        self.assertEqual(visible.team_id, desk.with_user(self.login("technician")))

    def test_manager_and_accountant_see_tickets_charges_and_invoices(self):
        moves = self.run_schedule().line_ids.move_ids
        for name in ("manager", "accountant"):
            with self.subTest(login=name):
                user = self.login(name)
                for records in (self.all_tickets, self.all_tickets.charge_ids, moves):
                    records.with_user(user).check_access("read")

    def test_accountant_posts_and_edits_contracts(self):
        user = self.login("accountant")
        move = self.run_schedule().line_ids.move_ids[:1].with_user(user)
        move.action_post()
        self.assertEqual(move.state, "posted")
        contract = self.demo("contract_contract_kestrel").with_user(user)
        contract.hourly_rate = 87.0

    def test_customer_sees_the_tickets_of_his_company(self):
        tickets = self.all_tickets.with_user(self.login("portal"))
        visible = tickets._filtered_access("read").sudo()
        kestrel = self.demo("res_partner_kestrel")
        self.assertEqual(visible.commercial_partner_id, kestrel)

    # What it costs

    def test_table_agrees_with_the_agreements(self):
        for name, (outcome, hours, amount, _currency) in EXPECTED.items():
            ticket = self.tickets[name]
            if outcome in RATED:
                with self.subTest(ticket=name):
                    expected = (Fraction(hours), Fraction(amount))
                    self.assertEqual(self.calculate(ticket), expected)

    def calculate(self, ticket):
        """Return hours and amount, in exact arithmetic and without the addon."""
        earlier = self.get_earlier(ticket)
        customer = self.customers[ticket.commercial_partner_id]
        fee = FEES.get(customer, 0)
        if len(earlier) < INCLUDED_TICKETS.get(customer, 0):
            fee = 0
        used = sum(sum(self.round_hours(other).values()) for other in earlier)
        left = max(INCLUDED_HOURS.get(customer, 0) - used, 0)
        billed, amount = Fraction(0), Fraction(fee)
        for rate, hours in self.round_hours(ticket).items():
            covered = min(hours, left)
            left -= covered
            billed += hours - covered
            amount += rate * (hours - covered)
        travel = self.round_hours(ticket, is_travel=True)
        billed += sum(travel.values())
        return billed, amount + sum(rate * hours for rate, hours in travel.items())

    def get_earlier(self, ticket):
        """Return the tickets that draw first; their work does not overlap in time."""
        return [
            other
            for name, other in self.tickets.items()
            if name in EXPECTED
            and EXPECTED[name][0] in RATED
            and other.commercial_partner_id == ticket.commercial_partner_id
            and other.billing_event_date < ticket.billing_event_date
        ]

    def round_hours(self, ticket, is_travel=False):
        """Return a dict: rate → hours of a ticket, of one kind of work at each."""
        worked, least = Counter(), {}
        for entry in ticket.timesheet_ids.filtered("billable"):
            kind = self.kinds[entry.billing_work_type_id]
            rate = self.get_rate(ticket, entry, kind)
            if rate and is_travel == (kind == "travel"):
                worked[rate] += Fraction(str(entry.unit_amount))
                least[rate] = 4 if kind == "on_site" else 1
        return {
            rate: Fraction(max(ceil(hours * 4), least[rate]), 4)
            for rate, hours in worked.items()
        }

    def get_rate(self, ticket, entry, kind):
        customer = self.customers[ticket.commercial_partner_id]
        if entry.billing_rate_overridden:
            return Fraction(entry.billing_rate_override)
        if kind == "travel":
            return TRAVEL[customer]
        rate = RATES.get(customer)
        if customer == "brightwater":
            ended = self.demo("contract_contract_brightwater").date_end
            rate = 80 if entry.date <= ended else 102
        if customer == "sutton":
            rate = 110 if self.names[ticket] in NETWORK else 95
        return rate * Fraction(3, 2) if kind == "after_hours" else rate

    def test_schedule_bills_what_the_table_says(self):
        lines = self.run_schedule().line_ids
        self.assertEqual({self.names[line.ticket_id] for line in lines}, set(EXPECTED))
        for line in lines:
            name = self.names[line.ticket_id]
            with self.subTest(ticket=name, reason=line.reason):
                found = (
                    line.outcome,
                    f"{line.billed_hours:.2f}",
                    f"{line.amount:.2f}",
                    line.currency_id.name,
                )
                self.assertEqual(found, EXPECTED[name])

    def test_drafts_add_up_to_the_table(self):
        moves = self.run_schedule().line_ids.move_ids
        self.assertEqual(set(moves.mapped("state")), {"draft"})
        for currency, group in moves.grouped("currency_id").items():
            total = sum(Fraction(f"{move.amount_untaxed:.2f}") for move in group)
            listed = sum(
                Fraction(amount)
                for outcome, _hours, amount, name in EXPECTED.values()
                if (outcome, name) == ("invoiced", currency.name)
            )
            with self.subTest(currency=currency.name):
                self.assertEqual(total, Fraction(INVOICED[currency.name]))
                self.assertEqual(total, listed)

    def test_other_tickets_are_left_alone(self):
        self.run_schedule()
        for name, state in NOT_DUE.items():
            with self.subTest(ticket=name):
                self.assertEqual(self.tickets[name].billing_state, state)
                self.assertFalse(self.tickets[name].charge_ids)

    def test_second_run_bills_nothing(self):
        self.run_schedule()
        charges = self.all_tickets.charge_ids
        self.run_schedule()
        self.assertEqual(self.all_tickets.charge_ids, charges)

    def test_reopened_ticket_is_billed_when_it_is_closed_again(self):
        ticket = self.tickets["timeclock"]
        first_closed = ticket.billing_event_date
        ticket.with_context(mail_notrack=True).stage_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_stage_done"
        )
        lines = self.run_schedule().line_ids
        line = lines.filtered(lambda run_line: run_line.ticket_id == ticket)
        # 3.75 h at 90.00
        self.assertEqual(f"{line.billed_hours:.2f} {line.amount:.2f}", "3.75 337.50")
        self.assertEqual(ticket.billing_event_date, first_closed)
