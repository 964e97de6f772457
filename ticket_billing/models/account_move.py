import hashlib
import json

from odoo import Command, api, fields, models
from odoo.tools import SQL


def _get_facts(record, names):
    """Return the values of these fields, comparable with those of another time."""
    values = (record[name] for name in names)
    return [v.ids if isinstance(v, models.BaseModel) else v for v in values]


class AccountMove(models.Model):
    """Invoices of tickets, and which drafts others may join."""

    _name = "account.move"
    _inherit = ["account.move", "ticket.billing.protected.mixin"]

    ticket_billing_key = fields.Char(
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="What work must have in common to join this draft. Set by ticket billing "
        "on the drafts that it makes.",
    )
    ticket_billing_digest = fields.Char(
        copy=False,
        groups=fields.NO_ACCESS,
        help="Stands for the draft as ticket billing left it.",
    )
    billed_ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        compute="_compute_billed_ticket_ids",
        string="Billed Tickets",
        compute_sudo=True,
    )
    billed_ticket_count = fields.Integer(
        compute="_compute_billed_ticket_ids", string="Tickets", compute_sudo=True
    )
    ticket_charge_count = fields.Integer(
        string="Charges",
        compute="_compute_billed_ticket_ids",
        compute_sudo=True,
        help="Pieces of work on tickets on this invoice.",
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        names = ("ticket_billing_key", "ticket_billing_digest")
        return {**super()._get_billing_writers(), **dict.fromkeys(names)}

    @api.depends(
        "invoice_line_ids.charge_ids.ticket_id",
        "invoice_line_ids.noted_charge_ids.ticket_id",
    )
    def _compute_billed_ticket_ids(self):
        for move in self:
            lines = move.invoice_line_ids
            charges = lines.charge_ids | lines.noted_charge_ids
            move.billed_ticket_ids = charges.ticket_id
            move.billed_ticket_count = len(move.billed_ticket_ids)
            move.ticket_charge_count = len(lines.charge_ids)

    def action_view_billed_tickets(self):
        """Open the tickets whose work is on these invoices.

        :raise AccessError: if the user may not read one of the invoices
        """
        self._check_readable()
        return self.billed_ticket_ids._get_records_action(
            name=self.env._("Billed Tickets")
        )

    def action_view_ticket_charges(self):
        """Open the charges on these invoices, for those who may read charges.

        :raise AccessError: if the user may not read one of the invoices
        """
        self._check_readable()
        charges = self.sudo().invoice_line_ids.charge_ids.with_env(self.env)
        charges.check_access("read")
        return charges._get_records_action(name=self.env._("Charges"))

    def action_credit_ticket_work(self):
        """Ask what work on these invoices is credited."""
        self._check_readable()
        charges = self.sudo().invoice_line_ids.charge_ids
        return charges.with_env(self.env).action_credit()

    def _is_debit_note(self):
        return "debit_origin_id" in self._fields and bool(self.debit_origin_id)

    # Drafts that others join

    def _stamp_ticket_billing_digest(self):
        """Remember how the engine leaves these drafts.

        By one statement: a write would have Odoo see whether lines have to follow.
        """
        if not self:
            return
        rows = [(move.id, move._get_ticket_billing_digest()) for move in self]
        query = SQL(
            "UPDATE account_move SET ticket_billing_digest = stamp.digest "
            "FROM (VALUES %s) AS stamp(id, digest) WHERE account_move.id = stamp.id",
            SQL(", ").join(rows),
        )
        self.env.execute_query(query)
        self.invalidate_recordset(["ticket_billing_digest"], flush=False)

    def _remove_ticket_lines(self, lines):
        """Remove lines from a draft that others share, which stays as joinable.

        The header of a contract's invoice is the contract's.
        """
        self.ensure_one()
        lines |= self._get_empty_ticket_sections(lines)
        kept = self.invoice_line_ids - lines
        charges = kept.charge_ids | kept.noted_charge_ids
        values = {"invoice_line_ids": [Command.delete(id_) for id_ in lines.ids]}
        if self.ticket_billing_key:
            values["invoice_origin"] = charges._get_invoice_origin()
            values["ref"] = charges._get_customer_reference()
        self.with_context(skip_is_manually_modified=True).write(values)
        self._stamp_ticket_billing_digest()

    def _is_untouched_ticket_draft(self):
        """Return whether the draft is as the engine left it."""
        self.ensure_one()
        return (
            not self.is_manually_modified
            and not self._is_in_validation()
            and not self._is_changed_ticket_draft()
        )

    def _is_changed_ticket_draft(self):
        """Return whether the draft differs from what the engine left."""
        return self.ticket_billing_digest != self._get_ticket_billing_digest()

    def _is_in_validation(self):
        """Return whether somebody reviews the draft with OCA's tier validation, which
        lets nobody change it meanwhile."""
        return "review_ids" in self._fields and bool(self.review_ids)

    def _get_ticket_billing_digest(self):
        """Return a hash of all that somebody may have changed on the draft."""
        names = (
            "partner_id",
            "partner_shipping_id",
            "journal_id",
            "currency_id",
            "fiscal_position_id",
            "invoice_payment_term_id",
            "invoice_user_id",
            "invoice_date",
            "invoice_date_due",
            "invoice_origin",
            "ref",
            "narration",
        )
        line_names = (
            "display_type",
            "product_id",
            "product_uom_id",
            "name",
            "quantity",
            "price_unit",
            "discount",
            "account_id",
            "analytic_distribution",
            "tax_ids",
        )
        facts = [_get_facts(self, names)]
        facts += [_get_facts(line, line_names) for line in self.invoice_line_ids]
        text = json.dumps(facts, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
