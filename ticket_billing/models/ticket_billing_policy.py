from odoo import api, fields, models
from odoo.fields import Domain

from .helpdesk_ticket import MANAGER

RATING_TERMS = (
    "strategy",
    "rounding_method",
    "rounding_increment",
    "rounding_scope",
    "minimum_hours",
    "require_time_entries",
    "work_type_ids",
    "time_product_id",
    "ticket_product_id",
)
# Levels that leave work to a person
HELD = ("off", "shadow")
APPROVAL_TERMS = ("approval", "approval_hours", "approval_amount")


class TicketBillingPolicy(models.Model):
    """The house rules by which tickets are billed. Fields only: no prices."""

    _name = "ticket.billing.policy"
    _inherit = ["ticket.billing.terms.mixin", "ticket.billing.logged.mixin"]
    _description = "Ticket Billing Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    strategy = fields.Selection(
        selection=[
            ("auto", "As the agreement says"),
            ("time_based", "Time"),
            ("per_ticket", "Fee per ticket"),
            ("mixed", "Fee and time"),
        ],
        default="auto",
        required=True,
        help="How the work on a ticket becomes prices. As the agreement says: hours "
        "by the hourly rate, and a fee where the contract has a fee per ticket.",
    )
    rounding_method = fields.Selection(
        selection=[
            ("up", "Up"),
            ("nearest", "To the nearest"),
            ("down", "Down"),
            ("none", "None"),
        ],
        default="up",
        required=True,
        help="What happens to hours between two steps of the increment.",
    )
    rounding_increment = fields.Float(
        default=0.25,
        required=True,
        help="Hours are billed in steps of this length, a multiple of 0.01 h.",
    )
    rounding_scope = fields.Selection(
        selection=[("ticket", "The ticket's total"), ("entry", "Each time entry")],
        default="ticket",
        required=True,
        help="Round what was worked on a ticket at one rate together, or each entry "
        "by itself.",
    )
    minimum_hours = fields.Float(
        default=0.25,
        help="The least that is billed once there is any work. 0.00: no minimum.",
    )
    require_time_entries = fields.Boolean(
        string="Fee Only with Time",
        help="No fee per ticket is billed for tickets without billable time.",
    )
    work_type_ids = fields.Many2many(
        comodel_name="ticket.billing.work.type",
        string="Work Types",
        context={"active_test": False},
        check_company=True,
        help="Time of other types is not billed before somebody decides about it. "
        "Empty: all work types are agreed.",
    )
    approval = fields.Selection(
        selection=[
            ("over", "Over the limits"),
            ("none", "Never"),
            ("all", "Always"),
        ],
        default="over",
        required=True,
        help="Which tickets wait for a manager before they are invoiced.",
    )
    approval_hours = fields.Float(
        string="Limit of Hours",
        default=8.0,
        help="A ticket with more billable hours than this waits for approval. "
        "0.00: no limit.",
    )
    approval_amount = fields.Float(
        string="Limit of Amount",
        groups="ticket_billing.group_ticket_billing_amounts",
        digits="Product Price",
        help="A ticket worth more than this, in the currency of its agreement, waits "
        "for approval. 0.00: no limit.",
    )
    approver_ids = fields.Many2many(
        comodel_name="res.users",
        relation="ticket_billing_policy_approver_rel",
        string="Approvers",
        domain=lambda self: self._get_approver_domain(),
        help="Who is asked to approve work that waits. Empty: the leader of the team "
        "if he is a manager of ticket billing, else all of its managers.",
    )
    automation_level = fields.Selection(
        selection=[
            ("off", "Off"),
            ("shadow", "Trial"),
            ("draft", "Draft invoices"),
            ("post", "Post invoices"),
            ("send", "Post and send invoices"),
        ],
        default="draft",
        required=True,
        help="Off: nothing is billed by itself; the button on the ticket works all "
        "the same. Trial: what closed tickets would be billed with is calculated and "
        "listed, nothing is billed. Draft invoices: closed tickets are billed as "
        "drafts. Post: the drafts are posted if the checks find no error. Send: they "
        "are sent to the customer, too.",
    )
    due_days = fields.Integer(
        default=30,
        help="Days until an invoice is due where neither the contract nor the "
        "customer has payment terms.",
    )
    time_product_id = fields.Many2one(
        comodel_name="product.product",
        domain=[("type", "=", "service")],
        check_company=True,
        default=lambda self: self._default_product("product_time"),
        help="The product on invoice lines for hours: its price per hour, its taxes "
        "and its income account hold.",
    )
    ticket_product_id = fields.Many2one(
        comodel_name="product.product",
        domain=[("type", "=", "service")],
        check_company=True,
        default=lambda self: self._default_product("product_ticket"),
        help="The product on invoice lines for the fee per ticket.",
    )

    @api.model
    def _default_product(self, name):
        return self.env.ref(f"ticket_billing.{name}", raise_if_not_found=False)

    @api.model
    def _get_approver_domain(self):
        managers = self.env.ref(MANAGER, raise_if_not_found=False)
        return [("all_group_ids", "in", managers.ids if managers else [])]

    @api.model
    def _get_logged_fields(self):
        # EXTENDS ticket_billing: every rule there is
        names = self._get_stored_fields() - {"sequence", "ticket_terms_date"}
        return {**super()._get_logged_fields(), **dict.fromkeys(names, "setting")}

    @api.model
    def _get_rating_terms(self):
        """Return the fields whose change rates anew what waits under a policy.

        Addons add what their strategies read.
        """
        return RATING_TERMS

    def write(self, vals):
        old_terms = self._get_values(self._get_rating_terms())
        old_limits = self._get_values(APPROVAL_TERMS)
        result = super().write(vals)
        if "automation_level" in vals:
            self.env["helpdesk.ticket"]._release_held(self.company_id)
        own = Domain("policy_id", "in", self.ids)
        if self._get_values(self._get_rating_terms()) != old_terms:
            self._stamp_ticket_terms()
            self._on_terms_change(own)
        elif self._get_values(APPROVAL_TERMS) != old_limits:
            # What was approved under the old limits stays approved
            self._on_terms_change(own & Domain("state", "=", "to_approve"))
        return result

    def _on_terms_change(self, charge_domain):
        self.env["helpdesk.ticket"]._on_terms_change(
            charge_domain,
            [("company_id", "in", self.company_id.ids)],
            self.env._("The terms of a billing policy changed."),
        )

    @api.model
    def _get_strategy_selection(self):
        """Return the choices for a field that names a strategy."""
        return self._fields["strategy"]._description_selection(self.env)

    @api.model
    def _get_strategy_keys(self):
        """Return the keys that have a model of their own."""
        return [key for key, _label in self._get_strategy_selection() if key != "auto"]
