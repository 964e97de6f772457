from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestAgreement(TicketBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().group_by = "ticket"
        category = cls.env["helpdesk.ticket.category"]
        cls.hardware = category.create({"name": "Hardware"})
        cls.printers = category.create(
            {"name": "Printers", "parent_id": cls.hardware.id}
        )
        cls.field_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Field Service", "user_ids": cls.agent.ids}
        )

    def _create_scoped(self, rate, teams=None, categories=None, **values):
        return self._create_contract(
            name=f"At {rate}",
            hourly_rate_source="fixed",
            hourly_rate=rate,
            ticket_team_ids=[Command.set(teams.ids if teams else [])],
            ticket_category_ids=[Command.set(categories.ids if categories else [])],
            **values,
        )

    def _get_rate(self, **values):
        ticket = self._create_ticket(1.0, **values)
        return self._close_and_bill(ticket).amount_untaxed

    # Which contract

    def test_the_most_specific_scope_holds(self):
        self._create_scoped(10.0, date_start="2024-01-01")
        self._create_scoped(20.0, teams=self.team)
        self._create_scoped(30.0, categories=self.hardware)
        self._create_scoped(40.0, categories=self.printers)
        self._create_scoped(50.0, teams=self.team, categories=self.hardware)
        network = self.hardware.copy({"name": "Network"})
        cases = [
            # team, category, rate
            (self.field_team, network, 10.0),
            (self.team, network, 20.0),
            (self.field_team, self.hardware, 30.0),
            (self.field_team, self.printers, 40.0),
            (self.team, self.printers, 50.0),
        ]
        for team, category, rate in cases:
            with self.subTest(team=team.name, category=category.name):
                values = {"team_id": team.id, "category_id": category.id}
                self.assertEqual(self._get_rate(**values), rate)

    def test_scope_holds_for_teams_below(self):
        self._create_scoped(20.0, teams=self.team)
        below = self.field_team.copy({"name": "Night", "parent_id": self.team.id})
        self.assertEqual(self._get_rate(team_id=below.id), 20.0)

    def test_of_equals_the_newest_start_holds(self):
        self._create_scoped(20.0, date_start="2022-01-01")
        self._create_scoped(30.0, date_start="2024-01-01")
        self._create_scoped(10.0, date_start="2023-01-01")
        self.assertEqual(self._get_rate(), 30.0)

    def test_of_the_same_start_the_last_one_holds(self):
        self._create_scoped(20.0)
        self._create_scoped(30.0)
        self.assertEqual(self._get_rate(), 30.0)

    def test_contracts_that_do_not_hold(self):
        cases = [
            {"covers_tickets": False},
            {"contract_type": "purchase"},
            {"active": False},
            {"date_start": "2999-01-01"},
            {"date_end": "2020-12-31"},
            {"teams": self.field_team},
            {"categories": self.hardware},
        ]
        for values in cases:
            with self.subTest(**values):
                contract = self._create_scoped(20.0, **values)
                self.assertEqual(self._get_rate(), 100.0)
                contract.active = False

    def test_ended_since_is_used_for_work_before(self):
        self._create_scoped(20.0, date_end="2025-06-30")
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2025-06-30")
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 20.0)

    # Reasons

    def test_the_ticket_says_why(self):
        cases = [
            # values of contracts, what the ticket says
            ([], "No running contract."),
            ([{}], "The only one that fits."),
            (
                [{}, {"date_start": "2023-01-01"}],
                "Of those that fit, it began last. "
                "Not used: “At 20.0” (began earlier).",
            ),
            (
                [{}, {"teams": self.team}],
                "Of those that fit, the one for such tickets. "
                "Not used: “At 20.0” (not made for such tickets).",
            ),
            ([{"covers_tickets": False}], "No running contract."),
            (
                [{"date_end": "2020-12-31"}],
                "No running contract. Not used: “At 20.0” (ended on 12/31/2020).",
            ),
            (
                [{"date_start": "2999-01-01"}],
                "No running contract. Not used: “At 20.0” (begins on 01/01/2999).",
            ),
            (
                [{"teams": self.field_team}],
                "No running contract. "
                "Not used: “At 20.0” (only for teams Field Service).",
            ),
            (
                [{"categories": self.hardware}],
                "No running contract. "
                "Not used: “At 20.0” (only for categories Hardware).",
            ),
        ]
        ticket = self._create_ticket()
        for contracts, text in cases:
            with self.subTest(text=text):
                made = [
                    self._create_scoped(20.0 + 5 * index, **values)
                    for index, values in enumerate(contracts)
                ]
                ticket.invalidate_recordset()
                self.assertEqual(ticket.agreement_reason, text)
                for contract in made:
                    contract.active = False

    def test_a_choice_on_the_ticket_says_so(self):
        contract = self._create_scoped(20.0)
        ticket = self._create_ticket(billing_contract_id=contract.id)
        self.assertEqual(ticket.agreement_reason, "Chosen on the ticket.")

    def test_a_technician_reads_the_reason(self):
        self._create_scoped(20.0)
        ticket = self._create_ticket().with_user(self.agent)
        self.assertEqual(ticket.agreement_reason, "The only one that fits.")
        with self.assertRaises(AccessError):
            ticket.agreement_contract_id.check_access("read")

    def test_customers_and_technicians_read_no_rates(self):
        contract = self._create_scoped(20.0)
        portal = new_test_user(self.env, "portal", groups="base.group_portal")
        contract.message_subscribe(portal.partner_id.ids)
        accountant = new_test_user(
            self.env, "biller", groups="account.group_account_invoice"
        )
        for name in ("hourly_rate", "per_ticket_rate"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                contract.with_user(portal).read([name])
        with self.assertRaises(AccessError):
            contract.with_user(self.agent).read(["hourly_rate"])
        self.assertEqual(contract.with_user(accountant).hourly_rate, 20.0)

    # Templates

    def _create_template(self, **values):
        return (
            self.env["contract.template"]
            .sudo()
            .create(
                {
                    "name": "Bronze",
                    "covers_tickets": True,
                    "hourly_rate_source": "fixed",
                    "hourly_rate": 80.0,
                    "per_ticket_rate": 15.0,
                    "ticket_team_ids": [Command.set(self.team.ids)],
                    "ticket_allowance": "limited",
                    "included_tickets": 3,
                    "allowance_period": "quarter",
                    **values,
                }
            )
        )

    def _get_terms(self, record):
        return {name: record[name] for name in record._get_ticket_terms()}

    def test_terms_come_from_the_template_by_code(self):
        template = self._create_template()
        contract = (
            self.env["contract.contract"]
            .sudo()
            .create(
                {
                    "name": "Support",
                    "partner_id": self.customer.id,
                    "contract_template_id": template.id,
                }
            )
        )
        self.assertEqual(self._get_terms(contract), self._get_terms(template))

    def test_given_terms_win_over_the_template(self):
        contract = self._create_contract(
            contract_template_id=self._create_template().id, hourly_rate=0.0
        )
        self.assertEqual((contract.hourly_rate, contract.included_tickets), (0.0, 3))

    def test_terms_come_from_the_template_by_form(self):
        bronze = self._create_template()
        silver = self._create_template(
            name="Silver", per_ticket_rate=0.0, ticket_team_ids=False
        )
        with Form(self.env["contract.contract"].sudo()) as form:
            form.name = "Support"
            form.partner_id = self.customer
            form.contract_template_id = bronze
            self.assertEqual(form.per_ticket_rate, 15.0)
            form.contract_template_id = silver
        contract = form.record
        self.assertEqual(self._get_terms(contract), self._get_terms(silver))

    # Change of terms

    def _rate_waiting(self, contract=None, **policy):
        """Return a ticket whose charge waits for approval."""
        self.policy.sudo().write({"approval": "all", **policy})
        ticket = self._close(self._create_ticket(1.0))
        self._bill(ticket)
        return ticket

    def _get_live(self, ticket):
        return ticket.sudo()._get_charges()

    def test_changed_terms_rate_anew_what_waits(self):
        contract = self._create_scoped(20.0)
        ticket = self._rate_waiting()
        contract.hourly_rate = 30.0
        self.assertFalse(self._get_live(ticket))
        self.assertEqual(ticket.billing_state, "pending")
        void = ticket.sudo().charge_ids
        self.assertRecordValues(
            void, [{"state": "void", "reason": "The terms of a contract changed."}]
        )
        self._bill(ticket)
        self.assertRecordValues(
            self._get_live(ticket), [{"price_unit": 30.0, "state": "to_approve"}]
        )

    def test_terms_that_did_not_change_rate_nothing_anew(self):
        contract = self._create_scoped(20.0)
        ticket = self._rate_waiting()
        before = self._get_live(ticket)
        contract.write({"hourly_rate": 20.0, "note": "Renewed", "covers_tickets": True})
        self.policy.sudo().write({"minimum_hours": 0.25, "due_days": 10})
        self.assertEqual(self._get_live(ticket), before)

    def test_changed_terms_leave_invoiced_and_covered_work_alone(self):
        contract = self._create_scoped(20.0)
        invoiced = self._create_ticket(1.0)
        self._close_and_bill(invoiced)
        contract.hourly_rate = 0.0
        free = self._create_ticket(1.0)
        self._close_and_bill(free)
        before = self._get_live(invoiced | free)
        contract.write({"hourly_rate": 50.0, "covers_tickets": False})
        self.assertEqual(self._get_live(invoiced | free), before)
        self._run_schedule()
        self.assertEqual(self._get_live(invoiced | free), before)
        self.assertEqual(invoiced.invoice_ids.amount_untaxed, 20.0)

    def test_what_rates_anew(self):
        contract = self._create_scoped(20.0)
        pricelist = self.env["product.pricelist"].sudo().create({"name": "Partners"})
        changes = [
            lambda: contract.write({"date_end": "2020-12-31"}),
            lambda: contract.write({"date_end": False}),
            lambda: contract.write({"pricelist_id": pricelist.id}),
            lambda: contract.write({"active": False}),
            lambda: self._create_scoped(70.0),
            lambda: self.policy.sudo().write({"rounding_increment": 0.5}),
            lambda: self.customer.sudo().write(
                {"ticket_billing_policy_id": self._create_policy(approval="all").id}
            ),
            lambda: self.customer.write(
                {"property_product_pricelist": pricelist.copy().id}
            ),
        ]
        ticket = self._rate_waiting()
        for index, change in enumerate(changes):
            with self.subTest(change=index):
                self.assertEqual(self._get_live(ticket).state, "to_approve")
                change()
                self.assertFalse(self._get_live(ticket))
                self._bill(ticket)

    def test_a_contract_of_another_customer_rates_nothing_anew(self):
        ticket = self._rate_waiting()
        other = self._create_customer("Harbour Logistics")
        contract = self._create_scoped(20.0, partner_id=other.id)
        contract.hourly_rate = 30.0
        self.assertEqual(self._get_live(ticket).state, "to_approve")

    def test_approved_work_that_is_rated_anew_waits_again(self):
        contract = self._create_scoped(20.0)
        ticket = self._rate_waiting()
        self._get_live(ticket).write(
            {"rating_state": "ready", "reviewer_id": self.env.uid}
        )
        self.policy.sudo().approval = "none"
        contract.hourly_rate = 30.0
        self.assertFalse(self._bill(ticket))
        charge = self._get_live(ticket)
        self.assertRecordValues(charge, [{"state": "to_approve", "price_unit": 30.0}])
        self.assertEqual(
            charge.reason,
            f"Rated anew after {self.env.user.name} approved it. "
            "The terms of a contract changed.",
        )
        self.assertIn("approved", ticket.billing_reason)
        charge.with_user(self.env.user).action_approve()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 30.0)

    def test_blocked_work_is_tried_again_once_the_terms_change(self):
        self.time_product.list_price = 0.0
        contract = self._create_contract()
        ticket = self._close(self._create_ticket(1.0))
        self._bill(ticket)
        ticket.sudo().billing_pending = False
        contract.write({"hourly_rate_source": "fixed", "hourly_rate": 80.0})
        self.assertTrue(ticket.billing_pending)
        self._make_due(ticket)
        self._run_schedule()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.invoice_ids.amount_untaxed, 80.0)
