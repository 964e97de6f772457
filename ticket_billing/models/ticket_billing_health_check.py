import logging

import psycopg2
from psycopg2.errors import QueryCanceled

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError

from ..tools.health import ERROR, Finding, get_plain_domain

_logger = logging.getLogger("odoo.addons.ticket_billing")


class TicketBillingHealth(models.Model):
    """Runs the checks, each on its own: one that fails hides none of the others."""

    _inherit = "ticket.billing.health"

    @api.model
    def _get_checks(self):
        """Return a dict: key → ``HealthCheck``, in the order of the page.

        Another addon adds a check by extending this method. Each is called as the
        system, in the company that it checks.
        """
        return {}

    @api.model
    def _get_health(self, companies):
        """Return what all checks find in companies, as plain data.

        Reads as the system and writes nothing: rights are the caller's business.

        :return: a list of dicts with the keys ``company_id``, ``company``, ``check``,
            ``label``, ``status`` (ok, warning, error), ``message``, ``count``,
            ``model`` and ``domain`` of the affected records, both None if there are
            none to open
        """
        findings = []
        for company in companies:
            checker = self._get_checker(company)
            for key, check in checker._get_checks().items():
                findings.append(checker._get_check_health(company, key, check))
        return findings

    @api.model
    def _get_checker(self, company):
        """Return the model as the system in a company, in the user's language."""
        context = {
            "lang": self.env.lang,
            "allowed_company_ids": company.ids,
        }
        return self.with_env(self.env(user=SUPERUSER_ID, context=context, su=True))

    def _get_check_health(self, company, key, check):
        """Return as a dict what a check finds, or that it could not be run."""
        company = company.with_env(self.env)
        finding = self._run_check(company, key, check)
        return {
            "company_id": company.id,
            "company": company.name,
            "check": key,
            "label": check.label,
            "status": finding.status,
            "message": finding.message,
            "count": finding.count,
            "model": finding.model or None,
            "domain": get_plain_domain(finding.domain) if finding.model else None,
        }

    def _run_check(self, company, key, check):
        try:
            with self.env.cr.savepoint():
                return check.find(company)
        except QueryCanceled as error:
            # Too slow is this check's own trouble
            return self._get_failure(company, key, check, error)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, ConcurrencyError):
            raise
        except Exception as error:
            return self._get_failure(company, key, check, error)

    def _get_failure(self, company, key, check, error):
        """Return that a check could not be run; the log keeps why."""
        _logger.error(
            "Health check %s of company %s failed", key, company.name, exc_info=error
        )
        message = self.env._(
            "The check “%(check)s” could not be run (%(error)s). The server's log has "
            "the details, at “Health check %(key)s”.",
            check=check.label,
            error=type(error).__name__,
            key=key,
        )
        return Finding(ERROR, message)
