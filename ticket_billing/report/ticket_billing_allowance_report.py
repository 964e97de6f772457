from odoo import fields, models


class TicketBillingAllowanceReport(models.Model):
    """What contracts include and what is used of it, in each period with work, and in
    the current one of contracts that run.

    What is used is read from the ledger, by service date; what is included is what the
    contract says today, also for periods before a change.
    """

    _name = "ticket.billing.allowance.report"
    _inherit = "ticket.billing.report.mixin"
    _description = "Use of Allowances"
    _auto = False
    _rec_name = "contract_id"
    _order = "period_start desc, contract_id, id"
    _depends = {
        "contract.contract": [
            "allowance_period",
            "ticket_allowance",
            "included_tickets",
            "hour_allowance",
            "included_hours",
            "covers_tickets",
            "date_start",
            "date_end",
        ],
        "ticket.billing.charge": [
            "covered_quantity",
            "covered_amount",
            "covered_by",
            "is_void",
            "is_superseded",
        ],
    }

    allowance_period = fields.Selection(
        selection=[
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("contract", "Whole Contract"),
        ],
        string="Period",
        readonly=True,
        help="How often what is included starts anew.",
    )
    period_start = fields.Date(
        string="From",
        readonly=True,
        help="First day of the period; empty where the allowance is for the whole life "
        "of the contract.",
    )
    period_end = fields.Date(
        string="To",
        readonly=True,
        help="Last day of the period; empty where the allowance is for the whole life "
        "of the contract.",
    )
    is_current = fields.Boolean(
        string="Current Period", readonly=True, help="Today lies in the period."
    )
    includes_hours = fields.Selection(
        selection=[
            ("none", "None"),
            ("limited", "Limited"),
            ("unlimited", "Unlimited"),
        ],
        string="Hours",
        readonly=True,
        help="Whether the contract includes no hours, a number of them, or all.",
    )
    included_hours = fields.Float(
        readonly=True, help="Hours included in the period, as the contract says today."
    )
    used_hours = fields.Float(
        readonly=True, help="Hours of the period that the contract paid for."
    )
    left_hours = fields.Float(
        string="Hours Left", readonly=True, help="Never below zero."
    )
    hours_rate = fields.Float(
        string="Use of Hours",
        readonly=True,
        aggregator="avg",
        help="Used hours, as a share of included hours; without unlimited ones.",
    )
    includes_tickets = fields.Selection(
        selection=[
            ("none", "None"),
            ("limited", "Limited"),
            ("unlimited", "Unlimited"),
        ],
        string="Tickets",
        readonly=True,
        help="Whether the contract includes no tickets, a number of them, or all.",
    )
    included_tickets = fields.Float(
        digits=(16, 0),
        readonly=True,
        help="Tickets included in the period, as the contract says today.",
    )
    used_tickets = fields.Float(
        digits=(16, 0),
        readonly=True,
        help="Tickets of the period whose fee the contract paid for.",
    )
    left_tickets = fields.Float(
        string="Tickets Left", digits=(16, 0), readonly=True, help="Never below zero."
    )
    tickets_rate = fields.Float(
        string="Use of Tickets",
        readonly=True,
        aggregator="avg",
        help="Used tickets, as a share of included tickets; without unlimited ones.",
    )
    covered_amount = fields.Monetary(
        string="Value Covered",
        readonly=True,
        help="What the covered work would have cost, before tax, in the company's "
        "currency.",
    )
    # What the shares are of: without what is unlimited
    limited_hours = fields.Float(readonly=True)
    limited_tickets = fields.Float(readonly=True)

    def _get_ratios(self):
        # EXTENDS ticket_billing
        return {
            **super()._get_ratios(),
            "hours_rate": ("limited_hours", "included_hours"),
            "tickets_rate": ("limited_tickets", "included_tickets"),
        }

    def action_open_record(self):
        """Open the work of the period that the contract paid for.

        :return: an action with the charges
        :raise AccessError: if the user may not read the report
        """
        self._check_single()
        domain = [
            ("contract_id", "=", self.contract_id.id),
            ("covered_by", "=", "allowance"),
            ("is_void", "=", False),
            ("is_superseded", "=", False),
        ]
        if self.period_start:
            domain += [
                ("service_date", ">=", self.period_start),
                ("service_date", "<=", self.period_end),
            ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Covered Work"),
            "res_model": "ticket.billing.charge",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
        }
