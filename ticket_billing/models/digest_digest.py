from odoo import fields, models
from odoo.exceptions import AccessError

from .ticket_billing_run import BY_HAND
from .ticket_billing_run_line import AMOUNTS

READERS = (
    "ticket_billing.group_ticket_billing_manager",
    "ticket_billing.group_ticket_billing_auditor",
)


class DigestDigest(models.Model):
    """What the digest says of ticket billing, to managers and auditors."""

    _inherit = "digest.digest"

    kpi_ticket_billing_amount = fields.Boolean(
        "Billed from Tickets",
        help="The mail tells what was put on draft invoices, before tax.",
    )
    kpi_ticket_billing_amount_value = fields.Monetary(
        compute="_compute_kpi_ticket_billing_amount_value",
        help="What was put on draft invoices, before tax.",
    )
    kpi_ticket_billing_minutes = fields.Boolean(
        "Minutes from Closing to Draft",
        help="The mail tells the mean of the tickets that were invoiced by themselves "
        "for the first time.",
    )
    kpi_ticket_billing_minutes_value = fields.Float(
        compute="_compute_kpi_ticket_billing_minutes_value",
        help="Mean of the tickets that were invoiced by themselves for the first time.",
    )
    kpi_ticket_billing_automation = fields.Boolean(
        "Billed without a Touch (%)",
        help="The mail tells for how many of the invoiced tickets nobody pressed a "
        "button.",
    )
    kpi_ticket_billing_automation_value = fields.Float(
        compute="_compute_kpi_ticket_billing_automation_value",
        help="Of the tickets that were invoiced, those that nobody pressed a button "
        "for: from 0 to 100.",
    )
    kpi_ticket_billing_blocked = fields.Boolean(
        "Tickets Blocked",
        help="The mail tells how many tickets could not be billed.",
    )
    kpi_ticket_billing_blocked_value = fields.Integer(
        compute="_compute_kpi_ticket_billing_blocked_value",
        help="Tickets that could not be billed when they were tried.",
    )

    def _compute_kpi_ticket_billing_amount_value(self):
        if not self.env.user.has_group(AMOUNTS):
            raise AccessError(self.env._("You may not see amounts of ticket billing."))
        totals = self._get_ticket_billing_totals("amount_company:sum", "invoiced")
        for digest in self:
            [amount] = totals.get(digest._get_ticket_billing_company(), [0.0])
            digest.kpi_ticket_billing_amount_value = amount

    def _compute_kpi_ticket_billing_minutes_value(self):
        totals = self._get_ticket_billing_totals("minutes_to_draft:avg", "invoiced")
        for digest in self:
            [mean] = totals.get(digest._get_ticket_billing_company(), [0.0])
            digest.kpi_ticket_billing_minutes_value = mean or 0.0

    def _compute_kpi_ticket_billing_automation_value(self):
        count = "ticket_id:count_distinct"
        everything = self._get_ticket_billing_totals(count, "invoiced")
        by_hand = [("trigger", "in", BY_HAND)]
        touched = self._get_ticket_billing_totals(count, "invoiced", by_hand)
        for digest in self:
            company = digest._get_ticket_billing_company()
            [billed] = everything.get(company, [0])
            [by_people] = touched.get(company, [0])
            share = 100 * (billed - by_people) / billed if billed else 0.0
            digest.kpi_ticket_billing_automation_value = share

    def _compute_kpi_ticket_billing_blocked_value(self):
        totals = self._get_ticket_billing_totals("ticket_id:count_distinct", "blocked")
        for digest in self:
            [count] = totals.get(digest._get_ticket_billing_company(), [0])
            digest.kpi_ticket_billing_blocked_value = count

    def _get_ticket_billing_company(self):
        return self.company_id or self.env.company

    def _get_ticket_billing_totals(self, aggregate, outcome, domain=()):
        """Return by company what runs of the digest's time did with tickets.

        :param str outcome: of the lines that count
        :param domain: what else they have to fulfil
        :return: a dict: company → list with the aggregate
        :raise AccessError: for users who may not read runs, whose digest leaves it out
        """
        if not any(map(self.env.user.has_group, READERS)):
            raise AccessError(self.env._("You may not see what runs of billing did."))
        start, end, companies = self._get_kpi_compute_parameters()
        lines = self.env["ticket.billing.run.line"].sudo()
        rows = lines._read_group(
            [
                ("company_id", "in", companies.ids),
                ("create_date", ">=", start),
                ("create_date", "<", end),
                ("outcome", "=", outcome),
                ("dry_run", "=", False),
                ("is_trial", "=", False),
                *domain,
            ],
            groupby=["company_id"],
            aggregates=[aggregate],
        )
        return {company: values for company, *values in rows}

    def _compute_kpis_actions(self, company, user):
        # EXTENDS digest
        menu = self.env.ref("ticket_billing.ticket_billing_menu").id
        action = f"ticket_billing.ticket_billing_run_line_action?menu_id={menu}"
        blocked = f"ticket_billing.helpdesk_ticket_action_blocked?menu_id={menu}"
        return {
            **super()._compute_kpis_actions(company, user),
            "kpi_ticket_billing_amount": action,
            "kpi_ticket_billing_minutes": action,
            "kpi_ticket_billing_automation": action,
            "kpi_ticket_billing_blocked": blocked,
        }
