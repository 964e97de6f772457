from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .ticket_billing_charge import AMOUNTS

TICKET_STATES = {"pending": "pending", "blocked": "blocked"}
# Kind of charges → the fields with their amount: what counts, and what is taken off
CHARGE_AMOUNTS = {
    "to_approve": ("amount",),
    "ready": ("amount",),
    "released": ("waiting_amount",),
    "billed": ("invoiced_amount", "credited_amount"),
}
# The pages that show what a card counts
CARD_ACTIONS = {
    "pending": "helpdesk_ticket_action_pending",
    "blocked": "helpdesk_ticket_action_blocked",
    "to_approve": "ticket_billing_charge_action_to_approve",
    "ready": "ticket_billing_charge_action_ready",
    "released": "ticket_billing_charge_action_released",
    "billed": "ticket_billing_charge_action_billed",
}


class TicketBillingAutomation(models.Model):
    """How billing stands: numbers that are links to just what they count.

    Counted with the rights of who looks, like the lists.
    """

    _inherit = "ticket.billing.automation"

    pending_count = fields.Integer(
        string="Pending",
        compute="_compute_ticket_counts",
        help="Closed tickets that a run bills once they are due.",
    )
    blocked_count = fields.Integer(
        string="Blocked",
        compute="_compute_ticket_counts",
        help="Tickets that cannot be billed before something is mended.",
    )
    to_approve_count = fields.Integer(
        string="To approve",
        compute="_compute_charge_figures",
        help="Pieces of work that wait for a manager.",
    )
    ready_count = fields.Integer(
        string="Ready",
        compute="_compute_charge_figures",
        help="Pieces of work that wait for the end of their period, or for you.",
    )
    released_count = fields.Integer(
        string="Released",
        compute="_compute_charge_figures",
        help="Work whose invoice was deleted, cancelled or credited, and that waits "
        "for a decision.",
    )
    billed_count = fields.Integer(
        string="Billed this month",
        compute="_compute_charge_figures",
        help="Pieces of work that were put on invoices since the first of the month, "
        "drafts included, less what was credited.",
    )
    to_approve_amount = fields.Char(compute="_compute_charge_figures", groups=AMOUNTS)
    ready_amount = fields.Char(compute="_compute_charge_figures", groups=AMOUNTS)
    released_amount = fields.Char(compute="_compute_charge_figures", groups=AMOUNTS)
    billed_amount = fields.Char(compute="_compute_charge_figures", groups=AMOUNTS)
    last_run_id = fields.Many2one(
        comodel_name="ticket.billing.run", compute="_compute_last_run"
    )
    last_run_date = fields.Datetime(string="Last run", compute="_compute_last_run")
    last_run_found = fields.Integer(compute="_compute_last_run")
    last_run_blocked = fields.Integer(compute="_compute_last_run")

    @api.depends("company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_ticket_counts(self):
        for page in self:
            domain = page._get_ticket_domain([*TICKET_STATES.values()])
            groups = self.env["helpdesk.ticket"]._read_group(
                domain, ["billing_state"], ["__count"]
            )
            counts = dict(groups)
            for card, state in TICKET_STATES.items():
                page[f"{card}_count"] = counts.get(state, 0)

    @api.depends("company_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_charge_figures(self):
        shows_amounts = self.env.user.has_group(AMOUNTS)
        for page in self:
            for card in CHARGE_AMOUNTS:
                count, amounts = page._get_charge_figures(card, shows_amounts)
                page[f"{card}_count"] = count
                page[f"{card}_amount"] = amounts

    @api.depends("company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_last_run(self):
        for page in self:
            own = Domain("company_id", "=", page.company_id.id)
            own &= Domain("dry_run", "=", False)
            run = self.env["ticket.billing.run"].search(own, order="id desc", limit=1)
            page.last_run_id = run
            page.last_run_date = run.create_date
            page.last_run_found = run.found
            page.last_run_blocked = run.blocked

    def _get_charge_figures(self, card, shows_amounts):
        """Return how many charges a card counts, and what they are worth in words."""
        if not shows_amounts:
            charges = self.env["ticket.billing.charge"]
            return charges.search_count(self._get_charge_domain(card)), False
        sums = [f"{name}:sum" for name in CHARGE_AMOUNTS[card]]
        groups = self.env["ticket.billing.charge"]._read_group(
            self._get_charge_domain(card), ["currency_id"], ["__count", *sums]
        )
        amounts = [
            currency.format((amount or 0.0) - sum(less or 0.0 for less in credited))
            for currency, _count, amount, *credited in groups
        ]
        return sum(group[1] for group in groups), " + ".join(amounts)

    # What is counted

    def _get_ticket_domain(self, states):
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("active", "in", [True, False])
            & Domain("billing_state", "in", states)
        )

    def _get_charge_domain(self, card):
        own = Domain("company_id", "=", self.company_id.id)
        if card == "released":
            return own & Domain("is_waiting", "=", True)
        if card == "billed":
            runs = self._get_month_domain()
            return (
                own
                & Domain("invoice_run_id", "any", runs)
                & Domain("state", "in", ("invoiced", "billed"))
            )
        return own & Domain("state", "=", card)

    def _get_month_domain(self):
        """Return the domain of the company's runs since the first of the month."""
        company = self.sudo().company_id
        today = company._get_ticket_billing_date(fields.Datetime.now())
        first = company._get_ticket_billing_midnight(today + relativedelta(day=1))
        return (
            Domain("company_id", "=", company.id)
            & Domain("create_date", ">=", first)
            & Domain("invoiced", ">", 0)
        )

    # Links

    def action_view_figures(self):
        """Open what a card counts; the context says which one: ``card``.

        :raise UserError: if there is no such card
        """
        self._check_single()
        card = self.env.context.get("card")
        if card == "last_run":
            return self.last_run_id._get_records_action()
        if card in TICKET_STATES:
            domain = self._get_ticket_domain([TICKET_STATES[card]])
            return self._get_card_action(card, domain)
        if card in CHARGE_AMOUNTS:
            return self._get_card_action(card, self._get_charge_domain(card))
        raise UserError(self.env._("There is no such figure on this page."))

    def _get_card_action(self, card, domain):
        """Return the page that shows what a card counts, of this company."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"ticket_billing.{CARD_ACTIONS[card]}"
        )
        return {**action, "domain": list(domain)}
