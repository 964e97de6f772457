from odoo import api, models
from odoo.tools import float_is_zero, str2bool

from ..tools.drafts import DraftHints
from .account_analytic_distribution_model import UNDISTRIBUTED
from .account_move_hints import HINTED

# What decides position, taxes, rate and amounts of a line of ours in Odoo
DECIDERS = {
    "account.move": (
        "_compute_partner_shipping_id",
        "_compute_fiscal_position_id",
        "_compute_invoice_currency_rate",
        "_get_product_base_line_currency_rate",
        "_get_rounded_base_and_tax_lines",
        "_prepare_product_base_line_for_taxes_computation",
    ),
    "account.move.line": (
        "_compute_account_id",
        "_compute_no_followup",
        "_compute_tax_ids",
        "_compute_totals",
        "_get_computed_taxes",
    ),
}
# They have their say about bills, refunds and expenses, not about our lines
HARMLESS = {
    "account",
    "hr_expense",
    "l10n_mx",
    "l10n_tr",
    "stock_account",
}
# Values by which an addon makes Odoo find something else
DRAFT_VALUES = {
    "delivery_date",
    "invoice_currency_rate",
    "line_ids",
    "partner_shipping_id",
    "taxable_supply_date",
}
LINE_VALUES = {
    "account_id",
    "amount_currency",
    "balance",
    "credit",
    "currency_id",
    "debit",
    "extra_tax_data",
    "is_imported",
    "no_followup",
    "price_subtotal",
    "price_total",
    "tax_ids",
    "tax_tag_ids",
}


class TicketBillingCharge(models.Model):
    """Tells Odoo beforehand what it would find out itself about each line of a draft.

    Odoo creates an invoice, works out its taxes and then writes the amounts of each
    line, one at a time: nearly half the time that a draft takes. Lines that come with
    their amounts are left alone. Whatever is given comes from Odoo's own methods. It
    works the amounts out again and mends what differs; taxes and position it believes.

    Accounts are not given: Odoo finds them in less time than it takes to accept them.
    Nor is what costs nothing to find: delivery address, bank account, payment term,
    currency and customer of a line. Where the analytic distribution is left to the
    models of the company, Odoo has to search them.
    """

    _inherit = "ticket.billing.charge"

    @api.model
    def _add_hints(self, plans, drafts):
        """Add to the values of new drafts what Odoo would find itself.

        :param list plans: the ``DraftPlan`` of each draft, of one company
        :param list drafts: the values of each, as ``_prepare_invoice`` returns them
        :return: the context in which the drafts are created: an empty one if hints are
            switched off, or others decide about lines
        """
        if not self._may_hint():
            return {}
        hints, context = {}, self._get_hint_context()
        moves = self.env["account.move"].with_context(**context)
        for plan, draft in zip(plans, drafts, strict=True):
            draft["is_manually_modified"] = False
            if not self._may_hint_draft(plan, draft):
                continue
            position = plan.charges[0].fiscal_position_id
            draft.setdefault("fiscal_position_id", position.id)
            key = self._get_hint_key(draft)
            if key not in hints:
                hints[key] = DraftHints(self._get_hint_header(moves, draft))
            self._hint_lines(hints[key], self._get_product_values(draft))
        return context

    @api.model
    def _get_hint_context(self):
        """Return the context in which drafts are created that come with hints."""
        distributions = self.env["account.analytic.distribution.model"]
        return {
            HINTED: True,
            UNDISTRIBUTED: not distributions.search_count([], limit=1),
        }

    @api.model
    def _get_product_values(self, draft):
        """Return the values of the lines of a draft that are no notes."""
        lines = [vals for _code, _id, vals in draft["invoice_line_ids"]]
        return [vals for vals in lines if "product_id" in vals]

    # Where nothing is given

    @api.model
    def _may_hint(self):
        """Return whether drafts come with hints: nobody has switched them off, and all
        that decides about a line is Odoo's own.

        An addon may decide by the customer, the day or anything else, so where one has
        its say Odoo is left to ask it for each line.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        is_on = parameters.get_param("ticket_billing.hints", "1")
        return str2bool(is_on, False) and all(
            self._get_addons_with_a_say(model, method) <= HARMLESS
            for model, methods in DECIDERS.items()
            for method in methods
        )

    @api.model
    def _get_addons_with_a_say(self, model, method):
        """Return the names of the addons that define a method of a model."""
        classes = type(self.env[model]).__mro__
        owners = [cls for cls in classes if method in vars(cls)]
        return {cls.__module__.split(".")[2] for cls in owners}

    @api.model
    def _may_hint_draft(self, plan, draft):
        """Return whether the values of a draft are ours alone, as far as they decide
        what Odoo finds: another addon may have changed them."""
        lines = self._get_product_values(draft)
        return (
            draft["partner_id"] == plan.charges[0].invoice_partner_id.id
            and self._may_hint_currency(draft["currency_id"])
            and self._may_hint_term(draft.get("invoice_payment_term_id"))
            and not DRAFT_VALUES & set(draft)
            and not any(LINE_VALUES & set(vals) for vals in lines)
        )

    @api.model
    def _may_hint_currency(self, currency_id):
        """Return whether amounts are kept as Odoo works them out.

        It shares odd cents one by one, which a currency of five-cent coins then rounds.
        """
        currency = self.env["res.currency"].browse(currency_id)
        return all(
            float_is_zero(each.rounding - 10**-each.decimal_places, 6)
            for each in currency | self.env.company.currency_id
        )

    @api.model
    def _may_hint_term(self, term_id):
        """Return whether a payment term leaves the amounts of our lines alone.

        Where an early payment always lowers the tax, Odoo adds lines of its own that
        share the odd cents.
        """
        term = self.env["account.payment.term"].browse(term_id)
        return not (
            term.early_discount and term.early_pay_discount_computation == "mixed"
        )
