import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestLedger(TicketBillingCommon):
    def _prepare_values(self, ticket):
        rating = self.env["ticket.billing.rating"].sudo()._rate(ticket)[0]
        return rating.charges

    def test_same_work_is_claimed_once(self):
        ticket = self._create_ticket(1.0, 2.0)
        ledger = self.env["ticket.billing.charge"].sudo()
        values = self._prepare_values(ticket)
        first = ledger._claim(values)
        self.assertEqual(len(first), 2)
        self.assertFalse(ledger._claim(values))
        self.assertEqual(ticket.charge_ids, first)

    def test_database_refuses_a_second_charge(self):
        ticket = self._create_ticket(1.0)
        charge = (
            self.env["ticket.billing.charge"]
            .sudo()
            ._claim(self._prepare_values(ticket))
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
            self.env.cr.savepoint(),
        ):
            charge.copy({"ticket_id": ticket.id})

    def test_void_charge_makes_room_for_another(self):
        ticket = self._create_ticket(1.0)
        ledger = self.env["ticket.billing.charge"].sudo()
        values = self._prepare_values(ticket)
        ledger._claim(values)._void("The ticket changed.")
        self.assertEqual(len(ledger._claim(values)), 1)
        self.assertEqual(sorted(ticket.charge_ids.mapped("state")), ["ready", "void"])

    def test_charge_is_never_deleted(self):
        ticket = self._create_ticket(1.0)
        charge = (
            self.env["ticket.billing.charge"]
            .sudo()
            ._claim(self._prepare_values(ticket))
        )
        with self.assertRaises(UserError):
            charge.unlink()

    def test_quantities_are_never_negative(self):
        ticket = self._create_ticket(1.0)
        charge = self.env["ticket.billing.charge"].sudo()
        charge = charge._claim(self._prepare_values(ticket))
        for name in ("rated_quantity", "covered_quantity", "quantity"):
            with (
                self.subTest(name=name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation),
                self.env.cr.savepoint(),
            ):
                charge[name] = -0.01
                charge.flush_recordset()

    def test_preview_writes_nothing(self):
        ticket = self._create_ticket(1.0)
        self.env.flush_all()
        before = self.env["ticket.billing.charge"].sudo().search_count([])
        self._prepare_values(ticket)
        after = self.env["ticket.billing.charge"].sudo().search_count([])
        self.assertEqual(before, after)

    def test_rating_costs_no_query_for_each_ticket(self):
        tickets = self.env["helpdesk.ticket"]
        for _index in range(12):
            tickets += self._create_ticket(1.0, 0.5)
        self._close(tickets)
        rating = self.env["ticket.billing.rating"].sudo()
        counts = []
        for batch in (tickets[:4], tickets[4:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rating._rate(batch)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
