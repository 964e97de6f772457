from odoo import Command
from odoo.tests import freeze_time

from .common import TicketBillingCommon


class WithContractCommon(TicketBillingCommon):
    """A contract that is invoiced on the 20th, and work that joins its invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age_terms()
        cls.hosting = cls.env["product.product"].create(
            {
                "name": "Hosting",
                "type": "service",
                "list_price": 250.0,
                "taxes_id": cls.tax_19.ids,
            }
        )
        cls.contract = cls._create_recurring(name="Hosting 2026", code="H-26")

    @classmethod
    def _create_recurring(cls, next_date="2026-03-20", **values):
        """Return a contract that work joins, with a monthly line of 250.00."""
        line = {
            "product_id": cls.hosting.id,
            "name": "Hosting",
            "quantity": 1,
            "price_unit": 250.0,
            "recurring_rule_type": "monthly",
            "recurring_interval": 1,
            "date_start": next_date,
            "recurring_next_date": next_date,
            "sequence": 30,
        }
        return cls._create_contract(
            **{
                "ticket_invoice_mode": "with_contract",
                "line_recurrence": True,
                "contract_line_ids": [Command.create(line)],
                **values,
            }
        )

    def _rate(self, *hours, **values):
        """Return a ticket that was closed and rated by the schedule."""
        ticket = self._close(self._create_ticket(*hours, **values))
        self._run_due(ticket)
        return ticket

    def _invoice_contracts(self, contracts=None, day="2026-03-20"):
        """Let the contracts' own scheduled action run, and return the invoices."""
        contracts = contracts or self.contract
        before = self._get_contract_moves(contracts)
        with freeze_time(f"{day} 04:00:00"):
            self.env["contract.contract"].sudo()._cron_recurring_create()
        self.env.invalidate_all()
        self.assertFalse(any(contracts.mapped("invoice_generation_error")))
        return self._get_contract_moves(contracts) - before

    def _get_contract_moves(self, contracts):
        lines = self.env["account.move.line"].search(
            [("contract_line_id", "in", contracts.contract_line_ids.ids)], order="id"
        )
        return lines.move_id

    def _get_printed(self, move):
        """Return the lines of an invoice in the order in which they are printed."""
        lines = move.invoice_line_ids.sorted(lambda line: (line.sequence, line.id))
        return [
            (line.display_type, line.name.split(":")[0], line.price_subtotal)
            for line in lines
        ]

    def _get_last_run(self):
        domain = [("trigger", "=", "contract"), ("company_id", "=", self.company.id)]
        runs = self.env["ticket.billing.run"].sudo()
        return runs.search(domain, order="id desc", limit=1)
