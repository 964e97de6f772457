from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_posting import PostingCommon


@tagged("post_install", "-at_install")
class TestPosting(PostingCommon):
    """Drafts are posted as far as the levels of their work say."""

    def test_drafts_are_posted(self):
        move = self._make_draft(2.0)
        self.assertEqual(move.state, "draft")
        self._post_drafts()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.amount_untaxed, 200.0)
        self.assertFalse(move.sending_data)

    def test_scheduled_action_posts(self):
        move = self._make_draft(2.0)
        cron = self.env.ref("ticket_billing.ir_cron_post_drafts").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        move.invalidate_recordset()
        self.assertEqual(move.state, "posted")

    def test_run_wakes_the_scheduled_action(self):
        cron = self.env.ref("ticket_billing.ir_cron_post_drafts").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        self._make_draft()
        after = triggers.search_count([("cron_id", "=", cron.id)])
        self.assertEqual(after, before + 1)

    def test_level_draft_stays_a_draft(self):
        self.policy.sudo().automation_level = "draft"
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertFalse(move.ticket_billing_next_post)

    def test_level_of_the_customer_comes_first(self):
        self.customer.sudo().ticket_billing_level = "draft"
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_held_work_that_is_billed_by_hand_stays_a_draft(self):
        self.policy.sudo().automation_level = "off"
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_lowest_level_of_a_draft_holds(self):
        careful = self._create_policy(automation_level="draft")
        contract = self._create_contract(
            ticket_billing_policy_id=careful.id, covers_tickets=False
        )
        move = self._make_draft()
        self.assertEqual(move.ticket_billing_level, "post")
        self._make_draft(billing_contract_id=contract.id)
        self.assertEqual(move.ticket_billing_level, "draft")
        self._make_draft()
        self.assertEqual(move.ticket_billing_level, "draft")
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_level_that_was_lowered_holds(self):
        move = self._make_draft()
        self.policy.sudo().automation_level = "draft"
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertIn("lower", move.ticket_billing_post_error)

    def test_nothing_by_itself_where_billing_is_off(self):
        self.company.sudo().ticket_billing_enabled = False
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_dry_run_posts_nothing(self):
        ticket = self._close(self._create_ticket(1.0))
        self.env["ticket.billing.run"]._process("button", tickets=ticket, dry_run=True)
        self._post_drafts()
        self.assertFalse(ticket.sudo().invoice_ids)

    def test_changed_by_hand_is_posted_by_hand(self):
        move = self._make_draft()
        move.invoice_line_ids[0].price_unit = 90.0
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertIn("by hand", move.ticket_billing_post_error)
        self.assertFalse(move.ticket_billing_next_post)

    def test_nothing_is_promised_of_what_was_changed_by_hand(self):
        move = self._make_draft()
        self.assertFalse(move.ticket_billing_is_changed)
        form = Form(move)
        with form.invoice_line_ids.edit(0) as line:
            line.price_unit = 0.0
        move = form.save()
        self.assertTrue(form.ticket_billing_is_changed)
        self.assertTrue(move.ticket_billing_errors)
        with self.assertRaisesRegex(UserError, "changed by hand"):
            move.action_retry_ticket_posting()
        with self.assertRaisesRegex(UserError, "changed by hand"):
            move.action_override_ticket_checks("A present")
        self.assertFalse(move.ticket_billing_override_reason)

    def test_kept_as_a_draft(self):
        move = self._make_draft()
        move.action_keep_ticket_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_posted_in_its_day(self):
        move = self._make_draft()
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        sneaky = move.sudo().with_context(skip_is_manually_modified=True)
        sneaky.invoice_date = tomorrow
        move.sudo()._stamp_ticket_billing_digest()
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.ticket_billing_next_post.date(), tomorrow)
        self.assertFalse(move.ticket_billing_post_error)
        self.assertFalse(self._get_post_activities(move))
        sneaky.invoice_date = fields.Date.today()
        move.sudo()._stamp_ticket_billing_digest()
        self._retry(move)
        self.assertEqual(move.state, "posted")

    def test_dated_by_the_day_of_the_company(self):
        """Half past midnight in Berlin is still the day before in UTC."""
        self.company.partner_id.tz = "Europe/Berlin"
        with freeze_time("2026-03-31 22:30:00"):
            self._age_terms()
            move = self._make_draft()
            self._post_drafts()
        self.assertEqual(str(move.invoice_date), "2026-04-01")

    def test_later_work_leaves_alone_what_is_kept(self):
        move = self._make_draft()
        move.action_keep_ticket_draft()
        other = self._make_draft() - move
        self._post_drafts()
        self.assertEqual((move.state, other.state), ("draft", "posted"))
        self.assertEqual(move.amount_untaxed, 100.0)

    def test_level_is_shown_where_it_was_lowered(self):
        self.policy.sudo().automation_level = "send"
        move = self._make_draft()
        self.customer.sudo().ticket_billing_level = "post"
        self._post_drafts()
        self.assertEqual(move.state, "posted")
        self.assertFalse(move.sending_data)

    def test_reset_by_a_person_stays_a_draft(self):
        move = self._make_draft()
        move.action_post()
        move.button_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertFalse(move.ticket_billing_post_error)

    def test_draft_made_while_billing_was_off_is_not_posted_later(self):
        self.company.sudo().ticket_billing_enabled = False
        move = self._make_draft()
        self.company.sudo().ticket_billing_enabled = True
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_customers_do_not_read_internal_remarks(self):
        portal = new_test_user(self.env, "portal_nw", groups="base.group_portal")
        names = self.env["account.move"].with_user(portal).fields_get()
        self.assertFalse([n for n in names if n.startswith("ticket_billing_o")])
        self.assertNotIn("ticket_billing_post_error", names)

    def test_new_work_makes_a_new_draft(self):
        first = self._make_draft()
        self._post_drafts()
        second = self._make_draft()
        self.assertNotEqual(first, second)
        self._post_drafts()
        self.assertEqual(second.state, "posted")

    def test_nobody_writes_the_level(self):
        move = self._make_draft()
        with self.assertRaises(AccessError):
            move.sudo(False).write({"ticket_billing_level": "send"})


