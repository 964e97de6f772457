from odoo import api, models
from odoo.exceptions import UserError

from ..tools.preview import Preview, PreviewLine
from .helpdesk_ticket import EVENTS


class TicketBillingRun(models.Model):
    """What a run would do: the same rating and the same invoices, not saved."""

    _inherit = "ticket.billing.run"

    @api.model
    def _get_preview(self, tickets):
        """Return the ``Preview`` of billing tickets now; writes nothing.

        Rights are the caller's business: it reads as the system.
        """
        engine = self.with_env(self._get_engine_env())
        preview = Preview()
        for company, own in tickets.sudo().grouped("company_id").items():
            engine = engine.with_company(company)
            own = own.with_env(engine.env)
            preview.unbilled.update(own._get_unbilled_hours())
            closed = own.filtered(lambda t: t.billing_event in EVENTS)
            for batch in engine._get_batches(closed, company):
                engine._preview_closed(preview, batch)
            engine._preview_open(preview, own - closed)
        return preview

    @api.model
    def _preview_closed(self, preview, tickets):
        """Add what becomes of closed tickets, halving a batch as a run does."""
        charges = self.env["ticket.billing.charge"]
        ratings = self.env["ticket.billing.rating"]._rate(tickets)
        ready = tickets._get_charges().filtered(
            lambda c: c.state == "ready" and c.company_id == self.env.company
        )
        fresh = charges.concat(*[charges.new(v) for r in ratings for v in r.charges])
        ready = ready.sorted("id") + fresh.filtered(lambda c: c.state == "ready")
        try:
            lines, moves = self._prepare_preview_lines(ready, fresh)
        except UserError as error:
            if len(tickets) > 1:
                half = len(tickets) // 2
                self._preview_closed(preview, tickets[:half])
                self._preview_closed(preview, tickets[half:])
                return
            lines, moves = [], []
            preview.errors[tickets] = str(error)
        for line in lines:
            line.will_bill = bool(line.move)
        preview.moves += moves
        preview.facts += [self._get_preview_facts(move) for move in moves]
        self._add_to_preview(preview, ratings, lines)
        for rating in ratings:
            waiting = fresh.filtered(
                lambda c, t=rating.ticket: c.ticket_id == t and c.state == "to_approve"
            )
            preview.lines += self._prepare_preview_lines(waiting, fresh.browse())[0]

    @api.model
    def _preview_open(self, preview, tickets):
        """Add what open tickets would be worth if each were closed now."""
        charges = self.env["ticket.billing.charge"]
        ratings = self.env["ticket.billing.rating"]._rate(tickets, each_alone=True)
        for rating in ratings:
            fresh = charges.concat(*[charges.new(vals) for vals in rating.charges])
            billable = fresh.filtered("quantity")
            lines = []
            try:
                lines, _moves = self._prepare_preview_lines(billable, fresh)
            except UserError as error:
                preview.errors[rating.ticket] = str(error)
            self._add_to_preview(preview, [rating], lines)

    @api.model
    def _add_to_preview(self, preview, ratings, lines):
        """Add ratings and lines, and what of them a confirmation relies on."""
        preview.ratings += ratings
        preview.lines += lines
        for rating in ratings:
            charges = [
                {name: value for name, value in vals.items() if name != "explanation"}
                for vals in rating.charges
            ]
            preview.facts.append([rating.ticket.id, rating.error, charges])
        preview.facts += [
            [line.will_bill, line.name, line.quantity, line.amount, line.amount_total]
            for line in lines
        ]

    # Invoices

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
            *move.invoice_line_ids.mapped("tax_ids"),
        )
        return [
            *[record.id for record in records],
            move.invoice_date_due,
            self._get_preview_totals(move),
        ]

    @api.model
    def _get_preview_totals(self, move):
        """Return what an invoice that is not saved amounts to: net, tax and gross."""
        names = ("base_amount", "tax_amount", "total_amount")
        return [
            move.currency_id.round(move.tax_totals[f"{name}_currency"])
            for name in names
        ]

    @api.model
    def _prepare_preview_lines(self, charges, fresh):
        """Return the lines and the invoices that charges will have, not saved.

        :param charges: those to invoice, in the order of a run
        :param fresh: all charges just rated; those that are covered get lines, too
        """
        covered = fresh.filtered(lambda c: c.state == "covered").grouped(
            lambda c: c._get_line_key()
        )
        lines, moves = [], []
        for group in charges._get_invoice_groups():
            move = self.env["account.move"].new(group._prepare_invoice())
            moves.append(move)
            for own, line in zip(
                group._get_line_groups(), move.invoice_line_ids, strict=True
            ):
                key = own[0]._get_line_key()
                lines.append(
                    self._prepare_preview_line(own, covered.pop(key, fresh.browse()))
                )
                lines[-1].quantity = line.quantity
                lines[-1].amount = line.price_subtotal
                lines[-1].amount_total = line.price_total
                lines[-1].taxes = line.tax_ids
                lines[-1].move = move
        lines += [
            self._prepare_preview_line(fresh.browse(), own) for own in covered.values()
        ]
        return lines, moves

    @api.model
    def _prepare_preview_line(self, charges, covered):
        """Return a line without its figures on an invoice."""
        first = (charges + covered)[0]
        return PreviewLine(
            ticket=first.ticket_id,
            charges=charges,
            covered=covered,
            name=first._get_invoice_line_name(),
            product=first.product_id,
            currency=first.currency_id,
            price_unit=first.price_unit,
        )
