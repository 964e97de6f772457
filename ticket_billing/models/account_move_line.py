from odoo import Command, api, fields, models

from ..tools.money import share_amount


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "ticket.billing.protected.mixin"]

    charge_ids = fields.Many2many(
        comodel_name="ticket.billing.charge",
        relation="ticket_billing_charge_aml_rel",
        column1="line_id",
        column2="charge_id",
        string="Ticket Charges",
        copy=False,
        help="The charges of helpdesk tickets that this line bills or credits.",
    )
    noted_charge_ids = fields.One2many(
        comodel_name="ticket.billing.charge",
        inverse_name="note_line_id",
        string="Covered Ticket Charges",
        copy=False,
        help="The charges of helpdesk tickets whose covered part this line tells of.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing: the ledger's links are nobody's to write
        names = ("charge_ids", "noted_charge_ids")
        return {**super()._get_billing_writers(), **dict.fromkeys(names)}

    def _share_out(self, amount):
        """Return a dict: charge → its share of an amount of this line, by what it is
        worth."""
        self.ensure_one()
        charges = self.charge_ids.sorted("id")
        unit = self.currency_id.rounding
        shares = share_amount(amount, charges.mapped("amount"), unit)
        return dict(zip(charges, map(float, shares), strict=True))

    def _share_out_quantity(self):
        """Return a dict: charge → its part of the quantity of this line, with two
        decimals."""
        self.ensure_one()
        charges = self.charge_ids.sorted("id")
        shares = share_amount(self.quantity, charges.mapped("quantity"), 0.01)
        return dict(zip(charges, map(float, shares), strict=True))

    def _get_ticket_edit(self):
        """Return by how much people changed what the line amounts to at its price."""
        self.ensure_one()
        currency = self.currency_id
        printed = self.price_unit * self.quantity * (1 - self.discount / 100)
        rated = float(self.charge_ids._get_line_total())
        return currency.round(currency.round(printed) - rated)

    @api.model_create_multi
    def create(self, vals_list):
        wanted = [self._get_wanted_charges(vals) for vals in vals_list]
        if not any(wanted):
            return super().create(vals_list)
        bare = [
            {name: value for name, value in vals.items() if name != "charge_ids"}
            for vals in vals_list
        ]
        for vals, charges in zip(bare, wanted, strict=True):
            if charges and self.env.su and not any(charges.mapped("was_invoiced")):
                vals["charge_ids"] = [Command.set(charges.ids)]
        lines = super().create(bare)
        for line, charges in zip(lines.sudo(), wanted, strict=True):
            (charges - line.charge_ids)._link_copied_line(line)
        return lines

    def unlink(self):
        charges = self.sudo().charge_ids
        result = super().unlink()
        charges._check_one_bill()
        return result

    @api.model
    def _get_wanted_charges(self, vals):
        """Return the charges that a new line is to be linked to."""
        ids = [
            id_
            for command in vals.get("charge_ids") or []
            if command[0] == Command.SET
            for id_ in command[2]
        ]
        charges = self.env["ticket.billing.charge"].sudo().browse(ids)
        return charges if self.env.su else charges.exists()

    def _copy_data_extend_business_fields(self, values):
        # EXTENDS account: copies that go on with an invoice ask for the link; which of
        # them get it is decided when the line is made
        result = super()._copy_data_extend_business_fields(values)
        charges = self.sudo().charge_ids
        if charges:
            values["charge_ids"] = [Command.set(charges.ids)]
        return result
