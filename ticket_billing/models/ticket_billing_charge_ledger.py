import json

from odoo import api, models
from odoo.tools import SQL

from ..tools.errors import BillingError


class TicketBillingCharge(models.Model):
    """How rows get into the ledger, and how they make room for a new rating."""

    _inherit = "ticket.billing.charge"

    @api.model
    def _claim(self, vals_list):
        """Write charges for work that has none yet, and return them.

        The insert itself is the claim: of two transactions that rate the same
        work, the second one finds the row, or is retried by the server because it
        could not see it yet. Neither is an error of the user's.
        """
        if not vals_list:
            return self.browse()
        self.env.flush_all()
        rows = [self._prepare_row(vals) for vals in vals_list]
        names = dict.fromkeys(name for row in rows for name in row)
        # As JSON, which the database reads faster than thousands of single values
        query = SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(columns)s "
            "FROM jsonb_populate_recordset(NULL::%(table)s, %(rows)s) "
            "ON CONFLICT (source_key) WHERE is_void IS NOT TRUE DO NOTHING "
            "RETURNING id",
            table=SQL.identifier(self._table),
            columns=SQL(", ").join(map(SQL.identifier, names)),
            rows=json.dumps(rows, allow_nan=False, default=str),
        )
        charges = self.browse(id_ for (id_,) in self.env.execute_query(query))
        self.env["helpdesk.ticket"].invalidate_model(["charge_ids"])
        self.env["account.analytic.line"].invalidate_model(["charge_ids"])
        self.invalidate_model(["replacement_ids"])
        # Known of new charges; to read it, the database joins all lines of invoices
        self._fields["invoice_line_ids"]._update_cache(charges, ())
        with charges._decided_by_drafts():
            charges.modified(
                ["ticket_id", "analytic_line_id", "state", "amount", "replaces_id"]
            )
        return charges

    @api.model
    def _refuse_claim(self, source_keys):
        """Say which charges have the work already that somebody wanted to bill.

        :raise UserError: always; nothing is settled that was not rated
        """
        others = self.search(
            [("source_key", "in", source_keys), ("is_void", "=", False)]
        )
        raise BillingError(
            self.env._(
                "Safety check: this work has a charge already, on ticket %(numbers)s. "
                "Log the time anew, or decide about it there.",
                numbers=", ".join(others._get_ticket_numbers()),
            ),
            "safety",
        )

    @api.model
    def _prepare_row(self, vals):
        """Return the columns of a new charge, its computed ones included."""
        now = self.env.cr.now()
        row = {name: value or self._empty(name) for name, value in vals.items()}
        row.update(
            state=vals["rating_state"],
            is_void=False,
            was_invoiced=False,
            version=0,
            invoice_from=self._get_invoice_from(
                self.env["ticket.billing.policy"].browse(vals["policy_id"]),
                self.env["helpdesk.ticket"].browse(vals["ticket_id"]),
                vals["service_date"],
            ),
            invoiced_amount=0,
            credited_amount=0,
            edited_amount=0,
            is_waiting=False,
            waiting_amount=0,
            create_uid=self.env.uid,
            create_date=now,
            write_uid=self.env.uid,
            write_date=now,
        )
        return row

    @api.model
    def _empty(self, name):
        """Return what is written for an empty value: 0 for numbers, else NULL."""
        is_number = self._fields[name].type in ("float", "monetary", "integer")
        return 0 if is_number else None

    @api.model
    def _get_outdated(self):
        """Return charges that wait and were made before their terms changed last.

        They were rated while somebody else changed the terms. What a person decided to
        bill again is left as he decided.
        """
        query = SQL(
            """
            SELECT charge.id
              FROM ticket_billing_charge charge
         LEFT JOIN contract_contract contract ON contract.id = charge.contract_id
         LEFT JOIN ticket_billing_policy policy ON policy.id = charge.policy_id
         LEFT JOIN ticket_billing_work_type type ON type.id = charge.work_type_id
             WHERE charge.state IN ('to_approve', 'ready')
               AND charge.replaces_id IS NULL
               AND date_trunc('second', charge.create_date) <= GREATEST(
                       contract.ticket_terms_date,
                       policy.ticket_terms_date,
                       type.ticket_terms_date
                   )
            """
        )
        self.env.flush_all()
        return self.browse(id_ for (id_,) in self.env.execute_query(query))

    def _void(self, reason):
        """Replace charges that were never on an invoice by a rating to come.

        Those that billed work again give it back to the person who decided so.

        :param str reason: why, in a sentence that is kept on the charges
        """
        charges = self.filtered(lambda c: c.state in ("to_approve", "ready"))
        asked = charges.filtered(lambda c: c.state == "to_approve").ticket_id
        charges.write({"rating_state": "void", "is_void": True, "reason": reason})
        charges.replaces_id.filtered("is_superseded").is_superseded = False
        charges.flush_recordset()
        asked._thank_approvers()
        return charges
