from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.money import split_remainder
from ..tools.work import split_source_key

PRICES = ("today", "old")
COPIED_FIELDS = (
    "name",
    "kind",
    "service_date",
    "worked_hours",
    "rated_quantity",
    "rated_price_unit",
    "covered_quantity",
    "quantity",
    "price_unit",
    "amount",
    "covered_amount",
    "covered_by",
    "explanation",
)
COPIED_RECORDS = (
    "ticket_id",
    "employee_id",
    "analytic_line_id",
    "contract_id",
    "policy_id",
    "company_id",
    "currency_id",
    "partner_id",
    "invoice_partner_id",
    "product_id",
    "product_uom_id",
    "work_type_id",
)


class TicketBillingCharge(models.Model):
    """What a person decides about work whose bill was taken back."""

    _inherit = "ticket.billing.charge"

    def action_bill_again(self, price="today"):
        """Bill work again that was released, credited or written off. Managers only.

        What was credited in part is billed again in that part alone.

        :param str price: ``today`` rates the work anew under the terms of today;
            ``old`` bills what was agreed before
        :return: an action that opens the drafts or tells the outcome
        :raise UserError: if there is nothing to bill again, or the ticket cannot be
            billed; the message says why, and nothing is changed
        """
        self._check_manager()
        self.check_access("read")
        if price not in PRICES:
            raise UserError(self.env._("The price is that of today or the old one."))
        charges = self.sudo().filtered(lambda c: c._can_bill_again())
        if not charges:
            raise UserError(
                self.env._(
                    "There is nothing to bill again: only work that was released, "
                    "credited or written off."
                )
            )
        run_model = self.env["ticket.billing.run"]
        engine = charges.with_env(run_model._get_engine_env())
        for ticket in engine.ticket_id:
            engine._check_no_reason(ticket, ticket._get_not_now_reason())
        engine._make_room(price)
        tickets = self.env["helpdesk.ticket"].browse(charges.ticket_id.ids)
        runs = run_model._process("button", tickets=tickets)
        engine._check_billed_again(runs)
        engine.ticket_id._note_decision(
            self.env._("Released or credited work is billed again."), self.env.user
        )
        return runs._get_result_action()

    def action_open_bill_again(self):
        """Ask at which price these charges are billed again."""
        self._check_manager()
        return self.env["ticket.billing.decision"]._open(
            self.filtered(lambda c: c._can_bill_again()), "again"
        )

    def action_open_write_off(self):
        """Ask why these charges are written off."""
        self._check_manager()
        return self.env["ticket.billing.decision"]._open(
            self.filtered(lambda c: c._can_write_off()), "write_off"
        )

    def _can_bill_again(self):
        """Return whether a person may bill this work again."""
        self.ensure_one()
        written_off = self.state == "written_off" and not self.is_superseded
        return self.is_waiting or written_off

    def _is_whole(self):
        """Return whether all of the charge is billed again, not a part of it."""
        self.ensure_one()
        return self.state in ("released", "credited", "written_off") and not (
            self.replacement_ids.filtered(lambda c: not c.is_void)
        )

    def _make_room(self, price):
        """Let new charges stand for these.

        At today's price the next rating makes them; at the old one they are copies. The
        rows are locked and changed, so that two people cannot do it at the same time.
        """
        if self.try_lock_for_update() != self:
            raise UserError(self.env._("The work is being billed by someone else."))
        for company, charges in self.grouped("company_id").items():
            charges = charges.with_company(company)
            whole = charges.filtered(lambda c: c._is_whole())
            rest = charges - whole
            values = rest._prepare_remainders(price)
            if price == "old":
                values += whole._prepare_copies()
            for version, group in charges.grouped("version").items():
                group.version = version + 1
            whole.is_superseded = True
            charges._claim(values)

    def _check_billed_again(self, runs):
        """Refuse to leave work half way between its old and its new charge.

        :raise UserError: with the reason that the run gave
        """
        left = self.filtered(
            lambda c: c.is_waiting or (c.is_superseded and not c.replaced_by_id)
        )
        for line in runs.sudo().line_ids:
            if line.outcome == "blocked" or line.ticket_id in left.ticket_id:
                self._check_no_reason(line.ticket_id, line.reason)
        if left:
            gone = self.env._(
                "Its time entry is gone or is not billed any more. Bill it at the old "
                "price, or write it off."
            )
            self._check_no_reason(left[0].ticket_id, gone)

    @api.model
    def _check_no_reason(self, ticket, reason):
        """Refuse to bill a ticket again if there is a reason against it."""
        if reason:
            raise UserError(
                self.env._(
                    "The work on ticket %(number)s cannot be billed again. %(reason)s",
                    number=ticket.number,
                    reason=reason,
                )
            )

    # Values

    def _prepare_copies(self):
        """Return the values of charges at the price and quantity of these."""
        keys = self._get_next_source_keys()
        return [
            {
                **{name: charge[name] for name in COPIED_FIELDS},
                **{name: charge[name].id for name in COPIED_RECORDS},
                "source_key": keys[charge],
                "replaces_id": charge.id,
                "rating_state": "ready",
                "reason": False,
            }
            for charge in self
        ]

    def _get_next_source_keys(self):
        """Return a dict: charge → the key of the next charge of the same source."""
        numbers = self.ticket_id._get_charges()._get_source_numbers()
        keys = {}
        for charge in self:
            source, _number = split_source_key(charge.source_key)
            keys[charge] = f"{source}:{numbers[source] + 1}"
        return keys

    def _get_source_numbers(self):
        """Return a dict: source → highest number of its charges."""
        numbers = {}
        for charge in self:
            source, number = split_source_key(charge.source_key)
            numbers[source] = max(number, numbers.get(source, 0))
        return numbers

    def _prepare_remainders(self, price):
        """Return the values of charges for what was credited of these."""
        rates = self._get_rates_today() if price == "today" else {}
        values = self._prepare_copies()
        for charge, vals in zip(self, values, strict=True):
            vals.update(charge._prepare_remainder(rates.get(charge)))
        return values

    def _prepare_remainder(self, rate):
        """Return what differs from a copy: the part that was credited.

        :param rate: values of the charge at today's terms, None for the old price
        """
        old_price, unit = self.price_unit, self.currency_id.rounding
        amount = self._get_priced(self.waiting_amount)
        price = rate["price_unit"] if rate else old_price
        quantity, price = split_remainder(amount, old_price, price, unit)
        return {
            "rated_quantity": quantity,
            "quantity": quantity,
            "rated_price_unit": price,
            "price_unit": price,
            "amount": self.currency_id.round(quantity * price),
            "worked_hours": 0.0,
            "covered_quantity": 0.0,
            "covered_amount": 0.0,
            "covered_by": False,
            "is_remainder": True,
            "replaced_amount": self.waiting_amount,
        }

    def _get_rates_today(self):
        """Return a dict: charge → the values that a rating of today gives its work."""
        self.is_superseded = True
        rates = {}
        for ticket, charges in self.grouped("ticket_id").items():
            rating = self.env["ticket.billing.rating"]._rate(ticket)[0]
            by_charge = {vals.get("replaces_id"): vals for vals in rating.charges}
            rates.update({c: by_charge[c.id] for c in charges if c.id in by_charge})
            if not all(charge in rates for charge in charges):
                self._check_no_reason(ticket, rating.error or rating.reason)
        self.is_superseded = False
        return rates

    def _get_priced(self, net):
        """Return what a net amount is at the price of the invoice line, which may
        include taxes."""
        line = self._get_last_lines()[:1]
        if not line.price_subtotal:
            return net
        printed = Decimal(str(line.quantity)) * Decimal(str(line.price_unit))
        printed *= 1 - Decimal(str(line.discount)) / 100
        unit = Decimal(str(self.currency_id.rounding))
        if not line.tax_ids.flatten_taxes_hierarchy().filtered("price_include"):
            return net
        exact = Decimal(str(net)) * printed / Decimal(str(line.price_subtotal))
        return float((exact / unit).to_integral_value(ROUND_HALF_UP) * unit)

    # Write off

    def action_write_off(self, reason):
        """Give up work that waits for approval, its invoice or a person. Managers only.

        :param str reason: why, in a sentence that stays on record
        :raise UserError: without a reason, or for work that cannot be written off
        """
        self._check_manager()
        self.check_access("read")
        reason = (reason or "").strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the work is written off."))
        charges = self.sudo().filtered(lambda c: c._can_write_off())
        if not charges:
            raise UserError(
                self.env._(
                    "There is nothing to write off: only work that waits for approval, "
                    "for its invoice, or for a decision after it was credited or "
                    "released."
                )
            )
        if charges.try_lock_for_update() != charges:
            raise UserError(self.env._("The work is being billed by someone else."))
        for charge in charges:
            charge.write(charge._prepare_written_off(reason, self.env.user))
        charges.ticket_id._note_decision(
            self.env._("Work is written off: %(reason)s", reason=reason), self.env.user
        )
        return True

    def _can_write_off(self):
        self.ensure_one()
        return self.is_waiting or self.state in ("to_approve", "ready")

    def _prepare_written_off(self, reason, user):
        """Return the values of the charge once it is given up, or a part of it."""
        self.ensure_one()
        given_up = self.waiting_amount if self.was_invoiced else self.amount
        values = {
            "written_off_amount": self.written_off_amount + given_up,
            "reviewer_id": user.id,
            "review_date": fields.Datetime.now(),
            "reason": reason,
            "version": self.version + 1,
        }
        if not self.was_invoiced or self._is_whole():
            values["rating_state"] = "written_off"
        return values

    # Final

    @api.model
    def _get_final_reason(self, charges):
        """Return why invoices whose work was billed again stay as they are."""
        charge = charges[0]
        moves = charge.replaced_by_id.invoice_line_ids.move_id
        return self.env._(
            "Work on ticket %(number)s was billed again on %(invoice)s. That is final: "
            "credit the new invoice instead.",
            number=charge.ticket_id.number,
            invoice=", ".join(moves.mapped("display_name"))
            or self.env._("an invoice to come"),
        )
