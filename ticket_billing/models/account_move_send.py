from odoo import api, models

from odoo.addons.base.models.ir_actions_report import _wkhtml

from .account_move_statement_pdf import STATEMENT


class AccountMoveSend(models.AbstractModel):
    """Invoices are sent with their statement of work: a document of its own, so that
    the invoice stays as the law wants it."""

    _inherit = "account.move.send"

    @api.model
    def _prepare_invoice_pdf_report(self, invoices_data):
        # EXTENDS account: the statement is attached beside it. Not every wkhtmltopdf
        # prints several documents at once: without this, nothing would be sent
        alone = self.with_context(ticket_billing_without_statement=True)
        parts = [invoices_data]
        if not _wkhtml().is_patched_qt:
            parts = [{invoice: data} for invoice, data in invoices_data.items()]
        prepare = super(AccountMoveSend, alone)._prepare_invoice_pdf_report
        return [prepare(part) for part in parts][0]

    @api.model
    def _link_invoice_documents(self, invoices_data):
        # EXTENDS account
        result = super()._link_invoice_documents(invoices_data)
        for invoice in invoices_data:
            if invoice.invoice_pdf_report_id:
                invoice._create_statements()
        return result

    @api.model
    def _get_invoice_extra_attachments(self, move):
        # EXTENDS account: a pro forma has the statement inside
        attachments = super()._get_invoice_extra_attachments(move)
        if move.invoice_pdf_report_id:
            attachments += move.statement_of_work_id
        return attachments

    @api.model
    def _get_placeholder_mail_attachments_data(self, move, **kwargs):
        # EXTENDS account: say beforehand what will be attached
        data = super()._get_placeholder_mail_attachments_data(move, **kwargs)
        if move._wants_statement() and not move.statement_of_work_id:
            name = move._get_statement_filename()
            data.append(
                {
                    "id": f"placeholder_{name}",
                    "name": name,
                    "mimetype": "application/pdf",
                    "placeholder": True,
                }
            )
        return data

    @api.model
    def _get_placeholder_mail_template_dynamic_attachments_data(
        self, move, mail_template, **kwargs
    ):
        # EXTENDS account: not twice, and not where there is none
        data = super()._get_placeholder_mail_template_dynamic_attachments_data(
            move, mail_template, **kwargs
        )
        if move.billed_ticket_count and not move._wants_statement():
            return data
        return [values for values in data if values["dynamic_report"] != STATEMENT]
