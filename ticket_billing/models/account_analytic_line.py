from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.values import is_number
from .ticket_billing_charge import INVOICE_STATES, RATING_STATES, STATE_HELP

FROZEN_FIELDS = (
    "unit_amount",
    "product_uom_id",
    "date",
    "ticket_id",
    "company_id",
    "employee_id",
    "user_id",
    "billing_work_type_id",
    "billing_rate_override",
    "billing_rate_overridden",
)
FROZEN_STATES = ("covered", "invoiced", "billed")


class AccountAnalyticLine(models.Model):
    """Time on tickets: what it belongs to, and that billed time stays as it is."""

    _inherit = "account.analytic.line"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Ticket",
        index="btree_not_null",
    )
    charge_ids = fields.One2many(
        comodel_name="ticket.billing.charge",
        inverse_name="analytic_line_id",
        string="Charges",
        copy=False,
    )
    billed_hours = fields.Float(
        compute="_compute_billing",
        compute_sudo=True,
        help="Hours after rounding, what is covered included.",
    )
    billing_state = fields.Selection(
        selection=RATING_STATES + INVOICE_STATES,
        compute="_compute_billing",
        compute_sudo=True,
        help=STATE_HELP,
    )
    invoice_date = fields.Date(
        compute="_compute_billing",
        compute_sudo=True,
        help="Date of the invoice with this time. A draft may have none yet.",
    )

    @api.depends("charge_ids.state", "charge_ids.rated_quantity")
    def _compute_billing(self):
        by_entry = self._get_standing_charges().grouped("analytic_line_id")
        charges = self.env["ticket.billing.charge"]
        for entry in self:
            charge = by_entry.get(entry._origin, charges.browse())[:1]
            moves = charge.invoice_line_ids.move_id
            invoices = moves.filtered(lambda m: m.move_type == "out_invoice")
            entry.billed_hours = charge.rated_quantity
            entry.billing_state = charge.state
            entry.invoice_date = invoices[:1].invoice_date

    def _get_standing_charges(self):
        """Return the charge of each entry that counts, as the system sees it."""
        domain = [
            ("analytic_line_id", "in", self.ids),
            ("is_void", "=", False),
            ("is_superseded", "=", False),
            ("is_remainder", "=", False),
        ]
        return self.env["ticket.billing.charge"].sudo().search(domain)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            ticket = self._get_vals_ticket(vals)
            if ticket:
                ticket.check_access("read")
                self._complete_ticket_vals(vals)
        entries = super().create(vals_list)
        self._on_ticket_work_change(entries.ticket_id)
        return entries

    def write(self, vals):
        names = (*FROZEN_FIELDS, *self._get_billing_condition_fields())
        watched = [name for name in names if name in vals]
        if not watched:
            return super().write(vals)
        changed = self.filtered(lambda entry: entry._is_changed_by(vals, watched))
        if any(name in FROZEN_FIELDS for name in watched):
            changed._check_not_billed()
        if "ticket_id" in vals:
            changed.filtered(
                lambda entry: entry._is_changed_by(vals, ["ticket_id"])
            )._check_never_billed()
            self._get_vals_ticket(vals).check_access("read")
        tickets = changed.ticket_id
        result = super().write(vals)
        self._on_ticket_work_change(tickets | changed.ticket_id)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_billed(self):
        self._check_not_billed()

    def unlink(self):
        tickets = self.ticket_id
        result = super().unlink()
        self._on_ticket_work_change(tickets)
        return result

    def _is_changed_by(self, vals, names):
        """Return whether the values differ from what the entry holds."""
        self.ensure_one()
        return any(
            self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
            for name in names
        )

    def _is_readonly(self):
        # EXTENDS hr_timesheet
        return super()._is_readonly() or bool(self._get_frozen_charges())

    def _get_frozen_charges(self):
        charges = self.env["ticket.billing.charge"].sudo()
        return charges.search(
            [("analytic_line_id", "in", self.ids), ("state", "in", FROZEN_STATES)]
        )

    def _check_not_billed(self):
        """Refuse to change evidence, for everybody and in every way.

        :raise UserError: if an entry is covered or on an invoice
        """
        charges = self._get_frozen_charges()
        if charges:
            raise UserError(
                self.env._(
                    "Time on ticket %(number)s is billed and cannot be changed. "
                    "Credit the invoice first, or log further work as a new entry.",
                    number=charges[0].ticket_id._get_number(),
                )
            )

    def _check_never_billed(self):
        """Keep time on the ticket where its history is.

        :raise UserError: if an entry was on an invoice once, or is written off
        """
        history = [
            ("analytic_line_id", "in", self.ids),
            ("is_void", "=", False),
            ("state", "not in", ("to_approve", "ready")),
        ]
        charges = self.env["ticket.billing.charge"].sudo().search(history, limit=1)
        if charges:
            raise UserError(
                self.env._(
                    "Time on ticket %(number)s was billed or written off and stays "
                    "there. Log it anew on the other ticket.",
                    number=charges.ticket_id._get_number(),
                )
            )

    @api.model
    def _on_ticket_work_change(self, tickets):
        """Rate anew what was not invoiced yet, once the tickets are closed."""
        if tickets:
            tickets._on_billing_change(self.env._("The time on the ticket changed."))

    # Project

    @api.model
    def _get_vals_ticket(self, vals):
        ticket_id = vals.get("ticket_id", self.env.context.get("default_ticket_id"))
        return self.env["helpdesk.ticket"].browse(ticket_id or None)

    @api.model
    def _complete_ticket_vals(self, vals):
        """Give time on a ticket its project and company, as the ticket has them."""
        ticket = self._get_vals_ticket(vals).sudo()
        if not vals.get("project_id") and not vals.get("task_id"):
            vals["project_id"] = ticket._get_time_project().id
            if ticket.task_id.project_id.id == vals["project_id"]:
                vals["task_id"] = ticket.task_id.id
        vals.setdefault("company_id", ticket.company_id.id)

    @api.constrains("ticket_id", "unit_amount")
    def _check_ticket_hours(self):
        for entry in self.sudo().filtered("ticket_id"):
            if not is_number(entry.unit_amount):
                raise ValidationError(
                    self.env._("The hours of a time entry are a number of hours.")
                )

    @api.constrains("ticket_id", "project_id", "company_id")
    def _check_ticket_project(self):
        for entry in self.sudo().filtered("ticket_id"):
            ticket = entry.ticket_id
            ticket._check_time_project(entry.project_id)
            if entry.company_id != ticket.company_id:
                raise ValidationError(
                    self.env._(
                        "Time on ticket %(number)s belongs to %(company)s.",
                        number=ticket._get_number(),
                        company=ticket.company_id.display_name,
                    )
                )
