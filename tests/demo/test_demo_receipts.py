"""What the demo shows of contracts: why each ticket costs what it does.

They need a database that was just installed: nothing may be billed yet.
"""

from odoo.tests import TransactionCase, tagged

# Ticket: what is said about it, among other things
RECEIPTS = {
    "dictation": (
        "at least 1.00 h, rounded up to steps of 0.25 h, makes 1.00 h.",
        "12.50 h of 20.00 h left.",
        "Hourly rate of the contract: 92.00 USD × 0.5 = 46.00 USD.",
    ),
    "scanner": (
        "Included in the contract: 1.25 h of this; 0.00 h of 20.00 h left.",
        "Amount: 2.00 × 92.00 USD = 184.00 USD.",
    ),
    "outage": ("Hourly rate of the contract: 92.00 USD × 1.5 = 138.00 USD.",),
    "projector": ("Included in the contract: 5 of 5 tickets used.",),
    "leases": ("Amount: 1.00 × 50.00 USD = 50.00 USD.",),
    "wireless": (
        "“Sutton Valley Foods: network”. Of those that fit, the one for such tickets.",
        "Not used: “Sutton Valley Foods: support” (not made for such tickets).",
    ),
    "weighing": (
        "“Sutton Valley Foods: network” (only for categories Network).",
        "Sales price “Travel time”: 60.00 USD.",
    ),
    "recipes": ("Rate of this time entry: 60.00 USD.",),
    "lenses": ("Sales price “Support time”: 95.00 USD on ", " = 86.36 EUR."),
}


@tagged("post_install", "-at_install")
class TestDemoReceipts(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        flagged = cls.env["helpdesk.ticket"].search([("billing_pending", "=", True)])
        assert flagged, "billed already: install a new database"
        flagged.billing_next_try = "2020-01-01"
        cls.env["ticket.billing.run"]._process("schedule")

    def ticket(self, name):
        return self.env.ref(f"ticket_billing.helpdesk_ticket_{name}_demo")

    def charges(self, name):
        charges = self.ticket(name).charge_ids.sorted(lambda c: (c.service_date, c.id))
        return [(c.covered_quantity, c.quantity, c.price_unit) for c in charges]

    def test_receipts_say_why(self):
        for name, texts in RECEIPTS.items():
            for text in texts:
                with self.subTest(ticket=name, text=text):
                    self.assertIn(text, self.ticket(name).billing_explanation)

    def test_line_is_crossed_within_one_entry(self):
        # 1.50 h of the 2.75 h left, then 1.25 h of 3.25 h
        expected = [(1.5, 0.0, 92.0), (1.25, 2.0, 92.0)]
        self.assertEqual(self.charges("scanner"), expected)

    def test_travel_is_billed_in_spite_of_hours_left(self):
        # 1.00 h on site, 0.75 h of travel at half the rate
        expected = [(0.0, 0.75, 46.0), (1.0, 0.0, 92.0)]
        self.assertEqual(sorted(self.charges("dictation")), expected)

    def test_time_is_logged_as_the_work_of_its_team(self):
        for name, work_type in (("mailboxes", "Remote"), ("barcodes", "On site")):
            with self.subTest(ticket=name):
                types = self.ticket(name).timesheet_ids.billing_work_type_id
                self.assertEqual(types.mapped("name"), [work_type])
