import re

from odoo import Command
from odoo.tests import tagged

from .common_rights import Answer, RightsCommon
from .rights_table import MODELS

OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
# Things of the tables that are named otherwise among the records of a world
RECORDS = {
    "ticket.billing.charge": "draft charges",
    "ticket.billing.run": "run",
    "ticket.billing.run.line": "run line",
    "helpdesk.ticket": "new",
    "account.analytic.line": "open entries",
    "contract.contract": "spare contract",
    "account.move": "draft invoice",
    "ir.attachment": "attachment",
}
# What is written on a record, where it is not its name
WRITTEN = {
    "account.move": {"ref": "x"},
    "ticket.billing.charge": {"reason": "x"},
    "ticket.billing.automation": {"ticket_billing_delay_minutes": 9},
    "ticket.billing.credit": {"reason": "x"},
    "ticket.billing.credit.line": {"quantity": 0.5},
    "ticket.billing.decision": {"reason": "x"},
    "ticket.billing.gate": {"version": 9},
    "ticket.billing.health": {"message": "x"},
    "ticket.billing.contract.choice": {"contract_id": False},
    "ticket.billing.override": {"reason": "x"},
    "ticket.billing.preview": {"reasons": "x"},
    "ticket.billing.preview.customer": {"ticket_count": 9},
    "ticket.billing.preview.invoice": {"is_joined": True},
    "ticket.billing.review": {"reason": "x"},
    "ticket.billing.review.line": {"quantity": 0.5},
    "ticket.billing.run": {"duration": 9.0},
    "ticket.billing.run.line": {"reason": "x"},
    "ticket.billing.setup": {"minimum_hours": 0.5},
    "ticket.billing.trial": {"reason": "x"},
    "ticket.billing.undo": {"reason": "x"},
    "ticket.billing.up.to": {"up_to": "2026-01-01"},
    "res.config.settings": {"ticket_billing_enabled": False},
}
# Fields of ours that may be anybody's to write are tried in test_rights_fields


