from odoo.tests import new_test_user, tagged

from .common_listener import get_payloads, listen
from .common_portal import PortalCommon
from .common_statement import REPORT, StatementPaperCommon

INVOICE = "account.account_invoices"
DONE = "test successful"


class CustomerTextsCommon(PortalCommon):
    """Work for a customer whose texts try to be run and to fetch things."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = cls.enterClassContext(listen())
        cls.payloads = get_payloads(cls.server.address)
        cls.policy.sudo().write(
            {"show_work_notes": True, "show_technician": True, "attach_statement": True}
        )
        image = cls.payloads[0]
        cls.customer.write({"name": image, "street": image})
        cls.portal.partner_id.name = cls.payloads[1]
        cls.employee.name = cls.payloads[2]
        cls.tickets = cls.env["helpdesk.ticket"]
        for payload in cls.payloads:
            ticket = cls._create_ticket(
                name=payload,
                description=payload,
                customer_reference=payload,
                partner_id=cls.portal.partner_id.id,
            )
            cls._log_time(ticket, 1.0, name=payload)
            cls.tickets += ticket

    def setUp(self):
        super().setUp()
        del self.server.asked[:]


@tagged("post_install", "-at_install")
class TestCustomerTextsOnPaper(CustomerTextsCommon, StatementPaperCommon):
    """The PDF is made by a browser on the server: it must not ask around for anyone."""

    def setUp(self):
        super().setUp()
        self.tickets.write({"stage_id": self.stage_done.id})
        self.tickets.action_generate_invoice()
        self.move = self.tickets.sudo().charge_ids.invoice_line_ids.move_id

    def test_printer_would_fetch(self):
        """The server hears what a page of ours would ask for."""
        body = f"<html><head></head><body>{self.payloads[0]}</body></html>"
        self.env["ir.actions.report"]._run_wkhtmltopdf([body])
        self.assertEqual(self.server.asked, ["/img"])

    def test_statement_and_invoice_fetch_nothing(self):
        self.move.action_post()
        for report in (REPORT, INVOICE):
            with self.subTest(report=report):
                text = " ".join(self._get_pages(self._print(report, self.move)))
                self.assertEqual(self.server.asked, [])
                self.assertIn('<img src="', text)
                self.assertIn("<script", text)
                self.assertNotIn("root:", text)

    def test_lines_are_plain_text(self):
        names = "\n".join(self._get_lines(self.move).mapped("name"))
        for payload in self.payloads[:3]:
            self.assertIn(payload, names)

    def test_mail_has_it_as_text(self):
        template = self.env.ref("account.email_template_edi_invoice")
        fields = ("body_html", "subject")
        values = template._generate_template(self.move.ids, fields)[self.move.id]
        self.assertNotIn(f'src="{self.server.address}', values["body_html"])
        self.assertNotIn("<script", values["body_html"])


@tagged("post_install", "-at_install")
class TestCustomerTextsOnScreen(CustomerTextsCommon):
    """Pages with customers' texts, drawn by a real browser."""

    def _open(self, path, login, ready=""):
        """Draw a page and check that all it fetches is what we ask for at the end."""
        end = f"{self.server.address}/end"
        code = (
            f"setTimeout(() => fetch('{end}').then(() => console.log('{DONE}')), 300)"
        )
        self.browser_js(path, code, ready=ready, login=login)
        self.assertEqual(self.server.asked.pop(), "/end")
        self.assertEqual(self.server.asked, [])

    def test_confirmation_in_the_portal(self):
        self._log_in(self.portal)
        for ticket in self.tickets:
            path = f"/ticket/close?ticket_id={ticket.id}&stage_id={self.stage_done.id}"
            page = self.url_open(path).text
            self.assertIn("Close this ticket?", page)
            self.assertNotIn(ticket.name, page)
        self._open(path, self.portal.login)

    def test_back_office(self):
        groups = (
            "account.group_account_invoice,helpdesk_mgmt.group_helpdesk_manager,"
            "ticket_billing.group_ticket_billing_manager"
        )
        new_test_user(self.env, "clerk", groups=groups, company_id=self.company.id)
        self.policy.sudo().approval = "all"
        self.tickets.write({"stage_id": self.stage_done.id})
        self.tickets.action_generate_invoice()
        charges = self.tickets.sudo()._get_charges()
        charges[0].with_env(self.env).action_write_off(self.payloads[0])
        for path, ready in (
            ("ticket-billing-charges", ".o_list_view .o_data_row"),
            (f"ticket.billing.charge/{charges[0].id}", ".o_form_view .o_field_widget"),
        ):
            with self.subTest(path=path):
                ready = f"!!document.querySelector('{ready}')"
                self._open(f"/odoo/{path}", "clerk", ready)

    def test_notes_and_activities_have_it_as_text(self):
        self.policy.sudo().approval = "all"
        self.tickets.write({"stage_id": self.stage_done.id})
        self.tickets.action_generate_invoice()
        charges = self.tickets.sudo()._get_charges().with_env(self.env)
        for charge, payload in zip(charges, self.payloads, strict=True):
            charge.action_reject(payload)
        tickets = self.tickets.sudo()
        notes = [*tickets.message_ids.mapped("body")]
        notes += tickets.activity_ids.mapped("note")
        text = " ".join(map(str, notes))
        self.assertIn("&lt;img", text)
        for tag in ("<img", "<script", "<iframe", "<link", "<object", "<svg", "<style"):
            self.assertNotIn(tag, text)
