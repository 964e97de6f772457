from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..tools.health import ERROR, OK, WARNING, Finding, HealthCheck, get_worst, grade


class TicketBillingHealth(models.Model):
    """What waits for too long: due tickets, blocked ones, drafts, released work."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_checks(),
            "backlog": HealthCheck(self.env._("Backlog"), self._find_backlog),
            "blocked": HealthCheck(self.env._("Blocked tickets"), self._find_blocked),
            "drafts": HealthCheck(self.env._("Old drafts"), self._find_drafts),
            "released": HealthCheck(self.env._("Released work"), self._find_released),
        }

    @api.model
    def _get_age(self, moment, hours=1):
        """Return how long ago a moment (naive, UTC) is, in hours or longer units."""
        passed = fields.Datetime.now() - moment if moment else None
        return passed.total_seconds() / 3600 / hours if passed else 0.0

    @api.model
    def _get_day_text(self, moment, company):
        """Return the company's day of a moment (naive, UTC) in words."""
        return format_date(self.env, company._get_ticket_billing_date(moment))

    @api.model
    def _get_own_domain(self, company):
        """Return the domain of all tickets of a company."""
        return Domain("company_id", "=", company.id) & Domain(
            "active", "in", [True, False]
        )

    @api.model
    def _is_old_domain(self, name, company):
        """Return the domain of what is older than the company's days for old work."""
        days = company.ticket_billing_old_days
        moment = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        return Domain(name, "<", moment) if days else Domain.FALSE

    # Backlog

    def _find_backlog(self, company):
        """How many tickets are due, and how long the first of them has been."""
        if not company.ticket_billing_enabled:
            return Finding(OK, self._get_switched_off_text(company))
        due = self.env["ticket.billing.run"]._get_backlog_domains(company)["due"]
        [(count, oldest)] = self.env["helpdesk.ticket"]._read_group(
            due, [], ["__count", "billing_next_try:min"]
        )
        hours = self._get_age(oldest)
        status = get_worst(
            [
                grade(hours, company.ticket_billing_backlog_alert),
                grade(count, company.ticket_billing_backlog_tickets),
            ]
        )
        if not count:
            return Finding(OK, self.env._("No ticket is due."))
        message = self.env._(
            "Tickets that are due: %(count)s, the first of them for %(hours)s h. The "
            "alert is at %(most_hours)s h and %(most)s tickets (0: never).",
            count=count,
            hours=int(hours),
            most_hours=company.ticket_billing_backlog_alert,
            most=company.ticket_billing_backlog_tickets,
        )
        return Finding(status, message, count, "helpdesk.ticket", due)

    # Blocked

    def _find_blocked(self, company):
        """Tickets that cannot be billed; an error where they have waited for long."""
        blocked = self._get_own_domain(company) & Domain(
            "billing_state", "=", "blocked"
        )
        tickets = self.env["helpdesk.ticket"]
        groups = tickets._read_group(
            blocked,
            ["billing_pending", "billing_rejected"],
            ["__count", "billing_event_date:min"],
        )
        total = sum(group[2] for group in groups)
        if not total:
            return Finding(OK, self.env._("No ticket is blocked."))
        waiting = sum(group[2] for group in groups if not group[0])
        rejected = sum(group[2] for group in groups if group[1])
        days = company.ticket_billing_old_days
        old = [
            group
            for group in groups
            if not group[0] and days and self._get_age(group[3], hours=24) > days
        ]
        message = self.env._(
            "Tickets that are blocked: %(total)s. Wait for a person: %(waiting)s, sent "
            "back by a manager of these: %(rejected)s. Each says why.",
            total=total,
            waiting=waiting,
            rejected=rejected,
        )
        if old:
            first = min(group[3] for group in old)
            day = self._get_day_text(first, company)
            message += " " + self.env._("The first was closed on %(date)s.", date=day)
        status = ERROR if old else WARNING
        return Finding(status, message, total, "helpdesk.ticket", blocked)

    # Old work

    def _find_drafts(self, company):
        """Drafts with work on tickets that nobody has posted for long."""
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "draft")
            & Domain("move_type", "=", "out_invoice")
            & Domain("invoice_line_ids.charge_ids", "!=", False)
            & self._is_old_domain("create_date", company)
        )
        [(count, oldest)] = self.env["account.move"]._read_group(
            domain, [], ["__count", "create_date:min"]
        )
        days = company.ticket_billing_old_days
        if not count:
            return Finding(
                OK, self._get_none_old_text(self.env._("No draft is old."), days)
            )
        message = self.env._(
            "Drafts with work on tickets that are older than %(days)s days: %(count)s, "
            "the first of %(date)s. Post or delete them.",
            days=days,
            count=count,
            date=self._get_day_text(oldest, company),
        )
        status = grade(self._get_age(oldest, hours=24), days)
        return Finding(status, message, count, "account.move", domain)

    @api.model
    def _get_none_old_text(self, text, days):
        """Return a sentence that nothing is old, or that nobody asked for it."""
        if days:
            return text
        return self.env._("Not looked at: Old work is set to 0 days.")

    def _find_released(self, company):
        """Work whose invoice was deleted, cancelled or credited, and that waits."""
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("is_waiting", "=", True)
            & self._is_old_domain("waiting_since", company)
        )
        groups = self.env["ticket.billing.charge"]._read_group(
            domain,
            ["currency_id"],
            ["__count", "waiting_since:min", "waiting_amount:sum"],
        )
        days = company.ticket_billing_old_days
        if not groups:
            text = self.env._("No released work is old.")
            return Finding(OK, self._get_none_old_text(text, days))
        count = sum(group[1] for group in groups)
        oldest = min(group[2] for group in groups)
        amounts = ", ".join(
            formatLang(self.env, total, currency_obj=currency)
            for currency, _count, _oldest, total in groups
        )
        message = self.env._(
            "Released or credited work that has waited for more than %(days)s days: "
            "%(count)s, %(amounts)s, the first since %(date)s. Bill it again or write "
            "it off.",
            days=days,
            count=count,
            amounts=amounts,
            date=self._get_day_text(oldest, company),
        )
        status = grade(self._get_age(oldest, hours=24), days)
        return Finding(status, message, count, "ticket.billing.charge", domain)
