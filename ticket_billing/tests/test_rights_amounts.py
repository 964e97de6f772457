import json
import re
from dataclasses import replace

from odoo.tests import tagged

from .common_rights import RightsCommon
from .rights_table import FORBIDDEN_PATHS

# What an hour costs, a fee, an hour of one entry, and the limits: nowhere else are
# there such numbers
PRICE, FEE, OVERRIDE, DAILY_LIMIT, LIMIT = 1234.57, 777.31, 4321.12, 1357.91, 8642.42
AMOUNTS = (
    *(PRICE, FEE, OVERRIDE, DAILY_LIMIT, LIMIT),
    *(PRICE * 2, PRICE * 9, OVERRIDE * 3),
    *(PRICE * 2 + FEE, PRICE * 9 + FEE, OVERRIDE * 3 + FEE),
    *((PRICE * 2 + FEE) * 1.19, (PRICE * 9 + FEE) * 1.19),
)
EXTENDED = (
    *("helpdesk.ticket", "account.analytic.line"),
    *("helpdesk.ticket.stage", "helpdesk.ticket.team", "helpdesk.ticket.category"),
    *("contract.contract", "contract.template", "contract.line"),
    *("res.partner", "res.company", "account.move", "account.move.line"),
    *("mail.message", "mail.tracking.value", "mail.activity", "ir.attachment"),
)
RELATIONAL = ("many2one", "one2many", "many2many")
DISPLAY = {"fields": {"display_name": {}}}
VIEWS = ("list", "form", "kanban", "search", "pivot", "graph")
WITHOUT_AMOUNTS = ("technician", "helpdesk", "employee")


