from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .common import TicketBillingCommon

KPIS = ("amount", "minutes", "automation", "blocked")


@tagged("post_install", "-at_install")
class TestDigest(TicketBillingCommon):
    """What the digest says of ticket billing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "digest_manager",
            groups="ticket_billing.group_ticket_billing_manager",
            company_id=cls.company.id,
        )
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Support",
                "company_id": cls.company.id,
                **{f"kpi_ticket_billing_{kpi}": True for kpi in KPIS},
            }
        )
        cls.company.sudo().write(
            {"ticket_billing_enabled": True, "ticket_billing_on_close": True}
        )
        cls._create_contract(hourly_rate_source="fixed", hourly_rate=80.0)

    def _get_values(self, user):
        """Return by KPI what the digest says of the last seven days to a user."""
        now = fields.Datetime.now() + timedelta(minutes=5)
        digest = self.digest.with_user(user).with_context(
            start_datetime=now - timedelta(days=7), end_datetime=now
        )
        digest.invalidate_recordset()
        return {kpi: digest[f"kpi_ticket_billing_{kpi}_value"] for kpi in KPIS}

    def test_what_it_says(self):
        by_itself, by_hand = self._create_ticket(1.0), self._create_ticket(2.0)
        self._close(by_itself + by_hand)
        by_itself.sudo().billing_event_date -= timedelta(minutes=30)
        by_hand.action_generate_invoice()
        self._run_due(by_itself)
        lost = self._create_ticket(1.0, partner_id=self._create_customer("Quay").id)
        self.time_product.sudo().list_price = 0.0
        self._close(lost).action_generate_invoice()
        self.assertEqual(lost.billing_state, "blocked")
        values = self._get_values(self.manager)
        self.assertEqual(values["amount"], 240.0)
        self.assertAlmostEqual(values["minutes"], 30.0, delta=0.5)
        self.assertEqual(values["automation"], 50.0)
        self.assertEqual(values["blocked"], 1)

    def test_nothing_happened(self):
        self.assertEqual(
            self._get_values(self.manager),
            {"amount": 0.0, "minutes": 0.0, "automation": 0.0, "blocked": 0},
        )

    def test_others_get_a_digest_without_it(self):
        def get_names(user):
            kpis = self.digest._compute_kpis(self.company, user)
            names = {kpi["kpi_name"] for kpi in kpis}
            return {name for name in names if "ticket_billing" in name}

        self.assertEqual(get_names(self.agent), set())
        names = {f"kpi_ticket_billing_{kpi}" for kpi in KPIS}
        self.assertEqual(get_names(self.manager), names)
        kpis = self.digest._compute_kpis_actions(self.company, self.manager)
        for name in names:
            xmlid = kpis[name].partition("?")[0]
            self.assertTrue(self.env.ref(xmlid))
