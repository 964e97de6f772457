from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.due import Due


class AccountAnalyticLine(models.Model):
    """Billing of time that a person has chosen from a list."""

    _inherit = "account.analytic.line"

    ticket_customer_id = fields.Many2one(
        related="ticket_id.commercial_partner_id", string="Customer of the Ticket"
    )

    def action_bill_now(self):
        """Put this time on a draft now, whether its tickets are closed or not.

        Time of one customer. Nothing else of the tickets is billed: neither their
        other time nor their fee. Nothing passes over approval.

        :return: an action that opens the draft or tells the outcome
        :raise UserError: if there is no time on tickets, or time of several customers
        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_readable()
        entries = self.sudo().filtered("ticket_id")
        tickets = self.env["helpdesk.ticket"].browse(entries.ticket_id.ids)
        if not tickets:
            raise UserError(
                self.env._("Choose time on tickets: there is none in the selection.")
            )
        tickets._check_can_bill()
        entries._check_one_customer()
        charges = entries._get_standing_charges()
        due = Due(charge_ids=tuple(charges.ids), entry_ids=tuple(entries.ids))
        runs = self.env["ticket.billing.run"]
        runs = runs._process("button", tickets=tickets, due=due)
        return runs._get_result_action()

    def _check_one_customer(self):
        """Refuse to bill time of several customers at once.

        :raise UserError: which names them
        """
        customers = self.ticket_id.commercial_partner_id
        if len(customers) > 1:
            raise UserError(
                self.env._(
                    "The time is for several customers: %(customers)s. Choose time for "
                    "one of them.",
                    customers=", ".join(customers.mapped("display_name")),
                )
            )
