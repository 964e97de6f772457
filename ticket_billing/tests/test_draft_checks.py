from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common_posting import PostingCommon

CHECKS = ("zero_price", "no_tax", "no_address", "unusual_total")


@tagged("post_install", "-at_install")
class TestDraftChecks(PostingCommon):
    """What is looked at before a draft is posted, and how heavily it weighs."""

    def _weigh(self, check, weight):
        self.company.sudo()[f"ticket_billing_check_{check}"] = weight

    def _change(self, move, values):
        """Change a draft as another addon would, unnoticed."""
        move = move.sudo().with_context(skip_is_manually_modified=True)
        move.write(
            {"invoice_line_ids": [Command.update(self._get_lines(move).id, values)]}
        )
        move._stamp_ticket_billing_digest()

    def _check_weights(self, check, move, words):
        """Each weight does what it says: off, warning, error."""
        self._weigh(check, "off")
        move.invalidate_recordset()
        self.assertFalse(move.ticket_billing_errors or move.ticket_billing_warnings)
        self._weigh(check, "warning")
        move.invalidate_recordset()
        self.assertIn(words, move.ticket_billing_warnings)
        self.assertFalse(move.ticket_billing_errors)
        self._weigh(check, "error")
        move.invalidate_recordset()
        self.assertIn(words, move.ticket_billing_errors)
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertIn(words, move.ticket_billing_post_error)
        self._weigh(check, "warning")
        self._retry(move)
        self.assertEqual(move.state, "posted")

    def test_a_draft_without_faults(self):
        move = self._make_draft()
        self.assertFalse(move.ticket_billing_errors or move.ticket_billing_warnings)

    def test_price_of_nothing(self):
        move = self._make_draft()
        self._change(move, {"price_unit": 0.0})
        self._check_weights("zero_price", move, "Price 0.00")

    def test_price_that_a_manager_waived(self):
        self.policy.sudo().approval = "all"
        ticket = self._close(self._create_ticket(1.0, 2.0))
        self._bill(ticket)
        charges = ticket._get_charges().with_user(self.env.user).sudo(False)
        charges[0].action_change(price_unit=0.0, reason="Goodwill")
        charges.action_approve()
        self.assertIn("Price 0.00", ticket.sudo().invoice_ids.ticket_billing_errors)

    def test_full_discount_is_a_price_of_nothing(self):
        move = self._make_draft()
        self._change(move, {"discount": 100.0})
        self.assertIn("Price 0.00", move.ticket_billing_errors)

    def test_missing_tax(self):
        move = self._make_draft()
        self._change(move, {"tax_ids": [Command.clear()]})
        self._check_weights("no_tax", move, "No tax")

    def test_product_without_tax_misses_none(self):
        self.time_product.sudo().taxes_id = False
        self.company.sudo().account_sale_tax_id = False
        move = self._make_draft()
        self._change(move, {"tax_ids": [Command.clear()]})
        self.assertFalse(move.ticket_billing_errors)

    def test_product_with_a_tax_of_another_company_only(self):
        other = self.setup_other_company()["company"]
        tax = self.tax_19.sudo().copy({"company_id": other.id})
        self.time_product.sudo().taxes_id = tax
        self.company.sudo().account_sale_tax_id = False
        move = self._make_draft()
        self.assertFalse(self._get_lines(move).tax_ids)
        self.assertIn("No tax", move.ticket_billing_errors)

    def test_exports_miss_no_tax(self):
        position = self.env["account.fiscal.position"].sudo().create({"name": "Export"})
        self.tax_19.sudo().fiscal_position_ids = False
        zero = self.tax_19.sudo().copy({"name": "0 % export", "amount": 0.0})
        zero.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.tax_19.ids)],
            }
        )
        self.customer.sudo().property_account_position_id = position
        move = self._make_draft()
        self.assertEqual(move.fiscal_position_id, position)
        self.assertFalse(move.ticket_billing_errors)

    def test_missing_address(self):
        self.customer.write({"street": False, "city": False})
        self._check_weights("no_address", self._make_draft(), "no invoice address")

    def test_address_without_email_is_fine_unless_it_is_sent(self):
        self.customer.email = False
        move = self._make_draft()
        self.assertFalse(move.ticket_billing_errors)
        self.policy.sudo().automation_level = "send"
        other = self._create_customer("Harbor Logistics", city="Portland")
        move = self._make_draft(partner_id=other.id)
        self.assertIn("no e-mail address", move.ticket_billing_errors)
        other.invoice_sending_method = "manual"
        move.invalidate_recordset()
        self.assertFalse(move.ticket_billing_errors)

    def test_unusual_total(self):
        for hours in (1.0, 2.0, 3.0):
            self._make_draft(hours)
            self._post_drafts()
        self._weigh("unusual_total", "warning")
        # Mean 200.00: 400.00 is 100 % more, 400.25 is over it
        self.assertFalse(self._make_draft(4.0).ticket_billing_warnings)
        move = self._make_draft(0.25)
        self.assertIn("mean of three months", move.ticket_billing_warnings)
        self._check_weights("unusual_total", move, "200.00")

    def test_percentage_is_the_companys(self):
        self._make_draft(2.0)
        self._post_drafts()
        self.company.sudo().ticket_billing_check_percent = 10
        move = self._make_draft(2.25)
        self.assertIn("10 %", move.ticket_billing_warnings)
        self.company.sudo().ticket_billing_check_percent = 13
        move.invalidate_recordset()
        self.assertFalse(move.ticket_billing_warnings)

    def test_what_was_credited_or_is_old_does_not_count(self):
        credited = self._make_draft(2.0)
        self._post_drafts()
        credited._reverse_moves(cancel=True)
        old = self._make_draft(5.0)
        sneaky = old.sudo().with_context(skip_is_manually_modified=True)
        sneaky.invoice_date = fields.Date.subtract(fields.Date.today(), months=4)
        old.sudo()._stamp_ticket_billing_digest()
        self._post_drafts()
        self.assertEqual(old.state, "posted")
        self.assertFalse(self._make_draft(20.0 / 4).ticket_billing_warnings)

    def test_invoices_that_are_not_from_tickets_are_not_checked(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [
                    Command.create({"name": "Spare part", "price_unit": 0.0})
                ],
            }
        )
        self.assertFalse(move.ticket_billing_errors or move.ticket_billing_warnings)

    def test_settings_keep_the_percentage_positive(self):
        with self.assertRaises(ValidationError):
            self.company.sudo().ticket_billing_check_percent = -1

    def test_mended_drafts_are_posted_at_once(self):
        move = self._make_bad_draft()
        self.customer.city = "Springfield"
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        move.action_retry_ticket_posting()
        self._post_drafts()
        self.assertEqual(move.state, "posted")

    # Passed over

    def _make_bad_draft(self):
        self.customer.write({"street": False, "city": False})
        move = self._make_draft()
        self._post_drafts()
        return move

    def test_manager_passes_over_errors(self):
        move = self._make_bad_draft()
        action = move.action_open_override()
        wizard = self.env["ticket.billing.override"].with_context(**action["context"])
        wizard = wizard.create({"reason": "Picks it up in person"})
        self.assertIn("no invoice address", wizard.errors)
        wizard.action_confirm()
        self._post_drafts()
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.ticket_billing_override_reason, "Picks it up in person")
        entry = self.env["ticket.billing.log"].search([("kind", "=", "check")])
        self.assertRecordValues(
            entry,
            [
                {
                    "reason": "Picks it up in person",
                    "user_id": self.env.user.id,
                    "res_id": move.id,
                }
            ],
        )

    def test_passing_over_needs_a_reason_and_a_manager(self):
        move = self._make_bad_draft()
        with self.assertRaisesRegex(UserError, "Say why"):
            move.action_override_ticket_checks("")
        accountant = new_test_user(
            self.env, "accountant", groups="account.group_account_invoice"
        )
        with self.assertRaises(AccessError):
            move.with_user(accountant).action_override_ticket_checks("I may")

    def test_nothing_to_pass_over(self):
        with self.assertRaisesRegex(UserError, "no errors"):
            self._make_draft().action_override_ticket_checks("Just so")

    def test_new_work_is_checked_again(self):
        move = self._make_bad_draft()
        move.action_override_ticket_checks("Picks it up in person")
        self._make_draft()
        self.assertFalse(move.ticket_billing_override_reason)
        self._post_drafts()
        self.assertEqual(move.state, "draft")

    def test_other_errors_than_those_passed_over_count(self):
        move = self._make_bad_draft()
        move.action_override_ticket_checks("Picks it up in person")
        self._change(move, {"tax_ids": [Command.clear()]})
        self._post_drafts()
        self.assertEqual(move.state, "draft")
        self.assertIn("No tax", move.ticket_billing_post_error)
        move.action_override_ticket_checks("Tax is settled on the next one")
        self._post_drafts()
        self.assertEqual(move.state, "posted")

    def test_errors_are_passed_over_in_any_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        move = self._make_bad_draft().with_context(lang="de_DE")
        move.action_override_ticket_checks("Holt sie selbst ab")
        self._post_drafts()
        self.assertEqual(move.state, "posted")

    def test_accountants_post_whatever_they_want(self):
        move = self._make_bad_draft()
        move.action_post()
        self.assertEqual(move.state, "posted")
