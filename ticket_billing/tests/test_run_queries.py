from .common import TicketBillingCommon

ENTRIES = (0.5, 0.5, 1.0)
# Odoo writes and reads lines of drafts in portions
MORE_QUERIES = 4


class TestRunQueries(TicketBillingCommon):
    """Billing twice the tickets asks hardly more of the database."""

    def _count_queries(self, number):
        """Return how many queries it takes to bill a number of new closed tickets."""
        tickets = self.env["helpdesk.ticket"].union(
            *[self._create_ticket(*ENTRIES) for _ticket in range(number)]
        )
        self._close(tickets)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        runs = self.env["ticket.billing.run"]._process("button", tickets=tickets)
        self.env.flush_all()
        self.assertEqual(runs.invoiced, number)
        return self.env.cr.sql_log_count - before

    def _check_twice_the_tickets(self):
        self._count_queries(1)
        few = self._count_queries(8)
        self.assertLessEqual(self._count_queries(16), few + MORE_QUERIES)

    def test_an_invoice_per_customer(self):
        self._check_twice_the_tickets()

    def test_a_line_per_entry(self):
        self.policy.sudo().line_detail = "entry"
        self._check_twice_the_tickets()

    def test_an_invoice_per_ticket(self):
        self.policy.sudo().write({"group_by": "ticket", "line_detail": "entry"})
        self._check_twice_the_tickets()

    def test_one_ticket(self):
        """Odoo's own invoice included, with nothing read before: that alone is 71."""
        self._count_queries(1)
        self.policy.sudo().group_by = "ticket"
        self.assertLessEqual(self._count_queries(1), 105)
