from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_life import InvoiceLifeCommon


@tagged("post_install", "-at_install")
class TestEntryHistory(InvoiceLifeCommon):
    """Time that has been billed once stays where it was worked."""

    def _set_up_two(self):
        first, second = self._create_ticket(1.0), self._create_ticket()
        self._close(first + second)
        return first, second

    def test_time_that_was_released_stays_on_its_ticket(self):
        first, second = self._set_up_two()
        self._bill(first).unlink()
        with self._refused(first.number):
            first.timesheet_ids.sudo().ticket_id = second

    def test_time_that_was_credited_stays_on_its_ticket(self):
        first, second = self._set_up_two()
        self._credit(self._post(self._bill(first)))
        with self._refused(first.number):
            first.timesheet_ids.sudo().ticket_id = second

    def test_time_that_was_written_off_stays_on_its_ticket(self):
        first, second = self._set_up_two()
        self._bill(first).unlink()
        first.action_write_off("Goodwill")
        with self._refused(first.number):
            first.timesheet_ids.sudo().ticket_id = second

    def test_time_that_waits_for_approval_may_move(self):
        self.policy.sudo().approval = "all"
        first, second = self._set_up_two()
        self._bill(first)
        entry = first.timesheet_ids.sudo()
        entry.ticket_id = second
        self.assertFalse(first._get_charges())
        self._bill(second)
        self.assertEqual(entry.billing_state, "to_approve")

    def test_time_that_was_released_may_be_corrected_and_deleted(self):
        first, _second = self._set_up_two()
        self._bill(first).unlink()
        entry = first.timesheet_ids.sudo()
        entry.unit_amount = 2.0
        entry.unlink()
        self.assertEqual(first._get_charges().worked_hours, 1.0)

    def test_billed_time_keeps_its_unit(self):
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket)
        day = self.env.ref("uom.product_uom_day")
        with self.assertRaises(UserError):
            ticket.timesheet_ids.sudo().product_uom_id = day

    # Company

    def test_ticket_with_time_stays_in_its_company(self):
        other = self.setup_other_company()["company"]
        values = {"company_id": other.id, "team_id": False, "project_id": False}
        ticket = self._create_ticket(1.0)
        with self._refused(ticket.number):
            ticket.write(values)
        ticket.timesheet_ids.sudo().unlink()
        ticket.write(values)
        self.assertEqual(ticket.company_id, other)

    def test_ticket_with_charges_stays_in_its_company(self):
        other = self.setup_other_company()["company"]
        ticket = self._create_ticket(1.0)
        self._close_and_bill(ticket).unlink()
        ticket.timesheet_ids.sudo().unlink()
        with self._refused(ticket.number):
            ticket.write(
                {"company_id": other.id, "team_id": False, "project_id": False}
            )

    def test_charges_of_another_company_are_left_alone(self):
        """A ticket may have been moved by an earlier version, or by hand."""
        self.policy.sudo().approval = "all"
        other = self.setup_other_company()["company"]
        ticket = self._close(self._create_ticket(1.0))
        ticket.action_generate_invoice()
        charge = ticket._get_charges()
        charge.rating_state = "ready"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET company_id = %s WHERE id = %s",
            [other.id, ticket.id],
        )
        self.env.invalidate_all()
        self.env["ticket.billing.run"].sudo()._process("button", tickets=ticket)
        self.assertEqual(charge.state, "ready")

    # Claims

    def test_claim_that_is_lost_is_not_settled(self):
        """A source that has a charge on another ticket must not look as if billed."""
        first, second = self._set_up_two()
        self._bill(first)
        entry = first.timesheet_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_analytic_line SET ticket_id = %s WHERE id = %s",
            [second.id, entry.id],
        )
        self.env.invalidate_all()
        second.action_generate_invoice()
        self.assertEqual(second.billing_state, "blocked")
        self.assertIn(first.number, second.billing_error)
