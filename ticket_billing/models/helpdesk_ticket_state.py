from odoo import api, fields, models
from odoo.tools import format_date

from .helpdesk_ticket import EVENTS

AMOUNTS = "ticket_billing.group_ticket_billing_amounts"
BILLING_STATES = [
    ("blocked", "Blocked"),
    ("to_approve", "To Approve"),
    ("released", "Released"),
    ("pending", "Pending"),
    ("ready", "Ready"),
    ("open", "Open"),
    ("invoiced", "On a Draft"),
    ("billed", "Billed"),
    ("covered", "Covered"),
    ("written_off", "Written Off"),
    ("not_billable", "Not Billable"),
]


class HelpdeskTicket(models.Model):
    """What is known of a ticket's billing, and the buttons that move it on."""

    _inherit = "helpdesk.ticket"

    billing_state = fields.Selection(
        selection=BILLING_STATES,
        compute="_compute_billing_state",
        store=True,
        compute_sudo=True,
        index=True,
    )
    billing_reason = fields.Char(
        compute="_compute_billing_reason",
        compute_sudo=True,
        groups="base.group_user",
        help="Why the ticket is not billed, or what it waits for.",
    )
    billing_explanation = fields.Text(
        compute="_compute_billing_explanation",
        groups="base.group_user",
        help="How the charges of the ticket came about, one after the other.",
    )
    invoice_ids = fields.Many2many(
        comodel_name="account.move",
        compute="_compute_invoice_ids",
        compute_sudo=True,
        string="Invoices",
    )
    invoice_count = fields.Integer(compute="_compute_invoice_ids", compute_sudo=True)
    billing_currency_id = fields.Many2one(
        comodel_name="res.currency",
        compute="_compute_billing_amounts",
        compute_sudo=True,
    )
    amount_to_invoice = fields.Monetary(
        compute="_compute_billing_amounts",
        compute_sudo=True,
        currency_field="billing_currency_id",
        groups=AMOUNTS,
        help="What the work not invoiced yet is worth at the agreed prices.",
    )
    amount_invoiced = fields.Monetary(
        compute="_compute_billing_amounts",
        compute_sudo=True,
        currency_field="billing_currency_id",
        groups=AMOUNTS,
        help="Drafts included, less what was credited, before tax.",
    )

    @api.depends(
        "billable",
        "billing_event",
        "billing_pending",
        "billing_error",
        "duplicate_id",
        "charge_ids.state",
    )
    def _compute_billing_state(self):
        charges = self._get_charges().grouped("ticket_id")
        for ticket in self:
            own = charges.get(ticket._origin)
            ticket.billing_state = ticket._get_billing_state(
                set(own.mapped("state")) if own else set()
            )

    @api.depends("billing_state", "billing_error", "billable", "duplicate_id")
    def _compute_billing_reason(self):
        for ticket in self:
            ticket.billing_reason = ticket._get_billing_reason()

    @api.depends("charge_ids.state", "charge_ids.explanation")
    @api.depends_context("uid", "lang")
    def _compute_billing_explanation(self):
        charges = self._get_charges().grouped("ticket_id")
        for ticket in self:
            own = charges.get(ticket._origin)
            ticket.billing_explanation = own and "\n\n".join(
                f"{charge.name}\n{charge.explanation_text}"
                for charge in own.sorted(lambda c: (c.service_date, c.id))
            )

    @api.depends("charge_ids.invoice_line_ids.move_id")
    def _compute_invoice_ids(self):
        charges = self._get_charges().grouped("ticket_id")
        none = self.env["ticket.billing.charge"]
        for ticket in self:
            own = charges.get(ticket._origin, none)
            ticket.invoice_ids = own.invoice_line_ids.move_id
            ticket.invoice_count = len(ticket.invoice_ids)

    @api.depends(
        "charge_ids.state",
        "timesheet_ids.unit_amount",
        "timesheet_ids.billable",
        "billing_event",
        "billable",
        "billing_contract_id",
        "billing_strategy",
        "company_id",
        "partner_id",
    )
    def _compute_billing_amounts(self):
        for company, tickets in self.grouped("company_id").items():
            rating = self.env["ticket.billing.rating"].with_company(company)
            amounts = rating._get_amounts(tickets)
            for ticket in tickets:
                ticket.update(amounts[ticket])

    # States and reasons

    def _get_not_billable_reason(self):
        """Return why the ticket is never billed, empty if it may be."""
        self.ensure_one()
        if self.billing_event == "void":
            stage = self.stage_id.display_name
            return self.env._("Ended without billing: %(stage)s.", stage=stage)
        if self.duplicate_id:
            number = self.duplicate_id.number
            return self.env._("A duplicate of ticket %(number)s.", number=number)
        if not self.billable:
            return self._get_not_billable_flag_reason()
        return ""

    def _get_not_billable_flag_reason(self):
        category, team = self.category_id, self.team_id
        if category and not category._is_billable():
            return self.env._(
                "Tickets of category “%(name)s” are not billed.", name=category.name
            )
        if team and not team.billable:
            return self.env._(
                "Tickets of team “%(name)s” are not billed.", name=team.name
            )
        return self.env._("Marked as not billable.")

    def _get_no_work_reason(self):
        """Return why a ticket that may be billed has nothing to bill."""
        entries = self.env["account.analytic.line"].search(
            [("ticket_id", "in", self.ids)]
        )
        reasons = [entry._get_not_billed_reason() for entry in entries]
        reasons = list(dict.fromkeys(filter(None, reasons)))
        if reasons:
            reasons.insert(0, self.env._("The time is not billed."))
        policy = self._get_event_policy()
        if policy.require_time_entries:
            reasons.append(
                self.env._(
                    "Billing policy “%s”: no fee without billable time.", policy.name
                )
            )
        return " ".join(reasons) or self.env._(
            "No billable time was logged and no fee is agreed."
        )

    def _get_event_policy(self):
        """Return the policy that holds on the day of the event."""
        rating = self.env["ticket.billing.rating"].with_company(self.company_id)
        contract = rating._get_event_contracts(self)[self]
        return rating._get_policy(self, contract)

    def _get_too_early_reason(self):
        """Return that the ticket was closed before billing began, if it was."""
        company, moment = self.company_id, self.billing_event_date
        if not moment or moment >= company._get_ticket_billing_start():
            return ""
        return self.env._(
            "Closed before billing began on %(date)s. Generate the invoice by hand if "
            "it is to be billed.",
            date=format_date(self.env, company.ticket_billing_start_date),
        )

    def _get_stays_reason(self):
        """Return a warning where work is on an invoice that it may not belong on."""
        states = set(self._get_charges().mapped("state"))
        stays = self.env._("What is on an invoice stays there.")
        reason = self._get_not_billable_reason()
        if reason:
            return f"{reason} {stays}"
        if self.billing_event not in EVENTS and states & {"invoiced", "billed"}:
            return (
                self.env._("Open again: new work is billed once closed.") + f" {stays}"
            )
        return ""

    def _get_pending_reason(self):
        """Return what a closed ticket waits for."""
        by_hand = self.env._("Generate the invoice by hand, or change the settings.")
        company = self.company_id
        switch = self.env["ticket.billing.run"]._get_switch_domain(company)
        if self.billing_is_held:
            return self.env._("The automation level is Off.") + f" {by_hand}"
        if not company.ticket_billing_enabled or not self.filtered_domain(switch):
            return self.env._("Tickets are not billed by themselves.") + f" {by_hand}"
        return self._get_too_early_reason() or self.env._(
            "Waits for the next billing run."
        )

    def _get_to_approve_reason(self):
        """Return why a manager has to look at the ticket."""
        waiting = self._get_charges().filtered(lambda c: c.state == "to_approve")
        reasons = dict.fromkeys(filter(None, waiting.mapped("reason")))
        if reasons:
            return " ".join(reasons)
        return self.env._("Over the limits: waits for a manager's approval.")

    def _get_billing_state(self, states):
        """Return the first state that applies, the one that needs somebody first.

        :param states: the states of the ticket's charges
        """
        self.ensure_one()
        is_billable = not self._get_not_billable_reason()
        was_closed = self.billing_event in EVENTS
        candidates = {
            "blocked": bool(self.billing_error),
            "to_approve": "to_approve" in states,
            "released": bool(states & {"released", "credited"}),
            "pending": is_billable and was_closed and self.billing_pending,
            "ready": "ready" in states,
            "open": is_billable and not was_closed,
            "invoiced": "invoiced" in states,
            "billed": "billed" in states,
            "covered": "covered" in states,
            "written_off": "written_off" in states,
        }
        matching = (state for state, applies in candidates.items() if applies)
        return next(matching, "not_billable")

    def _get_billing_reason(self):
        """Return a sentence for the reader of the ticket, in his language."""
        self.ensure_one()
        if self.billing_state == "blocked":
            return self.billing_error
        if self.billing_state == "not_billable":
            return (
                self._get_not_billable_reason()
                or (not self.billing_run_id and self._get_too_early_reason())
                or self._get_no_work_reason()
            )
        if self.billing_state in ("invoiced", "billed"):
            return self._get_stays_reason()
        if self.billing_state == "covered":
            reasons = self._get_charges().filtered("reason").mapped("reason")
            return ", ".join(dict.fromkeys(reasons))
        reasons = {
            "to_approve": self._get_to_approve_reason(),
            "released": self.env._(
                "Its invoice was deleted, cancelled or credited: waits for a person."
            ),
            "pending": self._get_pending_reason(),
            "ready": self.env._("Waits to be invoiced."),
            "open": self._get_stays_reason() or self.env._("Billed once it is closed."),
        }
        return reasons.get(self.billing_state, "")
