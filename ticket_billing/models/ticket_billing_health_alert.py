import time
from functools import partial

import psycopg2

from odoo import Command, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, plaintext2html

from ..tools.health import ERROR, OK, ORDER, WARNING
from .ticket_billing_health import ADMIN
from .ticket_billing_health_check import _logger

ACTIVITY = "ticket_billing.mail_activity_type_health"
# A check takes a thousandth of the time at most, and is made once a day at least
PATIENCE = 1000
LONGEST_WAIT = 24 * 3600
COLORS = {OK: "#15803d", WARNING: "#b45309", ERROR: "#b91c1c"}


class TicketBillingHealth(models.Model):
    """Keeps what the checks find, and tells administrators once of each change."""

    _inherit = "ticket.billing.health"

    @api.model
    def _cron_check_health(self):
        """Check all companies, each in a transaction of its own.

        A check that took long, for it reads years of invoices, is not made every hour.
        """
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            refresh = partial(self._refresh, company, only_due=True)
            self.env["ticket.billing.run"]._try_apart(refresh)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _refresh(self, companies, only_due=False):
        """Check companies anew, keep what is found, and tell of what changed.

        As the system, in the language of each company, for the texts are kept. Of two
        that check at the same time one fails in the database and is tried again: so
        each change is told of once, whoever notices it.

        :param bool only_due: leave out what took long and was checked not long ago
        """
        for company in companies.sudo():
            lang = company.partner_id.lang
            checker = self.with_context(lang=lang)._get_checker(company)
            keys = list(checker._get_checks())
            rows = checker._get_rows(company, keys)
            before = {row: row.status for row in rows}
            for row in rows:
                if not only_due or row._is_due():
                    row._check_anew(keys.index(row.check))
            changed = rows.filtered(lambda row, old=before: row.status != old[row])
            if changed:
                changed._tell(before)

    @api.model
    def _get_rows(self, company, keys):
        """Return the rows of these checks, new ones where there are none.

        A row begins as if all was well: what is wrong at the first check is a change.
        """
        own = [("company_id", "=", company.id)]
        self.search([*own, ("check", "not in", keys)]).unlink()
        rows = self.search(own)
        missing = [key for key in keys if key not in rows.mapped("check")]
        if not missing:
            return rows
        now = fields.Datetime.now()
        user = self.env.uid
        values = [
            (company.id, key, OK, ORDER.index(OK), now, user, now, user, now)
            for key in missing
        ]
        self.env.execute_query(
            SQL(
                'INSERT INTO %s (company_id, "check", status, severity, since, '
                "create_uid, create_date, write_uid, write_date) VALUES %s "
                'ON CONFLICT (company_id, "check") DO NOTHING RETURNING id',
                SQL.identifier(self._table),
                SQL(", ").join(values),
            )
        )
        return self.search(own)

    def _is_due(self):
        """Return whether the check is made again: soon, unless it takes long."""
        self.ensure_one()
        if not self.checked_at:
            return True
        passed = (fields.Datetime.now() - self.checked_at).total_seconds()
        return passed >= min(self.seconds * PATIENCE, LONGEST_WAIT)

    def _check_anew(self, sequence):
        """Check, and write what was found and how long it took."""
        started = time.monotonic()
        item = self._get_finding()
        now = fields.Datetime.now()
        values = {
            "sequence": sequence,
            "status": item["status"],
            "message": item["message"],
            "count": item["count"],
            "res_model": item["model"],
            "checked_at": now,
            "seconds": time.monotonic() - started,
        }
        if self.status != item["status"] or not self.since:
            values["since"] = now
        self.with_context(tracking_disable=True).write(values)

    # Telling

    def _tell(self, before):
        """Note the change of these rows of one company, ask its administrators to look
        at what is wrong, and send them a mail about all of it.

        Trouble with that goes to the log: the check itself is kept.

        :param dict before: row → the status it had
        """
        for tell in (self._note_changes, self._ask, self._send_mail):
            try:
                with self.env.cr.savepoint():
                    tell(before)
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                raise
            except ConcurrencyError:
                raise
            except Exception:
                _logger.exception("Health of ticket billing: could not tell of it")

    def _note_changes(self, before):
        labels = dict(self._fields["status"]._description_selection(self.env))
        for row in self:
            body = self.env._(
                "%(before)s → %(after)s: %(message)s",
                before=labels[before[row]],
                after=labels[row.status],
                message=row.message,
            )
            row._message_log(body=body)

    @api.model
    def _get_administrators(self, company):
        """Return the administrators of ticket billing in a company."""
        users = self.env.ref(ADMIN).sudo().all_user_ids
        return users.filtered(
            lambda u: u.active and company in u.company_ids and not u._is_superuser()
        ).sorted("id")

    def _ask(self, _before):
        """Give each administrator an activity for what is wrong; take back others."""
        self.activity_unlink([ACTIVITY])
        # The mail says it all at once: none for each activity
        wrong = self.filtered(lambda row: row.status != OK).with_context(
            mail_activity_quick_update=True
        )
        if not wrong or not self.env.ref(ACTIVITY, raise_if_not_found=False):
            return
        company = self.company_id
        today = company._get_ticket_billing_date(fields.Datetime.now())
        for user in self._get_administrators(company):
            for row in wrong:
                row.activity_schedule(
                    ACTIVITY,
                    date_deadline=today,
                    user_id=user.id,
                    summary=row.name,
                    note=plaintext2html(row.message),
                )

    def _send_mail(self, before):
        """Send the administrators one mail about all that changed."""
        company = self.company_id
        partners = self._get_administrators(company).partner_id.filtered("email")
        if not partners:
            return
        labels = dict(self._fields["status"]._description_selection(self.env))
        body = self.env["ir.qweb"]._render(
            "ticket_billing.ticket_billing_health_mail",
            {
                "company": company,
                "rows": self.sorted("severity", reverse=True),
                "before": before,
                "labels": labels,
                "colors": COLORS,
                "url": f"{company.get_base_url()}/odoo/ticket-billing-health",
            },
        )
        self.env["mail.mail"].create(
            {
                "subject": self._get_mail_subject(),
                "body_html": body,
                "email_from": company.email_formatted or self.env.user.email_formatted,
                "recipient_ids": [Command.set(partners.ids)],
                "auto_delete": True,
            }
        )
        sender = self.env.ref(
            "mail.ir_cron_mail_scheduler_action", raise_if_not_found=False
        )
        if sender:
            sender._trigger()

    def _get_mail_subject(self):
        """Return what is wrong by number, or that all of it is well again."""
        statuses = self.mapped("status")
        company = self.company_id.name
        if set(statuses) == {OK}:
            return self.env._(
                "Ticket billing of %(company)s (OK again)", company=company
            )
        return self.env._(
            "Ticket billing of %(company)s (errors: %(errors)s, "
            "warnings: %(warnings)s)",
            company=company,
            errors=statuses.count(ERROR),
            warnings=statuses.count(WARNING),
        )
