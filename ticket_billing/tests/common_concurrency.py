from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields
from odoo.sql_db import db_connect
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import SQL


class ConcurrencyCommon(BaseCase):
    """Two real transactions on a ticket that is really in the database."""

    company_name = "Harbour IT Services"

    def setUp(self):
        super().setUp()
        self.db = db_connect(get_db_name())
        self.ids = {}
        self.addCleanup(self._clean_up)
        with self._transaction() as env:
            self._set_up_ticket(env)

    @contextmanager
    def _transaction(self):
        """A transaction that fails rather than waits for another one for ever."""
        with self.db.cursor() as cr:
            cr.execute("SET LOCAL lock_timeout = '10s'")
            yield api.Environment(cr, SUPERUSER_ID, {})

    @contextmanager
    def _stale_transaction(self):
        """A transaction that is rolled back in the end."""
        with self._transaction() as env:
            yield env
            env.cr.rollback()

    def _set_up_company(self, env):
        """Return the one company of these tests, which stays in the database."""
        company = env["res.company"].search([("name", "=", self.company_name)])
        if not company:
            company = env["res.company"].create({"name": self.company_name})
            env["account.chart.template"].try_loading(
                "generic_coa", company=company, install_demo=False
            )
        return company

    def _set_up_ticket(self, env):
        company = self._set_up_company(env)
        env = env["base"].with_company(company).env
        product = env["product.product"].create(
            {
                "name": "Support time",
                "type": "service",
                "list_price": 100.0,
                "uom_id": env.ref("uom.product_uom_hour").id,
                "taxes_id": False,
            }
        )
        company.ticket_billing_policy_id.time_product_id = product
        company.ticket_billing_start_date = "2020-01-01"
        project = env["project.project"].create(
            {"name": "Support", "company_id": company.id}
        )
        employee = env["hr.employee"].create({"name": "Sam", "company_id": company.id})
        customer = env["res.partner"].create({"name": "Northwind Dental"})
        ticket = env["helpdesk.ticket"].create(
            {
                "name": "Printer offline",
                "description": "Printer offline",
                "partner_id": customer.id,
                "company_id": company.id,
                "project_id": project.id,
                "team_id": False,
                "user_id": False,
            }
        )
        env["account.analytic.line"].create(
            {
                "ticket_id": ticket.id,
                "name": "Replaced the cable",
                "unit_amount": 1.0,
                "employee_id": employee.id,
            }
        )
        ticket.stage_id = env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.ids = {"ticket": ticket.id, "company": company.id}

    def _set_up_second(self, env):
        """Make a second closed ticket of the customer, with an hour of work."""
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        second = ticket.copy()
        ticket.timesheet_ids.copy({"ticket_id": second.id})
        second.stage_id = ticket.stage_id
        self.ids["second"] = second.id
        self.addCleanup(self._clean_up_second)

    def _clean_up_second(self):
        with self._transaction() as env:
            second = env["helpdesk.ticket"].browse(self.ids["second"])
            second.invoice_ids.filtered(lambda m: m.state == "draft").button_cancel()
            second.write({"active": False, "billing_pending": False})

    def _process_second(self, env, trigger="button"):
        second = env["helpdesk.ticket"].browse(self.ids["second"])
        return env["ticket.billing.run"]._process(trigger, tickets=second)

    def _clean_up(self):
        """Hide what cannot be deleted from the other tests."""
        with self._transaction() as env:
            ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
            ticket.invoice_ids.filtered(lambda m: m.state == "draft").button_cancel()
            ticket.write({"active": False, "billing_pending": False})
            company = env["res.company"].browse(self.ids["company"])
            company.ticket_billing_enabled = False

    def _process(self, env, trigger):
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        tickets = None if trigger == "schedule" else ticket
        return env["ticket.billing.run"]._process(trigger, tickets=tickets)

    def _read_early(self, env):
        """Take the snapshot of the transaction, as a user who looks at the ticket."""
        return env["helpdesk.ticket"].browse(self.ids["ticket"]).billing_state

    def _count_invoices(self):
        with self._transaction() as env:
            ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
            return len(ticket.invoice_ids), len(ticket.charge_ids)

    def _switch_on(self, env):
        company = env["res.company"].browse(self.ids["company"])
        company.write({"ticket_billing_enabled": True, "ticket_billing_on_close": True})
        ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
        ticket.billing_next_try = fields.Datetime.subtract(
            fields.Datetime.now(), minutes=1
        )

    def _bill_anew(self):
        """Take the bill back, so that there is something to bill again."""
        with self._transaction() as env:
            ticket = env["helpdesk.ticket"].browse(self.ids["ticket"])
            ticket.invoice_ids.unlink()
            env.cr.execute(
                SQL("DELETE FROM ticket_billing_charge WHERE ticket_id = %s", ticket.id)
            )
            env.invalidate_all()
            ticket._flag_for_billing()
            self._switch_on(env)
