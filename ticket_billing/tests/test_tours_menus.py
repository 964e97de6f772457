from odoo.tests import HttpCase, tagged

from .common_pages import PagesCommon

SIZES = {"1400x900": False, "390x844": True}


@tagged("post_install", "-at_install")
class TestToursMenus(PagesCommon, HttpCase):
    """Every page in a browser: no error on its console, no wider than the screen."""

    def _open_all(self, role, path="/odoo/ticket-billing"):
        for size, is_touched in SIZES.items():
            with self.subTest(size=size):
                self.browser_size = size
                self.touch_enabled = is_touched
                login = self.people[role].login
                self.start_tour(path, "ticket_billing_menus", login=login)

    def test_manager_opens_every_page(self):
        self._open_all("manager")

    def test_accountant_opens_every_page(self):
        self._open_all("accountant")

    def test_technician_opens_his_tickets(self):
        self._open_all("technician", f"/odoo/helpdesk.ticket/{self.tickets[0].id}")
