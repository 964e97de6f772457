from odoo import fields, models
from odoo.exceptions import UserError


class TicketBillingPreview(models.TransientModel):
    """Bills many tickets step by step, each as it was shown."""

    _inherit = "ticket.billing.preview"

    steps = fields.Json(
        groups=fields.NO_ACCESS,
        help="The batches, each with the ids of its tickets and a digest of its own.",
    )

    def confirm_step(self, ticket_ids):
        """Bill the tickets of one batch, if that does what was shown.

        :param list ticket_ids: the ids of a batch, as ``action_confirm`` returns them
        :return: what became of them, as ``generate_step`` of tickets returns it
        :raise UserError: if something else would be billed by now; nothing is then
        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_single()
        digest = self._get_step_digest(ticket_ids)
        tickets = self.env["helpdesk.ticket"].browse(ticket_ids)
        tickets._check_can_bill()
        runs, due = self.env["ticket.billing.run"], self._get_due()
        if runs._get_preview(tickets, due).digest != digest:
            raise UserError(
                self.env._(
                    "What would be billed has changed since you looked: preview these "
                    "tickets again."
                )
            )
        return runs._process("button", tickets=tickets, due=due)._get_step()

    def _get_steps(self):
        """Return the batches, each with the ids of its tickets and its digest."""
        return self.sudo().steps or []

    def _get_steps_action(self):
        batches = [ids for ids, _digest in self._get_steps()]
        runs = self.env["ticket.billing.run"]
        return runs._get_steps_action("confirm_step", batches, self)

    def _get_step_digest(self, ticket_ids):
        """Return what stands for the batch of these tickets.

        :raise UserError: if there is no such batch
        """
        for ids, digest in self._get_steps():
            if ids == ticket_ids:
                return digest
        raise UserError(self.env._("These tickets are no batch of this preview."))