@tagged("post_install", "-at_install")
class TestRefusal(PostingCommon):
    """What Odoo refuses to post stays a draft and says why."""

    def _refuse(self, error, only=None):
        """Let Odoo refuse to post invoices, as another addon would."""
        post = self.registry["account.move"]._post

        def _post(move, soft=True):
            if not only or move == only:
                raise error
            return post(move, soft)

        return patch.object(self.registry["account.move"], "_post", _post)

    def test_refused_by_another_addon(self):
        move = self._make_draft(2.0)
        with self._refuse(UserError("This record needs to be validated.")):
            self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertEqual(move.amount_untaxed, 200.0)
        self.assertIn("needs to be validated", move.ticket_billing_post_error)
        self.assertIn("needs to be validated", move.message_ids[0].body)
        self.assertEqual(len(self._get_post_activities(move)), 1)
        self.assertGreater(move.ticket_billing_next_post, fields.Datetime.now())

    def test_said_once_and_tried_again(self):
        move = self._make_draft()
        with self._refuse(UserError("This record needs to be validated.")):
            self._post_drafts()
            count = len(move.message_ids)
            self._retry(move)
        self.assertEqual(len(move.message_ids), count)
        self._retry(move)
        self.assertEqual(move.state, "posted")
        self.assertFalse(move.ticket_billing_post_error)
        self.assertFalse(self._get_post_activities(move))

    def test_archived_bank_account(self):
        bank = self.env["res.partner.bank"].sudo()
        account = bank.create(
            {
                "acc_number": "GB29NWBK60161331926819",
                "partner_id": self.company.partner_id.id,
            }
        )
        move = self._make_draft()
        move.sudo().with_context(
            skip_is_manually_modified=True
        ).partner_bank_id = account
        account.active = False
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertIn("bank account", move.ticket_billing_post_error)

    def test_lock_date_moves_the_accounting_date(self):
        """Odoo posts it in the next open period; nothing of it is refused."""
        move = self._make_draft()
        self.company.sudo().sale_lock_date = fields.Date.add(
            fields.Date.today(), days=-1
        )
        self._post_drafts()
        self.assertEqual(move.state, "posted")

    def test_warning_with_a_way_out_is_told(self):
        move = self._make_draft()
        with self._refuse(RedirectWarning("Set up the tax office first.", 1, "Go")):
            self._post_drafts()
        self.assertIn("tax office", move.ticket_billing_post_error)

    def test_unexpected_errors_are_in_the_log(self):
        move = self._make_draft()
        with (
            self._refuse(ZeroDivisionError("nobody thought of it")),
            self.assertLogs("odoo.addons.ticket_billing", "ERROR"),
        ):
            self._post_drafts()
        self.assertIn("Unexpected error", move.ticket_billing_post_error)

    def test_one_refusal_keeps_no_other_back(self):
        other = self._create_customer("Harbor Logistics", city="Portland")
        bad, good = self._make_draft(), self._make_draft(partner_id=other.id)
        with self._refuse(UserError("Not this one"), only=bad):
            self._post_drafts()
        self.assertEqual((bad.state, good.state), ("draft", "posted"))

    def test_a_person_posts_it(self):
        move = self._make_draft()
        with self._refuse(UserError("Not yet")):
            self._post_drafts()
        move.action_post()
        self.assertFalse(move.ticket_billing_post_error)
        self.assertFalse(self._get_post_activities(move))


