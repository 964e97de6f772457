from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, formatLang

MOST_TRIES = 3


class TicketBillingCreditLine(models.TransientModel):
    """What is credited of one charge."""

    _name = "ticket.billing.credit.line"
    _inherit = "ticket.billing.readable.mixin"
    _description = "Line of Credit Ticket Work"

    credit_id = fields.Many2one(
        comodel_name="ticket.billing.credit", required=True, ondelete="cascade"
    )
    charge_id = fields.Many2one(
        comodel_name="ticket.billing.charge", required=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(related="charge_id.ticket_id", related_sudo=False)
    name = fields.Char(related="charge_id.name", related_sudo=False)
    service_date = fields.Date(related="charge_id.service_date", related_sudo=False)
    currency_id = fields.Many2one(related="charge_id.currency_id", related_sudo=False)
    move_id = fields.Many2one(
        comodel_name="account.move", string="Invoice", compute="_compute_open"
    )
    open_amount = fields.Monetary(
        string="Billed",
        compute="_compute_open",
        help="What was billed and is not credited yet, before tax.",
    )
    open_quantity = fields.Float(
        string="Billed Quantity",
        compute="_compute_open",
        help="Hours, or 1 for a fee, that were billed and are not credited yet.",
    )
    quantity = fields.Float(
        string="Quantity to Credit",
        compute="_compute_quantity",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        digits=(16, 2),
        help="Hours, or 1 for a fee. The amount follows it.",
    )
    amount = fields.Monetary(
        string="Amount to Credit",
        compute="_compute_amount",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        help="Before tax; at most what was billed. The rest stays billed.",
    )

    @api.model
    def _get_readable_fields(self):
        # EXTENDS ticket_billing
        return [*super()._get_readable_fields(), "charge_id"]

    def _get_charge(self):
        """Return the charge as the system sees it, if the user may see it at all.

        :raise AccessError: if he may not
        """
        self.charge_id._origin.check_access("read")
        return self.charge_id._origin.sudo()

    @api.depends("charge_id")
    def _compute_open(self):
        for line in self:
            charge = line._get_charge()
            line.move_id = charge._get_last_lines().move_id
            line.open_amount = charge._get_creditable_amount()
            line.open_quantity = charge._get_creditable_quantity()

    @api.depends("charge_id")
    def _compute_quantity(self):
        for line in self:
            line.quantity = line._get_charge()._get_creditable_quantity()

    @api.depends("charge_id", "quantity")
    def _compute_amount(self):
        """All that is open for all of the quantity, the last cent included."""
        for line in self:
            charge = line._get_charge()
            line.amount = charge._get_credit_of(line.quantity)

    def _check_amount(self):
        """Refuse amounts that cannot be credited.

        :raise UserError: if the amount is zero, negative, or more than is open
        """
        self.ensure_one()
        charge = self._get_charge()
        open_amount = charge._get_creditable_amount()
        currency = charge.currency_id
        if (
            currency.compare_amounts(self.amount, 0) <= 0
            or currency.compare_amounts(self.amount, open_amount) > 0
        ):
            raise UserError(
                self.env._(
                    "Ticket %(number)s: credit more than 0 and at most %(amount)s of "
                    "“%(work)s”.",
                    number=charge.ticket_id._get_number(),
                    amount=formatLang(self.env, open_amount, currency_obj=currency),
                    work=charge.name,
                )
            )

    # Credit notes

    def _prepare_refund_line(self):
        charge = self._get_charge()
        line = charge._get_last_lines()[:1]
        quantity, price = self._get_quantity_and_price(charge, line)
        return {
            "product_id": line.product_id.id,
            "product_uom_id": line.product_uom_id.id,
            "name": charge._get_invoice_line_name(),
            "quantity": quantity,
            "price_unit": price,
            "account_id": line.account_id.id,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
            "charge_ids": [Command.set(charge.ids)],
        }

    def _get_quantity_and_price(self, charge, line):
        """Return the quantity at the price of the invoice if that is the amount; else
        once the amount."""
        price = line.price_unit * (1 - line.discount / 100)
        amount = charge._get_priced(self.amount)
        digits = charge.currency_id.rounding
        if self.quantity > 0 and not float_compare(
            charge.currency_id.round(self.quantity * price),
            amount,
            precision_rounding=digits,
        ):
            return self.quantity, price
        return 1.0, amount

    def _adjust(self, refund_line):
        """Let a line of the credit note come to the amount, to the last cent.

        Where prices include taxes the net follows from rounding them.
        """
        currency = refund_line.currency_id
        for _try in range(MOST_TRIES):
            missing = currency.round(self.amount - refund_line.price_subtotal)
            if not missing:
                return
            value = refund_line.quantity * refund_line.price_unit + missing
            refund_line.write({"quantity": 1.0, "price_unit": value})
        raise UserError(
            self.env._(
                "The credit note for ticket %(number)s does not come to %(amount)s. "
                "Credit another amount, or reverse the whole invoice.",
                number=self.ticket_id._get_number(),
                amount=formatLang(self.env, self.amount, currency_obj=currency),
            )
        )
