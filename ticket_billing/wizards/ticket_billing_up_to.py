from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.due import Due


class TicketBillingUpTo(models.TransientModel):
    """Asks up to which day ready work is invoiced, and for whom."""

    _name = "ticket.billing.up.to"
    _inherit = "ticket.billing.input.mixin"
    _description = "Invoice Ticket Work up to a Day"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    up_to = fields.Date(
        string="Invoice Up To",
        required=True,
        default=lambda self: self._default_up_to(),
        help="The last day of the work. What was done later stays ready.",
    )
    invoice_date = fields.Date(
        help="Printed on the invoices, and what they are due from. Empty: the day when "
        "they are posted.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="ticket_billing_up_to_partner_rel",
        column1="wizard_id",
        column2="partner_id",
        string="Customers",
        help="Empty: all customers.",
    )
    ready_count = fields.Integer(
        string="Tickets Ready",
        compute="_compute_counts",
        help="Tickets with work up to this day that can be invoiced now.",
    )
    undecided_count = fields.Integer(
        string="Tickets that Wait for Somebody",
        compute="_compute_counts",
        help="Blocked, to approve, released or not rated yet: none of it is invoiced.",
    )

    @api.model
    def _default_up_to(self):
        """Return the last day of the month before this one."""
        company = self.env.company
        today = company._get_ticket_billing_date(fields.Datetime.now())
        return today.replace(day=1) - timedelta(days=1)

    @api.depends("company_id", "up_to", "partner_ids")
    def _compute_counts(self):
        for wizard in self:
            wizard.ready_count = len(wizard._get_tickets())
            wizard.undecided_count = self.env["helpdesk.ticket"].search_count(
                wizard._get_undecided_domain()
            )

    def _get_own_domain(self, field_name):
        """Return the domain of what belongs to the company and the customers."""
        domain = Domain("company_id", "=", self.company_id.id)
        if self.partner_ids:
            customers = self.partner_ids.commercial_partner_id
            domain &= Domain(field_name, "child_of", customers.ids)
        return domain

    def _get_undecided_domain(self):
        states = ("blocked", "to_approve", "released", "pending")
        domain = self._get_own_domain("partner_id")
        return domain & Domain("billing_state", "in", states)

    def _get_tickets(self):
        """Return the tickets with ready work up to the day, as the user may read."""
        if not self.up_to:
            return self.env["helpdesk.ticket"]
        charges = self.env["ticket.billing.charge"].search(
            self._get_own_domain("partner_id")
            & Domain("state", "=", "ready")
            & Domain("service_date", "<=", self.up_to)
        )
        return charges.ticket_id

    def action_preview(self):
        """Show the invoices, with their totals, to confirm them there.

        :raise UserError: if there is nothing to invoice
        """
        self._check_single()
        self.env["ticket.billing.charge"]._check_manager()
        tickets = self._get_tickets()
        if not tickets:
            raise UserError(
                self.env._("No work up to that day is ready to be invoiced.")
            )
        due = Due(up_to=self.up_to, invoice_date=self.invoice_date or None)
        return self.env["ticket.billing.preview"]._open(tickets, due)

    def action_view_undecided(self):
        """Open the tickets that wait for somebody and are not invoiced."""
        self._check_single()
        tickets = self.env["helpdesk.ticket"].search(self._get_undecided_domain())
        return tickets._get_records_action(name=self.env._("Not Invoiced Yet"))
