import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning, UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

_logger = logging.getLogger("odoo.addons.ticket_billing")

LEVELS = [
    ("draft", "Draft"),
    ("post", "Post"),
    ("send", "Post and Send"),
]
POSTED_LEVELS = ("post", "send")
RETRY_MINUTES = 60
NOT_POSTED = "ticket_billing.mail_activity_type_not_posted"


class AccountMove(models.Model):
    """Drafts from tickets that are posted, and perhaps sent, by themselves."""

    _inherit = "account.move"

    ticket_billing_level = fields.Selection(
        selection=LEVELS,
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="How far the draft goes by itself, as the levels of its work say.",
    )
    ticket_billing_next_post = fields.Datetime(
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="When the draft is tried to be posted. Empty: not by itself.",
    )
    ticket_billing_post_error = fields.Char(
        string="Why Not Posted",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="What kept the draft from being posted, or the invoice from being sent.",
    )
    _ticket_billing_post_index = models.Index(
        "(ticket_billing_next_post) WHERE ticket_billing_next_post IS NOT NULL"
    )

    @api.model
    def _get_billing_writers(self):
        # EXTENDS ticket_billing
        names = (
            "ticket_billing_level",
            "ticket_billing_next_post",
            "ticket_billing_post_error",
            "ticket_billing_override_reason",
            "ticket_billing_override_errors",
        )
        return {**super()._get_billing_writers(), **dict.fromkeys(names)}

    # Which

    @api.model
    def _prepare_posting(self, level):
        """Return the values of a draft that is to go as far as a level says.

        Where billing is switched off for the company, it goes nowhere by itself.
        """
        is_posted = level in POSTED_LEVELS and self.env.company.ticket_billing_enabled
        return {
            "ticket_billing_level": level,
            "ticket_billing_next_post": is_posted and fields.Datetime.now(),
            "ticket_billing_post_error": False,
            "ticket_billing_override_reason": False,
            "ticket_billing_override_errors": False,
        }

    @api.model
    def _get_posting_domain(self):
        """Return the domain of drafts that are to be posted now."""
        now = fields.Datetime.now()
        return (
            Domain("state", "=", "draft")
            & Domain("ticket_billing_level", "in", POSTED_LEVELS)
            & Domain("ticket_billing_next_post", "<=", now)
            & Domain("company_id.ticket_billing_enabled", "=", True)
        )

    @api.model
    def _wake_poster(self, moves):
        """Let drafts be posted soon, if any of them is to be."""
        if not any(moves.mapped("ticket_billing_next_post")):
            return
        cron = self.env.ref(
            "ticket_billing.ir_cron_post_drafts", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    # Posting

    def _post_ticket_draft(self):
        """Post the draft, and let Odoo send it where that is agreed.

        Acts as the system. What is refused stays a draft, with the reason, and is tried
        again.
        """
        move = self.try_lock_for_update().filtered_domain(self._get_posting_domain())
        if not move:
            return
        # Notes and activities are no change of it either
        move = move.with_context(skip_is_manually_modified=True)
        move._lower_level()
        if move._wait_for_invoice_date():
            return
        reason, again = move._get_not_posted_reason()
        if reason:
            move._leave_draft(reason, again)
            return
        try:
            # OCA's tier validation: once it is given, posting may write; not before
            with self.env.cr.savepoint():
                move.with_context(skip_validation_check=True)._post(soft=False)
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            raise
        except Exception as error:
            move._leave_draft(move._get_post_error(error))
            return
        move._send_ticket_invoice()

    def _get_not_posted_reason(self):
        """Return why the draft is not posted now, and when it is tried again.

        :return: a sentence, empty if nothing speaks against it, and a moment or False
        """
        retry = fields.Datetime.add(fields.Datetime.now(), minutes=RETRY_MINUTES)
        if self.ticket_billing_level not in POSTED_LEVELS:
            return self.env._("The automation level is lower by now."), False
        if self._is_changed_ticket_draft():
            return self.env._("Changed by hand: post it by hand."), False
        if self._get_new_errors():
            return self.ticket_billing_errors, retry
        return "", retry

    def _lower_level(self):
        """Go no further than the levels of the work say by now."""
        now = self.invoice_line_ids.charge_ids._get_invoice_level()
        order = [level for level, _label in LEVELS]
        level = min(now, self.ticket_billing_level, key=order.index)
        if level != self.ticket_billing_level:
            self._note_posting({"ticket_billing_level": level})

    def _note_posting(self, values):
        """Keep what is ours alone on drafts. It is no change of them: neither for Odoo
        nor for a validation of OCA's that is still open."""
        context = {"skip_is_manually_modified": True, "skip_validation_check": True}
        self.with_context(**context).write(values)

    def _wait_for_invoice_date(self):
        """Leave a draft that somebody dated ahead to its day.

        :return: whether that day is still to come
        """
        company = self.company_id
        today = company._get_ticket_billing_date(fields.Datetime.now())
        if not self.invoice_date or self.invoice_date <= today:
            return False
        midnight = company._get_ticket_billing_midnight(self.invoice_date)
        self._note_posting({"ticket_billing_next_post": midnight})
        return True

    def _get_post_error(self, error):
        """Return what a refusal to post says to people."""
        if isinstance(error, UserError | RedirectWarning):
            return str(error.args[0])
        _logger.error("Draft %s cannot be posted", self.id, exc_info=error)
        return self.env._("Unexpected error. The server's log tells more.")

    def _leave_draft(self, reason, again=None):
        """Keep why the draft was not posted, and tell somebody once.

        :param again: when it is tried again, False for never; None in an hour
        """
        if again is None:
            now = fields.Datetime.now()
            again = fields.Datetime.add(now, minutes=RETRY_MINUTES)
        is_news = reason != self.ticket_billing_post_error
        self._note_posting(
            {"ticket_billing_post_error": reason, "ticket_billing_next_post": again}
        )
        if is_news:
            self._tell_not_posted(reason)

    def _tell_not_posted(self, reason):
        """Leave a note and an activity for whoever posts invoices."""
        self.message_post(
            body=self.env._("Not posted by ticket billing: %(reason)s", reason=reason)
        )
        if self.activity_search([NOT_POSTED]):
            return
        user = self._get_posting_responsible()
        if user:
            note = plaintext2html(reason)
            self.activity_schedule(NOT_POSTED, user_id=user.id, note=note)

    def _get_posting_responsible(self):
        """Return the first who may post it: its salesperson, else a manager of ticket
        billing."""
        tickets = self.invoice_line_ids.charge_ids.ticket_id
        managers = tickets._get_billing_managers(self.company_id)
        for user in self.invoice_user_id + managers:
            move = self.with_user(user).with_context(
                allowed_company_ids=self.company_id.ids
            )
            is_here = user.active and self.company_id in user.company_ids
            if is_here and move.has_access("write"):
                return user
        return self.env["res.users"]

    def _post(self, soft=True):
        # EXTENDS account: whoever posts, nobody has to be told any more
        posted = super()._post(soft)
        settled = posted.sudo().filtered(
            lambda m: m.ticket_billing_post_error or m.ticket_billing_next_post
        )
        if settled:
            settled.activity_unlink([NOT_POSTED])
            settled._note_posting(
                {"ticket_billing_post_error": False, "ticket_billing_next_post": False}
            )
        return posted
