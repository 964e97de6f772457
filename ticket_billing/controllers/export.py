import json

from odoo.http import request, route

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

# What programs take for the beginning of a formula, some of it once they have cut
# spaces off; the wide ones are read as the narrow ones
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Odoo puts a ' before these itself
ESCAPED_BY_ODOO = ("=", "+", "-")
OTHER_MODELS = ("helpdesk.ticket", "account.analytic.line")


def _is_of_billing(data=None):
    """Return whether what is exported has texts of customers beside amounts."""
    model = (data or json.loads(request.params["data"])).get("model") or ""
    return model.startswith("ticket.billing.") or model in OTHER_MODELS


def _escape(value):
    """Return a value of a cell that no program takes for a formula."""
    if not isinstance(value, str) or value.startswith(ESCAPED_BY_ODOO):
        return value
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


class TicketBillingTableExporter(TableExporter):
    @route()
    def export_xlsx(self, data, **kw):
        # EXTENDS web: in a pivot names of customers are titles
        table = json.loads(data if isinstance(data, str) else data.read())
        if table and _is_of_billing(table):
            headers = [cell for row in table["col_group_headers"] for cell in row]
            for cell in [*headers, *table["rows"]]:
                if str(cell["title"]).startswith(("{=", *FORMULA_STARTS)):
                    cell["title"] = f"'{cell['title']}"
        return super().export_xlsx(json.dumps(table), **kw)


class TicketBillingCSVExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        # EXTENDS web
        if _is_of_billing():
            rows = [[_escape(value) for value in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)


class TicketBillingExcelExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        # EXTENDS web: a text stays a text, whatever it begins with
        if not _is_of_billing():
            return super().from_data(fields, columns_headers, rows)
        with ExportXlsxWriter(fields, columns_headers, len(rows)) as writer:
            _write_texts_as_texts(writer)
            for row_index, row in enumerate(rows):
                for column, value in enumerate(row):
                    writer.write_cell(row_index + 1, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        # EXTENDS web: as above
        if not _is_of_billing():
            return super().from_group_data(fields, columns_headers, groups)
        with GroupExportXlsxWriter(fields, columns_headers, groups.count) as writer:
            _write_texts_as_texts(writer)
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value


def _write_texts_as_texts(writer):
    writer.worksheet.strings_to_formulas = False
    writer.worksheet.strings_to_urls = False
