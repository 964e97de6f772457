from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .helpdesk_ticket_stage import BILLING_EVENTS

EVENTS = ("resolve", "close")
MANAGER = "ticket_billing.group_ticket_billing_manager"


class HelpdeskTicket(models.Model):
    """When a ticket is billed: its billing event, and what is known of its billing."""

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "ticket.billing.protected.mixin"]

    billable = fields.Boolean(
        compute="_compute_billable",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="Follows the category and the team of the ticket. Managers may change it.",
    )
    billing_contract_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Bill under Contract",
        domain="[('commercial_partner_id', '=', commercial_partner_id),"
        " ('contract_type', '=', 'sale'), ('company_id', '=', company_id)]",
        check_company=True,
        copy=False,
        tracking=True,
        help="Empty: the customer's contract that is valid on the day of the work.",
    )
    agreement_contract_id = fields.Many2one(
        comodel_name="contract.contract",
        string="Agreement",
        compute="_compute_agreement_contract_id",
        compute_sudo=True,
        help="The contract that holds for work done today.",
    )
    billing_strategy = fields.Selection(
        selection=lambda self: self._get_billing_strategies(),
        string="Bill By",
        copy=False,
        tracking=True,
        help="Empty: as agreed with the customer.",
    )
    billing_event = fields.Selection(
        selection=BILLING_EVENTS,
        default="none",
        readonly=True,
        copy=False,
        help="The billing event of the ticket's stage when the ticket arrived there.",
    )
    billing_event_date = fields.Datetime(
        string="Billing Event On",
        readonly=True,
        copy=False,
        help="When the ticket was first resolved or closed.",
    )
    billing_event_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Billing Event By",
        readonly=True,
        copy=False,
    )
    billing_pending = fields.Boolean(readonly=True, copy=False)
    billing_next_try = fields.Datetime(readonly=True, copy=False)
    billing_attempts = fields.Integer(readonly=True, copy=False)
    billing_error = fields.Char(readonly=True, copy=False)
    billing_run_id = fields.Many2one(
        comodel_name="ticket.billing.run",
        string="Last Billing Run",
        readonly=True,
        copy=False,
    )
    charge_ids = fields.One2many(
        comodel_name="ticket.billing.charge",
        inverse_name="ticket_id",
        string="Charges",
        copy=False,
    )
    _billing_backlog_index = models.Index(
        "(company_id, billing_next_try) WHERE billing_pending IS TRUE"
    )

    @api.model
    def _get_billing_strategies(self):
        return self.env["ticket.billing.policy"]._get_strategy_selection()

    @api.depends("category_id", "team_id")
    def _compute_billable(self):
        """Not on the flags themselves: changing one never touches older tickets."""
        for ticket in self:
            category, team = ticket.category_id.sudo(), ticket.team_id.sudo()
            ticket.billable = (not category or category._is_billable()) and (
                not team or team.billable
            )

    @api.depends("billing_contract_id", "commercial_partner_id", "company_id")
    def _compute_agreement_contract_id(self):
        for company, tickets in self.grouped("company_id").items():
            rating = self.env["ticket.billing.rating"].with_company(company)
            contracts = rating._get_contracts_today(tickets)
            for ticket in tickets:
                ticket.agreement_contract_id = contracts[ticket]

    # Access

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        names = ("billable", "billing_contract_id", "billing_strategy")
        engine = (
            "billing_event",
            "billing_event_date",
            "billing_event_user_id",
            "billing_pending",
            "billing_next_try",
            "billing_attempts",
            "billing_error",
            "billing_run_id",
            "charge_ids",
        )
        return {
            **super()._get_billing_writers(),
            **dict.fromkeys(names, MANAGER),
            **dict.fromkeys(engine),
        }

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets.filtered(
            lambda t: t.sudo().stage_id.billing_event != "none"
        )._on_billing_event()
        return tickets

    def write(self, vals):
        # A change of team moves the stage without naming it in vals
        stages = {ticket: ticket.stage_id for ticket in self}
        result = super().write(vals)
        moved = self.filtered(lambda t: t.stage_id != stages[t])
        moved.filtered(
            lambda t: t.billing_event != t.sudo().stage_id.billing_event
        )._on_billing_event()
        if not self._get_rating_fields().isdisjoint(vals):
            self._on_billing_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        if self.sudo().charge_ids:
            raise UserError(
                self.env._(
                    "Tickets with billed work cannot be deleted. Archive them instead."
                )
            )

    @api.model
    def _get_rating_fields(self):
        """Return the fields that a rating depends on."""
        return {
            "partner_id",
            "billable",
            "category_id",
            "team_id",
            "duplicate_id",
            "billing_contract_id",
            "billing_strategy",
        }

    # When

    def _on_billing_event(self):
        """Stamp the event and wake the runner. Never bills, never fails a click."""
        groups = self.sudo().grouped(lambda t: t.stage_id.billing_event)
        for event, tickets in groups.items():
            tickets.write({"billing_event": event})
            if event in EVENTS:
                tickets._stamp_billing_event()
                tickets._flag_for_billing()
            else:
                tickets.charge_ids._void()
                tickets.write({"billing_pending": False, "billing_error": False})

    def _stamp_billing_event(self):
        """Keep the first event of each ticket: when, and who."""
        self.filtered(lambda t: not t.billing_event_date).write(
            {
                "billing_event_date": fields.Datetime.now(),
                "billing_event_user_id": self.env.uid,
            }
        )

    def _on_billing_change(self):
        """Rate anew what was not invoiced yet, after the work or its terms changed."""
        self.sudo().charge_ids._void()
        self._flag_closed_for_billing()

    def _flag_closed_for_billing(self):
        """Flag the tickets after their event; work on the others waits for it."""
        self.sudo().filtered(lambda t: t.billing_event in EVENTS)._flag_for_billing()

    def _flag_for_billing(self):
        """Leave the tickets to the next run. The flag is what counts; the trigger
        only wakes the runner sooner than its schedule would."""
        for company, tickets in self.sudo().grouped("company_id").items():
            start = company._get_ticket_billing_start()
            tickets = tickets.filtered(lambda t, s=start: t.billing_event_date >= s)
            due = fields.Datetime.add(
                fields.Datetime.now(), minutes=company.ticket_billing_delay_minutes
            )
            tickets.write(
                {
                    "billing_pending": True,
                    "billing_next_try": due,
                    "billing_attempts": 0,
                    "billing_error": False,
                }
            )
            if tickets and company.ticket_billing_enabled:
                self._wake_billing_runner(due)

    @api.model
    def _wake_billing_runner(self, due):
        cron = self.env.ref(
            "ticket_billing.ir_cron_process_tickets", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger(due)

    @api.model
    def _get_forgotten_tickets(self):
        """Return closed tickets that a run has something to do for, by their state.

        Events only make billing faster: losing every one of them loses nothing.
        """
        self._stamp_found_events()
        starts = {
            company: company._get_ticket_billing_start()
            for company in self.env["res.company"].search([])
        }
        domain = (
            Domain("billing_event", "in", EVENTS)
            & Domain("billing_pending", "=", False)
            & Domain("billing_error", "=", False)
            & Domain("billable", "=", True)
            & Domain("duplicate_id", "=", False)
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & Domain("billing_event_date", ">=", start)
                for company, start in starts.items()
            )
        )
        never_tried = Domain("billing_run_id", "=", False)
        not_invoiced = Domain("charge_ids.state", "=", "ready")
        not_rated = Domain(
            "timesheet_ids",
            "any",
            Domain("billable", "=", True)
            & Domain("charge_ids", "not any", [("is_void", "=", False)]),
        )
        return self.search(domain & (never_tried | not_invoiced | not_rated))

    @api.model
    def _stamp_found_events(self):
        """Stamp tickets that reached an event stage without our noticing.

        A change of the stage's flag touches no ticket that was there before.
        """
        stages = self.env["helpdesk.ticket.stage"].search(
            [("billing_event", "in", EVENTS)]
        )
        for stage in stages:
            since = Domain("last_stage_update", ">=", stage.billing_event_since)
            self._stamp_found_in_stage(stage, since)

    @api.model
    def _stamp_found_in_stage(self, stage, domain):
        unstamped = Domain("billing_event", "not in", EVENTS)
        found = self.search(Domain("stage_id", "=", stage.id) & unstamped & domain)
        found._stamp_found_event(stage.billing_event)

    def _stamp_found_event(self, event):
        for ticket in self:
            ticket.write(
                {
                    "billing_event": event,
                    "billing_event_date": ticket.billing_event_date
                    or ticket.last_stage_update
                    or ticket.create_date,
                }
            )

    # What

    def _get_billing_date(self):
        """Return the day of the billing event, today before there is one."""
        self.ensure_one()
        moment = self.billing_event_date or fields.Datetime.now()
        return self.company_id._get_ticket_billing_date(moment)
