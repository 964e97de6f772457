import csv
import io
import json

from openpyxl import load_workbook

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TicketBillingCommon

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = [f"{start}cmd|' /C calc'!A0" for start in STARTS]
TEXTS += ["{=1+1}", "http://127.0.0.1/x", "Printer = offline", "'quoted"]


@tagged("post_install", "-at_install")
class TestExport(TicketBillingCommon, HttpCase):
    """What customers write is no formula in the exports of lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = (
            "base.group_allow_export,helpdesk_mgmt.group_helpdesk_manager,"
            "account.group_account_invoice,hr_timesheet.group_timesheet_manager,"
            "ticket_billing.group_ticket_billing_manager"
        )
        new_test_user(cls.env, "exporter", groups=groups, company_id=cls.company.id)
        cls.tickets = cls.env["helpdesk.ticket"]
        for number, text in enumerate(TEXTS):
            # A formula may come from a person's name as well
            cls.tickets += cls._create_ticket(
                1.0,
                name=text,
                number=f"@{number}",
                partner_id=cls._create_customer(text).id,
            )
        cls.tickets.timesheet_ids.sudo().name = TEXTS[0]
        cls.tickets.write({"stage_id": cls.stage_done.id})
        cls.tickets.action_generate_invoice()

    def _export(self, kind, model, fields, **params):
        self.authenticate("exporter", "exporter")
        types = self.env[model].fields_get(fields, ["type"])
        data = {
            "model": model,
            "fields": [
                {"name": name, "label": name, "type": types[name]["type"]}
                for name in fields
            ],
            "ids": False,
            "domain": [("ticket_id", "in", self.tickets.ids)]
            if "ticket_id" in self.env[model]._fields
            else [("id", "in", self.tickets.ids)],
            "import_compat": False,
            **params,
        }
        response = self.url_open(
            f"/web/export/{kind}",
            data={"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(response.status_code, 200, response.text[:500])
        return response.content

    def _read_csv(self, *args, **params):
        text = self._export("csv", *args, **params).decode()
        return list(csv.reader(io.StringIO(text, newline="")))[1:]

    def _read_xlsx(self, *args, **params):
        content = self._export("xlsx", *args, **params)
        sheet = load_workbook(io.BytesIO(content)).active
        return [cell for row in sheet.iter_rows(min_row=2) for cell in row]

    LISTS = {
        "helpdesk.ticket": ["number", "name", "partner_id", "billing_state"],
        "account.analytic.line": ["name", "ticket_id", "unit_amount"],
        "ticket.billing.charge": ["name", "ticket_id", "partner_id", "amount"],
        "ticket.billing.run.line": ["number", "partner_id", "outcome", "amount"],
    }

    def test_csv_has_no_formulas(self):
        for model, fields in self.LISTS.items():
            rows = self._read_csv(model, fields)
            self.assertGreaterEqual(len(rows), len(TEXTS), model)
            for cell in (cell for row in rows for cell in row):
                with self.subTest(model=model, cell=cell):
                    self.assertFalse(cell.startswith(STARTS))

    def test_csv_keeps_everything_else(self):
        rows = self._read_csv("helpdesk.ticket", ["name"])
        read = {row[0] for row in rows}
        for text in TEXTS:
            shown = f"'{text}" if text.startswith(STARTS) else text
            self.assertIn(shown, read)

    def test_negative_numbers_stay_numbers(self):
        entry = self._log_time(self.tickets[0], -0.5)
        domain = [("id", "=", entry.id)]
        rows = self._read_csv("account.analytic.line", ["unit_amount"], domain=domain)
        self.assertEqual(rows, [["-0.5"]])

    def test_xlsx_has_texts(self):
        for model, fields in self.LISTS.items():
            cells = self._read_xlsx(model, fields)
            self.assertGreaterEqual(len(cells), len(TEXTS), model)
            for cell in cells:
                with self.subTest(model=model, cell=cell.value):
                    self.assertNotEqual(cell.data_type, "f")
                    self.assertFalse(cell.hyperlink)

    def test_xlsx_in_groups_has_texts(self):
        for model, fields in self.LISTS.items():
            cells = self._read_xlsx(model, fields, groupby=["partner_id"])
            values = [str(cell.value) for cell in cells]
            self.assertTrue(any(value.startswith("=cmd") for value in values), model)
            self.assertNotIn("f", {cell.data_type for cell in cells}, model)

    def test_other_models_are_as_odoo_exports_them(self):
        domain = [("id", "in", self.tickets.partner_id.ids)]
        rows = self._read_csv("res.partner", ["name"], domain=domain)
        self.assertIn(["@cmd|' /C calc'!A0"], rows)

    def test_titles_of_a_pivot_are_texts(self):
        self.authenticate("exporter", "exporter")
        table = {
            "model": "ticket.billing.run.line",
            "title": "Outcomes",
            "measure_count": 1,
            "col_group_headers": [
                [
                    {"title": text, "width": 1, "height": 1, "is_leaf": True}
                    for text in TEXTS
                ]
            ],
            "measure_headers": [],
            "rows": [
                {"title": text, "indent": 0, "values": [{"value": -1.5}]}
                for text in TEXTS
            ],
        }
        response = self.url_open(
            "/web/pivot/export_xlsx",
            data={"data": json.dumps(table), "csrf_token": Request.csrf_token(self)},
        )
        sheet = load_workbook(io.BytesIO(response.content)).active
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        values = {cell.value for cell in cells}
        self.assertIn(-1.5, values)
        self.assertIn(f"'{TEXTS[0]}", values)
