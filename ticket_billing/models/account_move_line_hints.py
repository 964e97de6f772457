from odoo import models

from .account_move_hints import HINTED

# What Odoo works out from quantity, price and taxes of a line
TOTALS = ("price_subtotal", "price_total")


class AccountMoveLine(models.Model):
    """Spares Odoo a second look at the lines of drafts that come with hints."""

    _inherit = "account.move.line"

    def _create(self, data_list):
        # EXTENDS base: totals that came with the lines were found by the same methods.
        # They are worked out again as soon as anything of the line changes.
        lines = super()._create(data_list)
        if self.env.context.get(HINTED):
            given = lines.browse(
                line.id
                for line, data in zip(lines, data_list, strict=True)
                if data["stored"].keys() >= set(TOTALS)
            )
            for name in TOTALS:
                self.env.remove_to_compute(self._fields[name], given)
        return lines

    def write(self, vals):
        # EXTENDS account: to the lines of each new draft it writes the customer, who is
        # there already
        if self.env.context.get(HINTED) and vals.keys() == {"partner_id"}:
            others = self.filtered(
                lambda line: line.partner_id.id != vals["partner_id"]
            )
            return super(AccountMoveLine, others).write(vals) if others else True
        return super().write(vals)

    def _check_company(self, fnames=None):
        # EXTENDS base: all values of the lines at once, most of which they have in
        # common. Where one does not fit, Odoo says which.
        if self.env.context.get(HINTED) and self._fit_companies(fnames):
            return None
        return super()._check_company(fnames)

    def _fit_companies(self, fnames):
        """Return whether all that the lines point to belongs to their companies."""
        fields = [self._fields[name] for name in fnames or self._fields]
        names = [f.name for f in fields if f.relational and f.check_company]
        for company, lines in self.sudo().grouped("company_id").items():
            for name in names:
                values = lines[name].with_context(active_test=False)
                domain = values._check_company_domain(company)
                if domain and values != values.filtered_domain(domain):
                    return False
        return True

    def _inverse_no_followup(self):
        # EXTENDS account: a new draft is followed up, so lines that say the same have
        # nothing to pass on to it
        if self.env.context.get(HINTED):
            self = self.filtered("no_followup")
        return super()._inverse_no_followup()
