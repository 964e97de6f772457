from odoo import models
from odoo.fields import Domain

from ..tools.errors import BillingError


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _check_ticket_billing_rate(self, company):
        """Refuse amounts in a foreign currency that nobody entered a rate for.

        Odoo would take one unit of it for one of the company's currency.

        :raise UserError: which says what to enter
        """
        self.ensure_one()
        if self == company.currency_id or self._has_ticket_billing_rate(company):
            return
        raise BillingError(
            self.env._(
                "No exchange rate for %(currency)s. Enter one in Accounting › "
                "Configuration › Currencies.",
                currency=self.name,
            ),
            "currency",
        )

    def _has_ticket_billing_rate(self, company):
        own = Domain("company_id", "in", (False, company.root_id.id))
        domain = own & Domain("currency_id", "=", self.id)
        return bool(self.env["res.currency.rate"].sudo().search_count(domain, limit=1))
