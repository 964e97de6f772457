from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestAgreementChanges(TicketBillingCommon):
    """What a change elsewhere does to work that waits, and what it does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Set up in the transaction that the tests rate in: as if long before
        cls.policy.sudo().write({"approval": "all", "ticket_terms_date": False})
        cls.field_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Field Service", "user_ids": cls.agent.ids}
        )

    def _create_fixed(self, rate=20.0, **values):
        return self._create_contract(
            hourly_rate_source="fixed", hourly_rate=rate, **values
        )

    def _create_waiting(self, *hours, **values):
        ticket = self._close(self._create_ticket(*(hours or (1.0,)), **values))
        self._bill(ticket)
        self.assertEqual(ticket._get_charges().state, "to_approve")
        return ticket

    def _is_rated_anew(self, ticket, change):
        before = ticket._get_charges()
        change()
        self.env.flush_all()
        return ticket._get_charges() != before

    # Nothing to do with it

    def test_what_has_nothing_to_do_with_it(self):
        contract = self._create_fixed()
        ticket = self._create_waiting()
        hosting = self._create_contract(name="Hosting", covers_tickets=False)
        supplier = self._create_contract(name="Lines", contract_type="purchase")
        changes = [
            lambda: hosting.write({"date_end": "2030-12-31"}),
            lambda: hosting.write({"active": False}),
            lambda: supplier.write({"active": False}),
            lambda: self._create_fixed(date_start="2990-01-01"),
            lambda: self._create_fixed(
                ticket_team_ids=[Command.set(self.field_team.ids)]
            ),
            lambda: contract.write({"date_end": "2990-12-31"}),
            lambda: ticket.write({"team_id": ticket.team_id.id, "billable": True}),
            lambda: ticket.write({"partner_id": self.customer.id}),
            lambda: self.customer.write({"is_company": True, "parent_id": False}),
            lambda: self.company.sudo().write(
                {"ticket_billing_policy_id": self.policy.id}
            ),
        ]
        for index, change in enumerate(changes):
            with self.subTest(change=index):
                self.assertFalse(self._is_rated_anew(ticket, change))

    def test_the_hourly_search_leaves_what_has_nothing_to_do_with_it(self):
        contract = self._create_fixed()
        ticket = self._create_waiting()
        contract.ticket_terms_date = False
        approved = ticket._get_charges()
        approved.write({"rating_state": "ready", "reviewer_id": self.env.uid})
        contract.write({"date_end": "2990-12-31"})
        contract.write(
            {
                "contract_line_ids": [
                    Command.create(
                        {"product_id": self.product_a.id, "name": "Monthly fee"}
                    )
                ]
            }
        )
        self.policy.sudo().approval_hours = 1.0
        self._run_catch_up()
        self.assertEqual(ticket._get_charges(), approved)

    def test_the_hourly_search_finds_what_another_contract_holds_for(self):
        """As if the contract had been made while the ticket was rated."""
        ticket = self._create_waiting()
        change = type(self.env["contract.contract"])
        with patch.object(change, "_on_ticket_scope_change", lambda *args: None):
            self._create_fixed()
        self.assertTrue(self._is_rated_anew(ticket, self._run_catch_up))

    # Something to do with it

    def test_end_of_a_line_ends_the_contract(self):
        contract = self._create_fixed(
            line_recurrence=True,
            contract_line_ids=[
                Command.create(
                    {
                        "product_id": self.product_a.id,
                        "name": "Monthly fee",
                        "date_start": "2020-01-01",
                        "recurring_next_date": "2020-01-01",
                        "date_end": "2990-12-31",
                    }
                )
            ],
        )
        ticket = self._create_waiting()
        self.assertEqual(ticket._get_charges().contract_id, contract)
        end = {"date_end": "2021-12-31"}
        line = contract.contract_line_ids
        self.assertTrue(self._is_rated_anew(ticket, lambda: line.write(end)))

    def test_another_default_policy(self):
        ticket = self._create_waiting()
        policy = self._create_policy(name="New rules")
        self.assertTrue(
            self._is_rated_anew(
                ticket,
                lambda: self.company.sudo().write(
                    {"ticket_billing_policy_id": policy.id}
                ),
            )
        )

    def test_a_customer_that_belongs_to_another_one(self):
        group = self._create_customer("Northwind Group")
        self._create_fixed(partner_id=group.id)
        ticket = self._create_waiting()
        change = {"parent_id": group.id, "is_company": False}
        self.assertTrue(
            self._is_rated_anew(ticket, lambda: self.customer.write(change))
        )
        self._bill(ticket)
        self.assertEqual(ticket._get_charges().price_unit, 20.0)

    def test_work_billed_by_hand_before_the_start_is_not_lost(self):
        contract = self._create_fixed()
        ticket = self._create_waiting()
        self.company.sudo().ticket_billing_start_date = "2990-01-01"
        contract.hourly_rate = 30.0
        self.assertEqual(ticket.billing_state, "pending")
        self._bill(ticket)
        self.assertEqual(ticket._get_charges().price_unit, 30.0)

    # Archived

    def test_an_archived_team_does_not_widen_a_contract(self):
        self._create_fixed(10.0, ticket_team_ids=[Command.set(self.field_team.ids)])
        self.field_team.active = False
        ticket = self._create_waiting()
        self.assertEqual(ticket._get_charges().price_unit, 100.0)

    def test_an_archived_work_type_does_not_allow_others(self):
        work_types = self.env["ticket.billing.work.type"].sudo()
        agreed, other = work_types.create([{"name": "Remote"}, {"name": "Travel"}])
        self.policy.sudo().work_type_ids = agreed
        agreed.active = False
        ticket = self._create_ticket()
        self._log_time(ticket, 1.0, billing_work_type_id=other.id)
        self._close_and_bill(ticket)
        self.assertEqual(ticket.billing_state, "blocked")

    # Templates and forms

    def test_a_template_without_terms_leaves_them_alone(self):
        template = self.env["contract.template"].sudo().create({"name": "Hosting"})
        contract = self._create_fixed(contract_template_id=template.id)
        self.assertTrue(contract.covers_tickets)
        with Form(contract) as form:
            form.contract_template_id = template.copy()
        self.assertEqual((contract.covers_tickets, contract.hourly_rate), (True, 20.0))

    def test_the_form_shows_what_is_left_while_it_is_edited(self):
        contract = self._create_fixed(hour_allowance="unlimited")
        with Form(contract) as form:
            form.hour_allowance = "limited"
            form.included_hours = 20.0
            self.assertEqual(form.remaining_hours, 20.0)
            self.assertIn("20.00 h of 20.00 h left", form.allowance_text)

    def test_a_ticket_without_contract_has_nothing_included(self):
        self.assertFalse(self._create_ticket().billing_allowance)

    def test_the_reason_is_read_without_a_policy(self):
        ticket = self._close(self._create_ticket())
        self._bill(ticket)
        self.company.sudo().ticket_billing_policy_id = False
        ticket.invalidate_recordset()
        self.assertIn("No billable time", ticket.billing_reason)

    # Work types of entries

    def test_a_corrected_work_type_makes_time_billable_again(self):
        work_types = self.env["ticket.billing.work.type"].sudo()
        internal, on_site = work_types.create(
            [{"name": "Internal", "billable": False}, {"name": "On site"}]
        )
        entry = self._log_time(
            self._create_ticket(), 1.0, billing_work_type_id=internal.id
        )
        entry.billing_work_type_id = on_site
        self.assertTrue(entry.billable)
        entry.billable = False
        entry.billing_work_type_id = internal
        entry.write({"billing_work_type_id": on_site.id, "billable": False})
        self.assertFalse(entry.billable)

    def test_a_work_type_in_use_is_not_deleted(self):
        work_type = self.env["ticket.billing.work.type"].sudo().create({"name": "A"})
        self._log_time(self._create_ticket(), 1.0, billing_work_type_id=work_type.id)
        with self.assertRaisesRegex(UserError, "Archive it"):
            work_type.unlink()

    def test_a_work_type_of_another_company_is_not_proposed(self):
        other = self.setup_other_company()["company"]
        work_types = self.env["ticket.billing.work.type"].sudo()
        self.team.sudo().billing_work_type_id = work_types.create(
            {"name": "Elsewhere", "company_id": other.id}
        )
        entry = self._log_time(self._create_ticket(), 1.0)
        self.assertFalse(entry.billing_work_type_id)

    def test_time_on_an_invoice_says_that_it_stays(self):
        self.policy.sudo().approval = "none"
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        entry = ticket.timesheet_ids.sudo()
        entry.billable = False
        self.assertIn("What is on an invoice stays there.", entry.billing_reason)

    # Duplicates

    def test_who_sees_no_rates_duplicates_time(self):
        entry = self._log_time(
            self._create_ticket(), 1.0, billing_rate_override=20.0
        ).with_user(self.agent)
        self.assertFalse(entry.copy().sudo().billing_rate_overridden)

    # One bad ticket

    def test_a_bad_ticket_of_another_customer_changes_nothing(self):
        """1 h included goes to the older work, whoever else cannot be billed."""
        self.policy.sudo().approval = "none"
        self._create_fixed(100.0, hour_allowance="limited", included_hours=1.0)
        newer, older = self._create_ticket(), self._create_ticket()
        self._log_time(newer, 1.0, date="2026-11-20")
        self._log_time(older, 1.0, date="2026-11-19")
        other = self._create_customer("Harbour Logistics")
        bad = self._create_ticket(1.0, partner_id=other.id)
        tickets = self._close(newer | older | bad)
        charges = type(self.env["ticket.billing.charge"])
        prepare = charges._prepare_invoice

        def _prepare_invoice(group, covered=None):
            if bad in group.ticket_id:
                raise UserError(bad.number)
            return prepare(group, covered)

        with patch.object(charges, "_prepare_invoice", _prepare_invoice):
            self._bill(tickets)
        self.assertEqual(
            [ticket.billing_state for ticket in tickets],
            ["invoiced", "covered", "blocked"],
        )
