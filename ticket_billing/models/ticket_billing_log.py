from odoo import api, fields, models
from odoo.exceptions import UserError

from .ticket_billing_charge import AMOUNTS

KINDS = [
    ("setting", "Setting"),
    ("override", "Override"),
    ("approve", "Approval"),
    ("change", "Change"),
    ("reject", "Rejection"),
    ("write_off", "Write-off"),
    ("credit", "Credit"),
    ("again", "Billed Again"),
    ("check", "Errors Passed Over"),
    ("undo", "Run Undone"),
    ("trial", "End of a Trial"),
]


class TicketBillingLog(models.Model):
    """Who decided what about billing, when and why. Nobody changes or deletes it."""

    _name = "ticket.billing.log"
    _inherit = "ticket.billing.input.mixin"
    _description = "Ticket Billing Journal"
    _order = "id desc"
    _rec_name = "name"

    create_date = fields.Datetime(string="Date", readonly=True, index=True)
    kind = fields.Selection(selection=KINDS, required=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", required=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        comodel_name="res.company", index=True, ondelete="cascade"
    )
    name = fields.Char(string="What", help="The ticket, policy, customer or contract.")
    model = fields.Char(string="Kind of Record")
    res_id = fields.Many2oneReference(string="Record", model_field="model")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", index="btree_not_null", ondelete="set null"
    )
    field_name = fields.Char(
        string="Changed", help="The setting or the value that was changed."
    )
    before = fields.Char(groups=AMOUNTS)
    after = fields.Char(groups=AMOUNTS)
    reason = fields.Char(
        help="In the words of whoever decided. Changes of settings have none."
    )
    currency_id = fields.Many2one(comodel_name="res.currency")
    amount = fields.Monetary(
        groups=AMOUNTS, help="What was decided about, before tax, at the agreed prices."
    )

    # The way in

    @api.model
    def _note(self, kind, records, **values):
        """Keep a decision about each of the records, by the user of the environment.

        :param str kind: one of ``KINDS``
        :param values: what is the same for all: reason, before, after…
        """
        user = self.env.user
        return self.sudo().create(
            [{**self._prepare(kind, record, user), **values} for record in records]
        )

    @api.model
    def _note_charges(self, kind, charges, amounts, **values):
        """Keep a decision about work, one entry for each ticket and currency.

        :param dict amounts: charge → what was decided about, in its currency
        """
        user, vals_list = self.env.user, []
        groups = charges.sudo().grouped(lambda c: (c.ticket_id, c.currency_id))
        for (ticket, currency), own in groups.items():
            amount = currency.round(sum(amounts[charge] for charge in own))
            vals_list.append(
                {
                    **self._prepare(kind, ticket, user),
                    "currency_id": currency.id,
                    "amount": amount,
                    **values,
                }
            )
        return self.sudo().create(vals_list)

    @api.model
    def _prepare(self, kind, record, user):
        record = record.sudo()
        ticket = (
            record if record._name == "helpdesk.ticket" else self._get_ticket(record)
        )
        company = record if record._name == "res.company" else record.env.company
        if "company_id" in record._fields:
            company = record.company_id or company
        return {
            "kind": kind,
            "user_id": user.id,
            "company_id": company.id,
            "model": record._name,
            "res_id": record.id,
            "name": (ticket or record).display_name,
            "ticket_id": ticket.id,
        }

    @api.model
    def _get_ticket(self, record):
        """Return the ticket that an entry is about, perhaps none."""
        if record._name in ("account.analytic.line", "ticket.billing.charge"):
            return record.ticket_id
        tickets = self.env["helpdesk.ticket"]
        return record if record._name == tickets._name else tickets

    # Never changed

    def write(self, vals):
        self.check_access("write")
        if self:
            raise UserError(
                self.env._("The journal of ticket billing is never changed.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The journal of ticket billing keeps everything."))

    def action_open_record(self):
        """Open what the entry is about, if it is still there and may be read."""
        self._check_single()
        record = self.env[self.model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("“%(name)s” was deleted.", name=self.name))
        return record._get_records_action()
