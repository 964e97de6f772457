from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class TicketBillingRun(models.Model):
    """Which tickets somebody means who names them in words."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_scope(self, company="", customer=""):
        """Return the domain of tickets of a company and a customer.

        :param str company: id or exact name
        :param str customer: id, reference or exact name; of a contact: its customer
        :raise UserError: if there is no such company or customer, or several
        """
        domain = Domain.TRUE
        if company:
            own = self._find_company(company)
            domain &= Domain("company_id", "=", own.id)
        if customer:
            partner = self._find_customer(customer)
            domain &= Domain("commercial_partner_id", "=", partner.id)
        return domain

    @api.model
    def _find_company(self, text):
        """Return the one company of that id or name."""
        companies = self._find_named(self.env["res.company"].sudo(), text, ["name"])
        return self._check_one(companies, self.env._("company"), text)

    @api.model
    def _find_customer(self, text):
        """Return the one customer of that id, reference or name."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        found = self._find_named(partners, text, ["name", "ref"])
        customers = found.commercial_partner_id
        return self._check_one(customers, self.env._("customer"), text)

    @api.model
    def _find_named(self, records, text, names):
        self._check_argument("text", "char", text)
        domain = Domain.OR(Domain(name, "=", text) for name in names)
        # More digits are no id, but may be a name
        if text.isascii() and text.isdecimal() and len(text) < 10:
            domain |= Domain("id", "=", int(text))
        return records.search(domain, order="id")

    @api.model
    def _check_one(self, records, kind, text):
        if len(records) == 1:
            return records
        if not records:
            raise UserError(
                self.env._("There is no %(kind)s “%(text)s”.", kind=kind, text=text)
            )
        names = [f"{record.display_name} (id {record.id})" for record in records]
        raise UserError(
            self.env._(
                "“%(text)s” is more than one %(kind)s: %(names)s.",
                text=text,
                kind=kind,
                names=", ".join(names),
            )
        )

    @api.model
    def _find_tickets(self, numbers, domain):
        """Return the tickets of these numbers, in their order.

        :param Domain domain: where to look
        :raise UserError: if there is no ticket of a number, or several
        """
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        found = tickets.browse()
        for number in dict.fromkeys(numbers):
            self._check_argument("number", "char", number)
            own = tickets.search(Domain("number", "=", number) & domain)
            found += self._check_one(own, self.env._("ticket"), number)
        return found
