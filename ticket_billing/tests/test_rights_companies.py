import json

from odoo.tests import tagged

from .test_rights_models import RightsModelsCommon

WIZARDS = (
    *("ticket.billing.credit.line", "ticket.billing.override"),
    *("ticket.billing.review.line", "ticket.billing.undo", "ticket.billing.up.to"),
    *("ticket.billing.decision", "ticket.billing.trial", "ticket.billing.preview"),
    "ticket.billing.contract.choice",
)
SECRETS = ("Replaced the network cable", "Printer offline", "Goodwill")


@tagged("post_install", "-at_install")
class TestRightsCompanies(RightsModelsCommon):
    """An administrator of another company points wizards of his at our records."""

    def test_wizards_tell_nothing_of_other_companies(self):
        user = self.users["foreign"]
        self.authenticate(user.login, user.login)
        for model in WIZARDS:
            with self.subTest(model=model):
                told = self._read_forged(model)
                for secret in (*SECRETS, self.own.records["draft"].number):
                    self.assertNotIn(secret, told)

    def _read_forged(self, model):
        """Return all that the fields of a wizard tell its author, if he can make it."""
        with self._taken_back():
            parent = model.removesuffix(".line")
            if parent != model:
                answer = self._call(parent, "create", [{}])
                self.own.records["parent"] = answer.value
            answer = self._call(model, "create", [self._get_values(model, self.own)])
            ids, fields = [answer.value], self._call(model, "fields_get").value or {}
            answers = [
                self._call(model, "read", [ids, [name]]).value
                for name in fields
                if answer.value
            ]
        return json.dumps(answers)

    def test_they_tell_a_manager_of_this_company(self):
        user = self.users["manager"]
        self.authenticate(user.login, user.login)
        told = self._read_forged("ticket.billing.review.line")
        self.assertIn("Replaced the network cable", told)

    def test_ids_of_other_companies_are_of_no_use(self):
        """Not even mixed with records of the user's own company."""
        user = self.users["foreign"]
        self.authenticate(user.login, user.login)
        partner = self.env["res.partner"].sudo().create({"name": "Elsewhere & Sons"})
        own = (
            self.env["helpdesk.ticket"]
            .sudo()
            .create(
                {
                    "name": "x",
                    "description": "x",
                    "partner_id": partner.id,
                    "company_id": self.foreign_company.id,
                    "user_id": user.id,
                }
            )
        )
        ids = [own.id, self.own.records["closed"].id]
        for method in ("get_billing_preview", "generate_invoice", "action_credit"):
            with self.subTest(method=method), self._taken_back():
                answer = self._call("helpdesk.ticket", method, [ids])
                self.assertEqual(answer.sign, ".", answer)
        self.assertEqual(self._call("helpdesk.ticket", "read", [ids[:1]]).sign, "+")
