from lxml import etree

from odoo.tests import Form, tagged

from .common_pages import DATA_VIEWS, GROUP, PagesCommon

DECIDERS = ("manager", "accountant", "auditor", "administrator", "system")
EVERYBODY = ("technician", *DECIDERS)
# Models that we add to, and who may open their records
INHERITED = {
    "helpdesk.ticket": EVERYBODY,
    "helpdesk.ticket.stage": EVERYBODY,
    "helpdesk.ticket.team": EVERYBODY,
    "helpdesk.ticket.category": EVERYBODY,
    "contract.contract": DECIDERS,
    "contract.template": ("accountant", "system"),
    "res.partner": EVERYBODY,
    "account.move": ("accountant", "system"),
    "account.analytic.line": ("technician", "manager", "administrator", "system"),
    "digest.digest": ("system",),
}
LEAST = ("list", "form", "search")


@tagged("post_install", "-at_install")
class TestPages(PagesCommon):
    """Every page loads for everybody who finds it, with all that is on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        template = {"name": "Support", "covers_tickets": True}
        cls.env["contract.template"].sudo().create(template)

    def _get_root(self):
        return self.env.ref("ticket_billing.ticket_billing_menu")

    def test_menus_load(self):
        """Views, searches and records of each menu, for each role that has it."""
        for role, user in self.people.items():
            for menu, action in self._get_actions(user, self._get_root()).items():
                if action._name == "ir.actions.act_window":
                    with self.subTest(role=role, menu=menu.complete_name):
                        self.env.invalidate_all()
                        self._load_action(action, user)

    def _load_action(self, action, user):
        records, views = self._open_action(action, user)
        if records._transient:
            self.assertTrue(Form(records)._view["fields"])
            return
        kinds = [(id_, kind) for id_, kind in views]
        self._load(records, [*kinds, (action.search_view_id.id, "search")])

    def test_menus_are_there(self):
        """Who looks after billing finds the pages; others do not see the menu."""
        found = {
            role: {menu.name for menu in self._get_actions(user, self._get_root())}
            for role, user in self.people.items()
        }
        self.assertFalse(found["technician"])
        self.assertEqual(found["manager"], found["administrator"])
        self.assertLess(found["auditor"], found["manager"])
        self.assertEqual(found["system"] - found["manager"], {"Settings"})
        self.assertGreaterEqual(len(found["auditor"]), 20)

    def test_menus_have_something_to_show(self):
        """So that reading them means something."""
        empty = set()
        user = self.people["manager"]
        for action in self._get_actions(user, self._get_root()).values():
            if action._name == "ir.actions.act_window":
                records, _views = self._open_action(action, user)
                if not records._transient and not records:
                    empty.add(action.name)
        self.assertEqual(empty, {"Released", "Trial", "Ready to Invoice"})

    def test_empty_pages_say_what_will_appear(self):
        user = self.people["system"]
        for menu, action in self._get_actions(user, self._get_root()).items():
            if action._name != "ir.actions.act_window":
                continue
            if self.env[action.res_model]._transient:
                continue
            with self.subTest(menu=menu.complete_name):
                self.assertIn("o_view_nocontent_smiling_face", action.help or "")

    def test_models_that_we_add_to_load(self):
        for model, roles in INHERITED.items():
            kinds = self._get_kinds(model)
            for role in roles:
                with self.subTest(model=model, role=role):
                    self.env.invalidate_all()
                    user = self.people[role]
                    records = self.env[model].with_user(user).search([], limit=20)
                    self.assertTrue(records)
                    views = [(False, kind) for kind in kinds]
                    self.assertGreaterEqual(
                        self._load(records, views), 2 * len(records)
                    )

    def test_first_views_stay_those_of_their_addons(self):
        """A page of ours never takes the place of Helpdesk's board, or the like."""
        data = self.env["ir.model.data"].sudo()
        for model in INHERITED:
            for kind in self._get_kinds(model):
                view = self.env[model].sudo().get_view(view_type=kind)["id"]
                own = [("model", "=", "ir.ui.view"), ("res_id", "=", view)]
                with self.subTest(model=model, kind=kind):
                    modules = data.search(own).mapped("module")
                    self.assertTrue(modules)
                    self.assertNotIn("ticket_billing", modules)

    def test_buttons_take_records(self):
        """The browser hands the records over, which a method of the model refuses."""
        data = self.env["ir.model.data"].sudo()
        own = [("model", "=", "ir.ui.view"), ("module", "=like", "ticket_billing%")]
        views = self.env["ir.ui.view"].sudo().browse(data.search(own).mapped("res_id"))
        count = 0
        for view in views.filtered("model"):
            for name, model in self._get_buttons(view):
                with self.subTest(view=view.name, button=name):
                    method = getattr(self.env.registry[model], name)
                    self.assertFalse(getattr(method, "_api_model", False))
                    count += 1
        self.assertGreater(count, 80)

    def _get_buttons(self, view):
        """Return (method, model) of each button of a view, those in lists included."""
        for button in etree.fromstring(view.arch).iterfind(".//button[@type='object']"):
            model = view.model
            for field in reversed([*button.iterancestors("field")]):
                model = self.env[model]._fields[field.get("name")].comodel_name or model
            yield button.get("name"), model

    def _get_kinds(self, model):
        """Return the types of views that a model has."""
        views = self.env["ir.ui.view"].sudo()
        kinds = set(views.search([("model", "=", model)]).mapped("type"))
        return [*LEAST, *(k for k in DATA_VIEWS if k in kinds and k not in LEAST)]

    def test_settings_load(self):
        settings = self.env["res.config.settings"].with_user(self.people["system"])
        self.assertTrue(Form(settings).ticket_billing_enabled)

    def test_ticket_shows_amounts_to_those_who_may_see_them(self):
        """What is read is what the role is shown."""
        self.assertTrue(self.people["manager"].has_group(f"{GROUP}amounts"))
        for role, shown in (("manager", True), ("technician", False)):
            tickets = self.tickets[:1].with_user(self.people[role])
            arch = tickets.get_view(view_type="form")["arch"]
            with self.subTest(role=role):
                self.assertEqual('name="amount_to_invoice"' in arch, shown)
