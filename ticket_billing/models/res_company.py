from datetime import date, datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.values import (
    FIRST_YEAR,
    LARGEST_NUMBER,
    LAST_YEAR,
    get_finite_check,
    is_day,
)

# The largest delay is a year; a batch is one transaction
BOUNDS = {
    "ticket_billing_delay_minutes": (0, 525_600),
    "ticket_billing_batch_size": (1, 10_000),
    "ticket_billing_max_attempts": (1, 1_000),
    "ticket_billing_daily_limit": (0, LARGEST_NUMBER - 1),
    "ticket_billing_check_percent": (0, 1_000_000),
    "ticket_billing_backlog_alert": (0, 87_600),
    "ticket_billing_backlog_tickets": (0, 10_000_000),
    "ticket_billing_old_days": (0, 3_650),
}
WEIGHTS = [("error", "Error"), ("warning", "Warning"), ("off", "Off")]
WEIGHTS_HELP = (
    " Error: the draft is not posted by itself. Warning: it is shown on the draft."
)


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "ticket.billing.logged.mixin"]

    ticket_billing_enabled = fields.Boolean(
        string="Bill tickets automatically",
        help="Off: nothing is billed by itself. The button on the ticket works all the "
        "same.",
    )
    ticket_billing_on_close = fields.Boolean(
        string="Bill when closed",
        help="Tickets that reach a stage with the billing event Closed.",
    )
    ticket_billing_on_resolve = fields.Boolean(
        string="Bill when resolved",
        help="Tickets that reach a stage with the billing event Resolved.",
    )
    ticket_billing_start_date = fields.Date(
        string="Billing start",
        default=fields.Date.context_today,
        help="Tickets that were closed before this day are never billed by themselves.",
    )
    ticket_billing_delay_minutes = fields.Integer(
        string="Billing delay",
        default=2,
        help="Minutes between the closing of a ticket and its invoice, so that a slip "
        "can be undone.",
    )
    ticket_billing_batch_size = fields.Integer(
        string="Tickets per batch",
        default=100,
        help="How many tickets are billed and saved in one go. More of them are billed "
        "batch by batch, with progress.",
    )
    ticket_billing_max_attempts = fields.Integer(
        string="Attempts per ticket",
        default=3,
        help="How often a ticket that cannot be billed is tried before it waits for a "
        "person.",
    )
    ticket_billing_daily_limit = fields.Monetary(
        string="Daily limit per customer",
        groups="ticket_billing.group_ticket_billing_amounts,base.group_system",
        help="If a customer would be billed more than this on one day, before tax, the "
        "work waits for approval instead. 0.00: no limit.",
    )
    ticket_billing_check_zero_price = fields.Selection(
        selection=WEIGHTS,
        string="Price 0.00",
        default="error",
        required=True,
        help="Work on a draft that costs nothing." + WEIGHTS_HELP,
    )
    ticket_billing_check_no_tax = fields.Selection(
        selection=WEIGHTS,
        string="No tax",
        default="error",
        required=True,
        help="Lines without tax whose product has one." + WEIGHTS_HELP,
    )
    ticket_billing_check_no_address = fields.Selection(
        selection=WEIGHTS,
        string="No address",
        default="error",
        required=True,
        help="Customers without an invoice address, or without an e-mail address if "
        "the invoice is to be sent." + WEIGHTS_HELP,
    )
    ticket_billing_check_unusual_total = fields.Selection(
        selection=WEIGHTS,
        string="Unusual total",
        default="warning",
        required=True,
        help="Totals far from the mean of the customer's invoices for tickets of the "
        "last three months." + WEIGHTS_HELP,
    )
    ticket_billing_check_percent = fields.Integer(
        string="Unusual from",
        default=100,
        help="Totals are unusual that differ from the mean by more percent than this.",
    )
    ticket_billing_policy_id = fields.Many2one(
        comodel_name="ticket.billing.policy",
        string="Default billing policy",
        ondelete="restrict",
        help="Holds where neither the contract nor the customer has one.",
    )
    ticket_billing_project_id = fields.Many2one(
        comodel_name="project.project",
        string="Default project for time on tickets",
        domain=[("allow_timesheets", "=", True)],
        help="Where time is logged if neither the ticket nor its team has a project.",
    )

    _finite_numbers = models.Constraint(
        get_finite_check(
            "ticket_billing_daily_limit",
        ),
        "Numbers have at most thirteen digits before the point.",
    )

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        names = [name for name in self._fields if name.startswith("ticket_billing_")]
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "setting")}

    @api.constrains(*BOUNDS)
    def _check_ticket_billing_numbers(self):
        for company in self.sudo():
            for name, (least, most) in BOUNDS.items():
                if not least <= company[name] <= most:
                    raise ValidationError(
                        self.env._(
                            "%(field)s is a number from %(least)s to %(most)s.",
                            field=company._fields[name]._description_string(self.env),
                            least=least,
                            most=most,
                        )
                    )

    @api.constrains("ticket_billing_start_date")
    def _check_ticket_billing_start_date(self):
        for company in self.sudo():
            day = company.ticket_billing_start_date
            if day and not is_day(day):
                raise ValidationError(
                    self.env._(
                        "Billing starts on a day from %(first)s to %(last)s.",
                        first=FIRST_YEAR,
                        last=LAST_YEAR,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.sudo()._create_ticket_billing_policies()
        return companies

    def write(self, vals):
        if "ticket_billing_policy_id" not in vals:
            return super().write(vals)
        policies = {company: company.ticket_billing_policy_id for company in self}
        result = super().write(vals)
        for company, policy in policies.items():
            if company.ticket_billing_policy_id != policy:
                company._on_ticket_billing_policy_change(policy)
        return result

    def _on_ticket_billing_policy_change(self, old_policy):
        """Rate anew what waits under the default policy that was replaced."""
        own = Domain("company_id", "=", self.id)
        self.env["helpdesk.ticket"]._on_terms_change(
            own & Domain("policy_id", "=", old_policy.id),
            own,
            self.env._("The company has another billing policy."),
        )

    @api.model
    def _init_ticket_billing(self):
        """Give every company that exists its default policy.

        After an earlier installation billing begins tomorrow: what was closed today may
        have been billed by that one.
        """
        companies = self.search([])
        companies._create_ticket_billing_policies()
        if self.env["ticket.billing.charge"]._has_archive():
            for company in companies:
                today = company._get_ticket_billing_date(fields.Datetime.now())
                company.ticket_billing_start_date = fields.Date.add(today, days=1)

    def _create_ticket_billing_policies(self):
        companies = self.filtered(lambda company: not company.ticket_billing_policy_id)
        policies = self.env["ticket.billing.policy"].create(
            [company._prepare_ticket_billing_policy() for company in companies]
        )
        for company, policy in zip(companies, policies, strict=True):
            company.ticket_billing_policy_id = policy

    def _prepare_ticket_billing_policy(self):
        return {"name": self.env._("House rules"), "company_id": self.id}

    def _get_ticket_billing_tz(self):
        """Return the time zone in which moments become days: one for each company."""
        self.ensure_one()
        name = self.partner_id.tz or self.resource_calendar_id.tz or "UTC"
        try:
            return pytz.timezone(name)
        except pytz.UnknownTimeZoneError:
            # A name that was dropped meanwhile must not keep tickets from closing
            return pytz.utc

    def _get_ticket_billing_date(self, moment):
        """Return the day of a moment (naive, UTC) in the company's time zone."""
        tz = self._get_ticket_billing_tz()
        return pytz.utc.localize(moment).astimezone(tz).date()

    def _get_ticket_billing_start(self):
        """Return the moment (naive, UTC) from which on events are billed."""
        self.ensure_one()
        day = self.ticket_billing_start_date or date(1970, 1, 1)
        return self._get_ticket_billing_midnight(day)

    def _get_ticket_billing_midnight(self, day):
        """Return the moment (naive, UTC) at which a day of the company begins."""
        midnight = self._get_ticket_billing_tz().localize(
            datetime.combine(day, time.min)
        )
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)
