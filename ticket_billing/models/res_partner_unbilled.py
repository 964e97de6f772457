from odoo import api, fields, models
from odoo.fields import Domain

from .ticket_billing_charge import AMOUNTS

NONE = {
    "has_ticket_charges": False,
    "ticket_unbilled_count": 0,
    "ticket_unbilled_amount": False,
}


class ResPartner(models.Model):
    """What a customer's work on tickets is worth that is on no invoice.

    Counted with the rights of who looks, like the list of charges that it leads to.
    """

    _inherit = "res.partner"

    has_ticket_charges = fields.Boolean(
        compute="_compute_ticket_unbilled",
        groups=AMOUNTS,
        help="Work on tickets of the customer was rated.",
    )
    ticket_unbilled_count = fields.Integer(
        string="Unbilled Work",
        compute="_compute_ticket_unbilled",
        groups=AMOUNTS,
        help="How many pieces of work on tickets are on no invoice.",
    )
    ticket_unbilled_amount = fields.Char(
        string="Unbilled",
        compute="_compute_ticket_unbilled",
        groups=AMOUNTS,
        help="What work on tickets is worth that waits for approval, for its invoice "
        "or for a decision, before tax.",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_ticket_unbilled(self):
        may_read = self.env["ticket.billing.charge"].has_access("read")
        for partner in self:
            is_customer = may_read and partner._origin
            partner.update(partner._get_ticket_unbilled() if is_customer else NONE)

    def _get_ticket_unbilled(self):
        """Return the values of the fields that tell of the customer's work."""
        charges = self.env["ticket.billing.charge"]
        own = self._get_ticket_charge_domain()
        waits = Domain("is_waiting", "=", True)
        rated = Domain("state", "in", ("to_approve", "ready"))
        count, amounts = 0, {}
        for domain, name in ((waits, "waiting_amount"), (~waits & rated, "amount")):
            for currency, number, amount in charges._read_group(
                own & domain, ["currency_id"], ["__count", f"{name}:sum"]
            ):
                count += number
                amounts[currency] = amounts.get(currency, 0.0) + amount
        zero = self.env.company.currency_id
        return {
            "has_ticket_charges": bool(count) or bool(charges.search(own, limit=1)),
            "ticket_unbilled_count": count,
            "ticket_unbilled_amount": " + ".join(
                currency.format(amount)
                for currency, amount in (amounts or {zero: 0.0}).items()
            ),
        }

    def _get_ticket_charge_domain(self):
        """Return the domain of the charges of the customer and all of his contacts."""
        customer = self._origin.commercial_partner_id
        return (
            Domain("partner_id", "child_of", customer.ids)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("is_void", "=", False)
        )

    def action_view_ticket_charges(self):
        """Open the charges of the customer, at first those that are on no invoice.

        For those who may read charges, as far as they may.
        """
        self._check_single()
        charges = self.env["ticket.billing.charge"]
        charges.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ticket_billing.ticket_billing_charge_action"
        )
        unbilled = self.env.ref(
            "ticket_billing.ticket_billing_charge_view_list_unbilled"
        )
        views = [view for view in action["views"] if view[1] != "list"]
        return {
            **action,
            "views": [(unbilled.id, "list"), *views],
            "domain": list(self._get_ticket_charge_domain()),
            "context": {"search_default_unbilled": 1},
        }
