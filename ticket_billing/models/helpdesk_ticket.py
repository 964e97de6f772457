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

    billing_event = fields.Selection(
        selection=BILLING_EVENTS,
        default="none",
        readonly=True,
        copy=False,
        help="The billing event of the ticket's stage when the ticket arrived there.",
    )
    billing_was_resolved = fields.Boolean(
        readonly=True,
        copy=False,
        help="Was resolved before it was closed: bills on either event.",
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
        groups="base.group_user",
    )
    billing_pending = fields.Boolean(readonly=True, copy=False)
    billing_is_held = fields.Boolean(
        readonly=True,
        copy=False,
        help="The automation level leaves the ticket to a person.",
    )
    billing_next_try = fields.Datetime(readonly=True, copy=False)
    billing_attempts = fields.Integer(readonly=True, copy=False)
    billing_error = fields.Char(readonly=True, copy=False, groups="base.group_user")
    billing_run_id = fields.Many2one(
        comodel_name="ticket.billing.run",
        string="Last Billing Run",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    charge_ids = fields.One2many(
        comodel_name="ticket.billing.charge",
        inverse_name="ticket_id",
        string="Charges",
        copy=False,
        groups="base.group_user",
    )
    _billing_backlog_index = models.Index(
        "(company_id, billing_next_try) WHERE billing_pending IS TRUE"
    )

    # Access

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        names = ("billable", "billing_contract_id", "billing_strategy")
        engine = (
            "billing_event",
            "billing_was_resolved",
            "billing_event_date",
            "billing_event_user_id",
            "billing_pending",
            "billing_is_held",
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
            self._on_billing_change(self.env._("The ticket changed."))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        if (
            self.env["ticket.billing.charge"]
            .sudo()
            .search_count([("ticket_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "Tickets with rated work cannot be deleted. Archive them instead."
                )
            )

    @api.model
    def _get_rating_fields(self):
        """Return the fields that a rating depends on."""
        return {
            "partner_id",
            "company_id",
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
                tickets._stamp_billing_event(event)
                tickets._flag_for_billing()
            else:
                tickets._forget_billing_event()

    def _forget_billing_event(self):
        """Leave tickets alone that were opened again or ended without billing."""
        self._get_charges()._void(self.env._("The ticket was opened again or ended."))
        self.write(
            {
                "billing_pending": False,
                "billing_is_held": False,
                "billing_error": False,
                "billing_was_resolved": False,
            }
        )

    def _stamp_billing_event(self, event):
        """Keep the first event of each ticket: when, and who."""
        if event == "resolve":
            self.write({"billing_was_resolved": True})
        self.filtered(lambda t: not t.billing_event_date).write(
            {
                "billing_event_date": fields.Datetime.now(),
                "billing_event_user_id": self.env.uid,
            }
        )

    def _on_billing_change(self, reason):
        """Rate anew what was not invoiced yet, after the work or its terms changed."""
        self._get_charges()._void(reason)
        self._flag_closed_for_billing()

    @api.model
    def _on_terms_change(self, charge_domain, ticket_domain, reason):
        """Rate anew what waits under terms that changed, and try blocked work again.

        :param charge_domain: the charges that the terms hold for
        :param ticket_domain: the tickets that they may hold for
        """
        tickets = self.sudo().with_context(active_test=False)
        waiting = Domain("state", "in", ("to_approve", "ready")) & Domain(charge_domain)
        charges = self.env["ticket.billing.charge"].sudo().search(waiting)
        blocked = Domain("billing_error", "!=", False) & Domain(ticket_domain)
        charges.ticket_id._on_billing_change(reason)
        tickets.search(blocked)._flag_closed_for_billing()

    def _flag_closed_for_billing(self):
        """Flag the tickets after their event; work on the others waits for it."""
        self.sudo().filtered(lambda t: t.billing_event in EVENTS)._flag_for_billing()

    def _flag_for_billing(self):
        """Leave tickets with something to bill to the next run.

        The flag is what counts; the trigger only wakes the runner sooner than its
        schedule would.
        """
        charged = self._get_charges().ticket_id
        unbilled = self.sudo()._filter_unbilled()
        for company, tickets in unbilled.grouped("company_id").items():
            start = company._get_ticket_billing_start()
            tickets = tickets.filtered(
                lambda t, s=start: t.billing_event_date >= s or t in charged
            )
            due = fields.Datetime.add(
                fields.Datetime.now(), minutes=company.ticket_billing_delay_minutes
            )
            tickets.write(
                {
                    "billing_pending": True,
                    "billing_is_held": False,
                    "billing_next_try": due,
                    "billing_attempts": 0,
                    "billing_error": False,
                }
            )
            if tickets and company.ticket_billing_enabled:
                self._wake_billing_runner(due)

    def _filter_unbilled(self):
        """Return the tickets that a run may find something to do for."""
        charges = self._get_charges()
        entries = self.env["account.analytic.line"].search(self._get_work_domain())
        return (
            (self - charges.ticket_id)
            | charges.filtered(lambda charge: charge.state == "ready").ticket_id
            | (entries - charges.analytic_line_id).ticket_id
        )

    def _get_charges(self):
        """Return the charges of the tickets that are not void, whoever asks.

        Not by ``charge_ids``: what one user may read of it stays in its cache, and
        what the system reads there the user would be refused.
        """
        domain = Domain("ticket_id", "in", self.ids) & Domain("is_void", "=", False)
        return self.env["ticket.billing.charge"].sudo().search(domain)

    def _get_reviewed_charges(self):
        """Return the charges that a person approved and that are rated anew."""
        domain = (
            Domain("ticket_id", "in", self.ids)
            & Domain("is_void", "=", True)
            & Domain("reviewer_id", "!=", False)
        )
        return self.env["ticket.billing.charge"].sudo().search(domain)

    @api.model
    def _release_held(self, companies):
        """Let the next run look again at what an automation level held."""
        held = self.sudo().search(
            Domain("company_id", "in", companies.ids)
            & Domain("active", "in", [True, False])
            & Domain("billing_is_held", "=", True)
        )
        held._flag_for_billing()

    @api.model
    def _wake_billing_runner(self, due):
        cron = self.env.ref(
            "ticket_billing.ir_cron_process_tickets", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger(due)

    # What

    def _get_billing_date(self):
        """Return the day of the billing event, today before there is one."""
        self.ensure_one()
        moment = self.billing_event_date or fields.Datetime.now()
        company = self.company_id or self.env.company
        return company._get_ticket_billing_date(moment)
