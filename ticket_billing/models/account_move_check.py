from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import formatLang

MONTHS = 3


class AccountMove(models.Model):
    """What is checked of a draft from tickets before it is posted."""

    _inherit = "account.move"

    ticket_billing_errors = fields.Text(
        compute="_compute_ticket_billing_findings",
        compute_sudo=True,
        groups="base.group_user",
        help="What keeps the draft from being posted by itself.",
    )
    ticket_billing_warnings = fields.Text(
        compute="_compute_ticket_billing_findings",
        compute_sudo=True,
        groups="base.group_user",
        help="What to look at before the draft is posted. Posting is not held up.",
    )
    ticket_billing_override_reason = fields.Char(
        string="Errors Passed Over",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Why a manager let the draft be posted in spite of its errors.",
    )
    ticket_billing_override_errors = fields.Text(
        copy=False,
        groups=fields.NO_ACCESS,
        help="The errors that a manager passed over. Others are looked at anew.",
    )

    @api.depends(
        "state",
        "partner_id",
        "amount_untaxed",
        "invoice_line_ids.price_unit",
        "invoice_line_ids.tax_ids",
        "invoice_line_ids.charge_ids",
        "ticket_billing_level",
    )
    @api.depends_context("lang")
    def _compute_ticket_billing_findings(self):
        for move in self:
            findings = move._get_ticket_billing_findings()
            move.ticket_billing_errors = "\n".join(findings["error"]) or False
            move.ticket_billing_warnings = "\n".join(findings["warning"]) or False

    def _get_ticket_billing_findings(self):
        """Return the sentences that the checks of the company say about a draft, as a
        dict with the keys ``error`` and ``warning``."""
        self.ensure_one()
        findings = {"error": [], "warning": []}
        if self.state != "draft" or not self.invoice_line_ids.charge_ids:
            return findings
        checks = {
            "ticket_billing_check_zero_price": self._check_ticket_zero_price,
            "ticket_billing_check_no_tax": self._check_ticket_no_tax,
            "ticket_billing_check_no_address": self._check_ticket_no_address,
            "ticket_billing_check_unusual_total": self._check_ticket_unusual_total,
        }
        for name, check in checks.items():
            weight = self.company_id[name]
            if weight in findings:
                findings[weight] += check()
        return findings

    def _get_plain_errors(self):
        """Return the errors in one language, to compare them with others."""
        plain = self.with_context(lang="en_US")
        return plain._get_ticket_billing_findings()["error"]

    def _get_new_errors(self):
        """Return the errors that nobody has passed over."""
        passed = (self.ticket_billing_override_errors or "").split("\n")
        return [error for error in self._get_plain_errors() if error not in passed]

    def _get_ticket_product_lines(self):
        """Return the lines that bill work on tickets."""
        return self.invoice_line_ids.filtered("charge_ids")

    def _check_ticket_zero_price(self):
        """Return a sentence for each line that costs nothing."""
        free = self._get_ticket_product_lines().filtered(
            lambda line: self.currency_id.is_zero(line.price_subtotal)
        )
        return [
            self.env._("Price 0.00: %(line)s.", line=(line.name or "").split("\n")[0])
            for line in free
        ]

    def _check_ticket_no_tax(self):
        """Return a sentence for each line without the tax that its product has, for
        this company or only for others.

        Where the fiscal position takes the tax away there is none to miss.
        """
        bare = self._get_ticket_product_lines().filtered(lambda line: not line.tax_ids)
        domain = self.env["account.tax"]._check_company_domain(self.company_id)
        return [
            self.env._(
                "No tax, although product “%(product)s” has one: %(line)s.",
                product=line.product_id.display_name,
                line=(line.name or "").split("\n")[0],
            )
            for line in bare
            if line._get_computed_taxes()
            or (taxes := line.product_id.taxes_id)
            and not taxes.filtered_domain(domain)
        ]

    def _check_ticket_no_address(self):
        """Return whether the customer has no address, or no e-mail to send it to."""
        partner, lines = self.partner_id, []
        if not any(partner[name] for name in ("street", "street2", "zip", "city")):
            lines.append(
                self.env._(
                    "“%(customer)s” has no invoice address.",
                    customer=partner.display_name,
                )
            )
        if self._is_sent_by_email() and not partner.email:
            lines.append(
                self.env._(
                    "“%(customer)s” has no e-mail address to send the invoice to.",
                    customer=partner.display_name,
                )
            )
        return lines

    def _is_sent_by_email(self):
        """Return whether the invoice will go out by e-mail by itself."""
        if self.ticket_billing_level != "send":
            return False
        send = self.env["account.move.send"].with_company(self.company_id)
        return "email" in send._get_default_sending_methods(self)

    def _check_ticket_unusual_total(self):
        """Return whether the total is far from what the customer usually pays.

        The mean of his posted invoices with work on tickets of the three months before,
        net, in the company's currency. Credit notes and what is credited are left out.
        """
        mean = self._get_usual_ticket_total()
        percent = self.company_id.ticket_billing_check_percent
        currency = self.company_currency_id
        if not mean:
            return []
        total = self.amount_untaxed_signed
        if currency.compare_amounts(abs(total - mean), mean * percent / 100) <= 0:
            return []
        return [
            self.env._(
                "The total of %(total)s is more than %(percent)s %% off the customer's "
                "mean of three months, %(mean)s.",
                total=formatLang(self.env, total, currency_obj=currency),
                percent=percent,
                mean=formatLang(self.env, mean, currency_obj=currency),
            )
        ]

    def _get_usual_ticket_total(self):
        """Return the mean of the customer's invoices in the company's currency, 0.0 if
        there are none."""
        today = self.company_id._get_ticket_billing_date(fields.Datetime.now())
        day = self.invoice_date or today
        invoices = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "!=", "reversed"),
                ("invoice_date", ">=", day - relativedelta(months=MONTHS)),
                ("invoice_date", "<=", day),
                ("invoice_line_ids.charge_ids", "!=", False),
                ("id", "!=", self._origin.id),
            ]
        )
        if not invoices:
            return 0.0
        total = sum(invoices.mapped("amount_untaxed_signed"))
        return self.company_currency_id.round(total / len(invoices))
