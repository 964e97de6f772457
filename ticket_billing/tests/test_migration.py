from odoo.modules.migration import load_script
from odoo.tests import tagged
from odoo.tools import SQL, file_path
from odoo.tools.sql import index_exists

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestMigration(TicketBillingCommon):
    """Scripts of upgrades; tests/life upgrades a release for real."""

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
        self._migrate("19.0.1.1.0")
        lines = charge.explanation_text.split("\n")
        self.assertEqual(lines[:2], ["Bronze", "Pricelist: $ 90.00"])
        self.assertNotIn("Bronze", charge.customer_explanation)

    def test_who_reviewed_before_decisions_had_a_name_approved_or_wrote_off(self):
        tickets = [self._create_ticket(1.0) for _each in range(3)]
        for ticket in tickets:
            self._close_and_bill(ticket)
        approved, given_up, nobodys = (t._get_charges() for t in tickets)
        (approved | given_up).write({"reviewer_id": self.env.uid, "review": False})
        given_up.written_off_amount = 10.0
        self._migrate("19.0.1.6.0")
        reviews = [c.review for c in (approved, given_up, nobodys)]
        self.assertEqual(reviews, ["approve", "write_off", False])

    def test_indexes_of_all_rows_are_dropped(self):
        name = "ticket_billing_charge__state_index"
        create = "CREATE INDEX IF NOT EXISTS %s ON ticket_billing_charge (state)"
        self.env.cr.execute(SQL(create, SQL.identifier(name)))
        self._migrate("19.0.1.7.0")
        self.assertFalse(index_exists(self.env.cr, name))

    def _migrate(self, version):
        """Run what follows an upgrade to a version."""
        self.env.flush_all()
        path = f"ticket_billing/migrations/{version}/post-migration.py"
        load_script(file_path(path), "post-migration").migrate(self.env.cr, "19.0")
        self.env.invalidate_all()
