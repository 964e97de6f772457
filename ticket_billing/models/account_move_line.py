from odoo import Command, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    charge_ids = fields.Many2many(
        comodel_name="ticket.billing.charge",
        relation="ticket_billing_charge_aml_rel",
        column1="line_id",
        column2="charge_id",
        string="Ticket Charges",
        copy=False,
        help="The charges of helpdesk tickets that this line bills or credits.",
    )

    def _copy_data_extend_business_fields(self, values):
        # EXTENDS account: credit notes and "reverse and create" keep the link, a plain
        # duplicate does not, so that nothing looks billed twice
        result = super()._copy_data_extend_business_fields(values)
        charges = self.sudo().charge_ids
        if charges:
            values["charge_ids"] = [Command.set(charges.ids)]
        return result
