from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_health import HealthCommon

GROUP = "ticket_billing.group_ticket_billing_"
FORM = "ticket_billing.ticket_billing_automation_view_form"
CARDS = ("pending", "blocked", "to_approve", "ready", "released", "billed")


@tagged("post_install", "-at_install")
class TestAutomation(HealthCommon):
    """The page Automation: settings for those who have no rights on companies, and
    figures that lead to what they count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls._create_people(
            "page",
            {
                role: (f"{GROUP}{role}",)
                for role in ("admin", "manager", "auditor", "user")
            },
        )
        cls.page = cls.env["ticket.billing.automation"].browse(cls.company.id)

    def _as(self, role):
        return self.page.with_user(self.people[role])

    # Settings

    def test_administrator_changes_company_and_policy(self):
        before = self.env["ticket.billing.log"].search([], limit=1).id
        with Form(self._as("admin"), FORM) as page:
            page.ticket_billing_on_resolve = True
            page.ticket_billing_delay_minutes = 7
            page.ticket_billing_minimum_hours = 0.5
        self.assertTrue(self.company.ticket_billing_on_resolve)
        self.assertEqual(self.company.ticket_billing_delay_minutes, 7)
        self.assertEqual(self.policy.minimum_hours, 0.5)
        entries = self.env["ticket.billing.log"].search([("id", ">", before)])
        self.assertEqual(
            sorted((e.field_name, e.before, e.after) for e in entries),
            [
                ("Bill when resolved", "No", "Yes"),
                ("Billing delay", "2", "7"),
                ("Minimum Hours", "0.25", "0.5"),
            ],
        )
        self.assertEqual(entries.user_id, self.people["admin"])

    def test_page_edits_every_setting_of_the_settings_page(self):
        settings = self.env["ticket.billing.settings.mixin"]._fields
        shown = self._as("admin").get_view(
            self.env.ref(FORM).id, "form", options={"toolbar": False}
        )["models"]["ticket.billing.automation"]
        names = {n for n, f in settings.items() if f.related and not f.readonly}
        self.assertGreater(len(names), 30)
        self.assertLessEqual(names, set(shown))

    def test_others_look_on(self):
        for role in ("manager", "auditor"):
            with self.subTest(role=role):
                page = self._as(role)
                form = Form(page, FORM)
                self.assertEqual(form.ticket_billing_delay_minutes, 2)
                with self.assertRaises(AccessError):
                    page.write({"ticket_billing_enabled": False})
        with self.assertRaises(AccessError):
            self._as("user").read(["ticket_billing_enabled"])
        self.assertTrue(self.company.ticket_billing_enabled)

    def test_form_is_read_only_for_those_who_look_on(self):
        for role, expected in (("admin", None), ("manager", "False")):
            arch = self._as(role).get_views([(self.env.ref(FORM).id, "form")])
            arch = arch["views"]["form"]["arch"]
            with self.subTest(role=role):
                self.assertEqual('edit="False"' in arch, bool(expected))

    def test_bad_values_are_refused(self):
        page = self._as("admin")
        cases = [
            {"ticket_billing_delay_minutes": -1},
            {"ticket_billing_delay_minutes": "soon"},
            {"ticket_billing_rounding_increment": 0.125},
            {"ticket_billing_automation_level": "everything"},
            {"ticket_billing_project_id": 999_999_999},
        ]
        for values in cases:
            with self.subTest(values=values), self.assertRaises(ValidationError):
                page.write(values)
        for values in ({"company_id": 1}, {"pending_count": 1}):
            with self.subTest(values=values), self.assertRaises(UserError):
                page.write(values)

    def test_record_that_may_not_be_read_is_not_chosen(self):
        secret = (
            self.env["project.project"]
            .sudo()
            .create({"name": "Secret", "privacy_visibility": "followers"})
        )
        with self.assertRaises(AccessError):
            self._as("admin").write({"ticket_billing_project_id": secret.id})

    def test_other_companies_stay_hidden(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        page = self._as("admin").browse(other.id)
        with self.assertRaises(AccessError):
            page.read(["ticket_billing_enabled"])
        with self.assertRaises(AccessError):
            page.write({"ticket_billing_enabled": True})
        self.assertFalse(other.ticket_billing_enabled)

    def test_new_company_has_its_page(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        page = self.page.sudo().search([("company_id", "=", other.id)])
        self.assertEqual(page.company_id, other)
        self.assertFalse(page.ticket_billing_enabled)

    def test_menu_opens_the_page_of_the_company(self):
        action = self.env.ref("ticket_billing.ticket_billing_automation_action_open")
        for role in ("admin", "manager", "auditor"):
            with self.subTest(role=role):
                result = action.with_user(self.people[role]).run()
                self.assertEqual(result["res_id"], self.company.id)
                self.assertEqual(result["res_model"], self.page._name)
        with self.assertRaises(AccessError):
            action.with_user(self.people["user"]).run()

    # Figures

    def _fill_cards(self):
        """Let there be something of each kind."""
        self.policy.sudo().group_by = "ticket"
        self._close_and_bill(self._create_ticket(1.0))
        self._close_and_bill(self._create_ticket(1.0)).sudo().unlink()
        waiting = self._close(self._create_ticket(9.0, 1.0))
        waiting.action_generate_invoice()
        self._close(self._create_ticket(1.0))
        blocked = self._close(self._create_ticket(1.0))
        blocked.sudo().billing_error = "Broken"
        blocked.sudo().billing_pending = False
        self.policy.sudo().invoice_frequency = "month"
        self._run_due(self._close(self._create_ticket(1.0)))
        self.env.flush_all()
        self.env.invalidate_all()

    def test_each_figure_counts_what_its_link_opens(self):
        self._fill_cards()
        for role in ("admin", "manager", "auditor"):
            page = self._as(role)
            for card in CARDS:
                with self.subTest(role=role, card=card):
                    action = page.with_context(card=card).action_view_figures()
                    model = self.env[action["res_model"]].with_user(self.people[role])
                    found = model.search_count(action["domain"])
                    self.assertTrue(found)
                    self.assertEqual(page[f"{card}_count"], found)

    def test_amounts_are_those_of_the_list(self):
        self._fill_cards()
        page = self._as("manager")
        charges = self.env["ticket.billing.charge"].search(
            page._get_charge_domain("to_approve")
        )
        self.assertEqual(sum(charges.mapped("amount")), 1000.0)
        expected = self.company.currency_id.format(1000.0)
        self.assertEqual(page.to_approve_amount, expected)

    def test_amounts_are_for_those_who_may_see_them(self):
        self._fill_cards()
        person = self.people["manager"]
        amounts = self.env.ref(f"{GROUP}amounts")
        manager = self.env.ref(f"{GROUP}manager")
        manager.sudo().implied_ids -= amounts
        self.assertFalse(person.has_group(f"{GROUP}amounts"))
        page = self._as("manager")
        with self.assertRaises(AccessError):
            page.read(["to_approve_amount"])
        names = [name for name in Form(page, FORM)._view["fields"]]
        self.assertIn("to_approve_count", names)
        self.assertNotIn("to_approve_amount", names)
        self.assertEqual(page.to_approve_count, 2)

    def test_billed_of_last_month_is_not_counted(self):
        self._fill_cards()
        page = self._as("manager")
        before = page.billed_count
        runs = self.env["ticket.billing.run"].sudo().search([("invoiced", ">", 0)])
        last_month = fields.Datetime.subtract(fields.Datetime.now(), months=1)
        self.env.cr.execute(
            "UPDATE ticket_billing_run SET create_date = %s WHERE id IN %s",
            (last_month, tuple(runs.ids)),
        )
        self.env.invalidate_all()
        self.assertGreater(before, 0)
        self.assertEqual(page.billed_count, 0)

    def test_last_run(self):
        page = self._as("manager")
        self.assertFalse(page.last_run_id)
        self._close_and_bill(self._create_ticket(1.0))
        self._close(self._create_ticket(1.0))
        dry = self.env["ticket.billing.run"].action_dry_run()["res_id"]
        self.assertTrue(dry)
        page.invalidate_recordset()
        run = self.env["ticket.billing.run"].search([("dry_run", "=", False)])
        self.assertEqual(page.last_run_id, run)
        action = page.with_context(card="last_run").action_view_figures()
        self.assertEqual(action["res_id"], run.id)

    def test_figures_take_few_queries(self):
        self._fill_cards()
        names = [f"{card}_count" for card in CARDS]
        names += ["to_approve_amount", "last_run_id"]
        page = self._as("manager")
        page.read(names)
        self.env.flush_all()
        self.env.invalidate_all()
        # One of them for the time zone, by which the user reads when the run was
        with self.assertQueryCount(13):
            page.read(names)

    def test_unknown_figure(self):
        with self.assertRaises(UserError):
            self._as("manager").with_context(card="x").action_view_figures()

    # Buttons

    def test_buttons_act_in_the_company_of_the_page(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        person = self.people["admin"]
        person.sudo().company_ids += other
        self._close(self._create_ticket(1.0))
        page = self._as("admin").with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        self.assertEqual(page._get_runs().env.companies, self.company)
        action = page.action_dry_run()
        run = self.env["ticket.billing.run"].browse(action["res_id"])
        self.assertTrue(run.dry_run)
        self.assertEqual(run.found, 1)
        page.action_run_now()
        runs = self.env["ticket.billing.run"].sudo()
        runs = runs.search([("user_id", "=", person.id)])
        self.assertEqual(runs.company_id, self.company)
        with self.assertRaises(AccessError):
            self._as("auditor").action_run_now()