@tagged("post_install", "-at_install")
class TestSending(PostingCommon):
    """Sent once, by Odoo's own scheduled action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.sudo().automation_level = "send"

    def test_left_to_odoo(self):
        move = self._make_draft()
        triggers = self.env["ir.cron.trigger"].sudo()
        domain = [("cron_id", "=", self.cron_send.id)]
        before = triggers.search_count(domain)
        self._post_drafts()
        self.assertEqual(move.state, "posted")
        self.assertTrue(move.sending_data)
        self.assertEqual(triggers.search_count(domain), before + 1)

    def test_one_email_with_the_invoice(self):
        move = self._make_draft(2.0)
        self._post_drafts()
        self._send()
        mails = self._get_mails(move)
        self.assertEqual(len(mails), 1)
        self.assertIn(move.name, mails.subject)
        self.assertIn("238.00", mails.body)
        self.assertEqual(mails.partner_ids, self.customer)
        self.assertEqual(
            sorted(mails.attachment_ids.mapped("name")),
            sorted(
                [move._get_statement_filename(), f"{move.name}.pdf".replace("/", "_")]
            ),
        )
        self.assertTrue(move.is_move_sent)
        self._send()
        self._post_drafts()
        self.assertEqual(len(self._get_mails(move)), 1)

    def test_sent_in_the_name_of_the_salesperson(self):
        self.customer.user_id = self.agent
        move = self._make_draft()
        self._post_drafts()
        self._send()
        self.assertEqual(self._get_mails(move).author_id, self.agent.partner_id)

    def test_customers_without_email_are_not_posted(self):
        self.customer.email = False
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertIn("no e-mail address", move.ticket_billing_errors)

    def test_sending_that_is_off_is_said(self):
        self.cron_send.active = False
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "posted")
        self.assertIn("not sent", move.ticket_billing_post_error)

    def test_only_posted_where_the_level_is_post(self):
        self.customer.sudo().ticket_billing_level = "post"
        move = self._make_draft()
        self._post_drafts()
        self.assertEqual(move.state, "posted")
        self.assertFalse(move.sending_data)

    def _send(self):
        with self.enter_registry_test_mode():
            self.cron_send.method_direct_trigger()
        self.env.invalidate_all()

    def _get_mails(self, move):
        return move.message_ids.filtered(lambda m: m.message_type == "comment")
