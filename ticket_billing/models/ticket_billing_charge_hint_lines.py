from odoo import Command, api, models

# A draft line of ours as it is, before anything is paid or posted
NEW_LINE = {
    "parent_state": "draft",
    "no_followup": False,
    "amount_residual": 0.0,
    "amount_residual_currency": 0.0,
    "reconciled": False,
}


class TicketBillingCharge(models.Model):
    """What Odoo finds for the lines of a draft, worked out by its own methods."""

    _inherit = "ticket.billing.charge"

    @api.model
    def _get_hint_key(self, draft):
        """Return what drafts have in common that share position, taxes and rate."""
        names = ("journal_id", "currency_id", "fiscal_position_id", "invoice_date")
        return tuple(draft.get(name) for name in names)

    @api.model
    def _get_hint_header(self, moves, draft):
        """Return an invoice to nobody, not saved, that stands for many drafts."""
        names = ("move_type", "company_id", "journal_id", "currency_id")
        return moves.new(
            {
                **{name: draft[name] for name in names},
                "fiscal_position_id": draft["fiscal_position_id"],
                "invoice_date": draft.get("invoice_date"),
            }
        )

    @api.model
    def _hint_lines(self, hints, lines):
        """Add to the values of all lines of a draft what Odoo would write there once it
        has worked out the taxes.

        All at once: odd cents are shared among the lines of an invoice.

        :param DraftHints hints: what was found for drafts like this
        """
        header = hints.header
        taxes, company = self.env["account.tax"], header.company_id
        bases = [
            {**self._get_hint_base(hints, vals), **self._get_hint_amounts(vals)}
            for vals in lines
        ]
        taxes._add_tax_details_in_base_lines(bases, company)
        totals = [self._get_hint_totals(hints, base) for base in bases]
        taxes._round_base_lines_tax_details(bases, company)
        taxes._add_accounting_data_in_base_lines_tax_details(
            bases, company, include_caba_tags=header.always_tax_exigible
        )
        found = taxes._prepare_tax_lines(bases, company)["base_lines_to_update"]
        no_tags = [Command.set([])]
        same = {**NEW_LINE, "date": header.date}
        for vals, (base, amounts), own in zip(lines, found, totals, strict=True):
            tax_ids = [Command.set(base["tax_ids"].ids)]
            vals.update(amounts, tax_ids=tax_ids, **own, **same)
            if vals["tax_tag_ids"] == no_tags:
                # A new line has none; to be told so takes Odoo a while
                del vals["tax_tag_ids"]

    @api.model
    def _get_hint_base(self, hints, vals):
        """Return what Odoo works out the taxes of lines with the same product from."""
        product_id = vals["product_id"]
        if product_id not in hints.bases:
            values = {"move_id": hints.header.id, "product_id": product_id}
            line = hints.header.env["account.move.line"].new(values)
            prepare = hints.header._prepare_product_base_line_for_taxes_computation
            hints.bases[product_id] = prepare(line)
        return hints.bases[product_id]

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

    @api.model
    def _get_hint_totals(self, hints, base):
        """Return the totals that a line shows: of it alone, without others' odd cents.

        Many lines come to the same.
        """
        names = ("product_id", "product_uom_id", "quantity", "price_unit", "discount")
        key = tuple(base[name] for name in names)
        if key not in hints.totals:
            company = hints.header.company_id
            self.env["account.tax"]._round_base_lines_tax_details([base], company)
            details = base["tax_details"]
            hints.totals[key] = {
                "price_subtotal": details["total_excluded_currency"],
                "price_total": details["total_included_currency"],
            }
        return hints.totals[key]
