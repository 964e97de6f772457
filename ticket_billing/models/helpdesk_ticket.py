from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .helpdesk_ticket_stage import (  # noqa: F401 -- named here by others
    BILLING_EVENTS,
    EVENTS,
)

MANAGER = "ticket_billing.group_ticket_billing_manager"


class HelpdeskTicket(models.Model):
    """When a ticket is billed: its billing event, and what is known of its billing."""

    _name = "helpdesk.ticket"
    _inherit = [
        "helpdesk.ticket",
        "ticket.billing.protected.mixin",
        "ticket.billing.logged.mixin",
    ]

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
        help="Who first resolved or closed the ticket.",
    )
    billing_pending = fields.Boolean(readonly=True, copy=False)
    billing_is_held = fields.Boolean(
        readonly=True,
        copy=False,
        help="The automation level leaves the ticket to a person.",
    )
    billing_trial_line_id = fields.Many2one(
        comodel_name="ticket.billing.run.line",
        string="Billing Trial",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="What the ticket would have been billed with; it waits for a decision.",
    )
    billing_next_try = fields.Datetime(readonly=True, copy=False)
    billing_attempts = fields.Integer(readonly=True, copy=False)
    billing_error = fields.Char(readonly=True, copy=False, groups="base.group_user")
    billing_rejected = fields.Boolean(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="A manager sent the work back: it is billed again once an entry changes, "
        "or a manager bills it.",
    )
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
    _billing_customer_index = models.Index("(commercial_partner_id)")
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
            "billing_trial_line_id",
            "billing_next_try",
            "billing_attempts",
            "billing_error",
            "billing_rejected",
            "billing_run_id",
            "billing_state",
            "charge_ids",
            "total_hours",
        )
        return {
            **super()._get_billing_writers(),
            **dict.fromkeys(names, MANAGER),
            **dict.fromkeys(engine),
        }

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        names = ("billable", "billing_contract_id", "billing_strategy")
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "override")}

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
        if "company_id" in vals:
            self.filtered(
                lambda t: t.company_id.id != vals["company_id"]
            )._check_no_work()
        stages = {ticket: ticket.stage_id for ticket in self}
        terms = self._get_rating_values(vals)
        result = super().write(vals)
        moved = self.filtered(lambda t: t.stage_id != stages[t])
        moved.filtered(
            lambda t: t.billing_event != t.sudo().stage_id.billing_event
        )._on_billing_event()
        new_terms = self._get_rating_values(vals)
        changed = self.filtered(lambda t: new_terms.get(t) != terms.get(t))
        if changed:
            changed._on_billing_change(self.env._("The ticket changed."))
        return result

    def _get_rating_values(self, vals):
        """Return by ticket what a rating depends on, if the values name any of it."""
        names = self._get_rating_fields()
        if names.isdisjoint(vals):
            return {}
        return {ticket: [ticket[name] for name in names] for ticket in self.sudo()}

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

    def _check_no_work(self):
        """Keep tickets in the company that works and bills.

        :raise UserError: if there is time or a charge on one of them
        """
        worked = self.sudo().filtered("timesheet_ids") | self._get_charges().ticket_id
        if worked:
            raise UserError(
                self.env._(
                    "Ticket %(number)s has time or charges in %(company)s. Make a "
                    "new ticket for the other company.",
                    number=worked[0]._get_number(),
                    company=worked[0].company_id.display_name,
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

    # What

    def _get_number(self):
        """Return what people call the ticket by: an import may have left it without a
        number, and the field is nobody's to write."""
        self.ensure_one()
        return self.number or f"#{self.id}"

    def _get_charges(self):
        """Return the charges of the tickets that are not void, whoever asks.

        Not by ``charge_ids``: what one user may read of it stays in its cache, and
        what the system reads there the user would be refused.
        """
        return self._get_all_charges().filtered(lambda charge: not charge.is_void)

    def _get_all_charges(self):
        """Return the charges of the tickets, those too that a new rating replaced."""
        domain = Domain("ticket_id", "in", self.ids)
        return self.env["ticket.billing.charge"].sudo().search_fetch(domain)

    def _get_billing_date(self):
        """Return the day of the billing event, today before there is one."""
        self.ensure_one()
        moment = self.billing_event_date or fields.Datetime.now()
        company = self.company_id or self.env.company
        return company._get_ticket_billing_date(moment)
