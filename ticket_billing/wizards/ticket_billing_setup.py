from odoo import Command, api, fields, models
from odoo.exceptions import AccessError

from ..models.ticket_billing_health import ADMIN

STEPS = ("products", "terms", "try")
RULES = (
    "rounding_method",
    "rounding_increment",
    "minimum_hours",
    "approval",
    "approval_hours",
    "automation_level",
)


class TicketBillingSetup(models.TransientModel):
    """Leads through what a company has to decide before its first invoice.

    Each step is kept when the next one begins. Nothing is switched on.
    """

    _name = "ticket.billing.setup"
    _inherit = "ticket.billing.input.mixin"
    _description = "Set Up Ticket Billing"

    step = fields.Selection(
        selection=[
            ("products", "Prices"),
            ("terms", "Rules"),
            ("try", "First Dry Run"),
        ],
        default="products",
        required=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one(related="company_id.ticket_billing_policy_id")
    time_product_id = fields.Many2one(
        related="policy_id.time_product_id",
        help="The product on invoice lines for hours.",
    )
    ticket_product_id = fields.Many2one(
        related="policy_id.ticket_product_id",
        help="The product on invoice lines for the fee per ticket.",
    )
    hourly_price = fields.Monetary(
        compute="_compute_from_company",
        store=True,
        readonly=False,
        groups="ticket_billing.group_ticket_billing_amounts",
        help="What an hour costs where neither a contract nor a pricelist says "
        "otherwise, before tax.",
    )
    hourly_tax_ids = fields.Many2many(
        comodel_name="account.tax",
        relation="ticket_billing_setup_tax_rel",
        column1="setup_id",
        column2="tax_id",
        string="Taxes",
        compute="_compute_from_company",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'sale'),"
        " ('company_id', 'parent_of', company_id)]",
        help="On hours and on the fee. Customers abroad: as their fiscal position "
        "says.",
    )
    rounding_method = fields.Selection(
        selection=lambda self: self._get_rule_selection("rounding_method"),
        compute="_compute_from_company",
        store=True,
        readonly=False,
        help="What happens to hours between two steps: a quarter of an hour that was "
        "begun is billed as a whole one, if they are rounded up.",
    )
    rounding_increment = fields.Float(
        string="In Steps of",
        compute="_compute_from_company",
        store=True,
        readonly=False,
        help="Hours are billed in steps of this length, once per ticket and price.",
    )
    minimum_hours = fields.Float(
        compute="_compute_from_company",
        store=True,
        readonly=False,
        help="The least that is billed once there is any work on a ticket.",
    )
    approval = fields.Selection(
        selection=lambda self: self._get_rule_selection("approval"),
        compute="_compute_from_company",
        store=True,
        readonly=False,
        help="Which tickets wait for a manager before they are invoiced.",
    )
    approval_hours = fields.Float(
        string="Limit of Hours",
        compute="_compute_from_company",
        store=True,
        readonly=False,
        help="A ticket with more billable hours than this waits. 0.00: no limit.",
    )
    automation_level = fields.Selection(
        selection=lambda self: self._get_rule_selection("automation_level"),
        compute="_compute_from_company",
        store=True,
        readonly=False,
        help="How far closed tickets are billed by themselves once billing is "
        "switched on. Off or Draft invoices for the first weeks.",
    )
    problems = fields.Html(
        string="Still Missing",
        compute="_compute_problems",
        help="What automatic billing needs and does not find.",
    )

    @api.model
    def _get_rule_selection(self, name):
        policy = self.env["ticket.billing.policy"]
        return policy._fields[name]._description_selection(self.env)

    @api.depends("company_id")
    def _compute_from_company(self):
        for setup in self:
            policy = setup.sudo().company_id.ticket_billing_policy_id
            product = policy.time_product_id.with_company(setup.company_id)
            taxes = product.taxes_id.filtered_domain(
                self.env["account.tax"]._check_company_domain(setup.company_id)
            )
            setup.hourly_price = product.list_price
            setup.hourly_tax_ids = [Command.set(taxes.ids)]
            for name in RULES:
                setup[name] = policy[name]

    @api.depends("step", "company_id")
    @api.depends_context("lang", "uid")
    def _compute_problems(self):
        health = self.env["ticket.billing.health"]
        for setup in self:
            setup.problems = setup.step == "try" and health._get_needs_html(
                setup.company_id
            )

    # Steps

    def action_next(self):
        """Keep what was chosen in this step and go on. Administrators only."""
        self._check_single()
        self._check_administrator()
        if self.step == "products":
            self._keep_products()
        elif self.step == "terms":
            self._keep_rules()
        return self._go(1)

    def action_back(self):
        """Go back one step; nothing is taken back."""
        self._check_single()
        return self._go(-1)

    def action_dry_run(self):
        """Open what would be billed now. Nothing is billed."""
        self._check_single()
        return self._get_page().action_dry_run()

    def action_open_automation(self):
        """Open the page on which automatic billing is switched on."""
        self._check_single()
        return self._get_page()._get_page_action(self.company_id)

    def _get_page(self):
        return self.env["ticket.billing.automation"].browse(self.company_id.id)

    def _check_administrator(self):
        self.company_id.check_access("read")
        if self.company_id not in self.env.companies or not self.env.user.has_group(
            ADMIN
        ):
            raise AccessError(
                self.env._("Only administrators of ticket billing may set it up.")
            )

    def _go(self, offset):
        place = STEPS.index(self.step) + offset
        self.step = STEPS[min(max(place, 0), len(STEPS) - 1)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Up Ticket Billing"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # What is kept

    def _keep_rules(self):
        rules = {name: self[name] for name in RULES}
        changed = {n: v for n, v in rules.items() if v != self.policy_id[n]}
        if changed:
            self._get_page().write(
                {f"ticket_billing_{name}": value for name, value in changed.items()}
            )

    def _keep_products(self):
        """Set price and taxes as the system: products may be others' to change."""
        policy = self.sudo().policy_id.with_company(self.company_id)
        self._keep_price(policy.time_product_id)
        is_changed = self._get_own_taxes(policy.time_product_id) != (
            self.sudo().hourly_tax_ids
        )
        for product in policy.time_product_id | policy.ticket_product_id:
            # What was not touched here leaves a fee with taxes of its own alone
            if is_changed or not self._get_own_taxes(product):
                self._keep_taxes(product)

    def _get_own_taxes(self, product):
        domain = self.env["account.tax"]._check_company_domain(self.company_id)
        return product.taxes_id.filtered_domain(domain)

    def _keep_price(self, product):
        before, after = product.list_price, self.hourly_price
        if product and self.currency_id.compare_amounts(before, after):
            product.list_price = after
            self._note(product, "list_price", str(before), str(after))

    def _keep_taxes(self, product):
        """Set the taxes of the company; those of other companies stay."""
        own = self._get_own_taxes(product)
        if own != self.sudo().hourly_tax_ids:
            before, others = own.mapped("name"), product.taxes_id - own
            product.taxes_id = others | self.sudo().hourly_tax_ids
            after = self.sudo().hourly_tax_ids.mapped("name")
            self._note(product, "taxes_id", ", ".join(before), ", ".join(after))

    def _note(self, product, name, before, after):
        self.env["ticket.billing.log"]._note(
            "setting",
            product.with_company(self.company_id),
            field_name=product._fields[name]._description_string(self.env),
            before=before,
            after=after,
        )
