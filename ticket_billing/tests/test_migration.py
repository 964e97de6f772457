from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import SQL, file_path

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestMigration(TicketBillingCommon):
    def test_charges_keep_what_they_said_about_themselves(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        charge = ticket._get_charges()
        self.env.cr.execute(
            SQL(
                "UPDATE ticket_billing_charge SET explanation = %s WHERE id = %s",
                '{"agreement": "Bronze", "rate_source": "Pricelist: $ 90.00"}',
                charge.id,
            )
        )
        path = "ticket_billing/migrations/19.0.1.1.0/post-migration.py"
        load_script(file_path(path), "post-migration").migrate(self.env.cr, "19.0")
        charge.invalidate_recordset()
        lines = charge.explanation_text.split("\n")
        self.assertEqual(lines[:2], ["Bronze", "Pricelist: $ 90.00"])
        self.assertNotIn("Bronze", charge.customer_explanation)
