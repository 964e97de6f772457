from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_life import InvoiceLifeCommon

GROUP = "ticket_billing.group_ticket_billing_"
CARDS = ("to_approve", "blocked", "released", "ready", "pending", "billed")


@tagged("post_install", "-at_install")
class TestCockpit(InvoiceLifeCommon):
    """What needs somebody today, and where the money is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls._create_people(
            "cockpit",
            {role: (f"{GROUP}{role}",) for role in ("manager", "auditor", "user")},
        )
        cls._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)

    def _get_data(self, role="manager"):
        self.env.invalidate_all()
        cockpit = self.env["ticket.billing.cockpit"].with_user(self.people[role])
        return cockpit.with_company(self.company).get_data()

    def _get_cards(self, data):
        return {card["key"]: card for card in data["cards"]}

    def _create_work(self):
        """Make tickets of each kind that a card counts."""
        billed, released, waiting, blocked, pending = (
            self._create_ticket(hours) for hours in (2.0, 1.0, 9.0, 1.0, 1.0)
        )
        self._close_and_bill(released).sudo().unlink()
        self._close_and_bill(billed)
        self._close(waiting).action_generate_invoice()
        blocked.sudo().partner_id = self._create_customer("Quay Foods")
        self.time_product.sudo().list_price = 0.0
        self._close(blocked).action_generate_invoice()
        self._close(pending)
        policy = self._create_policy(invoice_frequency="month")
        customer = self._create_customer("Harbour", ticket_billing_policy_id=policy.id)
        self._create_contract(
            partner_id=customer.id, hourly_rate_source="fixed", hourly_rate=50.0
        )
        monthly = self._create_ticket(1.0, partner_id=customer.id)
        self.company.sudo().write(
            {"ticket_billing_enabled": True, "ticket_billing_on_close": True}
        )
        self._run_due(self._close(monthly))
        return pending

    def test_nothing_yet(self):
        data = self._get_data()
        counts = {key: card["count"] for key, card in self._get_cards(data).items()}
        self.assertEqual(counts, dict.fromkeys(CARDS, 0))
        self.assertEqual(data["runs"], [])
        self.assertEqual({month["amount"] for month in data["months"]}, {0.0})
        self.assertEqual(
            data["quality"],
            {
                "days": 30,
                "invoiced": 0,
                "minutes": None,
                "minutes_95": None,
                "untouched": None,
            },
        )

    def test_numbers_are_those_of_the_lists(self):
        self._create_work()
        for role in ("manager", "auditor"):
            data = self._get_data(role)
            page = self.env["ticket.billing.automation"].browse(data["page_id"])
            page = page.with_user(self.people[role])
            for key, card in self._get_cards(data).items():
                with self.subTest(role=role, card=key):
                    action = page.with_context(card=key).action_view_figures()
                    found = page.env[action["res_model"]].search(action["domain"])
                    self.assertEqual(card["count"], len(found))
                    self.assertTrue(found)

    def test_ages(self):
        self._create_work()
        cards = self._get_cards(self._get_data())
        ages = {key: card["age_hours"] for key, card in cards.items()}
        self.assertEqual(ages.pop("billed"), None)
        self.assertEqual(ages, dict.fromkeys(ages, 0))

    def test_amounts(self):
        self._create_work()
        cards = self._get_cards(self._get_data())
        amounts = {key: card["amount"] for key, card in cards.items()}
        money = self.company.currency_id.format
        self.assertEqual(amounts["billed"], money(160.0))
        self.assertEqual(amounts["released"], money(80.0))
        self.assertEqual(amounts["to_approve"], money(720.0))
        self.assertEqual(amounts["ready"], money(50.0))
        self.assertEqual((amounts["blocked"], amounts["pending"]), ("", ""))

    def test_amounts_are_those_of_the_lists(self):
        """Each card is the total of the column that its list adds up."""
        self._create_work()
        # Two tickets on one invoice: 30.00 of the first is credited, all of the second
        move = self._post(self._close_and_bill(self._create_ticket(2.0)).sudo())
        self._credit(move, price_unit=30.0, quantity=1.0)
        data = self._get_data()
        page = self.env["ticket.billing.automation"].browse(data["page_id"])
        page = page.with_user(self.people["manager"])
        columns = {
            "to_approve": "amount",
            "ready": "amount",
            "released": "waiting_amount",
            "billed": "billed_amount",
        }
        money = self.company.currency_id.format
        for key, column in columns.items():
            with self.subTest(card=key):
                action = page.with_context(card=key).action_view_figures()
                charges = page.env[action["res_model"]]
                [view] = [id_ for id_, kind in action["views"] if kind == "list"]
                arch = etree.fromstring(charges.get_view(view, "list")["arch"])
                summed = arch.xpath("//field[@sum][not(@optional='hide')]/@name")
                self.assertEqual(summed, [column])
                found = charges.search(action["domain"])
                amount = money(sum(found.mapped(column)))
                self.assertEqual(self._get_cards(data)[key]["amount"], amount)
        self.assertEqual(self._get_cards(data)["billed"]["amount"], money(130.0))
        self.assertEqual(data["months"][-1]["amount"], 130.0)

    def test_lists_behind_cards_say_what_will_appear(self):
        page = self.env["ticket.billing.automation"].browse(self.company.id)
        page = page.with_user(self.people["manager"])
        for card in CARDS:
            with self.subTest(card=card):
                action = page.with_context(card=card).action_view_figures()
                self.assertIn("o_view_nocontent_smiling_face", action["help"])

    def test_months_and_quality(self):
        self.company.sudo().partner_id.tz = "Europe/Berlin"
        self.company.sudo().write(
            {"ticket_billing_enabled": True, "ticket_billing_on_close": True}
        )
        by_hand, by_itself = self._create_ticket(2.0), self._create_ticket(1.0)
        self._close_and_bill(by_hand)
        self._run_due(self._close(by_itself))
        runs = (by_hand + by_itself).sudo().billing_run_id.sorted("id")
        self.env.flush_all()
        # The end of a day in UTC is the next one in Berlin
        for run, moment in zip(
            runs, ("2026-03-31 22:30:00", "2026-05-10 12:00:00"), strict=True
        ):
            self.env.cr.execute(
                "UPDATE ticket_billing_run SET create_date = %s WHERE id = %s",
                [moment, run.id],
            )
        with freeze_time("2026-05-20 12:00:00"):
            data = self._get_data()
        self.assertEqual(len(data["months"]), 12)
        last = [(month["label"], month["amount"]) for month in data["months"][-3:]]
        self.assertEqual(last, [("Mar 26", 0.0), ("Apr 26", 160.0), ("May 26", 80.0)])
        quality = data["quality"]
        self.assertEqual((quality["invoiced"], quality["untouched"]), (1, 1.0))

    def test_what_was_credited_is_not_billed(self):
        in_part, whole = self._create_ticket(2.0), self._create_ticket(1.0)
        move = self._post(self._close_and_bill(in_part).sudo())
        self._credit(move, price_unit=30.0, quantity=1.0)
        self._credit(self._post(self._close_and_bill(whole).sudo()))
        self.assertEqual(self._get_data()["months"][-1]["amount"], 130.0)

    def test_problems_are_those_of_health(self):
        self._create_work()
        health = self.env["ticket.billing.health"].sudo()
        health._refresh(self.company)
        rows = health.search(
            [("company_id", "=", self.company.id), ("status", "!=", "ok")]
        )
        problems = self._get_data()["problems"]
        self.assertTrue(problems)
        self.assertEqual([problem["id"] for problem in problems], rows.ids)

    def test_what_was_mended_is_gone(self):
        self._create_work()
        health = self.env["ticket.billing.health"].sudo()
        health._refresh(self.company)
        own = [("company_id", "=", self.company.id)]
        blocked = health.search([*own, ("check", "=", "blocked")])
        self.assertIn(blocked.id, [row["id"] for row in self._get_data()["problems"]])
        tickets = self.env["helpdesk.ticket"].search(
            [("billing_state", "=", "blocked")]
        )
        tickets.sudo().billable = False
        self.assertNotIn(
            blocked.id, [row["id"] for row in self._get_data()["problems"]]
        )
        blocked.seconds = 9.0
        self.assertIn(blocked.id, [row["id"] for row in self._get_data()["problems"]])

    def test_whether_billing_is_on(self):
        self.company.sudo().ticket_billing_enabled = False
        self.assertFalse(self._get_data()["is_on"])
        self.company.sudo().ticket_billing_enabled = True
        self.assertTrue(self._get_data()["is_on"])

    def test_who_may_look(self):
        for user in (self.people["user"], self.agent):
            cockpit = self.env["ticket.billing.cockpit"].with_user(user)
            with self.assertRaises(AccessError):
                cockpit.get_data()

    def test_others_companies_are_left_out(self):
        before = self._get_cards(self._get_data())
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        page = self.env["ticket.billing.automation"].browse(other.id)
        self.assertEqual(page.sudo().pending_count, 0)
        cockpit = self.env["ticket.billing.cockpit"].with_user(self.people["manager"])
        self._create_work()
        data = cockpit.with_company(self.company).get_data()
        self.assertNotEqual(self._get_cards(data), before)
        self.people["manager"].sudo().company_ids += other
        data = cockpit.with_context(allowed_company_ids=other.ids).get_data()
        counts = {card["count"] for card in data["cards"]}
        self.assertEqual((data["company"], counts), ("Elsewhere", {0}))
        self.assertEqual(data["runs"], [])

    def test_queries(self):
        self._create_work()
        self._get_data()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(50):
            self._get_data()
