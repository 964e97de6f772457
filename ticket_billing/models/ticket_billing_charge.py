from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.values import get_finite_check

RATING_STATES = [
    ("to_approve", "To Approve"),
    ("ready", "Ready"),
    ("covered", "Covered"),
    ("written_off", "Written Off"),
    ("void", "Void"),
]
INVOICE_STATES = [
    ("invoiced", "On a Draft"),
    ("billed", "Billed"),
    ("credited", "Credited"),
    ("released", "Released"),
]
STATE_HELP = (
    "To Approve: waits for a manager. Ready: waits for its invoice. Covered: a "
    "contract or a fee pays for it, or it is worth nothing. Void: taken back before it "
    "was invoiced. On a Draft, Billed: on a draft invoice, on a posted one. Credited, "
    "Released: its invoice was credited, or was deleted or cancelled."
)
QUANTITY_DIGITS = (16, 2)
AMOUNTS = "ticket_billing.group_ticket_billing_amounts"


class TicketBillingCharge(models.Model):
    """The ledger: one row for each piece of work that was rated.

    Rows are claimed by ``_claim`` and never deleted. What happened to a row that
    has been on an invoice is read from its invoice lines, never set beside them.
    """

    _name = "ticket.billing.charge"
    _inherit = "ticket.billing.input.mixin"
    _description = "Ticket Billing Charge"
    _order = "service_date desc, id desc"
    _check_company_auto = True

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(string="Work", help="What was done, as it was logged.")
    employee_id = fields.Many2one(
        comodel_name="hr.employee", string="Done by", ondelete="set null"
    )
    analytic_line_id = fields.Many2one(
        comodel_name="account.analytic.line",
        string="Time Entry",
        ondelete="set null",
    )
    contract_id = fields.Many2one(
        comodel_name="contract.contract",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Its terms held on the day of the work. Empty: no contract did.",
    )
    policy_id = fields.Many2one(
        comodel_name="ticket.billing.policy",
        ondelete="restrict",
        check_company=True,
        help="The house rules that held: rounding, minimum, approval.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(comodel_name="res.currency", required=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    invoice_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invoice Address",
        required=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        selection=[("time", "Time"), ("ticket", "Fee per Ticket")], required=True
    )
    source_key = fields.Char(
        string="Source",
        required=True,
        help="What was rated, such as line:12:0 for the time entry 12.",
    )
    is_void = fields.Boolean(
        help="Replaced by a new rating before it was ever on an invoice."
    )
    service_date = fields.Date(required=True, help="The day the work was done.")
    product_id = fields.Many2one(
        comodel_name="product.product", required=True, ondelete="restrict"
    )
    product_uom_id = fields.Many2one(
        comodel_name="uom.uom", string="Unit", ondelete="restrict"
    )
    work_type_id = fields.Many2one(
        comodel_name="ticket.billing.work.type", ondelete="restrict"
    )
    worked_hours = fields.Float(help="Hours as they were logged.")
    rated_quantity = fields.Float(
        digits=QUANTITY_DIGITS,
        help="Hours after rounding, or 1 for a fee, as rated. Never changes.",
    )
    rated_price_unit = fields.Float(
        string="Rated Price",
        digits="Product Price",
        aggregator=None,
        groups=AMOUNTS,
        help="Price of an hour, or the fee, as rated. Never changes.",
    )
    covered_quantity = fields.Float(
        digits=QUANTITY_DIGITS,
        help="Hours, or 1 for a fee, that a contract or a fee pays for, or that are "
        "worth nothing. Not invoiced.",
    )
    quantity = fields.Float(
        digits=QUANTITY_DIGITS, help="Hours, or 1 for a fee, that are invoiced."
    )
    price_unit = fields.Float(
        string="Price",
        digits="Product Price",
        aggregator=None,
        groups=AMOUNTS,
        help="Price of an hour, or the fee, as rated or as a manager changed it.",
    )
    amount = fields.Monetary(groups=AMOUNTS, help="Quantity times the agreed price.")
    covered_amount = fields.Monetary(
        groups=AMOUNTS,
        help="What the covered part would have cost, before tax. 0.00 where it was "
        "free of charge.",
    )
    covered_by = fields.Selection(
        selection=[("allowance", "Included in the Contract")],
        help="What paid for the covered part. Empty: it was worth nothing.",
    )
    invoiced_amount = fields.Monetary(
        compute="_compute_invoiced_amount",
        store=True,
        compute_sudo=True,
        groups=AMOUNTS,
        help="This charge's share of its invoice lines, before tax.",
    )
    credited_amount = fields.Monetary(
        compute="_compute_invoiced_amount",
        store=True,
        compute_sudo=True,
        groups=AMOUNTS,
        help="This charge's share of posted credit notes, before tax.",
    )
    explanation = fields.Json(groups=AMOUNTS)
    rating_state = fields.Selection(
        selection=RATING_STATES,
        required=True,
        help="What the engine and people decided, before any invoice.",
    )
    was_invoiced = fields.Boolean(
        help="Has been on an invoice: from then on the invoice lines decide the state."
    )
    state = fields.Selection(
        selection=RATING_STATES + INVOICE_STATES,
        compute="_compute_state",
        store=True,
        compute_sudo=True,
        help=STATE_HELP,
    )
    reason = fields.Char(help="Why nothing is invoiced, or why a person decided so.")
    invoice_line_ids = fields.Many2many(
        comodel_name="account.move.line",
        relation="ticket_billing_charge_aml_rel",
        column1="charge_id",
        column2="line_id",
        string="Invoice Lines",
        copy=False,
    )
    run_id = fields.Many2one(comodel_name="ticket.billing.run", index=True)
    version = fields.Integer(
        default=0,
        help="Counts the claims of the row for an invoice, so that two "
        "simultaneous ones collide in the database.",
    )

    _unique_source = models.UniqueIndex(
        "(source_key) WHERE is_void IS NOT TRUE",
        "This work has a charge already.",
    )
    _positive_quantities = models.Constraint(
        "CHECK(rated_quantity >= 0 AND covered_quantity >= 0 AND quantity >= 0)",
        "The quantities of a charge are zero or more.",
    )
    _finite_numbers = models.Constraint(
        get_finite_check(
            "rated_quantity",
            "rated_price_unit",
            "quantity",
            "price_unit",
            "amount",
        ),
        "Numbers have at most thirteen digits before the point.",
    )
    # What waits or was taken back: rows that are billed or covered are left out
    _backlog_index = models.Index(
        "(company_id, state) WHERE state IN ('to_approve', 'ready', 'invoiced', "
        "'released', 'credited', 'written_off')"
    )
    # Time without a charge is looked for among all time: from the index alone
    _entry_index = models.Index(
        "(analytic_line_id, is_void) WHERE analytic_line_id IS NOT NULL"
    )
    # Rows lie in the order in which they were made
    _day_index = models.Index("USING brin (create_date)")
    _ledger_index = models.Index("(service_date DESC, id DESC)")
    _allowance_index = models.Index(
        "(contract_id, kind, service_date) INCLUDE (covered_quantity) "
        "WHERE covered_by = 'allowance' AND is_void IS NOT TRUE "
        "AND is_superseded IS NOT TRUE"
    )

    def _check_manager(self):
        group = "ticket_billing.group_ticket_billing_manager"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Only managers of ticket billing may decide about charges.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The ledger of ticket billing keeps every charge."))
