from odoo import Command, api, models
from odoo.exceptions import UserError

from ..tools.due import EVERYTHING
from ..tools.preview import Preview, PreviewLine

LINE_FIELDS = (
    "display_type",
    "product_id",
    "product_uom_id",
    "name",
    "quantity",
    "price_unit",
    "discount",
    "account_id",
    "analytic_distribution",
)


def _get_values(line):
    """Return the values of a line of an open draft, to show it on a preview."""
    values = {
        name: line._fields[name].convert_to_write(line[name], line)
        for name in LINE_FIELDS
    }
    return {**values, "tax_ids": [Command.set(line.tax_ids.ids)]}


class TicketBillingRun(models.Model):
    """What a run would do: the same rating and the same invoices, not saved."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_preview(self, tickets, due=EVERYTHING):
        """Return the ``Preview`` of billing tickets now; writes nothing.

        Rights are the caller's business: it reads as the system.

        :param Due due: which ready charges are invoiced
        """
        engine = self.with_env(self._get_engine_env())
        engine = engine.with_context(
            ticket_billing_due=due, ticket_billing_retries=self._may_retry_rejected()
        )
        preview = Preview()
        # Whoever confirms may have chosen them in another order
        tickets = tickets.union().sudo().sorted("id")
        for company, own in tickets.grouped("company_id").items():
            engine = engine.with_company(company)
            own = own.with_env(engine.env)
            preview.unbilled.update(own._get_unbilled_hours())
            closed = own.filtered(engine._takes)
            for batch in engine._get_batches(closed, company):
                part = Preview()
                engine._preview_closed(part, batch)
                preview.add_step(batch.ids, part)
            engine._preview_open(preview, own - closed)
        return preview

    @api.model
    def _preview_closed(self, preview, tickets):
        """Add what becomes of closed tickets."""
        ratings = self.env["ticket.billing.rating"]._rate(tickets)
        standing = self._get_standing_charges(tickets).filtered(
            lambda c: c.state in ("ready", "to_approve") or c._get_to_print()
        )
        ready = standing.filtered(lambda c: c.state == "ready")._filter_due()
        held = self._hold_over_limit(ratings, ready)
        self._add_ratings(preview, ratings)
        charges = standing.sorted("id") + self._get_fresh_charges(ratings)
        waiting = charges.filtered(lambda c: c.state == "to_approve") | held
        self._preview_invoices(preview, tickets, (charges - waiting)._filter_due())
        for ticket, own in waiting.grouped("ticket_id").items():
            self._try_lines(preview, ticket, own, will_bill=False)

    @api.model
    def _preview_invoices(self, preview, tickets, charges):
        """Add the invoices of tickets, halving a batch that fails as a run does."""
        own = charges.filtered(lambda c: c.ticket_id in tickets)
        if self._try_lines(preview, tickets, own) or len(tickets) == 1:
            return
        for half in self._halve(tickets):
            self._preview_invoices(preview, half, charges)

    @api.model
    def _preview_open(self, preview, tickets):
        """Add what open tickets would be worth if each were closed now."""
        ratings = self.env["ticket.billing.rating"]._rate(tickets, each_alone=True)
        self._add_ratings(preview, ratings)
        for rating in ratings:
            fresh = self._get_fresh_charges([rating])
            self._try_lines(preview, rating.ticket, fresh, will_bill=False)

    @api.model
    def _get_fresh_charges(self, ratings):
        """Return the charges of ratings, not saved, in the order of a run."""
        charges = self.env["ticket.billing.charge"]
        return charges.concat(
            *[charges.new(vals) for rating in ratings for vals in rating.charges]
        )

    @api.model
    def _add_ratings(self, preview, ratings):
        """Add ratings, and what of them a confirmation relies on."""
        preview.ratings += ratings
        for rating in ratings:
            charges = [
                {name: value for name, value in vals.items() if name != "explanation"}
                for vals in rating.charges
            ]
            preview.facts["ratings"].append([rating.ticket.id, rating.error, charges])

    # Invoices

    @api.model
    def _try_lines(self, preview, tickets, charges, will_bill=True):
        """Add the lines and invoices of charges and return whether that was possible.

        An error is noted for the ticket if there is only one.
        """
        try:
            lines, drafts = self._prepare_preview_lines(charges)
        except UserError as error:
            if len(tickets) == 1:
                preview.errors[tickets] = str(error)
            return False
        preview.add_lines(lines)
        for line in lines:
            line.will_bill = will_bill and bool(line.move)
        if will_bill:
            preview.moves += drafts
            preview.drafts |= {move: draft for move, draft in drafts.items() if draft}
            facts = [self._get_preview_facts(move) for move in drafts]
            preview.facts["invoices"] += facts
        return True

    @api.model
    def _get_preview_facts(self, move):
        """Return what of an invoice that is not saved a confirmation relies on."""
        records = (
            move.partner_id,
            move.journal_id,
            move.currency_id,
            move.fiscal_position_id,
            move.invoice_payment_term_id,
            move.invoice_user_id,
        )
        lines = [
            [line.name, line.quantity, line.price_unit, line.tax_ids.ids]
            for line in move.invoice_line_ids
        ]
        return {
            "terms": [record.id for record in records],
            "due": move.invoice_date_due,
            "lines": lines,
            "totals": self._get_preview_totals(move),
        }

    @api.model
    def _get_preview_totals(self, move):
        """Return what an invoice that is not saved amounts to: net, tax and gross."""
        names = ("base_amount", "tax_amount", "total_amount")
        return [
            move.currency_id.round(move.tax_totals[f"{name}_currency"])
            for name in names
        ]

    # Lines

    @api.model
    def _prepare_preview_lines(self, charges):
        """Return the lines that charges will have, and a dict: invoice → open draft.

        Neither lines nor invoices are saved. What is covered is told on the line that
        it belongs to, else on one of its own.

        :param charges: in the order of a run
        """
        worthless = charges.filtered(lambda c: c.state == "ready")._get_worthless()
        fresh = charges.filtered(lambda c: not c._origin)
        covered = fresh.filtered(lambda c: c.state == "covered") | worthless & fresh
        by_line = covered.grouped(lambda c: c._get_line_key())
        lines, drafts = [], {}
        billable = charges.filtered(lambda c: c.state != "covered") - worthless
        for plan in billable._plan_drafts(charges._get_to_print()):
            move = self._prepare_preview_move(plan)
            drafts[move] = plan.draft
            groups = plan.billable._get_line_groups()
            count = len(plan.billable._prepare_lines(plan.covered))
            new_lines = move.invoice_line_ids[-count:]
            for own, move_line in zip(groups, new_lines, strict=False):
                extra = by_line.pop(own[0]._get_line_key(), covered.browse())
                lines.append(self._prepare_preview_line(own + extra, move_line))
        lines += [self._prepare_preview_line(own) for own in by_line.values()]
        return lines, drafts

    @api.model
    def _prepare_preview_move(self, plan):
        """Return the invoice of a plan, not saved; an open draft with what joins it."""
        values = plan.billable._prepare_invoice(plan.covered)
        if plan.draft:
            values.update(plan.billable._prepare_joining(plan.draft, plan.covered))
            # Not new(origin=…): all shadows of one record share one cache
            lines = [
                Command.create(_get_values(line))
                for line in plan.draft.invoice_line_ids
            ]
            values["invoice_line_ids"] = lines + values["invoice_line_ids"]
        return self.env["account.move"].new(values)

    @api.model
    def _prepare_preview_line(self, charges, move_line=None):
        """Return a line with its figures on an invoice, if it is on one."""
        first = charges[0]
        line = PreviewLine(
            ticket=first.ticket_id,
            charges=charges,
            name=charges._get_invoice_line_name(),
            product=first.product_id,
            currency=first.currency_id,
            price_unit=first.price_unit,
        )
        if move_line:
            line.move = move_line.move_id
            line.quantity = move_line.quantity
            line.amount = move_line.price_subtotal
            line.amount_total = move_line.price_total
            line.taxes = move_line.tax_ids
        return line
