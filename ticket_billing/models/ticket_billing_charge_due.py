from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools.due import get_due, get_invoice_from


class TicketBillingCharge(models.Model):
    """When ready charges are invoiced: at once, once their period is over, or with
    their contract."""

    _inherit = "ticket.billing.charge"

    invoice_from = fields.Date(
        compute="_compute_invoice_from",
        store=True,
        compute_sudo=True,
        help="The first day on which the work is invoiced by itself, as the invoice "
        "frequency of its policy says. Empty: at once.",
    )
    invoice_run_id = fields.Many2one(
        comodel_name="ticket.billing.run",
        string="Invoiced in Run",
        index="btree_not_null",
        help="The run that put the work on its invoice.",
    )
    is_undone = fields.Boolean(
        string="Taken Back",
        help="Its draft was taken back: it is not invoiced by itself any more.",
    )

    @api.depends("policy_id.invoice_frequency", "service_date")
    def _compute_invoice_from(self):
        """By the day when the work was done and the ticket was closed.

        That day stays the first one; to depend on it would cost each closing a query.
        """
        for charge in self:
            charge.invoice_from = self._get_invoice_from(
                charge.policy_id, charge.ticket_id, charge.service_date
            )

    @api.model
    def _get_invoice_from(self, policy, ticket, service_date):
        """Return the first day on which work is invoiced by itself, None: at once."""
        if policy.invoice_frequency == "at_once":
            return None
        day = max(service_date, ticket._get_billing_date())
        return get_invoice_from(policy.invoice_frequency, day)

    def _filter_due(self):
        """Return the charges that are invoiced now, as the ``Due`` of the run says."""
        due = get_due(self.env)
        if due.is_chosen:
            return self.filtered(
                lambda c: c.id in due.charge_ids
                or c.analytic_line_id.id in due.entry_ids
            )
        if due.up_to:
            return self.filtered(lambda c: c.service_date <= due.up_to)
        return (self - self._get_waiting_for_contract()).filtered(lambda c: c._is_due())

    def _is_due(self):
        """Return whether the work is invoiced by itself today."""
        self.ensure_one()
        today = self.company_id._get_ticket_billing_date(fields.Datetime.now())
        is_over = not self.invoice_from or self.invoice_from <= today
        return is_over and not self.is_undone and not self._get_contract_date()

    @api.model
    def _get_due_domain(self, company, moment=None):
        """Return the domain of ready charges that are invoiced by themselves.

        :param datetime moment: those that were due then; now if it is not given
        """
        moment = moment or fields.Datetime.now()
        today = company._get_ticket_billing_date(moment)
        is_over = Domain("invoice_from", "=", False) | Domain(
            "invoice_from", "<=", today
        )
        due = Domain("state", "=", "ready") & Domain("is_undone", "=", False) & is_over
        waiting = self.search(due & self._get_with_contract_domain(company))
        waiting = waiting._get_waiting_for_contract()
        return due & Domain("id", "not in", waiting.ids)

    def _get_later_reason(self):
        """Return what ready charges of one ticket wait for, empty if for nothing."""
        if any(self.mapped("is_undone")):
            return self.env._(
                "Its draft was taken back. Generate the invoice by hand, or change "
                "what was wrong: then it is billed anew."
            )
        waiting = self._get_waiting_for_contract()
        reasons = waiting._get_contract_reasons()
        days = [c.invoice_from for c in self - waiting if c.invoice_from]
        if days:
            day = format_date(self.env, max(days))
            reasons.append(self.env._("Is invoiced from %(date)s.", date=day))
        return " ".join(reasons)
