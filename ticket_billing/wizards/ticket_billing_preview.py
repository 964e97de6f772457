from odoo import Command, api, fields, models
from odoo.tools import formatLang

from ..models.ticket_billing_charge import AMOUNTS


class TicketBillingPreview(models.TransientModel):
    """Shows the invoices that tickets will make, and makes them when confirmed."""

    _name = "ticket.billing.preview"
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
    will_bill = fields.Boolean(readonly=True)
    can_bill = fields.Boolean(readonly=True)
    reasons = fields.Text(string="Not billed now", readonly=True)
    warnings = fields.Text(readonly=True)
    difference = fields.Text(string="Changed meanwhile", readonly=True)
    explanation = fields.Text(string="How it comes about", readonly=True)
    digest = fields.Char(
        groups=fields.NO_ACCESS,
        help="Stands for what would be written when this was shown. Whoever reads it "
        "could find out amounts by trying.",
    )

    @api.model
    def _open(self, tickets):
        """Return the action that shows what billing these tickets would do.

        The caller has checked that the user may see it.
        """
        values = self._prepare_values(tickets)
        return self.sudo().create(values)._get_action()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_confirm(self):
        """Bill the tickets, if that does what was shown; else show what changed.

        :raise AccessError: if the user may not bill one of the tickets
        """
        self.ensure_one()
        tickets = self.ticket_ids
        tickets._check_can_bill()
        values = self._prepare_values(tickets)
        if values["digest"] == self.sudo().digest:
            return tickets.action_generate_invoice()
        shown = self._get_line_texts()
        wizard = self.sudo()
        wizard.line_ids.unlink()
        wizard.invoice_ids.unlink()
        wizard.write(values)
        wizard.difference = wizard._get_difference(shown)
        return self._get_action()

    # Values

    @api.model
    def _prepare_values(self, tickets):
        """Return the values of a wizard that shows a new preview of tickets."""
        preview = self.env["ticket.billing.run"]._get_preview(tickets)
        return {
            "ticket_ids": [Command.set(tickets.ids)],
            "line_ids": [
                Command.create(self._prepare_line(line)) for line in preview.lines
            ],
            "invoice_ids": [
                Command.create(self._prepare_invoice(preview, move))
                for move in preview.moves
            ],
            "will_bill": bool(preview.moves),
            "can_bill": tickets._can_bill(),
            "reasons": self._get_reasons(preview),
            "warnings": self._get_warnings(preview),
            "explanation": self._get_explanation(preview),
            "difference": False,
            "digest": preview.digest,
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
        amounts = ("amount_untaxed", "amount_tax", "amount_total")
        return {
            "partner_id": move.partner_id.id,
            "is_joined": move in preview.joined,
            "currency_id": move.currency_id.id,
            **dict(zip(amounts, totals, strict=True)),
        }

    @api.model
    def _get_reasons(self, preview):
        """Return for each ticket that is not billed now why, or what it waits for."""
        reasons = [
            (r.ticket.number, r.ticket._get_preview_reason(preview, r))
            for r in preview.ratings
        ]
        return "\n".join(f"{number}: {reason}" for number, reason in reasons if reason)

    @api.model
    def _get_warnings(self, preview):
        return "\n".join(
            f"{rating.ticket.number}: {warning}"
            for rating in preview.ratings
            for warning in rating.ticket._get_preview_warnings(preview, rating)
        )

    @api.model
    def _get_explanation(self, preview):
        """Return how the charges come about; amounts for those who may see them."""
        return "\n\n".join(
            "\n".join(
                [
                    f"{rating.ticket.number}: {vals['name']}",
                    *self._get_explanation_lines(vals),
                ]
            )
            for rating in preview.ratings
            for vals in rating.charges
        )

    @api.model
    def _get_explanation_lines(self, vals):
        currency = self.env["res.currency"].browse(vals["currency_id"])
        return self.env["ticket.billing.receipt"]._get_lines(
            {**vals, "currency": currency},
            with_amounts=self.env.user.has_group(AMOUNTS),
        )

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


class TicketBillingPreviewLine(models.TransientModel):
    """A line of an invoice as it will be, or work that will make none."""

    _name = "ticket.billing.preview.line"
    _description = "Line of a Preview of Ticket Billing"

    preview_id = fields.Many2one(
        comodel_name="ticket.billing.preview", required=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(comodel_name="helpdesk.ticket")
    name = fields.Char(string="Description")
    will_bill = fields.Boolean(help="Goes on a draft invoice when you confirm.")
    worked_hours = fields.Float(string="Worked")
    covered_quantity = fields.Float(string="Covered")
    covered_amount = fields.Monetary(string="Covered Value", groups=AMOUNTS)
    quantity = fields.Float(string="Billable")
    price_unit = fields.Float(string="Price", digits="Product Price", groups=AMOUNTS)
    tax_names = fields.Char(string="Taxes")
    amount = fields.Monetary(groups=AMOUNTS, help="Before tax.")
    currency_id = fields.Many2one(comodel_name="res.currency")

    def _get_text(self, with_amounts):
        """Return the line in words, to compare it with another one."""
        self.ensure_one()
        quantity = formatLang(self.env, self.quantity, digits=2)
        text = f"{self.name}: {quantity}"
        if not with_amounts:
            return text
        currency = {"currency_obj": self.currency_id}
        price = formatLang(self.env, self.price_unit, **currency)
        return f"{text} × {price} = {formatLang(self.env, self.amount, **currency)}"


class TicketBillingPreviewInvoice(models.TransientModel):
    """What an invoice will amount to."""

    _name = "ticket.billing.preview.invoice"
    _description = "Invoice of a Preview of Ticket Billing"

    preview_id = fields.Many2one(
        comodel_name="ticket.billing.preview", required=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(comodel_name="res.partner", string="Customer")
    is_joined = fields.Boolean(
        string="Open Draft",
        help="An open draft of the customer that the work joins; with its other lines.",
    )
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount_untaxed = fields.Monetary(string="Untaxed Amount", groups=AMOUNTS)
    amount_tax = fields.Monetary(string="Taxes", groups=AMOUNTS)
    amount_total = fields.Monetary(string="Total", groups=AMOUNTS)
