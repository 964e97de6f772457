from .common import TicketBillingCommon

SHOWN = (
    "billing_state",
    "billing_reason",
    "amount_to_invoice",
    "amount_invoiced",
    "agreement_contract_id",
    "billing_event_date",
)


class TestListQueries(TicketBillingCommon):
    """A list of twice the tickets asks no more of the database."""

    def _create_tickets(self):
        """Return a ticket of each kind that the list tells something of."""
        opened, pending, invoiced, large, without = (
            self._create_ticket(*hours) for hours in ((1,), (1,), (1,), (9,), ())
        )
        monthly = self._create_ticket(1, partner_id=self.monthly.id)
        closed = pending + invoiced + large + without + monthly
        self._close(closed)
        (invoiced + large + without).action_generate_invoice()
        self._run_due(monthly)
        return opened + closed

    def _count_queries(self, tickets):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        tickets.web_read({name: {} for name in SHOWN})
        return self.env.cr.sql_log_count - before

    def test_twice_the_tickets(self):
        policy = self._create_policy(invoice_frequency="month")
        self.monthly = self._create_customer(
            "Harbour", ticket_billing_policy_id=policy.id
        )
        few = self._create_tickets()
        self.assertEqual(
            set(few.mapped("billing_state")),
            {"open", "pending", "invoiced", "to_approve", "not_billable", "ready"},
        )
        more = few + self._create_tickets()
        self._count_queries(few)
        self.assertEqual(self._count_queries(more), self._count_queries(few))
