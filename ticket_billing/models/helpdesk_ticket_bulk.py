from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What a manager sets for many tickets at once."""

    _inherit = "helpdesk.ticket"

    def action_set_billable(self, billable=True):
        """Make these tickets billable, or not. Managers only.

        Charges that wait are rated anew; what is on an invoice stays there.

        :param bool billable: False, so that they are not billed
        :return: a notification that tells how many tickets changed, with links to them
        :raise AccessError: for users who may not change it
        """
        self._check_readable()
        self._check_field_access(self._fields["billable"], "write")
        changed = self.filtered(lambda ticket: ticket.billable != bool(billable))
        changed.write({"billable": bool(billable)})
        text = (
            self.env._("Tickets made billable: %(count)s", count=len(changed))
            if billable
            else self.env._("Tickets made not billable: %(count)s", count=len(changed))
        )
        return self.env["ticket.billing.message"]._show(text, changed)

    def action_open_contract_choice(self):
        """Ask under which contract these tickets are billed. Managers only.

        :raise UserError: if they belong to several customers or companies
        :raise AccessError: for users who may not choose it
        """
        self._check_readable()
        self._check_field_access(self._fields["billing_contract_id"], "write")
        if len(self.commercial_partner_id) != 1 or len(self.company_id) != 1:
            raise UserError(
                self.env._(
                    "A contract is agreed with one customer. Choose tickets of one "
                    "customer and one company."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bill under Contract"),
            "res_model": "ticket.billing.contract.choice",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_ids": self.ids},
        }
