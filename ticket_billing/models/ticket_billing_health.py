from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.health import OK, ORDER, STATUSES

ADMIN = "ticket_billing.group_ticket_billing_admin"


class TicketBillingHealth(models.Model):
    """What each check of billing found last, one row for each company and check.

    Rows are written by checking alone; nobody changes them.
    """

    _name = "ticket.billing.health"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Ticket Billing Health"
    _order = "severity desc, company_id, sequence, id"

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    check = fields.Char(
        string="Key",
        required=True,
        readonly=True,
        help="What is checked, for programs.",
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char(
        string="Check", compute="_compute_name", help="What is checked, in words."
    )
    status = fields.Selection(
        selection=STATUSES,
        required=True,
        readonly=True,
        default=OK,
        help="Warning: somebody should look at it soon. Error: something is wrong, or "
        "stands still.",
    )
    severity = fields.Integer(
        compute="_compute_severity", store=True, help="Puts the worst first."
    )
    # Text rather than Char: lists show all of it
    message = fields.Text(
        string="Finding", readonly=True, help="What was found, and what to do."
    )
    count = fields.Integer(
        string="Affected", readonly=True, help="How many records are affected."
    )
    res_model = fields.Char(
        string="Kind of Record", readonly=True, help="What can be opened."
    )
    since = fields.Datetime(readonly=True, help="When the status changed last.")
    checked_at = fields.Datetime(
        string="Checked", readonly=True, help="When the check was made last."
    )
    seconds = fields.Float(
        string="Duration (s)",
        readonly=True,
        help="How long the check took. One that takes long is not made every hour.",
    )

    _unique_check = models.Constraint(
        'UNIQUE(company_id, "check")', "A company has each check once."
    )

    @api.depends("check")
    @api.depends_context("lang")
    def _compute_name(self):
        checks = self._get_checks()
        for row in self:
            row.name = checks[row.check].label if row.check in checks else row.check

    @api.depends("status")
    def _compute_severity(self):
        for row in self:
            row.severity = ORDER.index(row.status)

    # Rights

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # EXTENDS mail: administrators settle their activities, though the rows are
        # nobody's to change
        if message_operation == "create" and self.env.user.has_group(ADMIN):
            return dict.fromkeys(self, "read")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    # Actions

    def action_check_now(self):
        """Check the companies of these rows anew, without rows those of the user.

        For all who may read the rows: it bills nothing.
        """
        self.check_access("read")
        self._refresh(self.company_id or self.env.companies)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_open_records(self):
        """Open what the check finds by now, as far as the user may read it.

        :raise UserError: if there is nothing any more, or he may not read such records
        """
        self.ensure_one()
        self.check_access("read")
        finding = self._get_finding()
        if not finding.get("model"):
            raise UserError(self.env._("There is nothing to show. Check again."))
        records = self.env[finding["model"]]
        if not records.has_access("read"):
            raise UserError(
                self.env._(
                    "You may not open “%(kind)s”: ask somebody who may.",
                    kind=records._description,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": finding["domain"],
            "context": {"create": False},
        }

    @api.model
    def _get_urls(self, company):
        """Return a dict: key of a check → address of its row, where there is one."""
        rows = self.search([("company_id", "=", company.id)])
        base = company.get_base_url()
        return {
            row.check: f"{base}/odoo/ticket-billing-health/{row.id}" for row in rows
        }

    def _get_finding(self):
        """Return what the check of the row finds now, empty if there is no such check
        any more."""
        checker = self._get_checker(self.company_id)
        check = checker._get_checks().get(self.check)
        if not check:
            return {}
        return checker._get_check_health(self.company_id, self.check, check)
