"""The demo tickets of earlier months: billed with the demo data, to the cent.

They need a database that was just installed: nothing else may be billed yet.
"""

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import TransactionCase, tagged

# Ticket: months ago of its work, states of its charges, what is on invoices
HISTORY = {
    "frontdesks": (6, {"billed"}, 675.00),  # 7.50 h at 90.00
    "intranet": (6, {"billed"}, 380.00),  # 4.00 h at 95.00
    "depot": (5, {"billed"}, 662.50),  # 25.00, 7.50 h at 85.00
    "rendering": (5, {"billed"}, 484.00),  # 5.50 h at 88.00
    "exchange": (4, {"billed"}, 562.50),  # 6.25 h at 90.00
    "tenants": (4, {"billed", "covered"}, 65.00),  # a fee, 1.40 h included
    "packing": (4, {"billed"}, 332.50),  # 2.00 h, a month later 1.50 h, at 95.00
    "tracking": (3, {"billed"}, 366.75),  # 25.00, 4.50 h at 85.00, less 10 %
    "plans": (3, {"written_off"}, 0.00),  # 3.00 h at 88.00 are 264.00
    "relocation": (2, {"billed"}, 900.00),  # 12.00 h at 90.00, 2.00 h of it cut
    "courtesy": (2, {"covered"}, 0.00),  # 1.25 h at 0.00, usually 118.75
    "rollback": (2, {"released"}, 0.00),  # 25.00, 3.50 h at 85.00: 322.50 wait
}
# Months ago: what its runs invoiced and is on invoices today
BILLED = {6: 1055.00, 5: 1146.50, 4: 817.50, 3: 509.25, 2: 900.00}


@tagged("post_install", "-at_install")
class TestDemoHistory(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = {name: cls.demo(name) for name in HISTORY}
        cls.all_tickets = cls.env["helpdesk.ticket"].union(*cls.tickets.values())
        cls.manager = cls.env["res.users"].search([("login", "=", "manager")])

    @classmethod
    def demo(cls, name):
        return cls.env.ref(f"ticket_billing.helpdesk_ticket_{name}_demo")

    def get_month(self, months_ago):
        return Date.today() + relativedelta(months=-months_ago, day=1)

    def sum_report(self, name, *fields):
        """Return the sums of what a report tells the manager of these tickets."""
        report = self.env[f"ticket.billing.{name}.report"].sudo(False)
        domain = [("ticket_id", "in", self.all_tickets.ids)]
        names = [f"{field}:sum" for field in fields]
        [sums] = report.with_user(self.manager)._read_group(domain, [], names)
        return [round(total, 2) for total in sums]

    def test_each_is_billed_as_the_table_says(self):
        for name, (months, states, amount) in HISTORY.items():
            charges = self.tickets[name].charge_ids
            with self.subTest(ticket=name):
                self.assertEqual(set(charges.mapped("state")), states)
                self.assertAlmostEqual(sum(charges.mapped("invoiced_amount")), amount)
                first = min(charges.mapped("service_date"))
                self.assertEqual(first.replace(day=1), self.get_month(months))

    def test_invoices_are_of_their_months_and_posted(self):
        moves = self.all_tickets.invoice_ids
        self.assertEqual(set(moves.mapped("state")), {"posted", "cancel"})
        amounts = defaultdict(float)
        for move in moves.filtered(lambda move: move.state == "posted"):
            amounts[move.invoice_date.replace(day=1)] += move.amount_untaxed
            self.assertLess(move.invoice_date_due, Date.today())
        expected = {self.get_month(m): amount for m, amount in BILLED.items()}
        self.assertEqual(dict(amounts), expected)

    def test_cockpit_shows_several_months(self):
        company = self.env.ref("base.main_company")
        cockpit = self.env["ticket.billing.cockpit"].with_company(company)
        amounts = cockpit._get_amounts_by_month(company, self.get_month(11))
        expected = {self.get_month(m): amount for m, amount in BILLED.items()}
        self.assertEqual({m: round(a, 2) for m, a in amounts.items()}, expected)

    def test_late_work_was_billed_apart(self):
        charges = self.tickets["packing"].charge_ids.sorted("service_date")
        self.assertEqual(charges.mapped("quantity"), [2.0, 1.5])
        self.assertEqual(len(charges.invoice_line_ids.move_id), 2)

    def test_reports_show_what_became_of_it(self):
        fields = ("billed", "open", "cut", "written_off", "edited")
        sums = self.sum_report("realization", *(f"{name}_amount" for name in fields))
        billed = sum(amount for _months, _states, amount in HISTORY.values())
        self.assertEqual(sums, [billed, 322.50, 180.00, 264.00, -40.75])
        self.assertEqual(self.sum_report("unbilled", "amount"), [322.50])
        # What waits for a decision, and 1.25 h for nothing at 95.00
        self.assertEqual(self.sum_report("leakage", "amount"), [322.50 + 118.75])
        outcomes = self.env["ticket.billing.accuracy.report"].search(
            [("ticket_id", "in", self.all_tickets.ids)]
        )
        expected = {"as_rated", "reviewed", "edited", "taken_back"}
        self.assertEqual(set(outcomes.mapped("outcome")), expected)

    def test_schedule_leaves_it_alone(self):
        charges = self.all_tickets.charge_ids
        states = charges.mapped("state")
        flagged = self.env["helpdesk.ticket"].search([("billing_pending", "=", True)])
        flagged.billing_next_try = "2020-01-01"
        lines = self.env["ticket.billing.run"]._process("schedule").line_ids
        self.assertFalse(lines.ticket_id & self.all_tickets)
        self.assertEqual(self.all_tickets.charge_ids.mapped("state"), states)
