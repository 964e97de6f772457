from odoo.tests import freeze_time, new_test_user, tagged

from .common_health import HealthCommon


@tagged("post_install", "-at_install")
class TestNeeds(HealthCommon):
    """What automatic billing lacks is told of where it is switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = cls.env["ticket.billing.automation"].browse(cls.company.id)

    def _get_problems(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.page.ticket_billing_problems or ""

    def test_nothing_is_missing(self):
        self.assertEqual(self._get_problems(), "")

    def test_each_thing_that_is_missing_is_named_with_a_link(self):
        template = self.time_product.product_tmpl_id
        journals = self.env["account.journal"].search([("type", "=", "sale")])
        stages = self.env["helpdesk.ticket.stage"].search(
            [("billing_event", "=", "close")]
        )
        cron = self._get_crons()[0]
        product = f"/odoo/product.product/{self.time_product.id}"
        cases = [
            (template, "list_price", 0.0, "has no price", product),
            (template, "taxes_id", False, "without a tax", product),
            (journals, "active", False, "no sales journal", "/odoo/"),
            (
                stages,
                "billing_event",
                "none",
                "No stage",
                "/odoo/helpdesk.ticket.stage",
            ),
            (cron, "active", False, "is not active", "/odoo/"),
        ]
        for record, name, value, text, link in cases:
            with self.subTest(text=text), self.env.cr.savepoint() as savepoint:
                record.sudo().write({name: value})
                problems = self._get_problems()
                self.assertIn(text, problems)
                self.assertIn(f'href="{link}', problems)
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_project_for_time(self):
        self.company.sudo().ticket_billing_project_id = False
        self._check_finding("project", "warning", "no default project", self.company)
        self.assertIn("no default project", self._get_problems())
        teams = self.env["helpdesk.ticket.team"].search([])
        teams.default_project_id = self.project
        self._check_finding("project", "ok", "has a project")
        self.company.sudo().ticket_billing_project_id = self.project
        self.project.sudo().allow_timesheets = False
        self._check_finding("project", "error", "takes no time", self.project.sudo())

    def test_event_without_a_stage(self):
        self._check_finding("events", "ok", "There are stages")
        self.company.sudo().ticket_billing_on_resolve = True
        self._check_finding("events", "error", "billing event Resolved")
        self.stage_progress.sudo().billing_event = "resolve"
        self._check_finding("events", "ok", "There are stages")

    def test_switched_off_nothing_is_told(self):
        self.time_product.list_price = 0.0
        self.assertIn("has no price", self._get_problems())
        self.company.sudo().ticket_billing_enabled = False
        self.assertEqual(self._get_problems(), "")

    def test_needs_are_told_before_billing_is_in_use(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        needs = self.env["ticket.billing.health"]._get_needs(other)
        self.assertIn("journals", [need["check"] for need in needs])

    def test_settings_page_tells_it_too(self):
        self.time_product.list_price = 0.0
        settings = self.env["res.config.settings"].sudo().create({})
        self.assertIn("has no price", settings.ticket_billing_problems)

    @freeze_time("2026-03-01")
    def test_advice_is_for_the_first_weeks(self):
        company, page = self.company.sudo(), self.page
        cases = [
            (False, "2020-01-01", True),
            (True, "2020-01-01", False),
            (True, "2026-01-18", False),
            (True, "2026-01-19", True),
            (True, False, False),
        ]
        for is_on, start, expected in cases:
            with self.subTest(is_on=is_on, start=start):
                company.ticket_billing_enabled = is_on
                company.ticket_billing_start_date = start
                self.assertEqual(page.ticket_billing_is_new, expected)

    def test_names_are_text_and_no_code(self):
        self.time_product.write({"list_price": 0.0, "name": "<img src=x>"})
        problems = self._get_problems()
        self.assertIn("&lt;img", problems)
        self.assertNotIn("<img", problems)

    def test_manager_who_may_not_open_what_is_missing_is_led_to_health(self):
        self.health._refresh(self.company)
        self._get_crons()[0].active = False
        manager = new_test_user(
            self.env,
            "needs_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=self.company.id,
        )
        row = self.health.search(
            [("company_id", "=", self.company.id), ("check", "=", "runner")]
        )
        problems = self.page.with_user(manager).ticket_billing_problems
        self.assertIn(f'href="/odoo/ticket-billing-health/{row.id}"', problems)
