from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestReceipt(TicketBillingCommon):
    def _get_text(self, charge, user=None):
        return charge.with_user(user or self.env.user).explanation_text

    def _bill_one(self, *hours, **values):
        """Return the charges of a billed ticket, oldest first."""
        ticket = self._create_ticket(*hours, **values)
        self._close_and_bill(ticket)
        return ticket._get_charges().sorted("id")

    def test_a_charge_tells_its_story(self):
        """1.10 h at 125.00 × 1.5, after 19.10 of 20 included hours: 0.20 h billed."""
        after_hours = self.env["ticket.billing.work.type"].sudo()
        after_hours = after_hours.create({"name": "After hours", "multiplier": 1.5})
        self.policy.sudo().write({"approval": "none", "rounding_method": "none"})
        self._create_contract(name="Old one", date_end="2020-12-31")
        self._create_contract(
            name="Support agreement",
            hourly_rate_source="fixed",
            hourly_rate=125.0,
            hour_allowance="limited",
            included_hours=20.0,
        )
        self._bill_one(19.1)
        ticket = self._create_ticket()
        self._log_time(ticket, 1.1, billing_work_type_id=after_hours.id)
        self._close_and_bill(ticket)
        charge = ticket._get_charges()
        self.assertEqual(
            self._get_text(charge).split("\n"),
            [
                "Contract “Support agreement”. The only one that fits.",
                "Not used: “Old one” (ended on 12/31/2020).",
                "Work type: After hours.",
                "Hourly rate of the contract: 125.00 USD × 1.5 = 187.50 USD.",
                "1.10 h at this rate on the ticket, at least 0.25 h, "
                "not rounded, makes 1.10 h.",
                "This entry: 1.10 h worked, 1.10 h after rounding.",
                "Included in the contract: 0.90 h of this; 0.00 h of 20.00 h left.",
                "Amount: 0.20 × 187.50 USD = 37.50 USD.",
            ],
        )
        self.assertEqual(charge.amount, 37.5)
        self.assertEqual(
            charge.customer_explanation.split("\n")[:2],
            ["Contract “Support agreement”.", "Work type: After hours."],
        )
        self.assertIn(self._get_text(charge), ticket.billing_explanation)

    def test_without_a_contract(self):
        charge = self._bill_one(1.0)
        self.assertEqual(
            self._get_text(charge).split("\n"),
            [
                "No running contract. Billing policy “House rules”.",
                "Sales price “Support time”: 100.00 USD.",
                "1.00 h at this rate on the ticket, at least 0.25 h, "
                "rounded up to steps of 0.25 h, makes 1.00 h.",
                "This entry: 1.00 h worked, 1.00 h after rounding.",
                "Amount: 1.00 × 100.00 USD = 100.00 USD.",
            ],
        )

    def test_the_customers_version_leaves_out_what_is_internal(self):
        pricelist = self.env["product.pricelist"].sudo()
        self.customer.property_product_pricelist = pricelist.create(
            {
                "name": "Friends of the owner",
                "item_ids": [(0, 0, {"compute_price": "fixed", "fixed_price": 90.0})],
            }
        )
        self._create_contract(name="Secret deal", date_end="2020-12-31")
        charge = self._bill_one(1.0)
        self.assertIn("Friends of the owner", self._get_text(charge))
        text = charge.customer_explanation
        for internal in ("Friends", "Secret", "House rules", "Nina", "network cable"):
            with self.subTest(internal=internal):
                self.assertNotIn(internal, text)
        self.assertIn("Our general terms.", text)
        self.assertIn("Pricelist: 90.00 USD.", text)
        self.assertIn("Amount: 1.00 × 90.00 USD = 90.00 USD.", text)

    def test_fee_and_what_it_pays_for(self):
        self._create_contract(
            per_ticket_rate=50.0,
            ticket_billing_strategy="per_ticket",
            ticket_allowance="limited",
            included_tickets=1,
        )
        fee, time = self._bill_one(1.0)
        self.assertEqual(
            self._get_text(fee).split("\n")[1:],
            [
                "Fee per ticket of the contract: 50.00 USD.",
                "Included in the contract: 1 of 1 tickets used.",
                "Included tickets of the contract.",
            ],
        )
        self.assertEqual(
            self._get_text(time).split("\n")[1:], ["Included in the fee per ticket."]
        )
        fee, _time = self._bill_one(1.0)
        self.assertEqual(
            self._get_text(fee).split("\n")[2:],
            [
                "Included in the contract: 1 of 1 tickets used.",
                "Amount: 1.00 × 50.00 USD = 50.00 USD.",
            ],
        )

    def test_everything_included(self):
        self._create_contract(
            per_ticket_rate=50.0,
            ticket_allowance="unlimited",
            hour_allowance="unlimited",
        )
        fee, time = self._bill_one(1.0)
        self.assertIn("All tickets are included in the contract.", self._get_text(fee))
        self.assertIn("All hours are included in the contract.", self._get_text(time))

    def test_ways_of_rounding(self):
        cases = [
            # policy, text
            ({"rounding_method": "nearest"}, "rounded to the nearest step of 0.25 h"),
            ({"rounding_method": "down"}, "rounded down to steps of 0.25 h"),
            (
                {"rounding_method": "none", "minimum_hours": 0},
                "the ticket, not rounded",
            ),
            ({"rounding_scope": "entry"}, "each entry by itself, rounded up"),
            ({"rounding_increment": 0.1}, "rounded up to steps of 0.10 h"),
        ]
        for values, text in cases:
            with self.subTest(text=text):
                policy = self._create_policy(**values)
                self.customer.sudo().ticket_billing_policy_id = policy
                self.assertIn(text, self._get_text(self._bill_one(1.1)))

    def test_work_after_the_bill(self):
        ticket = self._create_ticket(1.1)
        self._close_and_bill(ticket)
        self._log_time(ticket, 0.1)
        self._bill(ticket)
        late = ticket._get_charges().sorted("id")[-1]
        text = self._get_text(late)
        self.assertIn("1.20 h at this rate on the ticket", text)
        self.assertIn("makes 1.25 h, 1.25 h of it handled before.", text)
        self.assertIn("This entry: 0.10 h worked, 0.00 h after rounding.", text)
        self.assertIn("Already billed by the rounding of the other hours.", text)

    def test_rate_of_the_entry(self):
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_rate_override=80.0)
        self._close_and_bill(ticket)
        self.assertIn(
            "Rate of this time entry: 80.00 USD.", self._get_text(ticket._get_charges())
        )

    def test_who_approved(self):
        self.policy.sudo().approval = "all"
        charge = self._bill_one(1.0)
        charge.with_user(self.env.user).action_approve()
        self.assertIn(f"Approved by {self.env.user.name}.", self._get_text(charge))
        self.assertNotIn(self.env.user.name, charge.customer_explanation)

    def test_what_people_decided_is_not_for_the_customer(self):
        """Rated anew after an approval, and more billed before than is due now."""
        self.policy.sudo().approval = "all"
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        charge = self._bill_one(1.0)
        charge.write({"rating_state": "ready", "reviewer_id": self.env.uid})
        contract.hourly_rate = 90.0
        ticket = charge.ticket_id
        self._bill(ticket)
        charge = ticket._get_charges()
        self.assertIn("Rated anew after", self._get_text(charge))
        self.assertNotIn("Rated anew", charge.customer_explanation)
        charge.with_user(self.env.user).action_approve()
        self.assertNotIn("Rated anew", self._get_text(charge))
        self._log_time(ticket, -1.0)
        self._bill(ticket)
        late = ticket._get_charges().sorted("id")[-1]
        self.assertIn("credit the invoice", self._get_text(late))
        self.assertNotIn("credit the invoice", late.customer_explanation)

    def test_followers_read_no_receipts(self):
        follower = new_test_user(self.env, "follower", groups="base.group_user")
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        ticket.message_subscribe(follower.partner_id.ids)
        ticket = ticket.with_user(follower)
        self.assertTrue(ticket.name)
        for name in ("billing_explanation", "agreement_reason"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                ticket.read([name])

    def test_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        reader = new_test_user(
            self.env,
            "reader",
            groups="ticket_billing.group_ticket_billing_auditor",
            lang="de_DE",
        )
        self._create_contract(date_end="2020-12-31")
        charge = self._bill_one(1.1).with_user(reader).with_context(lang="de_DE")
        text = charge.explanation_text
        self.assertIn("Kein laufender Vertrag.", text)
        self.assertIn("31.12.2020", text)
        self.assertIn("Dieser Eintrag: 1,10 h geleistet, 1,25 h nach Rundung.", text)
        # Before, somebody else read it in English
        english = charge.with_context(lang="en_US").explanation_text
        self.assertIn("No running contract.", english)

    def test_without_the_right_there_are_no_rates(self):
        ticket = self._create_ticket(1.1)
        self._close_and_bill(ticket)
        charge = ticket._get_charges().with_user(self.agent)
        text = self._get_text(charge, self.agent)
        self.assertIn("1.10 h worked, 1.25 h after rounding", text)
        self.assertNotIn("100.00", text)
        self.assertNotIn("100.00", ticket.with_user(self.agent).billing_explanation)
        for name in ("customer_explanation", "explanation"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                charge.read([name])

    def test_names_stay_as_they_were(self):
        contract = self._create_contract(name="Bronze")
        charge = self._bill_one(1.0)
        contract.name = "Silver"
        self.assertIn("Bronze", self._get_text(charge))
