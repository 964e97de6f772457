import io
import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import OdooPdfFileReader, OdooPdfFileWriter

_logger = logging.getLogger("odoo.addons.ticket_billing")

STATEMENT = "ticket_billing.report_statement_of_work"
# Odoo tries these again, on another connection or after a moment
TO_RETRY = (
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
    psycopg2.errors.ReadOnlySqlTransaction,
)


def _append(stream, content):
    """Return a PDF followed by the pages of another one; what it has embedded stays."""
    printed = OdooPdfFileReader(stream, strict=False)
    statement = OdooPdfFileReader(io.BytesIO(content), strict=False)
    writer = OdooPdfFileWriter()
    for page in (*printed.pages, *statement.pages):
        writer.addPage(page)
    for name, embedded in printed.getAttachments():
        writer.addAttachment(name, embedded)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


class AccountMove(models.Model):
    """The statement of work as a document: beside the invoice, never in its way."""

    _inherit = "account.move"

    statement_of_work_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="Statement of Work",
        compute="_compute_statement_of_work_id",
        help="The statement that was made when the invoice was sent.",
    )
    statement_of_work_file = fields.Binary(
        string="Statement of Work (File)", attachment=True, copy=False
    )

    def _compute_statement_of_work_id(self):
        self._compute_linked_attachment_id(
            "statement_of_work_id", "statement_of_work_file"
        )

    def _get_fields_to_detach(self):
        # EXTENDS account: an invoice that is reset to draft gets another statement
        return [*super()._get_fields_to_detach(), "statement_of_work_file"]

    def _wants_statement(self):
        """Return whether the invoice comes with a statement of work."""
        self.ensure_one()
        lines = self.sudo().invoice_line_ids
        policies = (lines.charge_ids | lines.noted_charge_ids).policy_id
        return any(policies.mapped("attach_statement"))

    def _get_statement_base_filename(self):
        """Return the name of the statement's file, without its extension."""
        move = self._for_statement()
        return move.env._(
            "%(invoice)s statement of work",
            invoice=move._get_report_base_filename().replace("/", "_"),
        )

    def _get_statement_filename(self):
        return f"{self._get_statement_base_filename()}.pdf"

    def _get_with_statement(self):
        """Return the invoices that have work on tickets.

        :raise AccessError: if the user may not read them
        :raise UserError: if there are none
        """
        self.check_access("read")
        moves = self.filtered("billed_ticket_count")
        if not moves:
            raise UserError(
                self.env._("There is no work on tickets on this invoice to state.")
            )
        return moves

    def _append_statement(self, stream):
        """Return the stream of a printed invoice with the statement's pages after it.

        What the invoice has embedded stays. Without a statement it is as it was.
        """
        content = self._get_statement_pdf(printed=stream)
        return io.BytesIO(content) if content else stream

    def _get_statement_pdf(self, printed=None):
        """Return the statement of the invoice as the bytes of a PDF.

        :param printed: stream of the invoice whose pages come first
        :return: None if it cannot be made: that is logged and noted on the invoice,
            which is printed or sent without it
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                content = self._render_statement()
                return _append(printed, content) if printed else content
        except TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Statement of work of %s failed", self.display_name)
            self._note_missing_statement(error)
        return None

    def _render_statement(self):
        """Return the statement as bytes; under test without ``force_report_rendering``
        it is HTML."""
        self.check_access("read")
        reports = self.env["ir.actions.report"].sudo().with_company(self.company_id)
        return reports._render_qweb_pdf(STATEMENT, self.ids)[0]

    def _note_missing_statement(self, error):
        self.sudo()._message_log(
            body=self.env._(
                "The statement of work is missing on what was printed or sent: "
                "%(error)s",
                error=error,
            )
        )

    def _create_statements(self):
        """Keep the statements of invoices that come with one and have none yet."""
        values = []
        for move in self:
            if move._wants_statement() and not move.statement_of_work_id:
                content = move._get_statement_pdf()
                values.append(content and move._prepare_statement(content))
        self.env["ir.attachment"].sudo().create(list(filter(None, values)))
        names = ["statement_of_work_id", "statement_of_work_file"]
        self.invalidate_recordset(fnames=names)

    def _prepare_statement(self, content):
        return {
            "name": self._get_statement_filename(),
            "raw": content,
            "mimetype": "application/pdf",
            "res_model": self._name,
            "res_id": self.id,
            "res_field": "statement_of_work_file",
        }
