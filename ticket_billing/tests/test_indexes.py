from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TicketBillingCommon

TICKETS = "helpdesk_ticket_billing_"
CHARGES = "ticket_billing_charge_"


@tagged("post_install", "-at_install")
class TestIndexes(TicketBillingCommon):
    """What is asked often is found by an index that leaves out what is done with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(su=True)
        tickets = cls.env["helpdesk.ticket"]
        for _number in range(20):
            tickets += cls._create_ticket(1.0)
        tickets.stage_id = cls.stage_done
        cls.env["ticket.billing.run"]._process("button", tickets=tickets[:15])
        cls.env.flush_all()
        cls.env.cr.execute("ANALYZE helpdesk_ticket, ticket_billing_charge")
        cls.env.cr.execute("SET LOCAL enable_seqscan = off")

    def _check_plan(self, query, index):
        rows = self.env.execute_query(SQL("EXPLAIN %s", query))
        plan = "\n".join(line for (line,) in rows)
        self.assertIn(f" {index} ", f"{plan} ", plan)

    def _check_search(self, model, domain, index, order="id", limit=None):
        query = self.env[model]._search(domain, order=order, limit=limit)
        self._check_plan(query.select(), index)

    def test_due_tickets(self):
        run = self.env["ticket.billing.run"]
        for limit in (None, 100):
            with self.subTest(limit=limit):
                self._check_search(
                    "helpdesk.ticket",
                    run._get_due_domain("schedule", self.company),
                    f"{TICKETS}backlog_index",
                    "billing_next_try, id",
                    limit,
                )

    def test_backlog_by_kind(self):
        run = self.env["ticket.billing.run"]
        kinds = run._get_backlog_domains(self.company)
        # An index of their own holds tickets with a trial, of which there are none
        del kinds["trial"]
        for kind, domain in kinds.items():
            index = "work_index" if kind == "blocked" else "backlog_index"
            with self.subTest(kind=kind):
                self._check_search("helpdesk.ticket", domain, f"{TICKETS}{index}")

    def test_tickets_by_state(self):
        own = Domain("company_id", "=", self.company.id)
        states = ("blocked", "to_approve", "released", "pending", "ready", "invoiced")
        for value in (states, (False, "open"), *[(state,) for state in states]):
            with self.subTest(states=value):
                self._check_search(
                    "helpdesk.ticket",
                    own & Domain("billing_state", "in", value),
                    f"{TICKETS}work_index",
                )

    def test_tickets_that_were_never_tried(self):
        tickets = self.env["helpdesk.ticket"]
        domain, *_others = tickets._get_forgotten_domains(self.company)
        self._check_search(tickets._name, domain, f"{TICKETS}never_tried_index")

    def test_tickets_whose_event_was_missed(self):
        domain = self.env["ticket.billing.health"]._get_unnoticed_domain(self.company)
        self._check_search("helpdesk.ticket", domain, f"{TICKETS}no_event_index")

    def test_tickets_of_a_customer(self):
        domain = [("commercial_partner_id", "=", self.customer.id)]
        self._check_search("helpdesk.ticket", domain, f"{TICKETS}customer_index")

    def test_charges_that_wait(self):
        own = Domain("company_id", "=", self.company.id)
        for state in ("to_approve", "ready", "released", "credited"):
            with self.subTest(state=state):
                self._check_search(
                    "ticket.billing.charge",
                    own & Domain("state", "=", state),
                    f"{CHARGES}backlog_index",
                )

    def test_first_page_of_the_ledger(self):
        self.env.cr.execute("SET LOCAL enable_sort = off")
        charges = self.env["ticket.billing.charge"]
        self._check_search(
            charges._name,
            [("is_void", "=", False)],
            f"{CHARGES}ledger_index",
            charges._order,
            80,
        )

    def test_time_without_a_charge(self):
        self._check_plan(
            SQL(
                "SELECT FROM ticket_billing_charge "
                "WHERE analytic_line_id IS NOT NULL AND is_void IS NOT TRUE"
            ),
            f"{CHARGES}entry_index",
        )

    def test_what_a_contract_has_used(self):
        contract = self._create_contract()
        self._check_search(
            "ticket.billing.charge",
            Domain("contract_id", "in", contract.ids)
            & Domain("covered_by", "=", "allowance")
            & Domain("is_void", "=", False)
            & Domain("is_superseded", "=", False),
            f"{CHARGES}allowance_index",
        )
