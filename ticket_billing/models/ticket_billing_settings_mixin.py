from datetime import timedelta

from odoo import api, fields, models

from .ticket_billing_charge import AMOUNTS

SWITCHES = "company_id"
RULES = "company_id.ticket_billing_policy_id"
# How long people are advised to look at every draft
FIRST_DAYS = 42


def _company(name):
    return {"related": f"{SWITCHES}.{name}", "readonly": False}


def _policy(name):
    return {"related": f"{RULES}.{name}", "readonly": False}


class TicketBillingSettingsMixin(models.AbstractModel):
    """What two pages show alike: the switches of a company, the rules of its default
    policy, and what automatic billing lacks."""

    _name = "ticket.billing.settings.mixin"
    _inherit = "ticket.billing.input.mixin"
    _description = "Settings of Ticket Billing"

    company_id = fields.Many2one(comodel_name="res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    ticket_billing_problems = fields.Html(
        string="What Is Missing",
        compute="_compute_ticket_billing_problems",
        help="What automatic billing needs and does not find. Empty: all is there, or "
        "tickets are not billed by themselves.",
    )
    ticket_billing_is_new = fields.Boolean(
        compute="_compute_ticket_billing_is_new",
        help="Tickets are not billed by themselves yet, or only for some weeks.",
    )
    ticket_billing_time_zone = fields.Char(
        string="Time Zone",
        compute="_compute_ticket_billing_time_zone",
        help="The time zone in which moments become days: of the company's contact, "
        "else of its working hours, else UTC.",
    )
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
    ticket_billing_approval_amount = fields.Float(
        digits="Product Price", groups=AMOUNTS, **_policy("approval_amount")
    )
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

    @api.depends(
        "company_id",
        "ticket_billing_enabled",
        "ticket_billing_on_close",
        "ticket_billing_on_resolve",
        "ticket_billing_time_product_id",
        "ticket_billing_ticket_product_id",
        "ticket_billing_project_id",
    )
    @api.depends_context("lang", "uid")
    def _compute_ticket_billing_problems(self):
        for page in self:
            page.ticket_billing_problems = (
                self.env["ticket.billing.health"]._get_needs_html(page.company_id)
                if page.ticket_billing_enabled
                else False
            )

    @api.depends("ticket_billing_enabled", "ticket_billing_start_date")
    def _compute_ticket_billing_is_new(self):
        today = fields.Date.context_today(self)
        for page in self:
            start = page.ticket_billing_start_date
            page.ticket_billing_is_new = not page.ticket_billing_enabled or bool(
                start and start + timedelta(days=FIRST_DAYS) > today
            )

    @api.depends("company_id")
    def _compute_ticket_billing_time_zone(self):
        for page in self:
            company = page.sudo().company_id
            page.ticket_billing_time_zone = (
                company and company._get_ticket_billing_tz().zone
            )
