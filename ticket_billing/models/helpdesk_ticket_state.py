from odoo import api, fields, models

from .helpdesk_ticket import EVENTS
from .helpdesk_ticket_terms import READERS

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
        help="Blocked: something has to be mended first. To Approve: waits for a "
        "manager. Released: its invoice was deleted, cancelled or credited; somebody "
        "has to decide. Pending: a run bills it once it is due. Ready: priced, waits "
        "for its invoice. Open: not closed yet. On a Draft, Billed: on a draft "
        "invoice, on a posted one. Covered: a contract or a fee pays for it, or it is "
        "worth nothing.",
    )
    billing_reason = fields.Char(
        string="Why Not Billed",
        compute="_compute_billing_reason",
        compute_sudo=True,
        groups="base.group_user",
        help="Why the ticket is not billed, or what it waits for.",
    )
    billing_explanation = fields.Text(
        compute="_compute_billing_explanation",
        groups=READERS,
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
    amount_waiting = fields.Monetary(
        string="Released Amount",
        compute="_compute_billing_amounts",
        compute_sudo=True,
        currency_field="billing_currency_id",
        groups=AMOUNTS,
        help="What was released or credited and waits for a decision, before tax.",
    )

    # Not of what is done with: tickets that were billed, years of them
    _billing_work_index = models.Index(
        "(company_id, billing_state) WHERE billing_state IS NULL OR billing_state IN "
        "('blocked', 'to_approve', 'released', 'pending', 'ready', 'open', 'invoiced')"
    )

    @api.depends(
        "billable",
        "billing_event",
        "billing_pending",
        "billing_error",
        "duplicate_id",
        "charge_ids.state",
        "charge_ids.is_waiting",
        "charge_ids.is_superseded",
    )
    def _compute_billing_state(self):
        charges = self._get_charges().grouped("ticket_id")
        none = self.env["ticket.billing.charge"]
        for ticket in self:
            states = charges.get(ticket._origin, none)._get_standing_states()
            ticket.billing_state = ticket._get_billing_state(states)

    @api.depends("billing_state", "billing_error", "billable", "duplicate_id")
    @api.depends_context("lang")
    def _compute_billing_reason(self):
        charges = self._get_charges().grouped("ticket_id")
        none = self.env["ticket.billing.charge"]
        for company, tickets in self.grouped("company_id").items():
            nothing = tickets.filtered(lambda t: t.billing_state == "not_billable")
            ratings = self.env["ticket.billing.rating"].with_company(company)
            batch = ratings._get_batch(nothing) if nothing else None
            for ticket in tickets:
                own = charges.get(ticket._origin, none)
                ticket.billing_reason = ticket._get_billing_reason(own, batch)

    @api.depends("charge_ids.state", "charge_ids.explanation")
    @api.depends_context("uid", "lang")
    def _compute_billing_explanation(self):
        """From the charges that the user may read."""
        charges = self._get_charges().with_env(self.env)._filtered_access("read")
        by_ticket = charges.grouped("ticket_id")
        for ticket in self:
            own = by_ticket.get(ticket._origin, charges.browse())
            ticket.billing_explanation = "\n\n".join(
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
        "timesheet_ids.date",
        "timesheet_ids.billable",
        "timesheet_ids.billing_work_type_id",
        "timesheet_ids.billing_rate_override",
        "timesheet_ids.billing_rate_overridden",
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

    # States

    def _get_billing_state(self, states):
        """Return the first state that applies, the one that needs somebody first.

        :param states: the states of the ticket's charges that count
        """
        self.ensure_one()
        is_billable = not self._get_not_billable_reason()
        was_closed = self.billing_event in EVENTS
        candidates = {
            "blocked": bool(self.billing_error),
            "to_approve": "to_approve" in states,
            "released": "released" in states,
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
