from odoo import api, fields, models
from odoo.fields import Domain

SCOPES = {"ticket_team_ids": "team_id", "ticket_category_ids": "category_id"}


class ContractContract(models.Model):
    """Which tickets a contract is for, and what happens when its terms change."""

    _inherit = "contract.contract"

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
        result = super().write(vals)
        if self._get_values(scope) != old_scope:
            self._on_ticket_scope_change()
        elif self._get_values(terms) != old_terms:
            self._on_ticket_terms_change(Domain("contract_id", "in", self.ids))
        return result

    def _get_values(self, names):
        return [[contract[name] for name in names] for contract in self.sudo()]

    @api.onchange("contract_template_id")
    def _onchange_contract_template_id(self):
        # EXTENDS contract: it keeps what the new template leaves empty
        result = super()._onchange_contract_template_id()
        template = self.contract_template_id
        for name in template and self._get_ticket_terms():
            self[name] = template[name]
        return result

    @api.model
    def _get_template_terms(self, vals):
        """Return the terms that a new contract takes from its template."""
        template = self.env["contract.template"].browse(
            vals.get("contract_template_id")
        )
        if not template:
            return {}
        return template._prepare_contract_terms()

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
            *SCOPES,
        }

    @api.model
    def _get_rating_fields(self):
        """Return the other fields that a rating under the contract depends on."""
        return {
            "currency_id",
            "fiscal_position_id",
            "invoice_partner_id",
            "journal_id",
            "manual_currency_id",
            "payment_term_id",
            "pricelist_id",
            *self._get_ticket_terms(),
        }

    def _on_ticket_scope_change(self):
        """Rate anew what another contract may hold for from now on."""
        if not self:
            return
        customers = self.commercial_partner_id
        of_customer = Domain("partner_id", "child_of", customers.ids)
        self._on_ticket_terms_change(
            Domain("contract_id", "in", self.ids) | of_customer
        )

    def _on_ticket_terms_change(self, domain):
        self.env["helpdesk.ticket"]._on_terms_change(
            domain & Domain("company_id", "in", self.company_id.ids),
            Domain("partner_id", "child_of", self.commercial_partner_id.ids),
            self.env._("The terms of a contract changed."),
        )

    # What

    def _get_misfit(self, ticket, date):
        """Return why the contract does not hold for a ticket on a day.

        :return: the condition that fails, a key of ``ticket.billing.receipt``, and its
            detail; two empty texts if the contract fits
        """
        self.ensure_one()
        if not self.covers_tickets:
            return "covers_tickets", ""
        if self.date_start and self.date_start > date:
            return "date_start", fields.Date.to_string(self.date_start)
        if self.date_end and self.date_end < date:
            return "date_end", fields.Date.to_string(self.date_end)
        for name, ticket_field in SCOPES.items():
            if not self._matches_scope(self[name], ticket[ticket_field]):
                return name, ", ".join(self[name].mapped("name"))
        return "", ""

    def _matches_scope(self, scope, record):
        """Return whether a team or category is in the scope, or below one that is."""
        path = (record.parent_path or "").split("/")
        return not scope or any(str(id_) in path for id_ in scope.ids)

    def _get_scope_rank(self, ticket):
        """Return how closely the contract is made for such tickets; more is closer.

        Two conditions beat one; of two categories the lower one beats the upper one,
        and a category beats a team.
        """
        self.ensure_one()
        category_path = (ticket.category_id.parent_path or "").split("/")
        team_path = (ticket.team_id.parent_path or "").split("/")
        return (
            len([name for name in SCOPES if self[name]]),
            self._get_depth(self.ticket_category_ids, category_path),
            self._get_depth(self.ticket_team_ids, team_path),
        )

    def _get_depth(self, scope, path):
        """Return how far down the path the lowest member of the scope is."""
        return max([path.index(str(i)) + 1 for i in scope.ids if str(i) in path] or [0])
