import io

from odoo.tests import HttpCase
from odoo.tools.pdf import OdooPdfFileReader

from .common_life import InvoiceLifeCommon

REPORT = "ticket_billing.report_statement_of_work"
PLAIN_FONT = "<style>* { font-family: sans-serif !important; }</style>"


class StatementCommon(InvoiceLifeCommon):
    """Invoices with work on tickets, and their statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().attach_statement = True

    def _bill_new(self, *hours, **values):
        """Return the draft for a new ticket that joins no other."""
        self.policy.sudo().group_by = "ticket"
        return self._close_and_bill(self._create_ticket(*hours, **values))

    def _get_rows(self, statement):
        """Return the rows of all tickets of a statement."""
        return [
            row
            for ticket in statement["tickets"]
            for part in ticket["parts"]
            for row in part
        ]

    def _check(self, move):
        """Check that the statement adds up to the invoice, and return it."""
        statement = move._get_statement_of_work()
        currency = move.currency_id
        rows = self._get_rows(statement)
        for line in self._get_lines(move).filtered("charge_ids"):
            own = [row for row in rows if row["line"] == line]
            self.assertEqual(len(own), len(line.charge_ids))
            amount = sum(row["amount"] for row in own)
            quantity = sum(row["quantity"] for row in own)
            self.assertEqual(currency.compare_amounts(amount, line.price_subtotal), 0)
            self.assertAlmostEqual(quantity, line.quantity, places=2)
        tickets = sum(ticket["amount"] for ticket in statement["tickets"])
        self.assertEqual(currency.compare_amounts(tickets, statement["work"]), 0)
        parts = (statement["work"], statement["other"] or 0.0, statement["rounding"])
        self.assertEqual(currency.compare_amounts(sum(parts), move.amount_untaxed), 0)
        taxes = sum(amount for _name, amount in statement["taxes"])
        total = move.amount_untaxed + taxes
        self.assertEqual(currency.compare_amounts(total, move.amount_total), 0)
        self.assertEqual(statement["total"], move.amount_total)
        return statement


class StatementPaperCommon(StatementCommon, HttpCase):
    """Prints with wkhtmltopdf, which asks the server of the test for its styles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.env["ir.actions.report"].get_wkhtmltopdf_state() != "ok":
            cls.skipTest(cls, "wkhtmltopdf is not installed")

    def setUp(self):
        super().setUp()
        reports = self.env.registry["ir.actions.report"]
        run = reports._run_wkhtmltopdf

        def run_plainly(report, bodies, *args, **kwargs):
            """Print in a font of the system: of others Debian's wkhtmltopdf keeps the
            shapes of the letters only."""
            bodies = [str(b).replace("</head>", f"{PLAIN_FONT}</head>") for b in bodies]
            return run(report, bodies, *args, **kwargs)

        self.patch(reports, "_run_wkhtmltopdf", run_plainly)

    def _print(self, report, moves, user=None):
        """Return the printed PDF."""
        reports = self.env["ir.actions.report"].with_user(user or self.env.user)
        reports = reports.with_context(force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(report, moves.ids)
        self.assertEqual(kind, "pdf")
        return content

    def _get_pages(self, content):
        """Return the text of each page of a PDF."""
        pages = OdooPdfFileReader(io.BytesIO(content)).pages
        return [" ".join(page.extract_text().split()) for page in pages]
