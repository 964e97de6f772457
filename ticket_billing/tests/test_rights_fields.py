from odoo import Command
from odoo.tests import new_test_user, tagged

from .common_rights import RightsCommon
from .rights_fields import FIELDS

# Who may write records of these models, apart from any role in billing
WRITERS = (
    "helpdesk_mgmt.group_helpdesk_manager",
    "hr_timesheet.group_timesheet_manager",
    "account.group_account_manager",
    "base.group_partner_manager",
)
BILLING = {
    "writer": None,
    "manager": "ticket_billing.group_ticket_billing_manager",
    "administrator": "ticket_billing.group_ticket_billing_admin",
}
ALLOWED = {
    "engine": (),
    "manager": ("manager", "administrator"),
    "administrator": ("administrator",),
    "record": ("writer", "manager", "administrator"),
}
RECORDS = {
    "helpdesk.ticket": "new",
    "account.analytic.line": "open entries",
    "account.move": "draft invoice",
    "account.move.line": "draft lines",
    "contract.contract": "spare contract",
}
# Written by whoever sets up Odoo: not in the table, which is about daily work
SETTINGS = ("digest.digest", "res.company", "res.config.settings")


@tagged("post_install", "-at_install")
class TestRightsFields(RightsCommon):
    """Who may write, import, copy or default by context each field of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.writers = {}
        for role, group in BILLING.items():
            groups = ",".join(filter(None, (*WRITERS, group)))
            cls.writers[role] = new_test_user(
                cls.env, f"writer_{role}", groups=groups, company_id=cls.company.id
            )

    def _get_rows(self):
        return [line.split() for line in FIELDS.strip().splitlines()]

    def test_every_stored_field_of_ours_is_in_the_table(self):
        named = {(model, name) for model, _whose, name in self._get_rows()}
        ours = {
            (model._name, name)
            for model in self.env.values()
            if not model._name.startswith("ticket.billing")
            and model._name not in (*SETTINGS, "contract.template")
            and not model._abstract
            and model._auto
            for name, field in model._fields.items()
            if (field._modules or ("",))[0] == "ticket_billing" and self._is_kept(field)
        }
        self.assertEqual(ours, named)

    def _is_kept(self, field):
        """Return whether what is written in the field stays there."""
        if field.inherited:
            return False
        if field.type == "one2many":
            return not field.compute
        return field.store or bool(field.inverse)

    def test_fields(self):
        wrong = []
        for role, user in self.writers.items():
            self.authenticate(user.login, user.login)
            for model, whose, name in self._get_rows():
                is_allowed = role in ALLOWED[whose]
                wrong += self._try_field(role, model, name, is_allowed)
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def _try_field(self, role, model, name, is_allowed):
        """Return what differs from the table, for each way to write a field."""
        record = self.own.records[RECORDS.get(model, model)].sudo()[:1]
        field = record._fields[name]
        value, sent = self._get_value(record, field)
        ways = {"write": self._write, "web_save": self._save, "load": self._load}
        if model in ("helpdesk.ticket", "account.analytic.line") or "ticket." in model:
            ways |= {"default": self._default, "copy": self._copy}
        wrong = []
        for way, write in ways.items():
            with self._taken_back():
                answer, changed = write(record, name, sent)
                self.env.invalidate_all(flush=False)
                has_value = bool(changed) and self._has_value(changed, name, value)
            # What a new record takes from the context is not the writer's right alone
            if way == "default" and is_allowed:
                has_value = has_value or answer.sign == "+"
            if has_value != is_allowed or answer.sign == "X":
                wrong.append(f"{role} {model} {name} {way}: {has_value} {answer}")
        return wrong

    def _has_value(self, record, name, value):
        held = record.sudo()[name]
        if record._fields[name].relational:
            return value in held.ids
        if record._fields[name].type == "datetime":
            return str(held) == value
        if record._fields[name].type == "binary":
            return held == value.encode()
        return held == value

    def _get_value(self, record, field):
        """Return a value that the record has not, and how it is sent."""
        if field.relational:
            comodel = self.env[field.comodel_name].sudo()
            found = comodel.search([], order="id desc", limit=200) - record[field.name]
            found = self._filter_fitting(found)[:1]
            sent = found.id if field.type == "many2one" else [Command.link(found.id)]
            return found.id, sent
        if field.type == "boolean":
            return not record[field.name], not record[field.name]
        if field.type == "selection":
            keys = [key for key, _label in field._description_selection(self.env)]
            value = next(key for key in reversed(keys) if key != record[field.name])
            return value, value
        values = {
            "integer": 77,
            "float": 77.25,
            "datetime": "2021-03-04 05:06:07",
            "binary": "eA==",
        }
        value = values.get(field.type, "forged")
        return value, value

    def _filter_fitting(self, records):
        """Return the records that the record tried may be linked with."""
        if records._name == "helpdesk.ticket":
            return records & self.own.records["new"]
        if records._name == "account.analytic.line":
            return records & self.own.records["closed entries"]
        if "company_id" in records._fields:
            fitting = (self.company, self.env["res.company"])
            records = records.filtered(lambda r: r.company_id in fitting)
        if records._name == "contract.contract":
            return records & self.own.records["contract.contract"]
        return records

    # Ways to write

    def _write(self, record, name, sent):
        return self._call(record._name, "write", [record.ids, {name: sent}]), record

    def _save(self, record, name, sent):
        answer = self._call(
            record._name, "web_save", [record.ids, {name: sent}], specification={}
        )
        return answer, record

    def _load(self, record, name, sent):
        """Import the record by its database id."""
        field = record._fields[name]
        if field.relational:
            sent = sent if field.type == "many2one" else sent[0][1]
        column = f"{name}/.id" if field.relational else name
        columns, row = [".id", column], [str(record.id), str(sent)]
        if field.type == "boolean":
            row[1] = "1" if sent else "0"
        return self._call(record._name, "load", [columns, [row]]), record

    def _default(self, record, name, sent):
        """Create a record with the value as a default of the context."""
        values = self._get_new_values(record._name)
        context = {f"default_{name}": sent}
        answer = self._call(record._name, "create", [values], context=context)
        return answer, record.browse(answer.value)

    def _copy(self, record, name, sent):
        answer = self._call(record._name, "copy", [record.ids, {name: sent}])
        return answer, record.browse(answer.value)

    def _get_new_values(self, model):
        entries = self.own.records["open entries"]
        values = {
            "helpdesk.ticket": {
                "description": "x",
                "partner_id": self.own.records["res.partner"].id,
                "team_id": self.team.id,
            },
            "account.analytic.line": {
                "ticket_id": self.own.records["new"].id,
                "employee_id": entries.employee_id.id,
                "unit_amount": 1.0,
                "project_id": self.project.id,
            },
        }
        return {"name": "x", **values.get(model, {})}

    # A plain duplicate

    def test_duplicate_takes_along_nothing_of_the_engine(self):
        user = self.writers["administrator"]
        self.authenticate(user.login, user.login)
        for name in ("posted", "waiting"):
            ticket = self.own.records[name]
            with self._taken_back():
                answer = self._call("helpdesk.ticket", "copy", [ticket.ids])
                copied = ticket.browse(answer.value).sudo()
                self.assertTrue(copied)
                self.assertEqual(copied.billing_event, "none")
                for field in ("billing_event_date", "billing_run_id", "charge_ids"):
                    self.assertFalse(copied[field], field)
                self.assertFalse(copied.timesheet_ids)

    def test_stages_are_nobodys_from_outside(self):
        """OCA lets everybody write stages; what they mean for billing stays ours."""
        stage = self.own.records["helpdesk.ticket.stage"]
        for role in ("customer", "employee", "helpdesk"):
            user = self.users[role]
            self._get_key(user)
            for values in ({"billing_event": "close"}, {"billing_event_since": False}):
                with self._taken_back():
                    answer = self._call_json2(
                        user, stage._name, "write", ids=stage.ids, vals=values
                    )
                    self.assertEqual(answer.sign, ".", (role, answer))
                    self.env.invalidate_all(flush=False)
                    self.assertEqual(stage.billing_event, "none")
