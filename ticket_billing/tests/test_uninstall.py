from base64 import b64encode

from odoo.tests import tagged

from ..hooks import KEPT, pre_init_hook, uninstall_hook
from .common_life import InvoiceLifeCommon

STUCK = "ticket_billing.mail_activity_type_stuck"


@tagged("post_install", "-at_install")
class TestUninstall(InvoiceLifeCommon):
    """Asking to uninstall, and what is handed over; tests/life does it for real."""

    def test_refused_while_work_is_on_a_draft(self):
        self._close_and_bill(self._create_ticket(1.0))
        for name in ("ticket_billing", "helpdesk_mgmt", "contract"):
            with self.subTest(name=name), self._refused("cannot be uninstalled"):
                self.env.ref(f"base.module_{name}").sudo().button_uninstall()

    def test_what_others_use_is_left_to_them_and_taken_back(self):
        used = self.env.ref("ticket_billing.helpdesk_ticket_category_warranty")
        self._create_ticket(category_id=used.id)
        product = self.env.ref("ticket_billing.product_time")
        self._post(self._create_invoice_of(product))
        uninstall_hook(self.env(su=True))
        self.assertEqual(
            self._get_names(KEPT),
            {
                "helpdesk_ticket_category_warranty": used,
                "product_time": product,
                "product_time_product_template": product.product_tmpl_id,
            },
        )
        pre_init_hook(self.env)
        self.env.invalidate_all()
        self.assertFalse(self._get_names(KEPT))
        self.assertIn("product_time", self._get_names("ticket_billing"))

    def test_nobody_is_asked_to_mend_what_is_gone(self):
        ticket = self._create_ticket(1.0)
        ticket.activity_schedule(STUCK, user_id=self.agent.id)
        other = ticket.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.agent.id
        )
        uninstall_hook(self.env(su=True))
        self.assertEqual(ticket.activity_ids, other)

    def test_statements_become_attachments_of_their_invoices(self):
        move = self._post(self._close_and_bill(self._create_ticket(1.0)))
        move.sudo().statement_of_work_file = b64encode(b"%PDF-1.4")
        uninstall_hook(self.env(su=True))
        of_move = [("res_model", "=", "account.move"), ("res_id", "=", move.id)]
        self.assertEqual(
            self.env["ir.attachment"].search(of_move).mapped("raw"), [b"%PDF-1.4"]
        )

    def _create_invoice_of(self, product):
        return self.init_invoice("out_invoice", products=product, amounts=[100.0])

    def _get_names(self, module):
        """Return {name: record} of the external ids of products and categories."""
        models = ("product.product", "product.template", "helpdesk.ticket.category")
        data = (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=", module), ("model", "in", models)])
        )
        return {row.name: self.env[row.model].browse(row.res_id) for row in data}
