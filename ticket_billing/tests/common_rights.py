import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from odoo import Command
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .common import AGENT_GROUPS, TicketBillingCommon
from .rights_table import ROLES

GROUPS = {
    "technician": AGENT_GROUPS,
    "manager": ("ticket_billing.group_ticket_billing_manager",),
    "administrator": ("ticket_billing.group_ticket_billing_admin",),
    "auditor": ("ticket_billing.group_ticket_billing_auditor",),
    "accountant": ("account.group_account_invoice",),
    "customer": ("base.group_portal",),
    "employee": ("base.group_user",),
    "helpdesk": ("helpdesk_mgmt.group_helpdesk_user",),
    "foreign": (
        "ticket_billing.group_ticket_billing_admin",
        "account.group_account_invoice",
    ),
}
# Loggers that tell of what a test has refused on purpose
LOGGERS = (
    "odoo.http",
    "odoo.models",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_module",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.web.controllers.export",
    "odoo.sql_db",
    "odoo.orm.models",
)
REFUSED = ("AccessError", "AccessDenied", "Forbidden", "SessionExpiredException")
TOLD = ("UserError", "ValidationError", "RedirectWarning")
MISSING = ("MissingError", "NotFound")


@dataclass
class Answer:
    """What the server answers: a value, or the kind of its error and the text."""

    value: Any = None
    error: str = ""
    text: str = ""

    @property
    def sign(self):
        """How a table writes it: works, is refused, or is told in words why not."""
        kind = self.error.rpartition(".")[2]
        if not kind:
            return "+"
        if kind in (*REFUSED, *MISSING):
            return "."
        return "!" if kind in TOLD else "X"


class World:
    """Tickets of one customer, in each step of billing, with all that belongs to them.

    ``records`` says by name which record a row of the table is about.
    """

    def __init__(self):
        self.records = {}


