from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common_health import HealthCommon

GROUP = "ticket_billing.group_ticket_billing_"


@tagged("post_install", "-at_install")
class TestSetup(HealthCommon):
    """Step by step to the first dry run, and samples to begin with."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin, cls.manager = (
            new_test_user(
                cls.env,
                f"setup_{role}",
                groups=f"{GROUP}{role}",
                company_id=cls.company.id,
            )
            for role in ("admin", "manager")
        )

    def _start(self, **values):
        form = Form(self.env["ticket.billing.setup"].with_user(self.admin))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _next(self, wizard):
        self.env.flush_all()
        action = wizard.action_next()
        self.assertEqual(action["res_id"], wizard.id)

    def test_price_and_taxes_of_the_products(self):
        tax = self.env["account.tax"].create(
            {"name": "7 %", "amount": 7, "type_tax_use": "sale"}
        )
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        foreign = self.tax_19.sudo().copy({"company_id": elsewhere.id})
        self.time_product.sudo().taxes_id += foreign
        others = self.time_product.sudo().taxes_id - self.tax_19
        wizard = self._start()
        self.assertEqual(wizard.hourly_price, 100.0)
        self.assertEqual(wizard.sudo().hourly_tax_ids, self.tax_19)
        wizard.write({"hourly_price": 120.0, "hourly_tax_ids": [Command.set(tax.ids)]})
        self._next(wizard)
        self.assertEqual(wizard.step, "terms")
        self.assertEqual(self.time_product.list_price, 120.0)
        self.assertEqual(self.time_product.sudo().taxes_id, tax | others)
        own = self.ticket_product.sudo().taxes_id.filtered_domain(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(own, tax)
        log = self.env["ticket.billing.log"].search(
            [("model", "=", "product.product"), ("user_id", "=", self.admin.id)]
        )
        self.assertIn(("100.0", "120.0"), [(e.before, e.after) for e in log])
        self.assertEqual(len(log), 3)

    def test_taxes_that_were_not_touched_leave_the_fee_alone(self):
        self.time_product.taxes_id = False
        self._next(self._start())
        self.assertEqual(self.ticket_product.taxes_id & self.tax_19, self.tax_19)
        self.assertFalse(self.time_product.taxes_id & self.tax_19)

    def test_nothing_changed_is_nothing_written(self):
        before = self.env["ticket.billing.log"].search_count([])
        wizard = self._start()
        self._next(wizard)
        self._next(wizard)
        self.assertEqual(wizard.step, "try")
        self.assertEqual(self.env["ticket.billing.log"].search_count([]), before)
        wizard.action_back()
        self.assertEqual(wizard.step, "terms")

    def test_rules_go_to_the_default_policy(self):
        wizard = self._start()
        self._next(wizard)
        wizard.write({"minimum_hours": 0.5, "automation_level": "off"})
        self._next(wizard)
        self.assertRecordValues(
            self.policy, [{"minimum_hours": 0.5, "automation_level": "off"}]
        )
        entry = self.env["ticket.billing.log"].search([], limit=1)
        self.assertEqual(entry.user_id, self.admin)

    def test_last_step_tells_what_is_missing_and_runs(self):
        self.company.sudo().ticket_billing_enabled = False
        self.time_product.taxes_id = False
        wizard = self._start()
        self.assertFalse(wizard.problems)
        self._next(wizard)
        self._next(wizard)
        self.assertIn("without a tax", wizard.problems)
        self._close(self._create_ticket(1.0))
        run = self.env["ticket.billing.run"].browse(wizard.action_dry_run()["res_id"])
        self.assertTrue(run.dry_run)
        self.assertEqual(run.found, 1)
        self.assertFalse(self.company.ticket_billing_enabled)
        action = wizard.action_open_automation()
        self.assertEqual(action["res_id"], self.company.id)

    def test_only_administrators(self):
        wizards = self.env["ticket.billing.setup"]
        with self.assertRaises(AccessError):
            wizards.with_user(self.manager).create({})
        wizard = wizards.sudo().create({})
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).sudo().action_next()
        elsewhere = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        with self.assertRaises(AccessError):
            wizards.with_user(self.admin).create(
                {"company_id": elsewhere.id}
            ).action_next()

    # Samples

    def _get_samples(self):
        names = ["Time and material", "Per ticket", "Included hours", "All inclusive"]
        policies = self.env["ticket.billing.policy"].search([("name", "in", names)])
        return policies, names

    def test_samples_change_nothing_for_anybody(self):
        ticket = self._close(self._create_ticket(1.0))
        before = ticket.get_billing_preview()
        policies = self.env["ticket.billing.policy"].with_user(self.admin)
        policies.action_load_samples()
        samples, names = self._get_samples()
        self.assertEqual(set(samples.mapped("name")), set(names))
        self.assertEqual(samples.time_product_id, self.time_product)
        self.assertEqual(self.company.ticket_billing_policy_id, self.policy)
        self.assertEqual(ticket.get_billing_preview(), before)
        for key in ("products", "accounts", "taxes"):
            self.assertEqual(self._find(key)["status"], "ok")

    def test_samples_are_loaded_once(self):
        policies = self.env["ticket.billing.policy"].with_user(self.admin)
        policies.action_load_samples()
        self._get_samples()[0][0].active = False
        policies.action_load_samples()
        samples, names = self._get_samples()
        self.assertEqual(len(samples.with_context(active_test=False)), len(names) - 1)
        with self.assertRaises(AccessError):
            policies.with_user(self.manager).action_load_samples()
