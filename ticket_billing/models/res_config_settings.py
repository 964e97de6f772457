from odoo import fields, models

from .helpdesk_ticket import MANAGER


def _company(name):
    return {"related": f"company_id.{name}", "readonly": False}


def _policy(name):
    return _company(f"ticket_billing_policy_id.{name}")


class ResConfigSettings(models.TransientModel):
    """The switches of the company and the rules of its default policy."""

    _name = "res.config.settings"
    _inherit = ["res.config.settings", "ticket.billing.input.mixin"]

    ticket_billing_enabled = fields.Boolean(**_company("ticket_billing_enabled"))
    ticket_billing_on_close = fields.Boolean(**_company("ticket_billing_on_close"))
    ticket_billing_on_resolve = fields.Boolean(**_company("ticket_billing_on_resolve"))
    ticket_billing_start_date = fields.Date(**_company("ticket_billing_start_date"))
    ticket_billing_delay_minutes = fields.Integer(
        **_company("ticket_billing_delay_minutes")
    )
    ticket_billing_project_id = fields.Many2one(**_company("ticket_billing_project_id"))
    ticket_billing_automation_level = fields.Selection(**_policy("automation_level"))
    ticket_billing_time_product_id = fields.Many2one(**_policy("time_product_id"))
    ticket_billing_ticket_product_id = fields.Many2one(**_policy("ticket_product_id"))
    ticket_billing_rounding_method = fields.Selection(**_policy("rounding_method"))
    ticket_billing_rounding_increment = fields.Float(**_policy("rounding_increment"))
    ticket_billing_minimum_hours = fields.Float(**_policy("minimum_hours"))
    ticket_billing_approval = fields.Selection(**_policy("approval"))
    ticket_billing_approval_hours = fields.Float(**_policy("approval_hours"))
    ticket_billing_daily_limit = fields.Monetary(
        currency_field="currency_id", **_company("ticket_billing_daily_limit")
    )
    ticket_billing_check_zero_price = fields.Selection(
        **_company("ticket_billing_check_zero_price")
    )
    ticket_billing_check_no_tax = fields.Selection(
        **_company("ticket_billing_check_no_tax")
    )
    ticket_billing_check_no_address = fields.Selection(
        **_company("ticket_billing_check_no_address")
    )
    ticket_billing_check_unusual_total = fields.Selection(
        **_company("ticket_billing_check_unusual_total")
    )
    ticket_billing_check_percent = fields.Integer(
        **_company("ticket_billing_check_percent")
    )
    ticket_billing_invoice_frequency = fields.Selection(**_policy("invoice_frequency"))
    ticket_billing_group_by = fields.Selection(**_policy("group_by"))
    ticket_billing_line_detail = fields.Selection(**_policy("line_detail"))
    ticket_billing_skip_zero = fields.Boolean(**_policy("skip_zero"))
    ticket_billing_show_covered_work = fields.Boolean(**_policy("show_covered_work"))
    ticket_billing_show_work_notes = fields.Boolean(**_policy("show_work_notes"))
    ticket_billing_show_technician = fields.Boolean(**_policy("show_technician"))
    ticket_billing_attach_statement = fields.Boolean(**_policy("attach_statement"))
    ticket_billing_due_days = fields.Integer(**_policy("due_days"))

    ticket_billing_backlog_alert = fields.Integer(
        **_company("ticket_billing_backlog_alert")
    )
    ticket_billing_backlog_tickets = fields.Integer(
        **_company("ticket_billing_backlog_tickets")
    )
    ticket_billing_old_days = fields.Integer(**_company("ticket_billing_old_days"))

    def execute(self):
        # EXTENDS base: a raised level leaves the work of the trial to be decided about
        action = super().execute()
        if not self.env.user.has_group(MANAGER):
            return action
        lines = self.env["ticket.billing.run.line"]
        undecided = lines._get_undecided_trials(self.company_id)
        return undecided.action_decide_trial() if undecided else action
