from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    billed_ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        compute="_compute_billed_ticket_ids",
        string="Billed Tickets",
        compute_sudo=True,
    )
    billed_ticket_count = fields.Integer(
        compute="_compute_billed_ticket_ids", string="Tickets", compute_sudo=True
    )

    @api.depends("invoice_line_ids.charge_ids.ticket_id")
    def _compute_billed_ticket_ids(self):
        for move in self:
            move.billed_ticket_ids = move.invoice_line_ids.charge_ids.ticket_id
            move.billed_ticket_count = len(move.billed_ticket_ids)

    def action_view_billed_tickets(self):
        """Open the tickets whose work is on these invoices."""
        return self.billed_ticket_ids._get_records_action(
            name=self.env._("Billed Tickets")
        )
