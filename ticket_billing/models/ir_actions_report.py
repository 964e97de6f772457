from odoo import models

from .account_move_statement_pdf import STATEMENT


class IrActionsReport(models.Model):
    """Printed invoices are followed by their statement of work."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        # EXTENDS account
        report = self._get_report(report_ref)
        if report.report_name == STATEMENT and len(res_ids or ()) > 1:
            return self._prepare_statement_streams(report_ref, data, res_ids)
        if not self._is_followed_by_statement(report):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        # Odoo calls this again for each of several invoices that it cannot tell apart
        alone = self.with_context(ticket_billing_without_statement=True)
        streams = super(IrActionsReport, alone)._render_qweb_pdf_prepare_streams(
            report_ref, data, res_ids
        )
        self._append_statements(report, streams, res_ids)
        return streams

    def _is_followed_by_statement(self, report):
        return not self.env.context.get("ticket_billing_without_statement") and (
            self._is_invoice_report(report)
        )

    def _prepare_statement_streams(self, report_ref, data, res_ids):
        """Return a stream for each invoice that has a statement, made one by one: not
        every wkhtmltopdf prints several documents at once.

        :raise UserError: if none has one
        """
        streams = {}
        moves = self.env["account.move"].browse(dict.fromkeys(res_ids))
        for move in moves._get_with_statement():
            streams |= self._render_qweb_pdf_prepare_streams(
                report_ref, dict(data or {}), move.ids
            )
        return streams

    def _append_statements(self, report, streams, res_ids):
        """Add to each printed invoice the pages of its statement.

        Not to what was kept earlier, which has them if it was to have them.
        """
        moves = self.env["account.move"]
        has_parts = any(values["stream"] for id_, values in streams.items() if id_)
        for id_, values in streams.items():
            is_kept = values["attachment"] and report.attachment_use
            if not values["stream"] or is_kept or not (id_ or not has_parts):
                continue
            for move in moves.browse([id_] if id_ else res_ids or []):
                if move._wants_statement():
                    values["stream"] = move._append_statement(values["stream"])
