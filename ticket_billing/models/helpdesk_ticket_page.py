from odoo import api, fields, models

RUN_READERS = (
    "ticket_billing.group_ticket_billing_manager,"
    "ticket_billing.group_ticket_billing_auditor"
)


class HelpdeskTicket(models.Model):
    """What the pages of tickets show of their billing, beside its state."""

    _inherit = "helpdesk.ticket"

    billing_can_bill = fields.Boolean(
        compute="_compute_billing_can_bill",
        groups="base.group_user",
        help="Whether you may bill this ticket.",
    )
    billing_run_line_ids = fields.One2many(
        comodel_name="ticket.billing.run.line",
        inverse_name="ticket_id",
        domain=[("run_id.dry_run", "=", False)],
        string="Billing History",
        readonly=True,
        copy=False,
        groups=RUN_READERS,
        help="What each run did with this ticket, and why. Dry runs did nothing.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        return {**super()._get_billing_writers(), "billing_run_line_ids": None}

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_billing_can_bill(self):
        for ticket in self:
            ticket.billing_can_bill = ticket._can_bill()

    def action_view_charges(self):
        """Open the charges of these tickets, as far as the user may read them; before
        there are any, what billing would make of the work.

        :raise AccessError: if the user may not read one of the tickets
        """
        self._check_readable()
        charges = self.env["ticket.billing.charge"]
        if not self._get_charges():
            return self.action_preview_billing()
        return {
            **charges._get_records_action(name=self.env._("Charges")),
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": self._get_standing_domain(),
            "context": {"create": False},
        }

    def _get_standing_domain(self):
        return [("ticket_id", "in", self.ids), ("is_void", "=", False)]
