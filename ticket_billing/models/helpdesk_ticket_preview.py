from odoo import models
from odoo.tools import formatLang

from .helpdesk_ticket import EVENTS
from .helpdesk_ticket_state import AMOUNTS


class HelpdeskTicket(models.Model):
    """What billing a ticket would do, for people and for programs."""

    _inherit = "helpdesk.ticket"

    def action_preview_billing(self):
        """Open the invoices that these tickets would make; writes none.

        :raise AccessError: if the user may not see the billing of one of the tickets
        """
        self._check_can_preview()
        return self.env["ticket.billing.preview"]._open(self)

    def get_billing_preview(self):
        """Return what billing the tickets now would do, as plain data.

        A list with one dict for each ticket: ``ticket_id``, ``number``, ``strategy``,
        ``state``, ``will_bill``, ``reason`` (why not, or what it waits for), ``lines``
        (each ``name``, ``product``, ``quantity``, ``covered_quantity``, and
        ``price_unit``, ``amount`` net of tax), ``amount_untaxed``, ``amount_total``,
        ``currency`` (its code) and ``warnings``. Who may not see amounts gets a dict
        without them.

        :raise AccessError: if the user may not see the billing of one of the tickets
        """
        self._check_can_preview()
        preview = self.env["ticket.billing.run"]._get_preview(self)
        data = {
            rating.ticket.id: self._prepare_preview_data(preview, rating)
            for rating in preview.ratings
        }
        return [data[id_] for id_ in self.ids]

    def generate_invoice(self):
        """Bill the tickets now and return plain data, as ``get_billing_preview`` does.

        ``will_bill`` says whether the ticket was billed, ``reason`` why it was not.

        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_can_bill()
        data = self.get_billing_preview()
        runs = self.env["ticket.billing.run"]._process("api", tickets=self)
        self.invalidate_recordset()
        lines = runs.sudo().line_ids.grouped("ticket_id")
        for ticket, values in zip(self, data, strict=True):
            line = lines[ticket.sudo()]
            values["will_bill"] = line.outcome == "invoiced"
            values["reason"] = line.reason or ""
            values["state"] = ticket.billing_state
        return data

    def _prepare_preview_data(self, preview, rating):
        """Return the plain data of one ticket of a preview."""
        ticket = rating.ticket
        lines = preview.get_lines(ticket)
        ratings = self.env["ticket.billing.rating"].sudo()
        ratings = ratings.with_company(ticket.company_id)
        net, gross = {}, {}
        for line in lines:
            net[line.currency] = net.get(line.currency, 0) + line.amount
            gross[line.currency] = gross.get(line.currency, 0) + line.amount_total
        currency = ratings._get_common_currency(net)
        data = {
            "ticket_id": ticket.id,
            "number": ticket._get_number(),
            "strategy": ",".join(dict.fromkeys(rating.strategies)),
            "state": ticket.billing_state,
            "will_bill": any(line.will_bill for line in lines),
            "reason": ticket._get_preview_reason(preview, rating),
            "lines": [self._prepare_preview_line_data(line) for line in lines],
            "currency": currency.name,
            "warnings": ticket._get_preview_warnings(preview, rating),
        }
        if self.env.su or self.env.user.has_group(AMOUNTS):
            data["amount_untaxed"] = ratings._get_total(net, currency)
            data["amount_total"] = ratings._get_total(gross, currency)
        return data

    def _prepare_preview_line_data(self, line):
        data = {
            "name": line.name,
            "product": line.product.display_name,
            "quantity": line.quantity,
            "covered_quantity": line.covered_quantity,
        }
        if self.env.su or self.env.user.has_group(AMOUNTS):
            data["price_unit"] = line.price_unit
            data["amount"] = line.amount
        return data

    def _get_preview_reason(self, preview, rating):
        """Return why a ticket is not billed now, empty if all of it is."""
        self.ensure_one()
        if rating.error or self in preview.errors:
            return rating.error or preview.errors[self]
        if self.billing_rejected and not self.env.context["ticket_billing_retries"]:
            return self.billing_error
        if self.billing_event not in EVENTS and not rating.reason:
            return self.env._("The ticket is still open: it is billed once closed.")
        lines = preview.get_lines(self)
        waiting = [line for line in lines if line.waits]
        if waiting:
            charges = waiting[0].charges.concat(*[line.charges for line in waiting[1:]])
            reasons = filter(None, charges.mapped("reason"))
            return next(reasons, "") or self._get_approval_reason(charges.policy_id)
        if any(line.will_bill for line in lines):
            return ""
        covered = (vals["reason"] for vals in rating.charges)
        return rating.reason or " ".join(dict.fromkeys(covered))

    # Warnings

    def _get_preview_warnings(self, preview, rating):
        """Return sentences about what the reader should know before he confirms."""
        self.ensure_one()
        warnings = []
        if self.billing_event not in EVENTS:
            warnings.append(self.env._("The ticket is still open."))
        warnings += self._get_agreement_warnings(rating)
        if any(self._is_free_of_charge(vals) for vals in rating.charges):
            warnings.append(self.env._("A price is 0.00."))
        if self.billing_allowance:
            warnings.append(
                self.env._("Included in the contract: %s.", self.billing_allowance)
            )
        return warnings + [
            self.env._(
                "%(hours)s h are not billed. %(reason)s",
                hours=formatLang(self.env, hours, digits=2),
                reason=reason,
            )
            for reason, hours in preview.unbilled.get(self, {}).items()
        ]

    def _is_free_of_charge(self, vals):
        """Return whether the values of a charge have work at a price of 0.00."""
        is_included = vals["explanation"]["rate"]["source"] == "fee_included"
        return not vals["price_unit"] and vals["rated_quantity"] and not is_included

    def _get_agreement_warnings(self, rating):
        """Return what is unusual about the contracts that hold."""
        warnings = []
        for work in rating.works:
            contract = work.agreement.contract
            dates = {*work.entries.mapped("date"), *filter(None, [work.fee_date])}
            if not contract:
                warnings.append(self.env._("No running contract."))
            elif any(contract._get_misfit(self, date)[0] for date in dates):
                warnings.append(
                    self.env._(
                        "Contract “%(name)s” was chosen, although it does not hold by "
                        "itself.",
                        name=contract.display_name,
                    )
                )
        return list(dict.fromkeys(warnings))

    def _get_unbilled_hours(self):
        """Return a dict: ticket → reason → hours that are not billed for it."""
        unbilled = {}
        for entry in self.env["account.analytic.line"].search(
            [("ticket_id", "in", self.ids)]
        ):
            reason = entry._get_not_billed_reason()
            if reason:
                hours = unbilled.setdefault(entry.ticket_id, {})
                hours[reason] = hours.get(reason, 0) + entry.unit_amount
        return unbilled
