from odoo import models


class HelpdeskTicket(models.Model):
    """Generates the invoices of many tickets step by step."""

    _inherit = "helpdesk.ticket"

    def action_generate_invoices(self):
        """Bill the tickets now: at once, or step by step where that takes a while.

        :return: what ``action_generate_invoice`` returns, or an action with the steps
        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_can_bill()
        runs = self.env["ticket.billing.run"]
        batches = [
            batch.ids
            for company, tickets in self.sudo().grouped("company_id").items()
            for batch in runs._get_batches(tickets, company)
        ]
        if len(batches) < 2:
            return self.action_generate_invoice()
        return runs._get_steps_action("generate_step", batches)

    def generate_step(self):
        """Bill the tickets now, as ``action_generate_invoice`` does.

        :return: what became of them: a dict with the number of tickets by outcome, and
            the ids of runs and drafts that the user may read
        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_can_bill()
        return (
            self.env["ticket.billing.run"]._process("button", tickets=self)._get_step()
        )

    def run_step(self):
        """Bill those of the tickets that are due, as ``action_start_run`` does for all
        that are. Managers only.

        :return: what became of them, as ``generate_step`` returns it
        :raise AccessError: for others
        """
        self.env["ticket.billing.charge"]._check_manager()
        self._check_readable()
        runs = self.env["ticket.billing.run"]
        return runs._process_due("button", self.ids)._get_step()
