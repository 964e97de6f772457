from odoo import api, fields, models
from odoo.fields import Domain


class ContractContract(models.Model):
    """Where a contract's terms come from, and what happens when they change."""

    _name = "contract.contract"
    _inherit = ["contract.contract", "ticket.billing.terms.mixin"]

    customer_reference = fields.Char(
        copy=False,
        help="What the customer wants to read on invoices of tickets, such as the "
        "number of an order. The ticket's own comes first.",
    )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        # EXTENDS contract: by code, too, terms come from the template
        contracts = super().create(
            [{**self._get_template_terms(vals), **vals} for vals in vals_list]
        )
        contracts.filtered("covers_tickets")._on_ticket_scope_change()
        return contracts

    def write(self, vals):
        # EXTENDS contract
        scope, terms = self._get_scope_fields(), self._get_rating_fields()
        lines = {"contract_line_ids", "contract_line_fixed_ids"}
        if (scope | terms | lines).isdisjoint(vals):
            return super().write(vals)
        old_scope, old_terms = self._get_values(scope), self._get_values(terms)
        customers = self.commercial_partner_id
        result = super().write(vals)
        if self._get_values(terms) != old_terms:
            self._on_ticket_terms_change()
        if self._get_values(scope) != old_scope:
            self._on_ticket_scope_change(customers)
        return result

    # Templates

    @api.onchange("contract_template_id")
    def _onchange_contract_template_id(self):
        # EXTENDS contract: it keeps what the new template leaves empty
        result = super()._onchange_contract_template_id()
        template = self.contract_template_id
        if template.covers_tickets:
            for name in self._get_ticket_terms():
                self[name] = template[name]
        return result

    @api.model
    def _get_template_terms(self, vals):
        """Return the terms that a new contract takes from its template.

        A template that says nothing of tickets leaves the terms as they are.
        """
        template = self.env["contract.template"].browse(
            vals.get("contract_template_id")
        )
        return template._prepare_contract_terms() if template.covers_tickets else {}

    # Change of terms

    @api.model
    def _get_scope_fields(self):
        """Return the fields that decide which contract holds for a ticket."""
        return {
            "active",
            "company_id",
            "contract_type",
            "covers_tickets",
            "date_end",
            "date_start",
            "partner_id",
            "ticket_category_ids",
            "ticket_team_ids",
        }

    @api.model
    def _get_rating_fields(self):
        """Return the other fields that a rating under the contract depends on."""
        rating_fields = {
            "currency_id",
            "fiscal_position_id",
            "invoice_partner_id",
            "journal_id",
            "manual_currency_id",
            "payment_term_id",
            "pricelist_id",
            *self._get_ticket_terms(),
        }
        # On which invoice work is says nothing of what it is worth
        return rating_fields - self._get_scope_fields() - {"ticket_invoice_mode"}

    def _on_ticket_terms_change(self):
        """Rate anew what waits under these contracts."""
        self._stamp_ticket_terms()
        self._rate_tickets_anew(Domain("contract_id", "in", self.ids))

    def _on_ticket_scope_change(self, customers=None):
        """Rate anew what waits under another contract than would hold now.

        :param customers: those that the contracts had before
        """
        if not self:
            return
        partners = self.commercial_partner_id
        if customers:
            partners |= customers
        waiting = (
            self.env["ticket.billing.charge"]
            .sudo()
            .search(
                Domain("state", "in", ("to_approve", "ready"))
                & Domain("partner_id", "child_of", partners.ids)
            )
        )
        moved = self.env["ticket.billing.rating"].sudo()._filter_moved(waiting)
        self._rate_tickets_anew(Domain("id", "in", moved.ids))

    def _rate_tickets_anew(self, charge_domain):
        self.env["helpdesk.ticket"]._on_terms_change(
            charge_domain,
            Domain("partner_id", "child_of", self.commercial_partner_id.ids),
            self.env._("The terms of a contract changed."),
        )
