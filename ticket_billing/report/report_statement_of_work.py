from odoo import api, models


class ReportStatementOfWork(models.AbstractModel):
    """Prints the statement of work of invoices, also for those who may not read the
    ledger."""

    _name = "report.ticket_billing.report_statement_of_work"
    _description = "Statement of Work"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return each invoice with its statement.

        :raise UserError: if none of the invoices has work on tickets
        """
        moves = self.env["account.move"].browse(docids)._get_with_statement()
        return {
            "doc_ids": moves.ids,
            "doc_model": "account.move",
            "docs": [
                (move._for_statement(), move._get_statement_of_work()) for move in moves
            ],
        }
