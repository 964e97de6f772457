from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ..tools.allowances import ZERO, Allowance, get_period


class ContractContract(models.Model):
    """What of a contract's included tickets and hours is used, read from the ledger."""

    _inherit = "contract.contract"

    current_period_tickets = fields.Integer(
        string="Included Tickets Used",
        compute="_compute_allowances",
        compute_sudo=True,
        groups="base.group_user",
        help="Tickets of the current period that the contract paid for.",
    )
    remaining_tickets = fields.Integer(
        string="Included Tickets Left",
        compute="_compute_allowances",
        compute_sudo=True,
        groups="base.group_user",
        help="Tickets of the current period that the contract still pays for.",
    )
    current_period_hours = fields.Float(
        string="Included Hours Used",
        compute="_compute_allowances",
        compute_sudo=True,
        groups="base.group_user",
        help="Hours of the current period that the contract paid for.",
    )
    remaining_hours = fields.Float(
        string="Included Hours Left",
        compute="_compute_allowances",
        compute_sudo=True,
        groups="base.group_user",
        help="Hours of the current period that the contract still pays for.",
    )
    allowance_text = fields.Char(
        string="Current Period",
        compute="_compute_allowances",
        compute_sudo=True,
        groups="base.group_user",
        help="What is used and left of what the contract includes, by the day of the "
        "work.",
    )
    ticket_charge_count = fields.Integer(
        string="Charges",
        compute="_compute_ticket_charge_count",
        groups="base.group_user",
        help="Pieces of work that this contract was agreed for, as far as you may see "
        "them.",
    )
    total_tickets_created = fields.Integer(
        string="Tickets",
        compute="_compute_total_tickets_created",
        compute_sudo=True,
        groups="base.group_user",
        help="Tickets that this contract holds for on the day they were closed, or "
        "today.",
    )

    @api.depends(
        "ticket_allowance",
        "included_tickets",
        "hour_allowance",
        "included_hours",
        "allowance_period",
    )
    @api.depends_context("lang")
    def _compute_allowances(self):
        dates = {
            contract: (
                contract.company_id or self.env.company
            )._get_ticket_billing_date(fields.Datetime.now())
            for contract in self
        }
        allowances = self._get_allowances(dates.items())
        for contract, date in dates.items():
            tickets, hours = contract._get_own_allowances(allowances, date)
            contract.current_period_tickets = int(tickets.used)
            contract.remaining_tickets = int(tickets.left or 0)
            contract.current_period_hours = float(hours.used)
            contract.remaining_hours = float(hours.left or 0)
            contract.allowance_text = contract._get_allowance_text(allowances, date)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_ticket_charge_count(self):
        charges = self.env["ticket.billing.charge"]
        groups = charges.has_access("read") and charges._read_group(
            [("contract_id", "in", self._origin.ids), ("is_void", "=", False)],
            ["contract_id"],
            ["__count"],
        )
        counts = dict(groups or [])
        for contract in self:
            contract.ticket_charge_count = counts.get(contract._origin, 0)

    def _compute_total_tickets_created(self):
        for contract in self:
            contract.total_tickets_created = len(contract._get_agreement_tickets())

    def _get_agreement_tickets(self):
        """Return the tickets of the customer that this contract holds for."""
        self.ensure_one()
        tickets = self.env["helpdesk.ticket"].search(
            Domain("commercial_partner_id", "=", self.commercial_partner_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("active", "in", [True, False]),
            order="id",
        )
        rating = self.env["ticket.billing.rating"].with_company(self.company_id)
        contracts = rating._get_event_contracts(tickets)
        return tickets.filtered(lambda ticket: contracts[ticket] == self)

    @api.model
    def _get_allowances(self, contract_dates):
        """Return what contracts include and what is used of it in some periods.

        What is included is as the form shows it, what is used as the ledger has it.

        :param contract_dates: tuples of a contract and a day in the period
        :return: a dict: contract, kind and start of the period → ``Allowance``
        """
        keys = {
            key for contract, date in contract_dates for key in contract._get_keys(date)
        }
        ratings = self.env["ticket.billing.rating"]
        used = ratings._get_used({(c._origin, kind, start) for c, kind, start in keys})
        return {
            (contract, kind, start): Allowance(
                ratings._get_included(contract, kind),
                used.get((contract._origin, kind, start), ZERO),
            )
            for contract, kind, start in keys
        }

    def _get_keys(self, date):
        """Return the keys of the allowances for tickets and for hours."""
        start, _end = get_period(date, self.allowance_period)
        return [(self, kind, start) for kind in ("ticket", "time")]

    def _get_own_allowances(self, allowances, date):
        return [allowances[key] for key in self._get_keys(date)]

    def _get_limited_allowance(self, allowances, date):
        """Return what is left and what is included in the period of a day: hours, else
        tickets; twice 0 where neither is limited."""
        tickets, hours = self._get_own_allowances(allowances, date)
        if self.hour_allowance == "limited":
            return hours.left, hours.included
        if self.ticket_allowance == "limited":
            return tickets.left, tickets.included
        return 0, 0

    def _get_allowance_text(self, allowances, date):
        """Return what is included, used and left in the period of a day, in words."""
        self.ensure_one()
        tickets, hours = self._get_own_allowances(allowances, date)
        parts = []
        if self.ticket_allowance == "unlimited":
            parts.append(self.env._("all tickets included"))
        elif self.ticket_allowance == "limited":
            parts.append(
                self.env._(
                    "%(used)s of %(included)s tickets",
                    used=int(tickets.used),
                    included=self.included_tickets,
                )
            )
        if self.hour_allowance == "unlimited":
            parts.append(self.env._("all hours included"))
        elif self.hour_allowance == "limited":
            parts.append(
                self.env._(
                    "%(left)s h of %(included)s h left",
                    left=formatLang(self.env, float(hours.left), digits=2),
                    included=formatLang(self.env, self.included_hours, digits=2),
                )
            )
        if not parts:
            return ""
        first, last = get_period(date, self.allowance_period)
        if not first:
            return ", ".join(parts)
        return self.env._(
            "%(allowances)s (%(first)s – %(last)s)",
            allowances=", ".join(parts),
            first=format_date(self.env, first),
            last=format_date(self.env, last),
        )

    def action_view_agreement_tickets(self):
        """Open the tickets that this contract holds for."""
        self._check_readable()
        tickets = self.env["helpdesk.ticket"].browse(
            self.sudo()._get_agreement_tickets().ids
        )
        return tickets._get_records_action(name=self.env._("Tickets"))

    def action_view_ticket_charges(self):
        """Open the charges that this contract was agreed for: what used what it
        includes, and what was billed beside.

        For those who may read charges, as far as they may.
        """
        self._check_single()
        self.env["ticket.billing.charge"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ticket_billing.ticket_billing_charge_action"
        )
        domain = [("contract_id", "=", self.id), ("is_void", "=", False)]
        return {**action, "domain": domain, "context": {}}

    def action_view_ticket_periods(self):
        """Open what was used in each period of what this contract includes.

        For those who may read the report.
        """
        self._check_single()
        self.env["ticket.billing.allowance.report"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ticket_billing.ticket_billing_allowance_report_action"
        )
        return {**action, "domain": [("contract_id", "=", self.id)], "context": {}}
