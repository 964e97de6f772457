from odoo import fields, models

from ..models.ticket_billing_charge import INVOICE_STATES, RATING_STATES, STATE_HELP


class TicketBillingRealizationReport(models.Model):
    """What became of the work in the ledger, in hours and in money.

    Rated = covered + cut + billed + open + written off, in hours as in money, but for
    what people edited on drafts. Each piece of work counts once: what was billed again
    as a whole counts with its new charge. A charge that bills a part again has money
    and no hours; these stay with the first bill.
    """

    _name = "ticket.billing.realization.report"
    _inherit = "ticket.billing.report.work.mixin"
    _description = "Realization of Ticket Work"
    _auto = False
    _depends = {
        "account.analytic.line": ["amount"],
        "helpdesk.ticket": ["team_id"],
        "ticket.billing.charge": [
            "state",
            "worked_hours",
            "rated_quantity",
            "covered_quantity",
            "quantity",
            "amount",
            "covered_amount",
            "invoiced_amount",
            "credited_amount",
            "waiting_amount",
            "written_off_amount",
            "is_waiting",
            "is_superseded",
            "is_void",
        ],
    }

    kind = fields.Selection(
        selection=[("time", "Time"), ("ticket", "Fee per Ticket")], readonly=True
    )
    state = fields.Selection(
        selection=RATING_STATES + INVOICE_STATES, readonly=True, help=STATE_HELP
    )
    worked_hours = fields.Float(readonly=True, help="Hours as they were logged.")
    rated_hours = fields.Float(readonly=True, help="Hours after rounding.")
    covered_hours = fields.Float(
        readonly=True,
        help="Hours that a contract includes, that a fee pays for, or that are free.",
    )
    cut_hours = fields.Float(
        string="Hours Cut", readonly=True, help="Hours that a reviewer took off."
    )
    billed_hours = fields.Float(
        readonly=True, help="Hours on invoices, drafts included."
    )
    open_hours = fields.Float(
        readonly=True,
        help="Hours that wait: for approval, for their invoice, or after their "
        "invoice was taken back.",
    )
    written_off_hours = fields.Float(
        string="Hours Written Off",
        readonly=True,
        help="Hours that were given up, before their invoice or after it was taken "
        "back.",
    )
    rated_amount = fields.Monetary(
        string="Value at Rated Price",
        readonly=True,
        help="Rated quantity times the agreed price: what the work is worth before "
        "anybody decided about it. Work that is worth nothing by itself is left out.",
    )
    covered_amount = fields.Monetary(
        string="Value Covered",
        readonly=True,
        help="What the part that contracts include would have cost.",
    )
    cut_amount = fields.Monetary(
        string="Value Cut",
        readonly=True,
        help="What reviewers took off, in hours or in price; below zero where they "
        "raised a price.",
    )
    edited_amount = fields.Monetary(
        string="Changed on Drafts",
        readonly=True,
        help="What people changed on draft invoices, discounts included.",
    )
    billed_amount = fields.Monetary(
        string="Billed",
        readonly=True,
        help="On invoices, drafts included, less what was credited, before tax.",
    )
    open_amount = fields.Monetary(
        string="Open",
        readonly=True,
        help="What waits for approval, for its invoice, or after its invoice was "
        "taken back.",
    )
    written_off_amount = fields.Monetary(
        string="Written Off",
        readonly=True,
        help="What was given up, before its invoice or after that was taken back.",
    )
    cost = fields.Monetary(
        readonly=True,
        help="What the time cost, as Odoo recorded it with the time entry: hours "
        "times the hourly cost of the employee. Without work that is open. Empty where "
        "no hourly cost was set.",
    )
    open_cost = fields.Monetary(
        string="Cost of Open Work",
        readonly=True,
        help="What the time cost that is not decided yet: it waits for approval, for "
        "its invoice, or after its invoice was taken back.",
    )
    margin = fields.Monetary(
        readonly=True,
        help="Billed less cost. Hours without cost count with none: where there are "
        "any, the margin is too high. A fee per ticket has no cost: that is with its "
        "time.",
    )
    is_cost_known = fields.Boolean(readonly=True)
    hours_without_cost = fields.Float(
        readonly=True, help="Worked hours that have no known cost."
    )
    realization_rate = fields.Float(
        string="Realization",
        readonly=True,
        aggregator="avg",
        help="Billed, as a share of the value at the rated price. Of several rows it "
        "is the ratio of the sums.",
    )
    billed_hours_rate = fields.Float(
        string="Hours Realization",
        readonly=True,
        aggregator="avg",
        help="Billed hours, as a share of worked hours. Of several rows it is the "
        "ratio of the sums.",
    )

    def _get_ratios(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_ratios(),
            "realization_rate": ("billed_amount", "rated_amount"),
            "billed_hours_rate": ("billed_hours", "worked_hours"),
        }
