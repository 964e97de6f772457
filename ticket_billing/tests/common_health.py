from datetime import timedelta

from odoo import fields

from .common import TicketBillingCommon

CRONS = (
    "ir_cron_process_tickets",
    "ir_cron_post_drafts",
    "ir_cron_catch_up",
    "ir_cron_check_health",
)
CHECKS = [
    "runner",
    "last_success",
    "backlog",
    "blocked",
    "drafts",
    "released",
    "stages",
    "unaccounted",
    "quiet_day",
    "states",
    "sums",
    "products",
    "accounts",
    "journals",
    "taxes",
    "project",
    "events",
    "currencies",
]


class HealthCommon(TicketBillingCommon):
    """A company that bills, whose scheduled actions have just run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.health = cls.env["ticket.billing.health"].sudo()
        cls.ticket_product.list_price = 20.0
        cls._run_crons(fields.Datetime.now())

    @classmethod
    def _get_crons(cls):
        crons = [cls.env.ref(f"ticket_billing.{name}") for name in CRONS]
        return cls.env["ir.cron"].sudo().concat(*crons)

    @classmethod
    def _run_crons(cls, moment):
        """Let the scheduled actions have run at a moment."""
        cls._get_crons().write({"lastcall": moment, "failure_count": 0})

    def _let_search_pass(self, moment=None):
        """Let a search for forgotten tickets have passed by all that there is.

        :param moment: when it was; else after all of it
        """
        cron = self.env.ref("ticket_billing.ir_cron_catch_up").sudo()
        cron.lastcall = moment or self.env.cr.now() + timedelta(hours=1)

    def _find(self, key, company=None):
        """Return what a check finds, as the page, the command and the mail get it."""
        self.env.flush_all()
        findings = self.health._get_health(company or self.company)
        return next(finding for finding in findings if finding["check"] == key)

    def _check_finding(self, key, status, text, records=None, company=None):
        """Check what a check finds, and that its link leads to just these records."""
        finding = self._find(key, company)
        self.assertEqual(finding["status"], status, finding["message"])
        self.assertIn(text, finding["message"])
        if records is not None:
            found = self.env[finding["model"]].sudo().search(finding["domain"])
            self.assertEqual(found, records)
        return finding
