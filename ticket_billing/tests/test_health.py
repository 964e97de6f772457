from odoo.tests import tagged

from .common_health import HealthCommon


@tagged("post_install", "-at_install")
class TestHealth(HealthCommon):
    def test_all_is_well(self):
        self._close_and_bill(self._create_ticket(1.0))
        for finding in self.health._get_health(self.company):
            with self.subTest(check=finding["check"]):
                self.assertEqual(finding["status"], "ok", finding["message"])
