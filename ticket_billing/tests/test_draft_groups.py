from odoo import Command
from odoo.tests import tagged

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestDraftGroups(TicketBillingCommon):
    """What shares a draft, and what is written in its header."""

    def _set_policy(self, **values):
        self.policy.sudo().write(values)

    def _create_contracts(self):
        return [
            self._create_contract(
                name=name, hourly_rate_source="fixed", hourly_rate=rate
            )
            for name, rate in (("Silver", 80.0), ("Gold", 90.0))
        ]

    def test_group_by(self):
        silver, gold = self._create_contracts()
        cases = [("customer", [1, 1]), ("contract", [1, 2]), ("ticket", [2, 3])]
        for group_by, counts in cases:
            for contracts, count in zip(
                [(silver, silver), (silver, silver, gold)], counts, strict=True
            ):
                with self.subTest(group_by=group_by, contracts=len(contracts)):
                    self._set_policy(group_by=group_by)
                    tickets = self.env["helpdesk.ticket"]
                    for contract in contracts:
                        tickets += self._create_ticket(
                            1.0, billing_contract_id=contract.id
                        )
                    moves = self._close_and_bill(tickets)
                    self.assertEqual(len(moves), count)
                    self.assertEqual(moves.billed_ticket_ids, tickets)
                    moves.action_post()

    def test_two_tickets_of_an_hour_are_one_invoice_linked_to_both(self):
        tickets = self._create_ticket(1.0) | self._create_ticket(1.0)
        move = self._close_and_bill(tickets)
        self.assertRecordValues(move, [{"amount_untaxed": 200.0}])
        for ticket in tickets:
            self.assertEqual(ticket.invoice_ids, move)

    def test_fiscal_positions_are_never_mixed(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        exempt = self._create_contract(fiscal_position_id=position.id)
        normal = self._create_contract()
        tickets = self._create_ticket(1.0, billing_contract_id=exempt.id)
        tickets += self._create_ticket(1.0, billing_contract_id=normal.id)
        moves = self._close_and_bill(tickets)
        self.assertEqual(
            {move.fiscal_position_id for move in moves}, {position, position.browse()}
        )

    def test_position_of_the_contract_that_the_customer_has_anyway(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Domestic", "company_id": self.company.id}
        )
        self.customer.property_account_position_id = position
        named = self._create_contract(fiscal_position_id=position.id)
        silent = self._create_contract()
        tickets = self._create_ticket(1.0, billing_contract_id=named.id)
        tickets += self._create_ticket(1.0, billing_contract_id=silent.id)
        move = self._close_and_bill(tickets)
        self.assertEqual(move.fiscal_position_id, position)

    def test_journals_are_never_mixed(self):
        journal = self.env["account.journal"].create(
            {"name": "Support Invoices", "type": "sale", "code": "SUPP"}
        )
        own = self._create_contract(journal_id=journal.id)
        tickets = self._create_ticket(1.0, billing_contract_id=own.id)
        tickets += self._create_ticket(
            1.0, billing_contract_id=self._create_contract().id
        )
        moves = self._close_and_bill(tickets)
        default = self.company_data["default_journal_sale"]
        self.assertEqual(moves.journal_id, journal | default)

    def test_due_days_are_never_mixed(self):
        self.customer.property_payment_term_id = False
        policy = self._create_policy(due_days=10)
        other = self._create_contract(ticket_billing_policy_id=policy.id)
        tickets = self._create_ticket(1.0, billing_contract_id=other.id)
        tickets += self._create_ticket(
            1.0, billing_contract_id=self._create_contract().id
        )
        moves = self._close_and_bill(tickets)
        self.assertEqual(len(set(moves.mapped("invoice_date_due"))), 2)

    def test_two_companies_with_journals_and_taxes_of_their_own(self):
        other = self.setup_other_company(name="Second company")["company"]
        other.partner_id.tz = "UTC"
        tax = self.env["account.tax"].with_company(other)
        own_tax = tax.create(
            {"name": "7 %", "amount": 7, "type_tax_use": "sale", "company_id": other.id}
        )
        self.time_product.taxes_id = self.tax_19 | own_tax
        other.ticket_billing_policy_id.sudo().time_product_id = self.time_product
        project = self.env["project.project"].sudo()
        other.sudo().ticket_billing_project_id = project.create(
            {"name": "Support B", "company_id": other.id}
        )
        employee = self.env["hr.employee"].sudo()
        employee = employee.create({"name": "Sam", "company_id": other.id})
        here = self._create_ticket(1.0)
        there = self._create_ticket(company_id=other.id, team_id=False, user_id=False)
        self._log_time(there, 1.0, employee_id=employee.id)
        moves = self._close_and_bill(here | there)
        by_company = moves.grouped("company_id")
        self.assertEqual(len(moves), 2)
        self.assertRecordValues(
            by_company[self.company],
            [{"amount_untaxed": 100.0, "amount_tax": 19.0}],
        )
        self.assertEqual(
            self._get_lines(by_company[other]).tax_ids, own_tax, "of its own company"
        )
        self.assertEqual(by_company[other].journal_id.company_id, other)

    # Header

    def test_reference_of_the_ticket_then_of_the_contract(self):
        contract = self._create_contract(code="C-7")
        cases = [
            # on the ticket, on the contract, printed
            ("PO 4711", "Framework 9", "PO 4711"),
            (False, "Framework 9", "Framework 9"),
            (False, False, "C-7"),
        ]
        self._set_policy(group_by="ticket")
        for own, agreed, printed in cases:
            with self.subTest(printed=printed):
                contract.customer_reference = agreed
                ticket = self._create_ticket(1.0, customer_reference=own)
                move = self._close_and_bill(ticket)
                self.assertEqual(move.ref, printed)
                line = self._get_lines(move)
                self.assertEqual("PO 4711" in line.name, bool(own))

    def test_references_of_several_tickets_are_all_there_once(self):
        tickets = self.env["helpdesk.ticket"]
        for reference in ("PO 1", "PO 2", "PO 1"):
            tickets += self._create_ticket(1.0, customer_reference=reference)
        self.assertEqual(self._close_and_bill(tickets).ref, "PO 1, PO 2")

    def test_reference_is_not_copied_with_the_ticket(self):
        ticket = self._create_ticket(customer_reference="PO 1")
        self.assertFalse(ticket.copy().customer_reference)

    def test_reference_is_printed(self):
        ticket = self._create_ticket(1.0, customer_reference="PO 4711")
        move = self._close_and_bill(ticket)
        move.action_post()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "account.report_invoice_with_payments", move.ids
        )[0]
        self.assertIn(b"PO 4711", html)
        self.assertIn(ticket.number.encode(), html)

    def test_salesperson_of_contract_then_customer(self):
        self.customer.user_id = self.agent
        self._set_policy(group_by="ticket")
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.invoice_user_id, self.agent)
        self._create_contract(user_id=self.env.user.id)
        move = self._close_and_bill(self._create_ticket(1.0))
        self.assertEqual(move.invoice_user_id, self.env.user)

    # Taxes

    def test_exempt_excluded_and_included(self):
        position = self.env["account.fiscal.position"].create(
            {"name": "Exempt", "company_id": self.company.id}
        )
        self.env["account.tax"].create(
            {
                "name": "0 %",
                "amount": 0,
                "type_tax_use": "sale",
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(self.tax_19.id)],
            }
        )
        cases = [
            # kind, how prices are meant, net, gross of 1.5 h at 119.00
            (False, "tax_excluded", 178.5, 212.42),
            (False, "tax_included", 150.0, 178.5),
            (position, "tax_excluded", 178.5, 178.5),
        ]
        self.time_product.list_price = 119.0
        for fiscal_position, prices, net, gross in cases:
            for method in ("round_per_line", "round_globally"):
                with self.subTest(position=fiscal_position, prices=prices):
                    self.company.tax_calculation_rounding_method = method
                    self.tax_19.price_include_override = prices
                    customer = self._create_customer("Customer")
                    customer.property_account_position_id = fiscal_position
                    ticket = self._create_ticket(1.5, partner_id=customer.id)
                    move = self._close_and_bill(ticket)
                    self.assertRecordValues(
                        move, [{"amount_untaxed": net, "amount_total": gross}]
                    )
                    self.assertEqual(ticket._get_charges().invoiced_amount, net)
                    self.assertEqual(ticket._get_charges().edited_amount, 0.0)

    # Analytic accounts

    def test_distribution_of_the_contract_then_of_the_project(self):
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Projects"})
        accounts = self.env["account.analytic.account"].sudo()
        names = ("Contract", "Project")
        agreed, project = accounts.create(
            [{"name": name, "plan_id": plan.id} for name in names]
        )
        self.project.write({plan._column_name(): project.id})
        self._set_policy(group_by="ticket")
        ticket = self._create_ticket(1.0)
        distribution = self.project._get_analytic_distribution()
        line = self._get_lines(self._close_and_bill(ticket))
        self.assertIn(str(project.id), "".join(distribution))
        self.assertEqual(line.analytic_distribution, distribution)
        contract = self._create_contract(
            contract_line_ids=[
                Command.create(
                    {
                        "product_id": self.time_product.id,
                        "name": "Monthly fee",
                        "analytic_distribution": {str(agreed.id): 100},
                        "date_start": "2020-01-01",
                    }
                )
            ]
        )
        ticket = self._create_ticket(1.0, billing_contract_id=contract.id)
        line = self._get_lines(self._close_and_bill(ticket))
        self.assertEqual(line.analytic_distribution, {str(agreed.id): 100})

    def test_projects_do_not_share_a_line(self):
        other = self.env["project.project"].sudo().create({"name": "Other Support"})
        ticket = self._create_ticket(1.0)
        self._log_time(ticket, 1.0, project_id=other.id)
        projects = self.project | other
        distributions = [p._get_analytic_distribution() for p in projects]
        self.assertNotEqual(*distributions)
        lines = self._get_lines(self._close_and_bill(ticket))
        self.assertEqual(lines.mapped("analytic_distribution"), distributions)
        self.assertRecordValues(lines, [{"quantity": 1.0}] * 2)
