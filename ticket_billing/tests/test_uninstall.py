from odoo.tests import tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestUninstall(InvoiceLifeCommon):
    """Asking to uninstall; the script beside the tests does it for real."""

    def test_refused_while_work_is_on_a_draft(self):
        self._close_and_bill(self._create_ticket(1.0))
        for name in ("ticket_billing", "helpdesk_mgmt", "contract"):
            with self.subTest(name=name), self._refused("cannot be uninstalled"):
                self.env.ref(f"base.module_{name}").sudo().button_uninstall()