@tagged("post_install", "-at_install")
class TestRightsAmounts(RightsCommon):
    """Whatever the server tells of a ticket, it names no amounts to those without."""

    terms = {
        "hourly_rate_source": "fixed",
        "hourly_rate": PRICE,
        "per_ticket_rate": FEE,
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        records = cls.own.records
        customer, technician = records["res.partner"], cls.users["technician"]
        for name in ("special", "limited"):
            ticket = cls._create_ticket(
                partner_id=customer.id, user_id=technician.id, name="Server down"
            )
            employee = cls.employees[technician]
            cls._log_time(ticket, 3.0, employee_id=employee.id)
            records[name] = ticket
        entry = records["special"].sudo().timesheet_ids
        entry.billing_rate_override = OVERRIDE
        cls.company.sudo().ticket_billing_daily_limit = DAILY_LIMIT
        records["limited"].stage_id = cls.stage_done
        records["limited"].action_generate_invoice()
        charges = records["waiting charges"].filtered(lambda c: c.state == "to_approve")
        charges = charges.with_user(cls.env.user)
        charges[0].action_change(quantity=1.0, price_unit=OVERRIDE, reason="Agreed")
        cls._run_trial_now(records["closed"])

    @classmethod
    def _bill_tickets(cls, records):
        cls.policy.sudo().approval_amount = LIMIT
        return super()._bill_tickets(records)

    @classmethod
    def _run_trial_now(cls, ticket):
        """Let the line of the trial hold amounts, as a run leaves it."""
        ticket.sudo().billing_trial_line_id.write(
            {"amount": PRICE, "amount_company": PRICE, "currency_id": 1}
        )

    # Tests

    def test_amounts_are_told_to_nobody_without_the_group(self):
        self.assertIn("to_approve", self.own.records["limited"].billing_state)
        for role in WITHOUT_AMOUNTS:
            with self.subTest(role=role):
                leaks = self._find_amounts(self._collect(role))
                self.assertFalse(leaks, "\n".join(map(str, leaks)))

    def test_the_same_search_finds_them_for_a_manager(self):
        found = {
            amount for _where, amount in self._find_amounts(self._collect("manager"))
        }
        for amount in (PRICE, FEE, OVERRIDE, PRICE * 2, PRICE * 9, OVERRIDE * 3 + FEE):
            self.assertIn(f"{amount:.2f}", found)

    def test_nobody_searches_sorts_or_groups_by_amounts(self):
        wrong = []
        for role in WITHOUT_AMOUNTS:
            user = self.users[role]
            self.authenticate(user.login, user.login)
            for line in FORBIDDEN_PATHS.split():
                model, path = line.split(":")
                wrong += [
                    f"{role} {model} {way} {path}: {answer}"
                    for way, answer in self._try_path(model, path).items()
                    if answer.sign == "X" or (answer.sign == "+" and answer.value)
                ]
        self.assertFalse(wrong, "\n".join(wrong))

    def _try_path(self, model, path):
        """Return the answers to each way of finding out about a field."""
        name = path.split(".")[0]
        ids = self._call(model, "search", [[]]).value
        answers = {"search": self._call(model, "search", [[[path, ">", 0.01]]])}
        if ids:
            columns = [path.replace(".", "/")]
            answer = self._call(model, "export_data", [ids, columns])
            numbers = [
                row[0] for row in (answer.value or {}).get("datas", ()) if row[0]
            ]
            answers["export"] = replace(answer, value=numbers)
        if name != path:
            return answers
        groups = {"domain": [], "groupby": [name], "aggregates": ["__count"]}
        sums = {"domain": [], "groupby": [], "aggregates": [f"{name}:sum"]}
        return {
            **answers,
            "order": self._call(model, "search", [[]], order=name),
            "group": self._call(model, "formatted_read_group", **groups),
            "sum": self._call(model, "formatted_read_group", **sums),
            "read": self._call(model, "read", [(ids or [1])[:1], [name]]),
        }

    # What the server tells

    def _collect(self, role):
        """Return pairs of where and what: everything that a user gets to read."""
        user = self.users[role]
        self.authenticate(user.login, user.login)
        told = []
        ours = [
            name
            for name, model in self.registry.items()
            if model._original_module == "ticket_billing" and not model._abstract
        ]
        self._preview(told)
        for model in (*ours, *EXTENDED):
            self._read_model(told, model)
        with self._taken_back():
            self._bill_now(told, role)
        return told

    def _tell(self, told, where, answer):
        told.append((where, json.dumps(answer.value, ensure_ascii=False) + answer.text))
        return answer.value

    def _read_model(self, told, model):
        """Collect the views, fields, groups and names of the records of a model."""
        fields = self._call(model, "fields_get").value or {}
        names = [n for n, field in fields.items() if field["type"] != "binary"]
        if model == "res.company":
            names = [name for name in names if name.startswith("ticket_billing")]
        found = self._call(model, "search", [[]], limit=300, order="id desc").value
        if not found:
            return
        views = [[False, view] for view in VIEWS]
        self._tell(told, f"{model} views", self._call(model, "get_views", [views]))
        self._read_fields(told, model, found, fields, names)
        self._tell(told, f"{model} names", self._call(model, "name_search"))
        self._tell(
            told, f"{model} export", self._call(model, "export_data", [found, names])
        )
        numbers = [
            f"{name}:{field['aggregator']}"
            for name, field in fields.items()
            if field.get("aggregator")
            and field["store"]
            and field["type"] != "many2one"
        ]
        groups = {"domain": [], "groupby": [], "aggregates": numbers}
        answer = self._call(model, "formatted_read_group", **groups)
        self._tell(told, f"{model} sums", answer)

    def _read_fields(self, told, model, ids, fields, names):
        """Collect all fields; those that lead elsewhere one by one."""
        links = {n for n in names if fields[n]["type"] in RELATIONAL}
        plain = {name: {} for name in names if name not in links}
        answer = self._call(model, "web_read", [ids], specification=plain)
        self._tell(told, f"{model} fields", answer)
        if answer.sign != "+":
            links |= set(plain)
        elif model in EXTENDED[2:]:
            return
        for name in links:
            display = {name: {} if name in plain else DISPLAY}
            answer = self._call(model, "web_read", [ids], specification=display)
            self._tell(told, f"{model}.{name}", answer)

    def _preview(self, told):
        """Collect what the preview says, as a window and as data."""
        for name in ("closed", "special", "limited", "waiting", "draft", "written"):
            ids = self.own.records[name].ids
            for method in (
                "get_billing_preview",
                "action_preview_billing",
                "copy_data",
            ):
                answer = self._call("helpdesk.ticket", method, [ids])
                self._tell(told, f"{method} of {name}", answer)
            thread = {"thread_model": "helpdesk.ticket", "thread_id": ids[0]}
            answer = self._post_json("/mail/thread/messages", thread)
            self._tell(told, f"messages of {name}", answer)

    def _bill_now(self, told, role):
        """Collect what billing says; who has the group can do so, too."""
        for name in ("closed", "special"):
            ids = self.own.records[name].ids
            answer = self._call("helpdesk.ticket", "generate_invoice", [ids])
            self._tell(told, f"generate_invoice of {name}", answer)
        ids = self.own.records["open"].ids
        answer = self._call("helpdesk.ticket", "action_generate_invoice", [ids])
        self._tell(told, "action_generate_invoice", answer)
        for model in ("helpdesk.ticket", "ticket.billing.charge", "mail.message"):
            self._read_model(told, model)

    # Amounts

    def _find_amounts(self, told):
        """Return pairs of where and which amount is told, however it is written."""
        found = []
        for where, text in told:
            plain = re.sub(r"(?<=\d)[,\u00a0\u202f](?=\d{3})", "", text)
            found += [
                (where, f"{amount:.2f}")
                for amount in AMOUNTS
                if re.search(rf"(?<!\d){re.escape(f'{amount:.2f}')}", plain)
            ]
        return found
