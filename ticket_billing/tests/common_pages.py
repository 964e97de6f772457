from lxml import etree

from odoo.tools.safe_eval import datetime, safe_eval

from .common_health import HealthCommon

GROUP = "ticket_billing.group_ticket_billing_"
TIME = "hr_timesheet.group_hr_timesheet_approver"
ROLES = {
    "manager": (f"{GROUP}manager", TIME),
    "accountant": ("account.group_account_invoice", f"{GROUP}auditor"),
    "auditor": (f"{GROUP}auditor",),
    "administrator": (f"{GROUP}admin", TIME),
    "system": (
        "base.group_system",
        "account.group_account_manager",
        f"{GROUP}admin",
        TIME,
    ),
}
DATA_VIEWS = ("list", "kanban", "form", "pivot", "graph")


class PagesCommon(HealthCommon):
    """Tickets in many states, people in all roles, and what a browser reads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls._create_people("pages", ROLES)
        cls.people["technician"] = cls.agent
        cls.contract = cls._create_contract(
            hour_allowance="limited", included_hours=1.0, ticket_allowance="unlimited"
        )
        cls.tickets = cls._create_ticket(2.5) + cls._create_ticket(9.5)
        cls.tickets += cls._create_ticket(1.0, partner_id=False)
        cls.tickets.write({"stage_id": cls.stage_done.id})
        cls.tickets.action_generate_invoice()
        cls.tickets += cls._create_ticket(0.5)
        cls.env["ticket.billing.run"].action_dry_run()
        cls.env["ticket.billing.work.type"].sudo().create({"name": "On site"})
        cls.health._refresh(cls.company)
        cls.env.flush_all()

    # What a browser asks for

    def _load(self, records, views):
        """Read what each view of a model shows, as the user of ``records``.

        :param views: pairs of an id, or False, and a type
        :return: the number of records that were read
        """
        answer = records.get_views(views, {"toolbar": True})
        fields = {name: m["fields"] for name, m in answer["models"].items()}
        count = 0
        for kind, view in answer["views"].items():
            arch = etree.fromstring(view["arch"])
            if kind in ("list", "kanban", "form"):
                spec = self._get_spec(arch, records._name, fields)
                count += len(records.web_read(spec))
            elif kind in ("pivot", "graph"):
                self._load_groups(records, arch, fields[records._name])
        return count

    def _get_spec(self, arch, model, fields):
        """Return the specification of what a view reads, with the views in it."""
        spec = {}
        for node in arch.iterfind(".//field"):
            if self._get_owner(node, arch) is not arch:
                continue
            field = fields[model][node.get("name")]
            spec[node.get("name")] = self._get_field_spec(node, field, fields)
        return spec

    def _get_owner(self, node, arch):
        """Return the view that a field is in: the whole one or one in a field."""
        for parent in node.iterancestors():
            if parent is arch or parent.tag == "field":
                return parent

    def _get_field_spec(self, node, field, fields):
        if field["type"] in ("many2one", "many2one_reference", "reference"):
            return {"fields": {"display_name": {}}}
        if field["type"] not in ("one2many", "many2many"):
            return {}
        inner = {}
        for view in node:
            inner.update(self._get_inner_spec(view, node, field["relation"], fields))
        return {"fields": inner or {"display_name": {}}}

    def _get_inner_spec(self, view, node, model, fields):
        spec = {}
        for child in view.iterfind(".//field"):
            if self._get_owner(child, view) is view:
                field = fields[model][child.get("name")]
                spec[child.get("name")] = self._get_field_spec(child, field, fields)
        return spec

    def _load_groups(self, records, arch, fields):
        nodes = arch.findall("field")
        measures = [
            f"{node.get('name')}:{fields[node.get('name')]['aggregator']}"
            for node in nodes
            if node.get("type") == "measure"
        ]
        groups = [node for node in nodes if node.get("type") != "measure"]
        names = [self._get_group(node, fields[node.get("name")]) for node in groups]
        domain = [("id", "in", records.ids)]
        records.formatted_read_group(domain, names, [*measures, "__count"])

    def _get_group(self, node, field):
        interval = node.get("interval", "month")
        is_moment = field["type"] in ("date", "datetime")
        return f"{node.get('name')}:{interval}" if is_moment else node.get("name")

    # Menus

    def _get_actions(self, user, root):
        """Return a dict: menu → window action that the user finds below a menu."""
        tree = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        found, todo = self.env["ir.ui.menu"].sudo(), [root.id]
        while todo:
            menu = tree.get(todo.pop(), {})
            todo += menu.get("children", [])
            if menu.get("action_id"):
                found |= found.browse(menu["id"])
        return {menu: menu.action for menu in found}

    def _open_action(self, action, user):
        """Return the records of a window action and its views, as pairs."""
        scope = {"uid": user.id, "datetime": datetime, "active_id": False}
        context = safe_eval(action.context or "{}", dict(scope))
        model = self.env[action.res_model].with_user(user)
        model = model.with_context(**context, allowed_company_ids=user.company_ids.ids)
        if action.target == "new" or model._transient:
            return model, action.views
        domain = safe_eval(action.domain or "[]", dict(scope))
        return model.search(domain, limit=20), action.views
