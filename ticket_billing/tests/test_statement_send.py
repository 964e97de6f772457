from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_statement import REPORT, StatementPaperCommon

LOGGER = "odoo.addons.ticket_billing"


@tagged("post_install", "-at_install")
class TestStatementSend(StatementPaperCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "office@northwind.example"
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})

    def _open(self, move, **values):
        wizards = self.env["account.move.send.wizard"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizards.create({"sending_methods": ["email"], **values})

    def _get_sent(self, move):
        """Return name and number of pages of each attachment of the last mail, the
        invoice first."""
        message = move.message_ids.filtered("attachment_ids").sorted("id")[-1:]
        return [
            (attachment.name, len(self._get_pages(attachment.raw)))
            for attachment in message.attachment_ids.sorted(lambda a: len(a.name))
        ]

    def _get_names(self, move):
        name = move.name.replace("/", "_")
        return f"{name}.pdf", f"{name} statement of work.pdf"

    def _bill_and_post(self):
        move = self._post(self._bill_new(1.0))
        return move.with_env(self.env)

    def test_attached_once(self):
        move = self._bill_and_post()
        wizard = self._open(move)
        invoice, statement = self._get_names(move)
        names = [values["name"] for values in wizard.mail_attachments_widget]
        self.assertEqual(names, [invoice, statement])
        wizard.action_send_and_print()
        sent = [(invoice, 1), (statement, 1)]
        self.assertEqual(self._get_sent(move), sent)
        self.assertIn("$ 119.00", self._get_pages(move.statement_of_work_id.raw)[0])
        # Sent again: what there is
        kept = move.statement_of_work_id
        self._open(move).action_send_and_print()
        self.assertEqual(self._get_sent(move), sent)
        self.assertEqual(move.statement_of_work_id, kept)

    def test_taken_off_by_hand(self):
        move = self._bill_and_post()
        wizard = self._open(move)
        widget = wizard.mail_attachments_widget
        widget[-1]["skip"] = True
        wizard.mail_attachments_widget = widget
        wizard.action_send_and_print()
        self.assertEqual(self._get_sent(move), [(self._get_names(move)[0], 1)])

    def test_policy_says_no(self):
        self.policy.sudo().attach_statement = False
        move = self._bill_and_post()
        self._open(move).action_send_and_print()
        self.assertEqual(self._get_sent(move), [(self._get_names(move)[0], 1)])

    def test_sent_before_somebody_wanted_it(self):
        self.policy.sudo().attach_statement = False
        move = self._bill_and_post()
        self._open(move).action_send_and_print()
        self.policy.sudo().attach_statement = True
        self._open(move).action_send_and_print()
        names = self._get_names(move)
        self.assertEqual(self._get_sent(move), [(name, 1) for name in names])

    def test_sent_by_the_schedule(self):
        """Several in one go, also where wkhtmltopdf prints one document at a time."""
        moves = self._bill_and_post() + self._bill_and_post()
        moves.sending_data = {
            "author_user_id": self.env.uid,
            "author_partner_id": self.env.user.partner_id.id,
        }
        with patch.object(self.env.registry["ir.cron"], "_commit_progress"):
            self.env["account.move"]._cron_account_move_send()
        for move in moves:
            names = self._get_names(move)
            self.assertEqual(self._get_sent(move), [(name, 1) for name in names])

    def test_mail_template_with_the_statement(self):
        template = self.env.ref("account.email_template_edi_invoice").sudo()
        report = self.env.ref("ticket_billing.report_statement_of_work_action")
        template.report_template_ids = [Command.link(report.id)]
        move = self._bill_and_post()
        self._open(move).action_send_and_print()
        names = self._get_names(move)
        self.assertEqual(self._get_sent(move), [(name, 1) for name in names])
        other = self.init_invoice("out_invoice", products=self.product_a, post=True)
        other.partner_id.email = "other@example.com"
        self._open(other).action_send_and_print()
        self.assertEqual(len(self._get_sent(other)), 1)
        # Only the template wants it
        self.policy.sudo().attach_statement = False
        move = self._bill_and_post()
        self._open(move).action_send_and_print()
        self.assertEqual(len(self._get_sent(move)), 2)

    def test_made_anew_after_a_change(self):
        move = self._bill_and_post()
        self._open(move).action_send_and_print()
        old = move.statement_of_work_id
        move.button_draft()
        self.assertFalse(move.statement_of_work_id)
        self.assertTrue(old.exists())
        self._get_lines(move).quantity = 2.0
        move.action_post()
        self._open(move).action_send_and_print()
        self.assertIn("$ 238.00", self._get_pages(move.statement_of_work_id.raw)[0])

    def test_pro_forma_has_it_inside(self):
        """Where the invoice's own document cannot be made."""
        move = self._bill_and_post()
        sender = self.env.registry["account.move.send"]

        def fail(self, invoice, invoice_data):
            invoice_data["error"] = {"error_title": "No connection"}

        hook = "_hook_invoice_document_before_pdf_report_render"
        with patch.object(sender, hook, fail):
            self._open(move).action_send_and_print(allow_fallback_pdf=True)
        ((name, pages),) = self._get_sent(move)
        self.assertIn("proforma", name)
        self.assertEqual(pages, 2)

    def test_failure_sends_the_invoice_alone(self):
        move = self._bill_and_post()
        moves = self.env.registry["account.move"]
        broken = patch.object(moves, "_get_statement_totals", side_effect=KeyError("x"))
        with broken, self.assertLogs(LOGGER, "ERROR"):
            self._open(move).action_send_and_print()
        self.assertEqual(self._get_sent(move), [(self._get_names(move)[0], 1)])
        bodies = "".join(move.message_ids.mapped("body"))
        self.assertIn("statement of work is missing", bodies)

    def test_name_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        move = self._bill_and_post()
        self.assertIn(move.name.replace("/", "_"), move._get_statement_filename())
        draft = self._bill_new(1.0)
        self.assertIn("Rechnungsentwurf", draft._get_statement_filename())

    # In the portal

    def test_customers_download_their_own(self):
        reports = self.env.registry["ir.actions.report"]
        render = reports._pre_render_qweb_pdf

        def render_really(report, *args, **kwargs):
            report = report.with_context(force_report_rendering=True)
            return render(report, *args, **kwargs)

        self.patch(reports, "_pre_render_qweb_pdf", render_really)
        move = self._bill_and_post()
        url = f"{move.get_portal_url()}&report_type=pdf"
        for address in (url, f"{url}&download=true"):
            with self.subTest(address=address):
                pages = self._get_pages(self.url_open(address).content)
                self.assertEqual(len(pages), 2)
                self.assertIn("Total $ 119.00", pages[1])

    def test_customers_print_no_others(self):
        move = self._bill_and_post()
        own, stranger = (
            new_test_user(
                self.env, name, groups="base.group_portal", company_id=self.company.id
            )
            for name in ("portal_ada", "portal_eve")
        )
        own.partner_id.parent_id = self.customer
        self.assertEqual(len(self._get_pages(self._print(REPORT, move, own))), 1)
        with self.assertRaises(AccessError):
            self._print(REPORT, move, stranger)
