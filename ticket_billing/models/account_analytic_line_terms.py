from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from ..tools.values import get_finite_check
from .helpdesk_ticket import MANAGER
from .ticket_billing_charge import AMOUNTS


class AccountAnalyticLine(models.Model):
    """Whether time on a ticket is billed, as which kind of work, at which rate."""

    _name = "account.analytic.line"
    _inherit = [
        "account.analytic.line",
        "ticket.billing.protected.mixin",
        "ticket.billing.logged.mixin",
    ]

    billable = fields.Boolean(
        string="Billable Time",
        default=True,
        help="Time on a ticket that is not billable is never invoiced.",
    )
    billing_work_type_id = fields.Many2one(
        comodel_name="ticket.billing.work.type",
        string="Work Type",
        ondelete="restrict",
        compute="_compute_billing_work_type_id",
        store=True,
        readonly=False,
        check_company=True,
        help="Decides about product, price and rounding of this time. At first the one "
        "of the ticket's category, else of its team.",
    )
    billing_rate_override = fields.Float(
        string="Own Rate",
        digits="Product Price",
        groups=AMOUNTS,
        help="Price of an hour of this entry, in the currency of the agreement. Final: "
        "no multiplier, no pricelist.",
    )
    billing_rate_overridden = fields.Boolean(
        string="Has Its Own Rate",
        groups=AMOUNTS,
        help="The rate beside holds, 0.00 included: then the entry is free of charge.",
    )
    billing_reason = fields.Char(
        string="Why Not Billed",
        compute="_compute_billing_reason",
        compute_sudo=True,
        help="Why the entry is not billed, or what it waits for.",
    )

    def _auto_init(self):
        # EXTENDS base: a new column must not be computed for every entry there is
        if not column_exists(self.env.cr, self._table, "billing_work_type_id"):
            create_column(self.env.cr, self._table, "billing_work_type_id", "int4")
        return super()._auto_init()

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing: technicians name no prices
        names = ("billing_rate_override", "billing_rate_overridden")
        return {**super()._get_billing_writers(), **dict.fromkeys(names, MANAGER)}

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing
        names = ("billable", "billing_rate_override", "billing_rate_overridden")
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "override")}

    def _is_logged(self):
        # EXTENDS ticket_billing
        return bool(self.ticket_id)

    @api.depends("ticket_id")
    def _compute_billing_work_type_id(self):
        for entry in self:
            work_type = entry.billing_work_type_id
            if entry.ticket_id and not work_type:
                work_type = entry.ticket_id._get_default_work_type()
            entry.billing_work_type_id = work_type

    @api.depends(
        lambda self: (
            "ticket_id",
            "billing_work_type_id",
            "charge_ids.state",
            *self._get_billing_condition_fields(),
        )
    )
    @api.depends_context("lang")
    def _compute_billing_reason(self):
        by_entry = self._get_standing_charges().grouped("analytic_line_id")
        charges = self.env["ticket.billing.charge"]
        for entry in self:
            charge = by_entry.get(entry._origin, charges.browse())[:1]
            if charge.reason:
                entry.billing_reason = charge.reason
            elif entry.ticket_id:
                entry.billing_reason = entry._get_not_billed_reason(charge)
            else:
                entry.billing_reason = False

    @api.onchange("billing_work_type_id")
    def _onchange_billing_work_type_id(self):
        work_type, before = self.billing_work_type_id, self._origin.billing_work_type_id
        if work_type and (not work_type.billable or not self._origin):
            self.billable = work_type.billable
        elif work_type and before and not before.billable:
            self.billable = True

    @api.onchange("billing_rate_override")
    def _onchange_billing_rate_override(self):
        if self.billing_rate_override:
            self.billing_rate_overridden = True

    _finite_numbers = models.Constraint(
        get_finite_check(
            "billing_rate_override",
        ),
        "Numbers have at most thirteen digits before the point.",
    )

    @api.constrains("billing_rate_override")
    def _check_billing_rate_override(self):
        for entry in self.sudo():
            if entry.billing_rate_override < 0:
                raise ValidationError(
                    self.env._("The rate of a time entry is zero or more.")
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        # Before anything reads the values
        for vals in vals_list:
            self._check_input(vals)
        self._check_named(vals_list)
        for vals in vals_list:
            ticket = self._get_vals_ticket(vals)
            if ticket:
                work_type = ticket.sudo()._get_default_work_type()
                vals.setdefault("billing_work_type_id", work_type.id)
        return super().create([self._complete_terms(vals) for vals in vals_list])

    def write(self, vals):
        # As above
        self._check_input(vals)
        self._check_named([vals])
        corrected = self._get_corrected_entries(vals)
        result = super().write(self._complete_terms(vals))
        if corrected:
            corrected.write({"billable": True})
        return result

    @api.model
    def _complete_terms(self, vals):
        """Return the values with what a work type or a rate brings along."""
        vals = dict(vals)
        work_type = self._get_vals_work_type(vals)
        if work_type and not work_type.billable:
            vals.setdefault("billable", False)
        if vals.get("billing_rate_override"):
            vals.setdefault("billing_rate_overridden", True)
        return vals

    @api.model
    def _get_vals_work_type(self, vals):
        work_types = self.env["ticket.billing.work.type"].sudo()
        return work_types.browse(vals.get("billing_work_type_id"))

    def _get_corrected_entries(self, vals):
        """Return the entries that were not billable because of a wrong work type."""
        work_type = self._get_vals_work_type(vals)
        if "billable" in vals or not work_type.billable:
            return self.browse()
        return self.filtered(
            lambda entry: entry.billing_work_type_id
            and not entry.billing_work_type_id.billable
            and not entry.billable
        )

    # What is not billed

    @api.model
    def _get_billing_condition_fields(self):
        """Return the fields that decide whether an entry is billed.

        Some belong to addons that need not be there.
        """
        names = ("billable", "so_line", "timesheet_invoice_id", "validated")
        return [name for name in names if name in self._fields]

    @api.model
    def _get_billed_elsewhere_domain(self):
        """Return the domain of time that is billed through a sales order."""
        names = [n for n in ("so_line", "timesheet_invoice_id") if n in self._fields]
        return Domain.OR(Domain(name, "!=", False) for name in names)

    @api.model
    def _get_not_validated_domain(self):
        """Return the domain of time that somebody has yet to validate."""
        if "validated" in self._fields:
            return Domain("validated", "=", False)
        return Domain.FALSE

    @api.model
    def _get_billable_domain(self):
        """Return the domain of time that may be billed."""
        return (
            Domain("billable", "=", True)
            & ~self._get_billed_elsewhere_domain()
            & ~self._get_not_validated_domain()
        )

    def _get_not_billed_reason(self, charge=None):
        """Return why an entry is not billed, empty if it may be.

        :param charge: the charge of the entry that stands, if there is one
        """
        self.ensure_one()
        reason = ""
        if not self.billable:
            reason = self._get_not_billable_reason()
        elif self.filtered_domain(self._get_billed_elsewhere_domain()):
            reason = self.env._("Billed through a sales order.")
        elif self.filtered_domain(self._get_not_validated_domain()):
            reason = self.env._("Not validated yet.")
        if reason and charge and charge.was_invoiced:
            return self.env._("%s What is on an invoice stays there.", reason)
        return reason

    def _get_not_billable_reason(self):
        work_type = self.billing_work_type_id
        if work_type and not work_type.billable:
            return self.env._(
                "Work type “%(name)s” is not billed.", name=work_type.name
            )
        return self.env._("Marked as not billable.")
