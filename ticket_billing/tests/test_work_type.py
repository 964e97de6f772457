from datetime import datetime

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestWorkType(TicketBillingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().group_by = "ticket"
        cls.travel_product = cls.env["product.product"].create(
            {
                "name": "Travel",
                "type": "service",
                "uom_id": cls.time_product.uom_id.id,
                "list_price": 60.0,
            }
        )
        cls.after_hours = cls._create_type(name="After hours", multiplier=1.5)
        cls.travel = cls._create_type(
            name="Travel", product_id=cls.travel_product.id, multiplier=2.0
        )

    @classmethod
    def _create_type(cls, **values):
        return cls.env["ticket.billing.work.type"].sudo().create(values)

    def _create_pricelist(self, *prices, product=None, **values):
        return (
            self.env["product.pricelist"]
            .sudo()
            .create(
                {
                    "name": "Agreed prices",
                    **values,
                    "item_ids": [
                        Command.create(
                            {
                                "compute_price": "fixed",
                                "applied_on": "0_product_variant",
                                "product_id": (product or self.time_product).id,
                                **price,
                            }
                        )
                        for price in prices
                    ],
                }
            )
        )

    def _get_charge(self, contract=None, **entry):
        """Return the charge of a ticket with one entry of an hour."""
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, **entry)
        self._close_and_bill(ticket)
        return ticket._get_charges()

    # Rates

    def test_which_rate(self):
        """The first of DESIGN 6.3 that is agreed, for each kind of work."""
        pricelist = self._create_pricelist(
            {"fixed_price": 90.0},
            {"fixed_price": 70.0, "product_id": self.travel_product.id},
        )
        fixed = {"hourly_rate_source": "fixed", "hourly_rate": 125.0}
        listed = {"pricelist_id": pricelist.id}
        none = self.env["ticket.billing.work.type"]
        override = {"billing_rate_override": 33.0}
        free = {"billing_rate_override": 0.0, "billing_rate_overridden": True}
        cases = [
            # contract, customer's pricelist, work type, values of the entry, price
            (fixed, pricelist, none, override, 33.0),
            (fixed, pricelist, self.after_hours, override, 33.0),
            (fixed, pricelist, none, free, 0.0),
            (fixed, pricelist, none, {}, 125.0),
            (fixed, pricelist, self.after_hours, {}, 187.5),
            (fixed, pricelist, self.travel, {}, 250.0),
            ({**fixed, "hourly_rate": 0.0}, pricelist, self.travel, {}, 0.0),
            (listed, None, none, {}, 90.0),
            (listed, None, self.after_hours, {}, 135.0),
            (listed, None, self.travel, {}, 70.0),
            ({}, pricelist, none, {}, 90.0),
            (None, pricelist, none, {}, 90.0),
            (None, pricelist, self.travel, {}, 70.0),
            (None, None, none, {}, 100.0),
            (None, None, self.after_hours, {}, 150.0),
            (None, None, self.travel, {}, 60.0),
        ]
        for index, (terms, own, work_type, entry, price) in enumerate(cases):
            with self.subTest(case=index):
                self.customer.property_product_pricelist = own
                contract = None
                if terms is not None:
                    contract = self._create_contract(**terms)
                charge = self._get_charge(billing_work_type_id=work_type.id, **entry)
                self.assertEqual(charge.rated_price_unit, price)
                if contract:
                    contract.active = False

    def test_override_on_entries(self):
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_rate_override=80.0)
        self._log_time(ticket, 2.0, billing_rate_override=120.0)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 320.0)

    def test_prices_by_day_of_the_work(self):
        """150 until the 31st of March, 175 from the 1st of April."""
        cases = [
            # time zone, end and start of the rules in UTC
            ("UTC", datetime(2026, 3, 31), datetime(2026, 4, 1)),
            ("UTC", datetime(2026, 3, 31, 23, 59, 59), datetime(2026, 4, 1)),
            (
                "America/New_York",
                datetime(2026, 4, 1, 3, 59, 59),
                datetime(2026, 4, 1, 4),
            ),
            (
                "Pacific/Auckland",
                datetime(2026, 3, 31, 10, 59, 59),
                datetime(2026, 3, 31, 11),
            ),
        ]
        for tz, end, start in cases:
            with self.subTest(tz=tz, end=end):
                self.company.partner_id.tz = tz
                self.customer.property_product_pricelist = self._create_pricelist(
                    {"fixed_price": 150.0, "date_end": end},
                    {"fixed_price": 175.0, "date_start": start},
                )
                ticket = self._create_ticket()
                self._log_time(ticket, 1.0, date="2026-03-31")
                self._log_time(ticket, 1.0, date="2026-04-01")
                self._close_and_bill(ticket)
                charges = ticket._get_charges().sorted("service_date")
                self.assertEqual(charges.mapped("price_unit"), [150.0, 175.0])

    def test_contract_in_another_currency(self):
        euro = self.setup_other_currency("EUR")
        contract = self._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)
        contract.currency_id = euro
        ticket = self._create_ticket(2.0)
        move = self._close_and_bill(ticket)
        self.assertRecordValues(
            move, [{"currency_id": euro.id, "amount_untaxed": 160.0}]
        )

    def test_price_in_another_currency_is_converted_on_the_day_and_says_so(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("2026-01-01", 0.80), ("2026-02-01", 0.90)]
        )
        contract = self._create_contract()
        contract.currency_id = euro
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, date="2026-01-31")
        self._log_time(ticket, 1.0, date="2026-02-01")
        move = self._close_and_bill(ticket)
        self.assertEqual(move.currency_id, euro)
        charges = ticket._get_charges().sorted("service_date")
        self.assertEqual(charges.mapped("amount"), [80.0, 90.0])
        self.assertIn(
            "Sales price “Support time”: 100.00 USD on 01/31/2026 = 80.00 EUR.",
            charges[0].explanation_text,
        )

    # Hours

    def test_a_type_has_a_minimum_and_an_increment_of_its_own(self):
        """On site: at least 2 h, in steps of 1 h; the rest as the policy says."""
        on_site = self._create_type(
            name="On site", minimum_hours=2.0, rounding_increment=1.0
        )
        cases = [
            # hours on site, remote hours, billed
            ([1.7], [], 2.0),
            ([2.1], [], 3.0),
            ([1.0, 1.5], [], 3.0),
            ([0.5], [0.1], 2.25),
        ]
        for own, remote, billed in cases:
            with self.subTest(own=own, remote=remote):
                ticket = self._create_ticket(*remote)
                for hours in own:
                    self._log_time(ticket, hours, billing_work_type_id=on_site.id)
                lines = self._get_lines(self._close_and_bill(ticket))
                self.assertEqual(sum(lines.mapped("quantity")), billed)

    def test_later_work_is_rounded_with_work_of_its_type(self):
        ticket = self._create_ticket(1.1)
        self._close_and_bill(ticket)
        later = self._log_time(ticket, 0.1, billing_work_type_id=self.after_hours.id)
        again = self._log_time(ticket, 0.1)
        self._bill(ticket)
        charges = ticket._get_charges().grouped("analytic_line_id")
        self.assertEqual(charges[later].rated_quantity, 0.25)
        self.assertEqual(charges[again].rated_quantity, 0.0)

    # Not billable, not agreed

    def test_time_of_a_type_that_is_not_billable_is_not_billed(self):
        internal = self._create_type(name="Coordination", billable=False)
        ticket = self._create_ticket(1.0)
        entry = self._log_time(ticket, 4.0, billing_work_type_id=internal.id)
        self.assertFalse(entry.billable)
        self.assertEqual(self._close_and_bill(ticket).amount_untaxed, 100.0)
        self.assertEqual(
            entry.billing_reason, "Work type “Coordination” is not billed."
        )

    def test_a_type_that_becomes_billable_does_not_bill_old_time(self):
        internal = self._create_type(name="Coordination", billable=False)
        ticket = self._create_ticket()
        self._log_time(ticket, 4.0, billing_work_type_id=internal.id)
        self._close_and_bill(ticket)
        internal.billable = True
        self.assertFalse(self._bill(ticket))
        self.assertIn("time is not billed", ticket.billing_reason)

    def test_a_type_that_is_not_agreed_blocks(self):
        self.policy.sudo().work_type_ids = self.travel
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_work_type_id=self.after_hours.id)
        self._close_and_bill(ticket)
        self.assertEqual(ticket.billing_state, "blocked")
        self.assertIn("“After hours” is not agreed", ticket.billing_reason)
        self.policy.sudo().work_type_ids += self.after_hours
        self.assertEqual(self._bill(ticket).amount_untaxed, 150.0)

    # Defaults

    def test_default_by_category_then_team(self):
        category = self.env["helpdesk.ticket.category"]
        hardware = category.create(
            {"name": "Hardware", "billing_work_type_id": self.travel.id}
        )
        printers = category.create({"name": "Printers", "parent_id": hardware.id})
        self.team.billing_work_type_id = self.after_hours
        none = self.env["ticket.billing.work.type"]
        other_team = self.team.copy({"billing_work_type_id": False})
        cases = [
            # category, team, work type
            (hardware, self.team, self.travel),
            (printers, self.team, self.travel),
            (category, self.team, self.after_hours),
            (category, other_team, none),
        ]
        for own, team, expected in cases:
            with self.subTest(category=own.name, team=team.name):
                ticket = self._create_ticket(category_id=own.id, team_id=team.id)
                entry = self._log_time(ticket, 1.0)
                self.assertEqual(entry.billing_work_type_id, expected)

    def test_the_form_proposes_the_type_and_whether_it_is_billed(self):
        internal = self._create_type(name="Coordination", billable=False)
        self.team.billing_work_type_id = internal
        ticket = self._create_ticket().with_user(self.agent)
        with Form(ticket) as form, form.timesheet_ids.new() as entry:
            entry.name = "Called the supplier"
            entry.unit_amount = 1.0
            self.assertEqual(entry.billing_work_type_id, internal)
            self.assertFalse(entry.billable)
            entry.billing_work_type_id = self.travel
        self.assertEqual(ticket.timesheet_ids.billing_work_type_id, self.travel)

    def test_a_given_type_stays(self):
        self.team.billing_work_type_id = self.after_hours
        entry = self._log_time(
            self._create_ticket(), 1.0, billing_work_type_id=self.travel.id
        )
        self.assertEqual(entry.billing_work_type_id, self.travel)
        entry.ticket_id = self._create_ticket()
        self.assertEqual(entry.billing_work_type_id, self.travel)

    def test_time_without_ticket_has_no_type(self):
        self.team.billing_work_type_id = self.after_hours
        entry = self.env["account.analytic.line"].sudo()
        entry = entry.create(
            {
                "name": "Meeting",
                "project_id": self.project.id,
                "employee_id": self.employee.id,
            }
        )
        self.assertFalse(entry.billing_work_type_id)

    # Changes

    def test_changed_type_of_an_entry_rates_anew(self):
        self.policy.sudo().approval = "all"
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        ticket.timesheet_ids.billing_work_type_id = self.after_hours
        self.assertFalse(ticket._get_charges())
        self._bill(ticket)
        self.assertEqual(ticket._get_charges().price_unit, 150.0)
        self.after_hours.multiplier = 2.0
        self.assertFalse(ticket._get_charges())

    def test_billed_rate_and_type_are_frozen(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        for values in (
            {"billing_work_type_id": self.travel.id},
            {"billing_rate_override": 10.0},
            {"billing_rate_overridden": True},
        ):
            with self.subTest(**values), self.assertRaisesRegex(Exception, "billed"):
                ticket.timesheet_ids.sudo().write(values)

    def test_numbers_of_a_type(self):
        for values in (
            {"multiplier": -1.0},
            {"minimum_hours": -0.5},
            {"rounding_increment": 0.123},
        ):
            with self.subTest(**values), self.assertRaises(ValidationError):
                self._create_type(name="Wrong", **values)
        self._create_type(name="Goodwill", multiplier=0.0)

    # Rights

    def test_technicians_name_no_rates(self):
        entry = self._log_time(self._create_ticket(), 1.0).with_user(self.agent)
        for values in (
            {"billing_rate_override": 10.0},
            {"billing_rate_overridden": True},
        ):
            with self.subTest(**values):
                with self.assertRaises(AccessError):
                    entry.write(values)
                with self.assertRaises(AccessError):
                    entry.copy(values)
        with self.assertRaises(AccessError):
            entry.read(["billing_rate_override"])
        entry.billing_work_type_id = self.travel
        with self.assertRaises(AccessError):
            self.travel.with_user(self.agent).multiplier = 3.0

    def test_who_sees_amounts_does_not_name_rates(self):
        self.agent.group_ids += self.env.ref(
            "ticket_billing.group_ticket_billing_amounts"
        )
        entry = self._log_time(
            self._create_ticket(), 1.0, billing_rate_override=10.0
        ).with_user(self.agent)
        self.assertEqual(entry.billing_rate_override, 10.0)
        with self.assertRaises(AccessError):
            entry.billing_rate_override = 20.0

    def test_managers_name_rates(self):
        entry = self._log_time(self._create_ticket(), 1.0).with_user(self.env.user)
        entry.billing_rate_override = 20.0
        self.assertTrue(entry.billing_rate_overridden)
        with self.assertRaises(ValidationError):
            entry.billing_rate_override = -1.0
