from lxml.builder import E

from odoo import api, models

HELPDESK = (
    "helpdesk_mgmt.group_helpdesk_user_own,ticket_billing.group_ticket_billing_auditor"
)
NOT_BILLED = (
    "[('ticket_id', '!=', False), ('billable', '=', True), "
    "('charge_ids', 'not any', [('is_void', '=', False)])]"
)
# Whoever may read the invoices that it asks for
ACCOUNTANTS = "account.group_account_readonly,account.group_account_invoice"
STANDING = [("is_void", "=", False), ("is_superseded", "=", False)]
WAITS = [*STANDING, ("state", "in", ("to_approve", "ready", "released", "credited"))]
ON_DRAFT = [*STANDING, ("state", "=", "invoiced")]
BILLED = [*STANDING, ("state", "in", ("billed", "covered"))]
INVOICED_THIS_MONTH = (
    "[('charge_ids.invoice_line_ids.move_id.invoice_date', '>=', 'today =1d')]"
)


class AccountAnalyticLine(models.Model):
    """Finds time on tickets among all timesheets.

    Not by a view of ours: the searches of Odoo's analyses of timesheets inherit the one
    for time, and know no tickets.
    """

    _inherit = "account.analytic.line"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        # EXTENDS base
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "search":
            self._add_ticket_search(arch)
        return arch, view

    @api.model
    def _add_ticket_search(self, arch):
        """Add ticket, filters and grouping to a search of timesheets."""
        if arch.xpath("//field[@name='ticket_id']"):
            return
        for field in arch.xpath("//field[@name='task_id']"):
            field.addnext(E.field(name="ticket_id", groups=HELPDESK))
        for mine in arch.xpath("//filter[@name='mine']"):
            for node in reversed(self._get_ticket_filters()):
                mine.addnext(node)
        for group in arch.xpath("//group[@name='groupby']"):
            group.append(
                E.filter(
                    string=self.env._("Ticket"),
                    name="groupby_ticket",
                    context="{'group_by': 'ticket_id'}",
                    groups=HELPDESK,
                )
            )

    @api.model
    def _get_ticket_filters(self):
        return [
            E.separator(),
            E.filter(
                string=self.env._("On Tickets"),
                name="ticket_billing_on_tickets",
                domain="[('ticket_id', '!=', False)]",
                groups=HELPDESK,
            ),
            E.filter(
                string=self.env._("Ticket Time Not Billed Yet"),
                name="ticket_billing_not_billed",
                domain=NOT_BILLED,
                groups=HELPDESK,
            ),
            *(
                E.filter(
                    string=label,
                    name=f"ticket_billing_{name}",
                    domain=str([("charge_ids", "any", domain)]),
                    groups=HELPDESK,
                )
                for name, label, domain in (
                    ("waits", self.env._("Ticket Time that Waits"), WAITS),
                    ("on_draft", self.env._("Ticket Time on Drafts"), ON_DRAFT),
                    ("billed", self.env._("Billed Ticket Time"), BILLED),
                )
            ),
            E.filter(
                string=self.env._("Invoiced This Month"),
                name="ticket_billing_invoiced_this_month",
                domain=INVOICED_THIS_MONTH,
                groups=ACCOUNTANTS,
            ),
        ]