class RightsModelsCommon(RightsCommon):
    """What it takes to try each operation on each model."""

    def _get_values(self, model, world):
        """Return the values of a new record in the company of the world."""
        records = world.records
        company = {"company_id": self.company.id}
        charge = records["waiting charges"][:1].id
        parents = {
            "ticket.billing.credit.line": {
                "credit_id": records.get("parent"),
                "charge_id": records["posted charges"][:1].id,
            },
            "ticket.billing.review.line": {
                "review_id": records.get("parent"),
                "charge_id": charge,
                "quantity": 1.0,
            },
            "ticket.billing.preview.line": {
                "preview_id": records.get("parent"),
                "ticket_id": records["closed"].id,
                "currency_id": self.company.currency_id.id,
                "name": "x",
            },
            "ticket.billing.preview.customer": {
                "preview_id": records.get("parent"),
                "partner_id": records["res.partner"].id,
                "currency_id": self.company.currency_id.id,
            },
            "ticket.billing.preview.invoice": {
                "preview_id": records.get("parent"),
                "partner_id": records["res.partner"].id,
                "currency_id": self.company.currency_id.id,
            },
        }
        values = {
            "ticket.billing.policy": {"name": "x", **company},
            "ticket.billing.work.type": {"name": "x", **company},
            "ticket.billing.gate": {
                "partner_id": self.company.partner_id.id,
                **company,
            },
            "ticket.billing.charge": {"name": "x", "ticket_id": records["new"].id},
            "ticket.billing.run": {"trigger": "button", **company},
            "ticket.billing.run.line": {"run_id": records["run"].id},
            "ticket.billing.health": {"check": "x", **company},
            "ticket.billing.log": {"kind": "check", "user_id": self.env.uid, **company},
            "ticket.billing.credit": {},
            "ticket.billing.review": {"reason": "x"},
            "ticket.billing.decision": {
                "decision": "reject",
                "reason": "x",
                "charge_ids": [Command.set([charge])],
            },
            "ticket.billing.contract.choice": {
                "ticket_ids": [Command.set(records["closed"].ids)]
            },
            "ticket.billing.override": {
                "move_id": records["draft invoice"].id,
                "reason": "x",
            },
            "ticket.billing.trial": {
                "line_ids": [Command.set(records["trial line"].ids)],
                **company,
            },
            "ticket.billing.undo": {"run_id": records["run"].id, "reason": "x"},
            "ticket.billing.setup": {},
            "ticket.billing.up.to": company,
            "ticket.billing.preview": {
                "ticket_ids": [Command.set(records["closed"].ids)]
            },
            "helpdesk.ticket": {"name": "x", "description": "x", **company},
            "account.analytic.line": {
                "name": "x",
                "ticket_id": records["new"].id,
                "unit_amount": 1.0,
                "project_id": self.project.id,
                "employee_id": records["open entries"].employee_id.id,
            },
            "contract.contract": {
                "name": "x",
                "partner_id": records["res.partner"].id,
                **company,
            },
            "account.move": {
                "move_type": "out_invoice",
                "partner_id": records["res.partner"].id,
                "journal_id": records["draft invoice"].journal_id.id,
            },
            "ir.attachment": {
                "name": "x",
                "raw": "x",
                "res_model": "account.move",
                "res_id": records["posted invoice"].id,
            },
        }
        if model.startswith("helpdesk.ticket."):
            return {"name": "x", **company}
        if model == "res.config.settings":
            return company
        return {**values, **parents}.get(model, {"name": "x"})

    def _get_record(self, thing, whose, user, world):
        """Return the record that a row of the table is about."""
        if not whose:
            return world.records[RECORDS.get(thing, thing)]
        author = user if whose == ["own"] else self.env.user
        return self._create_wizard(thing, author, world)

    def _create_wizard(self, model, author, world):
        parent = re.sub(r"\.(line|invoice|customer)$", "", model)
        wizards = self.env[parent].with_user(author).sudo()
        wizard = wizards.create(self._get_values(parent, world))
        world.records["parent"] = wizard.id
        if parent == model:
            return self._fill_wizard(wizard, author, world)
        lines = self.env[model].with_user(author).sudo()
        return lines.create(self._get_values(model, world))

    def _fill_wizard(self, wizard, author, world):
        """Return a wizard with a line, if it has lines that people change."""
        model = f"{wizard._name}.line"
        if wizard._name in ("ticket.billing.credit", "ticket.billing.review"):
            lines = self.env[model].with_user(author).sudo()
            lines.create(self._get_values(model, world))
        return wizard

    def _try(self, operation, record, world):
        """Return what the server answers whoever is logged in."""
        model = record._name
        if operation == "c":
            return self._call(model, "create", [self._get_values(model, world)])
        if operation == "r":
            return self._try_read(record)
        if operation == "w":
            values = WRITTEN.get(model, {"name": "y"})
            return self._call(model, "write", [record.ids, values])
        return self._call(model, "unlink", [record.ids])

    def _try_read(self, record):
        """Return the answer to reading; what is refused is not found either."""
        model = record._name
        # What has no table was made by nobody
        name = "create_date" if "create_date" in record._fields else "company_id"
        answer = self._call(model, "web_read", [record.ids], specification={name: {}})
        found = self._call(model, "search", [[["id", "in", record.ids]]])
        if bool(found.value) != (answer.sign == "+" and bool(answer.value)):
            return Answer(error="found and read differ", text=f"{found} {answer}")
        return answer if found.value else Answer(error="AccessError")

    def _get_cell(self, record, world):
        """Return the letters of the operations that work, and others' answers.

        What is refused leaves nothing to take back.
        """
        signs = ""
        for letter, operation in OPERATIONS.items():
            with self._taken_back() as savepoint:
                answer = self._try(letter, record, world)
                savepoint.is_kept = letter == "r" or answer.sign != "+"
            signs += letter if answer.sign == "+" else answer.sign
            if answer.sign == "X":
                self.strange.append(f"{record._name} {operation}: {answer}")
        if self._get_state() != self.before:
            self.strange.append(f"{record._name} {signs}: refused and changed")
        return signs


@tagged("post_install", "-at_install")
class TestRightsModels(RightsModelsCommon):
    """Every role creates, reads, writes and deletes a record of every model."""

    def test_models(self):
        self.strange, found = [], {}
        self.env.flush_all()
        self.before = self._get_state()
        rows = self._parse(MODELS)
        for role, user, world in self._get_roles():
            for (model, *whose), _cells in rows:
                thing = " ".join([model, *whose])
                with self._taken_back():
                    record = self._get_record(model, whose, user, world)
                    found[thing, role] = self._get_cell(record, world)
        self._check_table(rows, found)
        self.assertFalse(self.strange)

    def test_every_model_of_ours_is_in_the_table(self):
        named = {model for (model, *_whose), _cells in self._parse(MODELS)}
        ours = {
            name
            for name, model in self.registry.items()
            if model._original_module == "ticket_billing" and not model._abstract
        }
        self.assertLessEqual(ours, named)
