from odoo import models

SEND_CRON = "account.ir_cron_account_move_send"


class AccountMove(models.Model):
    """Posted invoices that are left to Odoo's own sending."""

    _inherit = "account.move"

    def _send_ticket_invoice(self):
        """Leave the posted invoice to Odoo's own sending, once."""
        if self.ticket_billing_level != "send" or self.is_move_sent:
            return
        cron = self.env.ref(SEND_CRON, raise_if_not_found=False)
        if not cron or not cron.active:
            reason = self.env._(
                "Posted, not sent: the scheduled action “Send invoices automatically” "
                "is off."
            )
            self._note_posting({"ticket_billing_post_error": reason})
            self._tell_not_posted(reason)
            return
        author = self.invoice_user_id or self.env.user
        data = {
            "author_user_id": author.id,
            "author_partner_id": author.partner_id.id,
        }
        self._note_posting({"sending_data": data})
        cron._trigger()