class RightsCommon(TicketBillingCommon, HttpCase):
    """A person in each role, and two worlds: what concerns them, and another's."""

    # Terms of the contracts of both worlds
    terms = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.sudo().ticket_billing_project_id.allow_timesheets = True
        cls._set_up_people()
        cls.own = cls._create_world("Northwind Dental", cls.users["technician"])
        cls.other = cls._create_world("Harbour Logistics", cls.colleague)
        cls.users["customer"].partner_id.parent_id = cls.own.records["res.partner"]

    @classmethod
    def _set_up_people(cls):
        foreign = cls.env["res.company"].sudo().create({"name": "Elsewhere Ltd"})
        cls.foreign_company = foreign
        cls.users = {}
        for role, groups in GROUPS.items():
            company = foreign if role == "foreign" else cls.company
            cls.users[role] = new_test_user(
                cls.env,
                f"rights_{role}",
                groups=",".join(groups),
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
        cls.colleague = new_test_user(
            cls.env,
            "rights_colleague",
            groups=",".join(AGENT_GROUPS),
            company_id=cls.company.id,
        )
        technician = cls.users["technician"]
        cls.team.user_ids += technician | cls.colleague
        people = technician | cls.colleague
        cls.employees = {
            user: cls.env["hr.employee"]
            .sudo()
            .create(
                {"name": user.name, "user_id": user.id, "company_id": cls.company.id}
            )
            for user in people
        }
        export = cls.env.ref("base.group_allow_export")
        for user in cls.users.values():
            if user.has_group("base.group_user"):
                user.sudo().group_ids += export
        cls.keys = {}

    # Worlds

    @classmethod
    def _create_world(cls, name, technician):
        world = World()
        records = world.records
        customer = cls._create_customer(
            name, email="ap@example.com", street="8 Canal Street", city="Springfield"
        )
        records["res.partner"] = customer
        records["contract.contract"] = cls._create_contract(
            name=f"Agreement of {name}", partner_id=customer.id, **cls.terms
        )
        records["spare contract"] = cls._create_contract(
            name="Maintenance", partner_id=customer.id, covers_tickets=False
        )
        cls._create_tickets(records, customer, technician)
        cls._create_settings(records)
        cls._create_report_rows(records, name)
        return world

    @classmethod
    def _create_report_rows(cls, records, name):
        """Let each report tell something of the world."""
        idle = cls._create_ticket(partner_id=records["res.partner"].id)
        idle.stage_id = cls.stage_done
        contract = cls._create_contract(
            partner_id=cls._create_customer(f"Prepaid {name}").id,
            hour_allowance="limited",
            included_hours=2.0,
        )
        rows = {
            "accuracy": [("ticket_id", "=", records["draft"].id)],
            "allowance": [("contract_id", "=", contract.id)],
            "leakage": [("ticket_id", "=", idle.id)],
            "realization": [("ticket_id", "=", records["draft"].id)],
            "unbilled": [("ticket_id", "=", records["waiting"].id)],
        }
        for report, domain in rows.items():
            model = f"ticket.billing.{report}.report"
            records[model] = cls.env[model].sudo().search(domain, limit=1)

    @classmethod
    def _create_tickets(cls, records, customer, technician):
        def create(*hours):
            values = {"partner_id": customer.id, "user_id": technician.id}
            ticket = cls._create_ticket(**values)
            for worked in hours:
                employee = cls.employees[technician]
                entry = cls._log_time(ticket, worked, employee_id=employee.id)
                entry.user_id = technician
            return ticket

        names = ("open", "closed", "draft", "posted", "written", "waiting")
        for step in names:
            records[step] = create(9.0 if step == "waiting" else 2.0)
        records["new"] = create()
        records["new"].message_subscribe(customer.ids)
        cls._bill_tickets(records)
        for step in names:
            charges = records[step].sudo().charge_ids
            records[f"{step} charges"] = charges
            records[f"{step} entries"] = records[step].sudo().timesheet_ids
            records[f"{step} invoice"] = charges.invoice_line_ids.move_id
        records["draft lines"] = records["draft charges"].invoice_line_ids
        records["run"] = records["draft charges"].invoice_run_id
        records["run line"] = records["run"].line_ids[:1]
        records["trial line"] = cls._create_trial(records["closed"])
        log = cls.env["ticket.billing.log"].sudo()
        records["ticket.billing.log"] = log.search(
            [("ticket_id", "=", records["written"].id)], limit=1
        )
        health = cls.env["ticket.billing.health"].sudo()
        health._refresh(cls.company)
        records["ticket.billing.health"] = health.search(
            [("company_id", "=", cls.company.id), ("check", "=", "drafts")]
        )
        pages = cls.env["ticket.billing.automation"].sudo()
        records["ticket.billing.automation"] = pages.browse(cls.company.id)
        records["ticket.billing.gate"] = (
            cls.env["ticket.billing.gate"]
            .sudo()
            .search([("partner_id", "=", customer.id)], limit=1)
        )

    @classmethod
    def _bill_tickets(cls, records):
        cls.policy.sudo().group_by = "ticket"
        done = {"stage_id": cls.stage_done.id}
        for step in ("draft", "posted", "written", "waiting"):
            records[step].write(done)
            records[step].action_generate_invoice()
        records["closed"].write(done)
        posted = records["posted"].sudo().invoice_ids
        posted.action_post()
        records["written"].sudo().invoice_ids.unlink()
        records["written"].action_write_off("Goodwill")
        attachment = cls.env["ir.attachment"].sudo()
        records["attachment"] = attachment.create(
            {
                "name": "statement.txt",
                "raw": b"Statement of work",
                "res_model": "account.move",
                "res_id": posted.id,
            }
        )

    @classmethod
    def _create_trial(cls, ticket):
        """Return the line of a trial that nobody decided about yet."""
        runs = cls.env["ticket.billing.run"].sudo()
        run = runs.create({"trigger": "schedule", "company_id": cls.company.id})
        line = (
            cls.env["ticket.billing.run.line"]
            .sudo()
            .create(
                {
                    "run_id": run.id,
                    "ticket_id": ticket.id,
                    "number": ticket.number,
                    "outcome": "skipped",
                    "is_trial": True,
                }
            )
        )
        ticket.sudo().billing_trial_line_id = line
        return line

    @classmethod
    def _create_settings(cls, records):
        records["ticket.billing.policy"] = cls._create_policy()
        records["ticket.billing.work.type"] = (
            cls.env["ticket.billing.work.type"]
            .sudo()
            .create({"name": "On site", "company_id": cls.company.id})
        )
        for name in ("stage", "category", "team"):
            model = f"helpdesk.ticket.{name}"
            records[model] = (
                cls.env[model]
                .sudo()
                .create({"name": "Spare", "company_id": cls.company.id})
            )
        records["contract.template"] = (
            cls.env["contract.template"].sudo().create({"name": "Gold"})
        )
        records["res.company"] = cls.company

    # Roles

    def _get_user(self, role):
        """Return who has a role, and the world that he is tried on."""
        name, _space, whose = role.partition(" ")
        return self.users[name], self.other if whose == "other" else self.own

    def _get_roles(self):
        """Yield each role of the table with its user logged in, and his world."""
        for role in ROLES:
            user, world = self._get_user(role)
            self._get_key(user)
            self.authenticate(user.login, user.login)
            yield role, user, world

    @contextmanager
    def _taken_back(self):
        """Take back what a request changes, unless ``is_kept`` is set in between."""
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            savepoint.is_kept = False
            yield savepoint
            self.env.invalidate_all(flush=False)
            if not savepoint.is_kept:
                savepoint.rollback()

    # Requests

    def _call(self, model, method, args=(), **kwargs):
        """Call a method as the browser does, with the session of who is logged in."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        return self._post_json(f"/web/dataset/call_kw/{model}/{method}", params)

    def _post_json(self, path, params):
        """Return the answer of a route that takes and gives JSON-RPC."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        with mute_logger(*LOGGERS):
            response = self.url_open(path, json=body, timeout=60)
        answer = response.json()
        error = answer.get("error")
        if error:
            data = error["data"]
            return Answer(error=data["name"], text=data["message"])
        return Answer(value=answer.get("result"))

    def _call_json2(self, user, model, method, ids=None, **kwargs):
        """Call a method as other programs do, with the user's key."""
        headers = {"Authorization": f"Bearer {self._get_key(user)}"}
        body = {**kwargs, **({} if ids is None else {"ids": ids})}
        with mute_logger(*LOGGERS):
            response = self.url_open(
                f"/json/2/{model}/{method}",
                json=body or {"context": {}},
                headers=headers,
            )
        answer = response.json()
        if response.status_code == 200:
            return Answer(value=answer)
        return Answer(error=answer["name"], text=answer["message"])

    def _get_key(self, user):
        if user not in self.keys:
            keys = self.env["res.users.apikeys"].with_user(user).sudo()
            self.keys[user] = keys._generate("rpc", "Rights", None)
        return self.keys[user]

    # Tables

    def _parse(self, table, with_public=False):
        """Return the rows of a table: what stands left, and a dict: role → sign."""
        rows, roles = [], (*ROLES, "public") if with_public else ROLES
        for line in table.strip().splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            left, _bar, right = line.partition("|")
            signs = right.split()
            self.assertEqual(len(signs), len(roles), line)
            rows.append((left.split(), dict(zip(roles, signs, strict=True))))
        return rows

    def _check_table(self, rows, found):
        """Compare a table with what was found, and tell all differences at once."""
        wrong = [
            f"{role}, {' '.join(left)}: {sign} in the table, {found[key]} in fact"
            for left, cells in rows
            for role, sign in cells.items()
            if (key := (" ".join(left), role)) in found and found[key] != sign
        ]
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def _get_state(self):
        """Return what the tables that count hold, in short."""
        tables = [
            model._table
            for model in self.env.values()
            if re.match("ticket.billing|helpdesk.ticket$", model._name)
            and not model._abstract
            and model._auto
            and not model._transient
            and model._auto
        ]
        tables += ["account_move", "account_move_line", "account_analytic_line"]
        sums = " UNION ALL ".join(
            f"SELECT '{t}', md5(string_agg(r::text, ',' ORDER BY id)) FROM {t} r"
            for t in sorted(tables)
        )
        self.env.cr.execute(sums)
        return self.env.cr.fetchall()
