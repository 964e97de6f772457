from odoo import api, fields, models
from odoo.exceptions import UserError

from .account_move_posting import NOT_POSTED, POSTED_LEVELS


class AccountMove(models.Model):
    """What people decide about drafts that would be posted by themselves."""

    _inherit = "account.move"

    ticket_billing_is_changed = fields.Boolean(
        string="Changed by Hand",
        compute="_compute_ticket_billing_is_changed",
        compute_sudo=True,
        groups="base.group_user",
        help="The draft is no longer as ticket billing left it: post it by hand.",
    )

    # Read after each change, never within one: lines need not tell the draft
    @api.depends("state", "ticket_billing_level", "ticket_billing_digest")
    def _compute_ticket_billing_is_changed(self):
        for move in self:
            move.ticket_billing_is_changed = (
                move.state == "draft"
                and move.ticket_billing_level in POSTED_LEVELS
                and move._is_changed_ticket_draft()
            )

    def action_keep_ticket_draft(self):
        """Let these drafts wait for a person instead of posting them.

        Later work joins them no more: it may be posted by itself.
        """
        self._check_readable()
        self.check_access("write")
        drafts = self.sudo().filtered(lambda move: move.state == "draft")
        drafts._note_posting(
            {
                "ticket_billing_key": False,
                "ticket_billing_level": "draft",
                "ticket_billing_next_post": False,
                "ticket_billing_post_error": False,
            }
        )
        drafts.activity_unlink([NOT_POSTED])
        return True

    def action_retry_ticket_posting(self):
        """Let these drafts be posted soon, instead of at the next look in an hour.

        :raise UserError: for drafts that were changed by hand
        """
        self._check_readable()
        self.check_access("write")
        drafts = self.sudo().filtered(
            lambda move: move.state == "draft"
            and move.ticket_billing_level in POSTED_LEVELS
        )
        drafts._check_unchanged()
        drafts._note_posting({"ticket_billing_next_post": fields.Datetime.now()})
        self._wake_poster(drafts)
        return True

    def action_override_ticket_checks(self, reason):
        """Let these drafts be posted in spite of their errors. Managers only.

        :param str reason: why, in a sentence that stays on record
        :raise UserError: without a reason, where nothing waits to be posted, or for
            drafts that were changed by hand
        """
        charges = self.env["ticket.billing.charge"]
        charges._check_manager()
        self._check_readable()
        reason = self._clean_reason(reason, self.env._("Say why it is posted."))
        drafts = self.sudo().filtered(
            lambda move: move.state == "draft"
            and move.ticket_billing_level in POSTED_LEVELS
            and move._get_new_errors()
        )
        if not drafts:
            raise UserError(
                self.env._("There are no errors that keep a draft from being posted.")
            )
        drafts._check_unchanged()
        for move in drafts:
            self.env["ticket.billing.log"]._note(
                "check", move, before=move.ticket_billing_errors, reason=reason
            )
            move._note_posting(
                {
                    "ticket_billing_override_reason": reason,
                    "ticket_billing_override_errors": "\n".join(
                        move._get_plain_errors()
                    ),
                    "ticket_billing_next_post": fields.Datetime.now(),
                }
            )
        self._wake_poster(drafts)
        return True

    def _check_unchanged(self):
        """:raise UserError: if a draft was changed, which only people post then"""
        if any(move._is_changed_ticket_draft() for move in self):
            raise UserError(
                self.env._(
                    "The draft was changed by hand, so ticket billing does not post "
                    "it. Look at it, then confirm it yourself."
                )
            )

    def action_open_override(self):
        """Ask why the draft is posted in spite of its errors."""
        self._check_single()
        self.env["ticket.billing.charge"]._check_manager()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Post Anyway"),
            "res_model": "ticket.billing.override",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_id": self.id},
        }
