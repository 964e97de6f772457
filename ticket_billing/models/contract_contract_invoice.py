import psycopg2

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .ticket_billing_run import _logger

# Work does not wait longer for an invoice of its contract
MOST_DAYS = 31


class ContractContract(models.Model):
    """Work on tickets that is invoiced with the contract."""

    _inherit = "contract.contract"

    # On the form, which opens without rights in accounting
    pricelist_id_domain = fields.Binary(compute_sudo=True)

    def _compute_invoice_count(self):
        # EXTENDS contract: nor are invoices counted for those who may read none
        if self.env["account.move"].has_access("read"):
            return super()._compute_invoice_count()
        self.invoice_count = 0
        return None

    # Which invoice comes next

    def _takes_ticket_work(self):
        """Return whether work on tickets joins the invoices of this contract."""
        return (
            self.active
            and self.ticket_invoice_mode == "with_contract"
            and self.contract_type == "sale"
            and self.generation_type == "invoice"
        )

    def _get_joinable_date(self):
        """Return the day of the next invoice that work waits for, or None.

        None where nothing recurring is to come, where it is too far ahead, and where it
        should have come long ago.
        """
        self.ensure_one()
        day = self._get_next_invoice_day()
        if not day:
            return None
        today = self.company_id._get_ticket_billing_date(fields.Datetime.now())
        return max(day, today) if abs((day - today).days) <= MOST_DAYS else None

    def _get_next_invoice_day(self):
        """Return the day on which the contract makes its next invoice, or None.

        Its own date alone does not tell: where no line is due it makes none, and the
        date stays as it is.
        """
        days = [
            line.recurring_next_date
            for line in self.contract_line_ids
            if (not line.display_type or line.is_recurring_note)
            and line.recurring_next_date
            and line._can_be_invoiced(line.recurring_next_date)
        ]
        if not days or not self.recurring_next_date:
            return None
        if self.date_end and self.recurring_next_date > self.date_end:
            return None
        return max(self.recurring_next_date, min(days))

    # Invoices

    def _recurring_create_invoice(self, date_ref=False):
        # EXTENDS contract: not in _prepare_invoice, where an error of ours would be one
        # of the contract's, and of all that are invoiced together with it
        moves = super()._recurring_create_invoice(date_ref)
        self._add_ticket_work(moves)
        return moves

    def _add_ticket_work(self, moves):
        """Add work on tickets to new invoices; whatever happens, these are made."""
        takers = self.sudo().filtered(lambda c: c._takes_ticket_work())
        drafts = {
            contract: move
            for move in moves.sudo()
            for contract in takers & move.invoice_line_ids.contract_line_id.contract_id
        }
        if not drafts:
            return
        # What fails from here on is not the contract's
        self.env.flush_all()
        try:
            with self.env.cr.savepoint():
                self.env["ticket.billing.run"]._join_contracts(drafts)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as error:
            _logger.info("Work joins no contract, for others were faster: %s", error)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception:
            _logger.exception("Work on tickets could not join invoices of contracts")

    def _get_related_invoices(self):
        # EXTENDS contract: work on tickets, too, joined or on invoices of its own
        return super()._get_related_invoices() | self._get_ticket_invoices()

    def _get_ticket_invoices(self):
        """Return the invoices with work under these contracts that the user may read.

        He may not read the work itself.
        """
        lines = self.env["account.move.line"].sudo()
        found = lines.search([("charge_ids.contract_id", "in", self.ids)])
        if not found:
            return self.env["account.move"]
        return self.env["account.move"].search([("id", "in", found.move_id.ids)])
