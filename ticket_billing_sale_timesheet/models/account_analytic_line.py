from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Work that was never on an invoice is rated anew, and then without this time.
RATED_ANEW = ("to_approve", "ready")
SALES_FIELDS = ("so_line", "timesheet_invoice_id")


class AccountAnalyticLine(models.Model):
    """Time that the ledger of ticket billing holds is no sales order's to bill."""

    _inherit = "account.analytic.line"

    def _compute_so_line(self):
        # EXTENDS sale_timesheet: what is in the ledger stays where it is
        entries = self.filtered(lambda entry: not entry.billing_state)
        return super(AccountAnalyticLine, entries)._compute_so_line()

    # CRUD

    def write(self, vals):
        # EXTENDS ticket_billing
        given = [name for name in SALES_FIELDS if vals.get(name)]
        if given:
            changed = self.filtered(lambda entry: entry._is_changed_by(vals, given))
            changed._check_not_in_ledger()
        return super().write(vals)

    def _is_updatable_timesheet(self):
        # EXTENDS sale_timesheet: a change of a project's rates passes it over
        return super()._is_updatable_timesheet() and not self.billing_state

    # One hour, one bill

    def _check_not_in_ledger(self):
        """Refuse to bill time through a sales order that ticket billing handled.

        For everybody and in every way. Charges that wait are no obstacle: they become
        void once the entry is written.

        :raise UserError: if a charge stands that is not rated anew
        """
        domain = Domain("state", "not in", RATED_ANEW) & Domain("is_void", "=", False)
        charge = (
            self.env["ticket.billing.charge"]
            .sudo()
            .search(Domain("analytic_line_id", "in", self.ids) & domain, limit=1)
        )
        if charge:
            states = dict(charge._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Time on ticket %(number)s is handled by ticket billing already "
                    "(%(state)s), so it cannot be billed through a sales order. Log "
                    "what the order is to bill as a new entry.",
                    number=charge.ticket_id._get_number(),
                    state=states[charge.state],
                )
            )

    @api.model
    def _get_not_in_ledger_domain(self):
        """Return the domain of time that is a sales order's to bill.

        It holds for whoever asks, whatever charges he may read.
        """
        return Domain("charge_ids", "not any!", Domain("is_void", "=", False))

    def _collide_with_sales_orders(self):
        """Rewrite the rows as they are, so that whoever else changes them fails.

        A charge only refers to the entry. A transaction that cannot see the charge yet
        could put the entry on a sales order meanwhile; and one that began to bill the
        ticket cannot see the order. Both write this row, so that the second one fails
        in the database and is tried again by the server.
        """
        if self:
            query = "UPDATE account_analytic_line SET so_line = so_line WHERE id IN %s"
            self.env.execute_query(SQL(query, tuple(self.ids)))
