import json
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user
from odoo.tests.common import get_db_name

from .common import TicketBillingCommon

ROLES = {
    "manager": "ticket_billing.group_ticket_billing_manager",
    "auditor": "ticket_billing.group_ticket_billing_auditor",
    "colleague": "helpdesk_mgmt.group_helpdesk_user,"
    "ticket_billing.group_ticket_billing_user",
    "outsider": "base.group_user",
}


class ApiCommon(TicketBillingCommon, HttpCase):
    """Programs that call Odoo's JSON-2 API with keys of their users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {"agent": cls.agent} | {
            name: new_test_user(
                cls.env, f"api_{name}", groups=groups, company_id=cls.company.id
            )
            for name, groups in ROLES.items()
        }
        cls.keys = {name: cls._create_key(user) for name, user in cls.users.items()}

    @classmethod
    def _create_key(cls, user):
        keys = cls.env["res.users.apikeys"].with_user(user).sudo()
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        return keys._generate(None, "program", tomorrow)

    def _call(self, path, key="agent", **arguments):
        """Return the answer to a method of the JSON-2 API."""
        return self._send(path, json.dumps(arguments), key)

    def _send(self, path, body, key="agent", method="POST"):
        headers = {
            "Authorization": f"bearer {self.keys.get(key, key)}",
            "X-Odoo-Database": get_db_name(),
            "Content-Type": "application/json",
        }
        return self.url_open(
            f"/json/2/{path}", data=body, headers=headers, method=method
        )

    def _ask(self, path, key="agent", **arguments):
        """Return what a call that goes well answers."""
        response = self._call(path, key, **arguments)
        self.assertEqual(response.status_code, 200, response.text)
        self.env.invalidate_all()
        return response.json()
