from odoo import Command, api, models
from odoo.tools import float_is_zero, str2bool

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
        "_compute_tax_ids",
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
        :return: False if hints are switched off, or others decide about lines
        """
        if not self._may_hint():
            return False
        headers, bases = {}, {}
        for plan, draft in zip(plans, drafts, strict=True):
            draft["is_manually_modified"] = False
            if not self._may_hint_draft(plan, draft):
                continue
            position = plan.charges[0].fiscal_position_id
            draft.setdefault("fiscal_position_id", position.id)
            key = self._get_hint_key(draft)
            if key not in headers:
                headers[key] = self._get_hint_header(draft)
            lines = self._get_product_values(draft)
            for product in {vals["product_id"] for vals in lines}:
                if (key, product) not in bases:
                    bases[key, product] = self._get_hint_base(headers[key], product)
            own = [bases[key, vals["product_id"]] for vals in lines]
            self._hint_lines(headers[key], lines, own)
        return True

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

    # What is found once for many drafts

    @api.model
    def _get_hint_key(self, draft):
        """Return what drafts have in common that share position, taxes and rate."""
        names = ("journal_id", "currency_id", "fiscal_position_id", "invoice_date")
        return tuple(draft.get(name) for name in names)

    @api.model
    def _get_hint_header(self, draft):
        """Return an invoice to nobody, not saved, that stands for many drafts."""
        names = ("move_type", "company_id", "journal_id", "currency_id")
        return self.env["account.move"].new(
            {
                **{name: draft[name] for name in names},
                "fiscal_position_id": draft["fiscal_position_id"],
                "invoice_date": draft.get("invoice_date"),
            }
        )

    @api.model
    def _get_hint_base(self, header, product_id):
        """Return what Odoo works out the taxes of a line with this product from."""
        values = {"move_id": header.id, "product_id": product_id}
        line = self.env["account.move.line"].new(values)
        return header._prepare_product_base_line_for_taxes_computation(line)

    # Lines

    @api.model
    def _hint_lines(self, header, lines, bases):
        """Add to the values of all lines of a draft what Odoo would write there once it
        has worked out the taxes.

        All at once: odd cents are shared among the lines of an invoice.
        """
        taxes, company = self.env["account.tax"], header.company_id
        bases = [
            {**base, **self._get_hint_amounts(vals)}
            for vals, base in zip(lines, bases, strict=True)
        ]
        taxes._add_tax_details_in_base_lines(bases, company)
        taxes._round_base_lines_tax_details(bases, company)
        taxes._add_accounting_data_in_base_lines_tax_details(
            bases, company, include_caba_tags=header.always_tax_exigible
        )
        found = taxes._prepare_tax_lines(bases, company)["base_lines_to_update"]
        no_tags = [Command.set([])]
        for vals, (base, amounts) in zip(lines, found, strict=True):
            vals.update(amounts, tax_ids=[Command.set(base["tax_ids"].ids)])
            if vals["tax_tag_ids"] == no_tags:
                # A new line has none; to be told so takes Odoo a while
                del vals["tax_tag_ids"]

    @api.model
    def _get_hint_amounts(self, vals):
        """Return what a line amounts to, rounded as Odoo keeps it."""
        lines = self.env["account.move.line"]
        numbers = {
            name: lines._fields[name].convert_to_cache(vals.get(name), lines)
            for name in ("quantity", "price_unit", "discount")
        }
        unit = self.env["uom.uom"].browse(vals["product_uom_id"])
        return {**numbers, "product_uom_id": unit}
