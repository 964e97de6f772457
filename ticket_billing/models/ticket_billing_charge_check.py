from odoo import models

from ..tools.errors import BillingError


class TicketBillingCharge(models.Model):
    """What must be in order before work is put on a draft.

    Odoo would refuse the draft in words of its own, or make one that is wrong or that
    nobody can post.
    """

    _inherit = "ticket.billing.charge"

    def _check_invoiceable(self, covered=None):
        """Refuse to put these charges, which share an invoice, on a draft.

        :param covered: the charges that the draft tells of, without billing them
        :raise UserError: which says what to mend
        """
        charges = self or covered
        charges[0]._check_customer_company()
        charges[0]._check_currency()
        charges[0]._check_journal()
        for own in charges.grouped("product_id").values():
            own[0]._check_product()
            own[0]._check_account()

    def _check_customer_company(self):
        """Refuse to make out an invoice to a customer of another company."""
        partner = self.invoice_partner_id
        delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        partners = partner | partner.commercial_partner_id | delivery
        domain = partner._check_company_domain(self.company_id)
        others = partners - partners.filtered_domain(domain)
        if others:
            raise BillingError(
                self.env._(
                    "Customer “%(customer)s” belongs to %(other)s, not to %(company)s. "
                    "Choose another contact on the ticket, or clear the company of "
                    "the customer.",
                    customer=others[0].display_name,
                    other=others[0].company_id.name,
                    company=self.company_id.name,
                ),
                "customer",
            )

    def _check_currency(self):
        if not self.currency_id.active:
            raise BillingError(
                self.env._(
                    "Currency %(currency)s is archived. Activate it, or choose another "
                    "one in the contract or the pricelist.",
                    currency=self.currency_id.name,
                ),
                "currency",
            )
        self.currency_id._check_ticket_billing_rate(self.company_id)

    def _check_journal(self):
        if not self.journal_id:
            raise BillingError(
                self.env._(
                    "%(company)s has no sales journal. Create one in Accounting › "
                    "Configuration › Journals.",
                    company=self.company_id.name,
                ),
                "journal",
            )
        if not self.journal_id.active:
            raise BillingError(
                self.env._(
                    "Journal “%(journal)s” is archived. Restore it, or choose another "
                    "one in the contract.",
                    journal=self.journal_id.name,
                ),
                "journal",
            )

    def _check_product(self):
        if not self.product_id.active:
            raise BillingError(
                self.env._(
                    "Product “%(product)s” is archived. Restore it, or choose another "
                    "one in the billing policy or the work type.",
                    product=self.product_id.display_name,
                ),
                "product",
            )

    def _check_account(self):
        """Refuse to invoice a product whose income has no account in use."""
        product = self.product_id.product_tmpl_id.with_company(self.company_id)
        accounts = product.get_product_accounts(fiscal_pos=self.fiscal_position_id)
        account = accounts["income"] or self.journal_id.default_account_id
        if not account or not account.active:
            raise BillingError(
                self.env._(
                    "No income account in use for product “%(product)s” in "
                    "%(company)s. Choose one on the product, its category or journal "
                    "“%(journal)s”.",
                    product=self.product_id.display_name,
                    company=self.company_id.name,
                    journal=self.journal_id.name,
                ),
                "account",
            )
