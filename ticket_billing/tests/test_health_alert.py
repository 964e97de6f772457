from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common_health import HealthCommon

ACTIVITY = "ticket_billing.mail_activity_type_health"
LOGGER = "odoo.addons.ticket_billing"


@tagged("post_install", "-at_install")
class TestHealthAlert(HealthCommon):
    """Administrators are told once of each change, by activity and by mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admins = cls.env["res.users"]
        for login, groups in {
            "boss": "ticket_billing.group_ticket_billing_admin",
            "deputy": "ticket_billing.group_ticket_billing_admin",
            "manager": "ticket_billing.group_ticket_billing_manager",
            "auditor": "ticket_billing.group_ticket_billing_auditor",
        }.items():
            user = new_test_user(
                cls.env, login, groups=groups, company_id=cls.company.id
            )
            if groups.endswith("admin"):
                cls.admins |= user
        other = cls.env["res.company"].sudo().create({"name": "Elsewhere"})
        new_test_user(
            cls.env,
            "elsewhere",
            groups="ticket_billing.group_ticket_billing_admin",
            company_id=other.id,
            company_ids=[other.id],
        )
        cls.deputy = cls.admins[1]
        # Whoever else is an administrator, as the user of the test is
        cls.admins = cls.health._get_administrators(cls.company)

    def _refresh(self):
        """Check as the schedule does; return the mails and activities that it made."""
        mails, activities = self._get_mails(), self._get_activities()
        self.health._refresh(self.company)
        self.env.flush_all()
        return self._get_mails() - mails, self._get_activities() - activities

    def _get_mails(self):
        return self.env["mail.mail"].sudo().search([])

    def _get_activities(self):
        domain = [("res_model", "=", "ticket.billing.health")]
        return self.env["mail.activity"].sudo().search(domain)

    def _get_row(self, key="products"):
        own = [("company_id", "=", self.company.id), ("check", "=", key)]
        return self.health.search(own)

    def test_administrators_are_those_of_the_company(self):
        logins = self.admins.mapped("login")
        self.assertIn("boss", logins)
        self.assertIn("deputy", logins)
        for login in ("elsewhere", "manager", "auditor", "__system__"):
            self.assertNotIn(login, logins)

    def test_first_check_is_silent_where_all_is_well(self):
        mails, activities = self._refresh()
        self.assertFalse(mails)
        self.assertFalse(activities)
        rows = self.health.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(rows.mapped("status")), {"ok"})
        self.assertTrue(all(rows.mapped("checked_at")) and all(rows.mapped("since")))

    def test_what_takes_long_is_not_checked_every_hour(self):
        self._refresh()
        row, quick = self._get_row(), self._get_row("taxes")
        for hours, is_checked in {9: False, 11: True}.items():
            with self.subTest(hours=hours):
                before = fields.Datetime.subtract(fields.Datetime.now(), hours=hours)
                row.write({"checked_at": before, "seconds": 36.0})
                quick.write({"checked_at": before, "seconds": 0.1})
                self.health._refresh(self.company, only_due=True)
                self.assertEqual(row.checked_at > before, is_checked)
                self.assertGreater(quick.checked_at, before)

    def test_every_check_is_made_once_a_day_and_for_a_person_at_once(self):
        self._refresh()
        row = self._get_row()
        for hours, only_due in ((25, True), (1, False)):
            with self.subTest(hours=hours):
                before = fields.Datetime.subtract(fields.Datetime.now(), hours=hours)
                row.write({"checked_at": before, "seconds": 900.0})
                self.health._refresh(self.company, only_due=only_due)
                self.assertGreater(row.checked_at, before)
                self.assertLess(row.seconds, 900.0)

    def test_first_check_tells_what_is_wrong(self):
        self.time_product.active = False
        mails, activities = self._refresh()
        self.assertEqual(len(mails), 1)
        self.assertEqual(activities.user_id, self.admins)
        self.assertEqual(len(activities), len(self.admins))

    def test_each_change_is_told_once(self):
        self._refresh()
        # ok → error
        self.time_product.active = False
        mails, activities = self._refresh()
        self.assertEqual(len(mails), 1)
        self.assertEqual(activities.user_id, self.admins)
        self.assertEqual(activities.activity_type_id, self.env.ref(ACTIVITY))
        self.assertEqual(
            activities.mapped("res_id"), [self._get_row().id] * len(activities)
        )
        self.assertEqual(self._refresh(), (mails.browse(), activities.browse()))
        since = self._get_row().since
        # error → warning
        self.time_product.active = True
        self._create_policy(time_product_id=False)
        mails, newer = self._refresh()
        self.assertEqual(len(mails), 1)
        self.assertEqual(newer.user_id, self.admins)
        self.assertFalse(activities.exists())
        self.assertIn("Other rules", newer[0].note)
        self.assertEqual(self._refresh(), (mails.browse(), activities.browse()))
        # warning → ok
        self.env["ticket.billing.policy"].sudo().search(
            [("name", "=", "Other rules")]
        ).active = False
        mails, none = self._refresh()
        self.assertEqual(len(mails), 1)
        self.assertIn("OK again", mails.subject)
        self.assertFalse(none + newer.exists())
        self.assertEqual(self._refresh(), (mails.browse(), activities.browse()))
        self.assertGreaterEqual(self._get_row().since, since)
        notes = self._get_row().message_ids.mapped("body")
        self.assertEqual(len(notes), 3)
        self.assertIn("Warning → OK", notes[0])

    def test_another_message_of_the_same_status_is_no_change(self):
        self.time_product.active = False
        self._refresh()
        self.ticket_product.active = False
        mails, activities = self._refresh()
        self.assertFalse(mails)
        self.assertFalse(activities)
        self.assertIn("Support ticket", self._get_row().message)

    def test_one_mail_for_all_that_changed(self):
        self._refresh()
        self.time_product.active = False
        self.env.ref("ticket_billing.ir_cron_catch_up").sudo().active = False
        self.ticket_product.taxes_id = False
        mail, activities = self._refresh()
        self.assertEqual(mail.recipient_ids, self.admins.partner_id)
        self.assertEqual(
            mail.subject,
            "Ticket billing of company_1_data (errors: 2, warnings: 1)",
        )
        for text in (
            "“Support time”",
            "“Ticket Billing: find forgotten tickets” is not active",
            "“Support ticket”",
            "/odoo/ticket-billing-health",
        ):
            self.assertIn(text, mail.body_html)
        self.assertEqual(len(activities), 3 * len(self.admins))
        self.assertEqual(mail.state, "outgoing")

    def test_done_activity_does_not_come_back(self):
        self.time_product.active = False
        _mails, activities = self._refresh()
        own = activities.filtered(lambda a: a.user_id == self.deputy)
        own.with_user(self.deputy).action_feedback(feedback="Seen to it")
        self.assertIn("Seen to it", self._get_row().message_ids[0].body)
        mails, activities = self._refresh()
        self.assertFalse(mails)
        self.assertFalse(activities)

    def test_whoever_checks_by_hand_tells_the_others(self):
        """The schedule finds no change any more, so it must not be lost."""
        self._refresh()
        self.time_product.active = False
        count = len(self._get_mails())
        self.health.with_user(self.deputy).action_check_now()
        self.assertEqual(len(self._get_mails()), count + 1)
        self.assertEqual(self._get_activities().user_id, self.admins)
        self.assertFalse(self._refresh()[0])

    def test_trouble_with_mails_never_stops_the_check(self):
        self._refresh()
        self.time_product.active = False
        mail = self.env.registry["mail.mail"]

        def create(_self, _vals_list):
            raise ValueError("no mail today")

        with patch.object(mail, "create", create), mute_logger(LOGGER):
            mails, activities = self._refresh()
        self.assertFalse(mails)
        self.assertEqual(activities.user_id, self.admins)
        self.assertEqual(self._get_row().status, "error")

    def test_nobody_can_be_told(self):
        """No administrator has an address, and somebody deleted the activity type."""
        self.admins.partner_id.email = False
        self.env.ref(ACTIVITY).sudo().unlink()
        self.time_product.active = False
        mails, activities = self._refresh()
        self.assertFalse(mails)
        self.assertFalse(activities)
        self.assertEqual(self._get_row().status, "error")

    def test_texts_are_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.company.partner_id.lang = "de_DE"
        seen = []
        model = self.env.registry["ticket.billing.health"]
        original = model._find_products

        def find(this, company):
            seen.append(this.env.lang)
            return original(this, company)

        with patch.object(model, "_find_products", find):
            self._refresh()
            self.company.partner_id.lang = "en_US"
            self.health.with_context(lang="de_DE")._refresh(self.company)
        self.assertEqual(seen, ["de_DE", "en_US"])
