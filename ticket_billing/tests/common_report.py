from odoo.tests import new_test_user
from odoo.tools import float_round

from .common_life import InvoiceLifeCommon
from .common_review import MANAGER_GROUPS

NOON = "2026-03-20 12:00:00"


class ReportCommon(InvoiceLifeCommon):
    """Reports as a manager reads them on 2026-03-20, at 100.00 an hour.

    A euro is worth 0.50 of the company's currency, from 2026-02-01 on 0.25.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age_terms()
        cls.manager = new_test_user(
            cls.env, "manager", groups=MANAGER_GROUPS, company_id=cls.company.id
        )
        cls.employee.hourly_cost = 40.0
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2020-01-01", 2.0), ("2026-02-01", 4.0)]
        )

    def _work(self, *hours, date="2026-03-10", entry=None, **values):
        """Return a ticket with time of one day."""
        ticket = self._create_ticket(**values)
        for worked in hours:
            self._log_time(ticket, worked, date=date, **(entry or {}))
        return ticket

    def _bill_work(self, *hours, **values):
        """Return a closed ticket whose work is on a draft, or waits for approval."""
        ticket = self._close(self._work(*hours, **values))
        ticket.action_generate_invoice()
        ticket.invalidate_recordset()
        return ticket

    def _post_work(self, *hours, **values):
        """Return a closed ticket and its posted invoice."""
        ticket = self._bill_work(*hours, **values)
        return ticket, self._post(ticket.invoice_ids)

    def _create_euro_contract(self, **values):
        return self._create_contract(
            hourly_rate_source="fixed",
            hourly_rate=200.0,
            manual_currency_id=self.euro.id,
            **values,
        )

    def _get_report(self, name, user=None):
        self.env.invalidate_all()
        report = self.env[f"ticket.billing.{name}.report"].sudo(False)
        return report.with_user(user or self.manager)

    def _find(self, name, tickets, **values):
        """Return the rows of tickets as the manager sees them."""
        domain = [("ticket_id", "in", tickets.ids)]
        domain += [(field, "=", value) for field, value in values.items()]
        return self._get_report(name).search(domain, order="id")

    def _sum(self, name, tickets, *names):
        """Return the sums of some fields over the rows of tickets."""
        [sums] = self._get_report(name)._read_group(
            [("ticket_id", "in", tickets.ids)], [], [f"{n}:sum" for n in names]
        )
        return [float_round(total or 0.0, 4) for total in sums]
