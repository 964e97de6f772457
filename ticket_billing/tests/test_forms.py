from lxml import etree

from odoo.tests import Form, tagged

from .common import AGENT_GROUPS
from .common_health import HealthCommon

ROLES = {
    "technician": AGENT_GROUPS,
    "manager": ("ticket_billing.group_ticket_billing_manager",),
    "accountant": ("account.group_account_invoice",),
    "auditor": ("ticket_billing.group_ticket_billing_auditor",),
    "administrator": ("ticket_billing.group_ticket_billing_admin",),
    "amounts": ("base.group_user", "ticket_billing.group_ticket_billing_amounts"),
}
DECIDERS = ("manager", "auditor", "administrator")
# Who may read a record, and so opens its form
READERS = {
    "res.partner": tuple(ROLES),
    "helpdesk.ticket.stage": tuple(ROLES),
    "ticket.billing.policy": ("technician", "accountant", *DECIDERS),
    "ticket.billing.work.type": tuple(ROLES),
    "contract.contract": ("accountant", *DECIDERS),
    "ticket.billing.health": DECIDERS,
    "ticket.billing.automation": DECIDERS,
}


@tagged("post_install", "-at_install")
class TestForms(HealthCommon):
    """Forms load for everybody who may read the record, with all that is on them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls._create_people("form", ROLES)
        contract = cls._create_contract()
        line = {
            "contract_id": contract.id,
            "product_id": cls.time_product.id,
            "name": "Monthly fee",
            "quantity": 1.0,
            "price_unit": 10.0,
            "recurring_next_date": "2030-01-01",
            "date_start": "2020-01-01",
        }
        cls.env["contract.line"].sudo().create(line)
        cls.health._refresh(cls.company)
        work_types = cls.env["ticket.billing.work.type"].sudo()
        cls.records = {
            "res.partner": cls.customer,
            "helpdesk.ticket.stage": cls.stage_done,
            "ticket.billing.policy": cls.policy,
            "ticket.billing.work.type": work_types.create({"name": "On site"}),
            "contract.contract": contract,
            "ticket.billing.health": cls.health.search([], limit=1),
            "ticket.billing.automation": cls.env["ticket.billing.automation"].browse(
                cls.company.id
            ),
        }
        cls.env.flush_all()

    def test_forms_load(self):
        for model, roles in READERS.items():
            for role in roles:
                with self.subTest(model=model, role=role):
                    self.env.invalidate_all()
                    record = self.records[model].with_user(self.people[role])
                    self.assertTrue(Form(record)._view["fields"])

    def test_lists_load(self):
        for model, roles in READERS.items():
            for role in roles:
                with self.subTest(model=model, role=role):
                    self.env.invalidate_all()
                    records = self.env[model].with_user(self.people[role])
                    arch = etree.fromstring(records.get_view(view_type="list")["arch"])
                    names = arch.xpath("/list/field/@name")
                    self.assertTrue(names)
                    found = records.search([], limit=20)
                    found.web_read({name: {} for name in names})

    def test_wizard_opens_for_administrators(self):
        wizard = self.env["ticket.billing.setup"]
        form = Form(wizard.with_user(self.people["administrator"]))
        self.assertEqual(form.step, "products")

    def test_help_on_every_field_that_people_fill_in(self):
        """Whatever is not said by its name."""
        obvious = {"name", "sequence", "active", "company_id", "step", "id"}
        for model in ("policy", "work.type", "automation", "setup"):
            name = f"ticket.billing.{model}"
            shown = self.env[name].get_view(view_type="form")["models"][name]
            fields = self.env[name].fields_get(shown, ["help", "readonly"])
            for key, field in fields.items():
                if not field["readonly"] and key not in obvious:
                    with self.subTest(model=name, field=key):
                        self.assertTrue(field.get("help"))
