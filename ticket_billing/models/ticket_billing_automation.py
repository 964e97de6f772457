from odoo import api, fields, models
from odoo.exceptions import UserError

from .ticket_billing_settings_mixin import RULES, SWITCHES


class TicketBillingAutomation(models.Model):
    """The page Automation: how a company bills, and how billing stands.

    A row for each company, without a table: the settings are the company's and its
    default policy's. Administrators of ticket billing change them here, who have no
    rights on companies; managers and auditors look on.
    """

    _name = "ticket.billing.automation"
    _inherit = "ticket.billing.settings.mixin"
    _description = "Ticket Billing Automation"
    _auto = False
    _rec_name = "company_id"
    _order = "id"
    _depends = {"res.company": ["name"]}

    company_id = fields.Many2one(readonly=True)
    ticket_billing_policy_id = fields.Many2one(
        related="company_id.ticket_billing_policy_id", readonly=False
    )
    ticket_billing_batch_size = fields.Integer(
        related="company_id.ticket_billing_batch_size", readonly=False
    )
    ticket_billing_max_attempts = fields.Integer(
        related="company_id.ticket_billing_max_attempts", readonly=False
    )
    undecided_trial_count = fields.Integer(
        related="ticket_billing_policy_id.undecided_trial_count"
    )

    @property
    def _table_query(self):
        return "SELECT id, id AS company_id FROM res_company"

    @api.depends_context("lang")
    def _compute_display_name(self):
        for page in self:
            page.display_name = self.env._("Automation")

    # Writing

    def write(self, vals):  # pylint: disable=method-required-super
        """Change the settings where they are kept, as the system, and in the journal in
        the name of the user.

        :raise AccessError: for those who are no administrators of ticket billing, or
            of another company
        :raise UserError: for what is no setting of this page
        """
        # OVERRIDE base: there is no table of ours to write to
        self.check_access("write")
        self._check_input(vals)
        self._check_named([vals])
        switches = self._get_kept_values(vals, SWITCHES)
        rules = self._get_kept_values(vals, RULES)
        if len(switches) + len(rules) < len(vals):
            raise UserError(self.env._("Only settings can be changed on this page."))
        for page in self:
            company = page.sudo().company_id
            if switches:
                company.write(switches)
            if rules:
                self._check_policy(company)
                company.ticket_billing_policy_id.write(rules)
        self.invalidate_recordset()
        return True

    @api.model
    def _get_kept_values(self, vals, place):
        """Return of some values those that are kept in one place, by their names there.

        :param str place: the path of the record that keeps them
        :raise AccessError: for a record that the user may not choose, for he may not
            read it
        """
        kept = {}
        for name, value in vals.items():
            field = self._fields.get(name)
            if not field or not field.related or field.readonly:
                continue
            self._check_field_access(field, "write")
            path, _dot, kept_name = field.related.rpartition(".")
            if path != place:
                continue
            if field.type == "many2one" and value:
                self.env[field.comodel_name].browse(value).check_access("read")
            kept[kept_name] = value
        return kept

    def _check_policy(self, company):
        if not company.ticket_billing_policy_id:
            raise UserError(
                self.env._(
                    "%(company)s has no default billing policy: choose one first.",
                    company=company.name,
                )
            )

    # Actions

    @api.model
    def _get_page_action(self, company):
        """Return the action that opens the page of a company."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ticket_billing.ticket_billing_automation_action"
        )
        return {**action, "res_id": company.id, "views": [(False, "form")]}

    def _get_runs(self):
        """Return the runs as the user in the company of the page alone."""
        self._check_single()
        runs = self.env["ticket.billing.run"]
        return runs.with_context(allowed_company_ids=self.company_id.ids)

    def action_run_now(self):
        """Bill what is due in the company, and tell the outcome. Managers only."""
        return self._get_runs().action_start_run()

    def action_dry_run(self):
        """Open what would be billed now in the company. Managers only."""
        return self._get_runs().action_dry_run()

    def action_view_trials(self):
        """Open the work of the trial that waits for a decision. Managers only."""
        self._check_single()
        return self.ticket_billing_policy_id.action_view_trials()
