from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import float_compare

from ..tools.errors import BillingError
from ..tools.money import sum_lines


class TicketBillingCharge(models.Model):
    """What is checked before a draft is kept, and what is held back from it."""

    _inherit = "ticket.billing.charge"

    # Held back

    def _get_over_limit(self):
        """Return the charges by which customers exceed what they may be billed a day.

        Work that a person approved passes.
        """
        limit = self.env.company.ticket_billing_daily_limit
        charges = self.filtered(lambda c: not c._is_approved())
        if not limit or not charges:
            return self.browse()
        by_customer = charges.grouped("partner_id")
        groups = {}
        for partner, own in by_customer.items():
            customer = partner.commercial_partner_id
            groups[customer] = groups.get(customer, self.browse()) + own
        billed = self._get_billed_today(self.env["res.partner"].union(*groups))
        over = [
            own
            for customer, own in groups.items()
            if billed.get(customer, 0) + own._get_company_total() > limit
        ]
        return self.browse().concat(*over)

    def _is_approved(self):
        """Return whether a person has approved the work, with or without a name for
        it: versions before 19.0.1.5.0 kept none."""
        return bool(self.reviewer_id) and self.review in (False, "approve")

    @api.model
    def _get_billed_today(self, customers):
        """Return a dict: customer → what was put on his invoices today.

        At the agreed prices, in the company's currency.
        """
        company = self.env.company
        today = company._get_ticket_billing_date(fields.Datetime.now())
        made_today = [
            ("create_date", ">=", company._get_ticket_billing_midnight(today)),
            ("move_id.move_type", "=", "out_invoice"),
            ("parent_state", "!=", "cancel"),
        ]
        charges = self.search(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "child_of", customers.ids)
            & Domain("invoice_line_ids", "any", made_today)
        )
        groups = charges.grouped(lambda c: c.partner_id.commercial_partner_id)
        return {customer: own._get_company_total() for customer, own in groups.items()}

    def _get_company_total(self):
        """Return the sum of the amounts in the company's currency, at today's rate."""
        ratings = self.env["ticket.billing.rating"]
        amounts = ratings._get_amounts_by_currency(self._get_line_values())
        return ratings._get_total(amounts, self.env.company.currency_id)

    @api.model
    def _prepare_held(self):
        """Return the values of charges that wait because of the daily limit."""
        # Without the limit itself: technicians read the reason
        return {
            "rating_state": "to_approve",
            "reason": self.env._(
                "Over the daily limit for one customer: somebody has to look at it."
            ),
        }

    # Worth nothing

    def _get_worthless(self):
        """Return the charges of invoices that would come to 0.00 and are not wanted."""
        # Lines of work that is worth something come to something
        if all(self.mapped("amount")):
            return self.browse()
        groups = self.grouped(lambda c: c._get_invoice_group_key())
        worthless = [
            group
            for group in groups.values()
            if all(group.policy_id.mapped("skip_zero")) and not group._get_total()
        ]
        return self.browse().concat(*worthless)

    def _get_total(self):
        """Return what the lines of these charges amount to, as a Decimal."""
        lines = [(c._get_line_key(), c.quantity, c.price_unit) for c in self]
        return sum_lines(lines, self[:1].currency_id.rounding)

    def _settle(self, charges):
        """Close charges whose amount rounds to nothing."""
        for charge in charges:
            charge.write(charge._prepare_settled())

    def _prepare_settled(self):
        return {
            "rating_state": "covered",
            "covered_quantity": self.covered_quantity + self.quantity,
            "quantity": 0.0,
            "amount": 0.0,
            "reason": self.env._("The amount rounds to 0.00."),
        }

    # Safety check

    def _check_drafts(self, moves):
        """Refuse drafts that say something else than the ledger.

        :raise UserError: which keeps the drafts from being made and blocks the ticket
        """
        places = dict.fromkeys(self, 0)
        for line in moves.invoice_line_ids:
            own = line.charge_ids & self
            for charge in own:
                places[charge] += 1
                if not charge._is_of(line.move_id):
                    charge._refuse_draft()
            if own and not own._amounts_to(line):
                own[0]._refuse_draft()
        for charge, lines in places.items():
            if lines != 1:
                charge._refuse_draft()

    def _is_of(self, move):
        """Return whether an invoice is made out to whom the charge says."""
        return (
            move.company_id == self.company_id
            and move.currency_id == self.currency_id
            and move.partner_id == self.invoice_partner_id
            and move.fiscal_position_id == self.fiscal_position_id
            and move.journal_id == self.journal_id
        )

    def _amounts_to(self, line):
        """Return whether a line says what the charges amount to, to the last unit."""
        total, unit = self._get_line_total(), line.currency_id.rounding
        printed = sum_lines([(None, line.quantity, line.price_unit)], unit)
        if total < 0 or total != printed or line.discount:
            return False
        included = any(line.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))
        return included or not float_compare(
            line.price_subtotal, float(total), precision_rounding=unit
        )

    def _refuse_draft(self):
        raise BillingError(
            self.env._(
                "Safety check: the draft for ticket %(number)s differs from its "
                "charges. It was not made. Check what other addons do to invoices.",
                number=self.ticket_id._get_number(),
            ),
            "safety",
        )
