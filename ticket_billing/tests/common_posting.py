from .common import TicketBillingCommon


class PostingCommon(TicketBillingCommon):
    """A customer whose invoices are posted by themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().automation_level = "post"
        cls.customer.write(
            {
                "street": "8 Canal Street",
                "city": "Springfield",
                "email": "ap@nw.example",
            }
        )
        cls.cron_send = cls.env.ref("account.ir_cron_account_move_send").sudo()

    def _post_drafts(self):
        """Post as the scheduled action does, in the transaction of the test."""
        moves = self.env["account.move"].sudo()
        for move in moves.search(moves._get_posting_domain(), order="id"):
            self.env["ticket.billing.run"].sudo()._post_draft(move.id)
        self.env.invalidate_all()

    def _retry(self, move):
        move.sudo().ticket_billing_next_post = "2020-01-01"
        self._post_drafts()

    def _make_draft(self, *hours, **values):
        return self._close_and_bill(self._create_ticket(*(hours or (1.0,)), **values))

    def _get_post_activities(self, move):
        activity_type = self.env.ref("ticket_billing.mail_activity_type_not_posted")
        return move.activity_ids.filtered(lambda a: a.activity_type_id == activity_type)
