from odoo import Command, api, fields, models

from ..models.ticket_billing_charge import AMOUNTS
from ..tools.due import EVERYTHING, Due

TOTALS = ("amount_untaxed", "amount_tax", "amount_total")


class TicketBillingPreview(models.TransientModel):
    """Shows the invoices that tickets will make, and makes them when confirmed."""

    _name = "ticket.billing.preview"
    _inherit = "ticket.billing.input.mixin"
    _description = "Preview of Ticket Billing"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="ticket_billing_preview_ticket_rel",
        column1="preview_id",
        column2="ticket_id",
        string="Tickets",
        readonly=True,
        context={"active_test": False},
    )
    line_ids = fields.One2many(
        comodel_name="ticket.billing.preview.line",
        inverse_name="preview_id",
        readonly=True,
    )
    invoice_ids = fields.One2many(
        comodel_name="ticket.billing.preview.invoice",
        inverse_name="preview_id",
        string="Draft Invoices",
        readonly=True,
    )
    customer_ids = fields.One2many(
        comodel_name="ticket.billing.preview.customer",
        inverse_name="preview_id",
        string="Totals by Customer",
        readonly=True,
    )
    up_to = fields.Date(
        readonly=True, help="The last day of the work that is invoiced."
    )
    invoice_date = fields.Date(readonly=True)
    will_bill = fields.Boolean(readonly=True)
    can_bill = fields.Boolean(readonly=True)
    reasons = fields.Text(string="Not billed now", readonly=True)
    warnings = fields.Text(readonly=True)
    difference = fields.Text(string="Changed meanwhile", readonly=True)
    explanation = fields.Text(string="How it comes about", readonly=True)
    digest = fields.Char(
        string="Checksum",
        groups=fields.NO_ACCESS,
        help="Stands for what would be written when this was shown. Whoever reads it "
        "could find out amounts by trying.",
    )

    @api.model
    def _open(self, tickets, due=EVERYTHING):
        """Return the action that shows what billing these tickets would do.

        The caller has checked that the user may see it.

        :param Due due: which ready charges are invoiced
        """
        values = self._prepare_values(tickets, due)
        return self.sudo().create(values)._get_action()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_confirm(self):
        """Bill the tickets, if that does what was shown; else show what changed.

        Where that takes a while it goes step by step, each of which looks by itself.

        :raise AccessError: if the user may not bill one of the tickets
        """
        self._check_single()
        tickets = self.ticket_ids
        tickets._check_can_bill()
        if len(self._get_steps()) > 1:
            return self._get_steps_action()
        due = self._get_due()
        values = self._prepare_values(tickets, due)
        if values["digest"] == self.sudo().digest:
            runs = self.env["ticket.billing.run"]._process(
                "button", tickets=tickets, due=due
            )
            return runs._get_result_action()
        shown = self._get_line_texts()
        wizard = self.sudo()
        wizard.line_ids.unlink()
        wizard.invoice_ids.unlink()
        wizard.customer_ids.unlink()
        wizard.write(values)
        wizard.difference = wizard._get_difference(shown)
        return self._get_action()

    # Values

    def _get_due(self):
        """Return the ``Due`` that the preview was made with."""
        if not self.up_to:
            return EVERYTHING
        return Due(up_to=self.up_to, invoice_date=self.invoice_date or None)

    @api.model
    def _prepare_values(self, tickets, due):
        """Return the values of a wizard that shows a new preview of tickets."""
        preview = self.env["ticket.billing.run"]._get_preview(tickets, due)
        return {
            "up_to": due.up_to if due != EVERYTHING else False,
            "invoice_date": due.invoice_date,
            "ticket_ids": [Command.set(tickets.ids)],
            "line_ids": [
                Command.create(self._prepare_line(line)) for line in preview.lines
            ],
            "invoice_ids": [
                Command.create(self._prepare_invoice(preview, move))
                for move in preview.moves
            ],
            "customer_ids": [
                Command.create(values) for values in self._prepare_customers(preview)
            ],
            "will_bill": bool(preview.moves),
            "can_bill": tickets._can_bill(),
            "reasons": self._get_reasons(preview),
            "warnings": self._get_warnings(preview),
            "explanation": self._get_explanation(preview),
            "difference": False,
            "digest": preview.digest,
            "steps": preview.steps,
        }

    @api.model
    def _prepare_line(self, line):
        return {
            "ticket_id": line.ticket.id,
            "name": line.name,
            "will_bill": line.will_bill,
            "worked_hours": line.worked_hours,
            "covered_quantity": line.covered_quantity,
            "covered_amount": line.covered_amount,
            "quantity": line.quantity,
            "price_unit": line.price_unit,
            "tax_names": ", ".join(line.taxes.mapped("name")) if line.taxes else "",
            "amount": line.amount,
            "currency_id": line.currency.id,
        }

    @api.model
    def _prepare_invoice(self, preview, move):
        totals = self.env["ticket.billing.run"]._get_preview_totals(move)
        draft = preview.drafts.get(move)
        added = {
            name: total - (draft[name] if draft else 0.0)
            for name, total in zip(TOTALS, totals, strict=True)
        }
        return {
            "partner_id": move.partner_id.id,
            "is_joined": bool(draft),
            "currency_id": move.currency_id.id,
            "draft_total": totals[-1],
            **{name: move.currency_id.round(total) for name, total in added.items()},
        }

    @api.model
    def _prepare_customers(self, preview):
        """Return the values of a row for each customer and currency, if there are
        several invoices to add up."""
        if len(preview.moves) < 2:
            return []
        groups = {}
        for move in preview.moves:
            customer = move.partner_id.commercial_partner_id
            groups.setdefault((customer, move.currency_id), []).append(move)
        return [
            self._prepare_customer(preview, customer, currency, moves)
            for (customer, currency), moves in groups.items()
        ]

    @api.model
    def _prepare_customer(self, preview, customer, currency, moves):
        invoices = [self._prepare_invoice(preview, move) for move in moves]
        return {
            "partner_id": customer.id,
            "currency_id": currency.id,
            "ticket_count": len(set().union(*map(preview.get_tickets, moves))),
            "invoice_count": len(moves),
            **{
                name: currency.round(sum(invoice[name] for invoice in invoices))
                for name in TOTALS
            },
        }

    # What changed

    def _get_line_texts(self):
        """Return the lines as the user may read them."""
        with_amounts = self.env.user.has_group(AMOUNTS)
        return [line._get_text(with_amounts) for line in self.sudo().line_ids]

    def _get_difference(self, shown):
        """Return what is gone (–) and what is new (+) since lines were shown."""
        now = self._get_line_texts()
        gone = [f"– {text}" for text in shown if text not in now]
        new = [f"+ {text}" for text in now if text not in shown]
        if gone or new:
            return "\n".join([*gone, *new])
        return self.env._("The lines are the same, but the terms behind them changed.")
