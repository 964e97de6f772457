import json
import os
import subprocess
import sys

from odoo.tests.common import get_db_name
from odoo.tools import config

from .common_concurrency import ConcurrencyCommon


class CliCommon(ConcurrencyCommon):
    """The command in a real second process, on tickets really in the database."""

    company_name = "Lakeside IT Services"

    def setUp(self):
        super().setUp()
        self.addCleanup(self._clean_up_more)

    def _set_up_ticket(self, env):
        """Two tickets of one customer, then one each of three others, of which the
        last has no customer. In the end all belong to one company, due by hand."""
        result = super()._set_up_ticket(env)
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        project = ticket.project_id
        first = ticket.partner_id
        first.write({"is_company": True, "ref": f"NW-{first.id}"})
        contact = first.create({"name": f"Ann {first.id}", "parent_id": first.id})
        others = first.create(
            [{"name": f"{name} {first.id}"} for name in ("Hillside", "Lakeview")]
        )
        first.name = f"Northwind {first.id}"
        entry = ticket.timesheet_ids
        more = [(contact, 2.5), (others[0], 1.1), (others[1], 20.0)]
        tickets = ticket
        for partner, hours in [*more, (first.browse(), 1.0)]:
            new = ticket.copy({"partner_id": partner.id, "project_id": project.id})
            entry.copy({"ticket_id": new.id, "unit_amount": hours})
            new.stage_id = ticket.stage_id
            tickets += new
        # One after the other, the oldest first
        for number, one in enumerate(tickets):
            one.billing_next_try = f"2026-01-01 00:0{number}:00"
        self.ids |= {
            "tickets": tickets.ids,
            "partners": (first + others).ids,
            "contact": contact.id,
        }
        self.numbers = tickets.mapped("number")
        self.names = (first + others).mapped("name")
        return result

    def _clean_up_more(self):
        with self._transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ids["tickets"])
            tickets.invoice_ids.filtered(lambda m: m.state == "draft").button_cancel()
            # Nothing that changes later may flag them again
            tickets.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_cancelled")
            tickets.active = False

    def _get_states(self):
        """Return the billing state of each ticket."""
        with self._transaction() as env:
            tickets = env["helpdesk.ticket"].browse(self.ids["tickets"])
            return tickets.mapped("billing_state")

    # The command

    def _get_command(self, *args):
        return [sys.executable, "-m", "odoo", "ticket_billing", *args]

    def _get_environment(self, **environment):
        return {**os.environ, "ODOO_RC": config["config"], **environment}

    def _run(self, *args, **environment):
        return subprocess.run(
            self._get_command(*args),
            env=self._get_environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )

    def _ask(self, action, *args, status=0):
        """Return the JSON that the command prints for our company."""
        options = ("-d", get_db_name(), "--company", self.company_name, "--json")
        result = self._run(action, *options, *args)
        self.assertEqual(result.returncode, status, result.stderr)
        self.stderr = result.stderr
        return json.loads(result.stdout)
