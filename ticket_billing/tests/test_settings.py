from psycopg2.errors import ForeignKeyViolation

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TicketBillingCommon


@tagged("post_install", "-at_install")
class TestSettings(TicketBillingCommon):
    def test_new_company_has_a_default_policy_and_bills_nothing(self):
        company = self.env["res.company"].sudo().create({"name": "New Branch"})
        self.assertEqual(company.ticket_billing_policy_id.company_id, company)
        self.assertFalse(company.ticket_billing_enabled)
        self.assertFalse(company.ticket_billing_on_close)
        self.assertTrue(company.ticket_billing_start_date)

    def test_company_can_be_deleted_and_its_default_policy_cannot(self):
        company = self.env["res.company"].sudo().create({"name": "New Branch"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ForeignKeyViolation),
            self.env.cr.savepoint(),
        ):
            company.ticket_billing_policy_id.unlink()
        company.unlink()
        self.assertFalse(company.exists())

    def test_missing_policy_blocks_and_says_so(self):
        ticket = self._close(self._create_ticket(1.0))
        self.company.sudo().ticket_billing_policy_id = False
        self.assertEqual(ticket.amount_to_invoice, 0.0)
        self.assertFalse(self._bill(ticket))
        self.assertIn("default billing policy", ticket.billing_reason)

    def test_defaults_of_a_policy(self):
        policy = self.env["ticket.billing.policy"].sudo().create({"name": "Defaults"})
        self.assertRecordValues(
            policy,
            [
                {
                    "strategy": "auto",
                    "rounding_method": "up",
                    "rounding_increment": 0.25,
                    "rounding_scope": "ticket",
                    "minimum_hours": 0.25,
                    "approval": "over",
                    "approval_hours": 8.0,
                    "approval_amount": 0.0,
                    "automation_level": "draft",
                    "due_days": 30,
                }
            ],
        )

    def test_settings_page_edits_company_and_policy(self):
        settings = self.env["res.config.settings"].sudo()
        settings.create(
            {
                "ticket_billing_enabled": True,
                "ticket_billing_on_resolve": True,
                "ticket_billing_rounding_increment": 0.5,
                "ticket_billing_due_days": 14,
            }
        ).execute()
        self.assertTrue(self.company.ticket_billing_on_resolve)
        self.assertRecordValues(
            self.policy, [{"rounding_increment": 0.5, "due_days": 14}]
        )

    def test_shipped_time_product_has_no_price(self):
        product = self.env.ref("ticket_billing.product_time")
        self.assertEqual(product.list_price, 0.0)
        self.assertEqual(product.uom_id, self.env.ref("uom.product_uom_hour"))

    def test_bad_values_are_refused(self):
        cases = [
            {"rounding_increment": 0.125},
            {"rounding_increment": 0.0},
            {"rounding_increment": -0.25},
            {"minimum_hours": -1.0},
            {"minimum_hours": 0.333},
            {"approval_hours": -1.0},
            {"due_days": -1},
        ]
        for values in cases:
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.policy.sudo().write(values)
                self.env.flush_all()

    def test_bad_switches_are_refused(self):
        cases = [
            {"ticket_billing_delay_minutes": -1},
            {"ticket_billing_batch_size": 0},
            {"ticket_billing_max_attempts": 0},
        ]
        for values in cases:
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.company.sudo().write(values)

    def test_template_and_contract_forms_show_the_terms(self):
        for model in ("contract.template", "contract.contract"):
            with self.subTest(model=model):
                arch, _view = self.env[model].sudo()._get_view(view_type="form")
                self.assertTrue(arch.xpath("//page[@name='ticket_billing']"))
