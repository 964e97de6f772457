from odoo import api, models
from odoo.fields import Domain

from ..tools.health import ERROR, OK, WARNING, Finding


class TicketBillingHealth(models.Model):
    """Whether accounting has what invoices need: accounts, journals, taxes."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        # EXTENDS ticket_billing
        accounts = self.env._("Income accounts")
        journals = self.env._("Sales journals")
        taxes = self.env._("Taxes")
        return {
            **super()._get_checks(),
            "accounts": self._get_setup_check(accounts, self._find_accounts),
            "journals": self._get_setup_check(journals, self._find_journals),
            "taxes": self._get_setup_check(taxes, self._find_taxes),
        }

    @api.model
    def _get_journal(self, company):
        """Return the journal that invoices go to where no contract says otherwise."""
        journals = self.env["account.journal"]
        domain = [*journals._check_company_domain(company), ("type", "=", "sale")]
        return journals.search(domain, limit=1)

    def _find_accounts(self, company):
        """Whether the income of each product has an account in use."""
        default = self._get_journal(company).default_account_id
        bare = self.env["product.product"]
        for product in self._get_products(company):
            account = product.product_tmpl_id.get_product_accounts()["income"]
            if not (account or default).active:
                bare |= product
        if bare:
            message = self.env._(
                "Products without an income account in use: %(names)s. Choose one on "
                "the product, its category or the sales journal.",
                names=self._get_names(bare),
            )
            return self._get_problem(message, bare)
        return Finding(OK, self.env._("Each product has an income account."))

    def _find_journals(self, company):
        """Whether there is a sales journal, and those of contracts are in use."""
        if not self._get_journal(company):
            message = self.env._(
                "%(company)s has no sales journal in use: create or restore one.",
                company=company.name,
            )
            domain = [
                ("company_id", "=", company.id),
                ("active", "in", [True, False]),
                ("type", "=", "sale"),
            ]
            return Finding(ERROR, message, 0, "account.journal", domain)
        archived = self._get_contracts(company).filtered(
            lambda c: c.journal_id.type == "sale" and not c.journal_id.active
        )
        if archived:
            message = self.env._(
                "Contracts whose journal is archived: %(names)s. Their tickets are "
                "blocked: choose another journal.",
                names=self._get_names(archived),
            )
            return self._get_problem(message, archived)
        return Finding(OK, self.env._("There is a sales journal."))

    def _find_taxes(self, company):
        """Whether each product has a tax, in companies that have any."""
        taxes = self.env["account.tax"]
        own = Domain(taxes._check_company_domain(company))
        sale = own & Domain("type_tax_use", "=", "sale")
        if not taxes.search_count(sale, limit=1):
            return Finding(OK, self.env._("The company has no taxes on sales."))
        bare = self._get_products(company).filtered(
            lambda product: not product.taxes_id.filtered_domain(own)
        )
        if bare:
            message = self.env._(
                "Products without a tax in %(company)s: %(names)s. Their work is "
                "invoiced without tax: choose one, if only of 0 %%.",
                company=company.name,
                names=self._get_names(bare),
            )
            return self._get_problem(message, bare, WARNING)
        return Finding(OK, self.env._("Each product has a tax."))
