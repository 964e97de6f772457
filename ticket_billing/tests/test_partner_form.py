from ast import literal_eval

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import TicketBillingCommon

GROUP = "ticket_billing.group_ticket_billing_"
FORM = "base.view_partner_form"


@tagged("post_install", "-at_install")
class TestPartnerForm(TicketBillingCommon):
    """Customers and stages tell what billing makes of their tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "form_manager",
            groups=f"{GROUP}manager",
            company_id=cls.company.id,
        )

    def _bill_all_ways(self):
        self.policy.sudo().group_by = "ticket"
        contact = self._create_customer("Ms Reception", is_company=False)
        contact.parent_id = self.customer
        self._close_and_bill(self._create_ticket(1.0, partner_id=contact.id))
        self._close_and_bill(self._create_ticket(1.0)).sudo().unlink()
        self._close(self._create_ticket(9.0)).action_generate_invoice()
        other = self._create_customer("Harbour Logistics")
        ticket = self._create_ticket(9.0, partner_id=other.id)
        self._close(ticket).action_generate_invoice()
        self.env.flush_all()
        self.env.invalidate_all()
        return contact

    def test_unbilled_is_what_the_button_opens(self):
        contact = self._bill_all_ways()
        view = self.env.ref("ticket_billing.ticket_billing_charge_view_search")
        arch = self.env["ticket.billing.charge"]._get_view(view.id, "search")[0]
        [unbilled] = arch.xpath("//filter[@name='unbilled']/@domain")
        charges = self.env["ticket.billing.charge"].with_user(self.manager)
        for partner in (self.customer, contact):
            with self.subTest(partner=partner.name):
                page = partner.with_user(self.manager)
                action = page.action_view_ticket_charges()
                self.assertEqual(charges.search_count(action["domain"]), 3)
                self.assertEqual(action["context"], {"search_default_unbilled": 1})
                found = charges.search(action["domain"] + literal_eval(unbilled))
                self.assertEqual(page.ticket_unbilled_count, len(found))
                self.assertEqual(len(found), 2)
                amount = self.company.currency_id.format(1000.0)
                self.assertEqual(page.ticket_unbilled_amount, amount)

    def test_column_of_the_button_adds_up_to_what_it_says(self):
        self._bill_all_ways()
        move = self._close_and_bill(self._create_ticket(2.0)).sudo()
        move.action_post()
        charge = move.invoice_line_ids.charge_ids
        reversal = move._reverse_moves()
        reversal.invoice_line_ids.filtered("charge_ids").price_unit = 30.0
        reversal.action_post()
        self.assertEqual(charge.waiting_amount, 60.0)
        page = self.customer.with_user(self.manager)
        action = page.action_view_ticket_charges()
        [view] = [id_ for id_, kind in action["views"] if kind == "list"]
        charges = self.env["ticket.billing.charge"].with_user(self.manager)
        arch = charges.get_view(view, "list")["arch"]
        self.assertIn('name="unbilled_amount"', arch)
        total = sum(charges.search(action["domain"]).mapped("unbilled_amount"))
        money = self.company.currency_id.format
        self.assertEqual(page.ticket_unbilled_amount, money(total))
        self.assertEqual(total, 1060.0)

    def test_customer_without_tickets(self):
        page = self._create_customer("New").with_user(self.manager)
        self.assertFalse(page.has_ticket_charges)
        self.assertFalse(page.ticket_unbilled_count)
        self.assertFalse(page.new({"name": "Newer"}).has_ticket_charges)

    def test_amounts_are_for_those_who_may_see_them(self):
        self._bill_all_ways()
        page = self.customer.with_user(self.agent)
        with self.assertRaises(AccessError):
            page.read(["ticket_unbilled_amount"])
        fields = Form(page, FORM)._view["fields"]
        self.assertNotIn("ticket_unbilled_amount", fields)
        only_amounts = new_test_user(
            self.env,
            "only_amounts",
            groups=f"base.group_user,{GROUP}amounts",
            company_id=self.company.id,
        )
        page = self.customer.with_user(only_amounts)
        self.assertFalse(Form(page, FORM).has_ticket_charges)
        with self.assertRaises(AccessError):
            page.action_view_ticket_charges()

    def test_technician_sees_the_worth_of_his_own_tickets(self):
        self._bill_all_ways()
        agent = self.agent
        agent.sudo().group_ids += self.env.ref(f"{GROUP}amounts")
        mine = self.env["ticket.billing.charge"].with_user(agent).search_count([])
        self.assertTrue(mine)
        self.env["helpdesk.ticket"].search([]).user_id = self.manager
        self.env["helpdesk.ticket"].search([]).flush_recordset()
        self.env.invalidate_all()
        self.assertEqual(self.customer.with_user(agent).ticket_unbilled_count, 0)

    def test_other_companies_are_left_out(self):
        self._bill_all_ways()
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        self.manager.sudo().company_ids += other
        page = self.customer.with_user(self.manager)
        self.assertEqual(page.ticket_unbilled_count, 2)
        page = page.with_context(allowed_company_ids=other.ids)
        self.assertEqual(page.ticket_unbilled_count, 0)

    def test_form_takes_few_queries(self):
        self._bill_all_ways()
        names = ["has_ticket_charges", "ticket_unbilled_amount"]
        page = self.customer.with_user(self.manager)
        page.read(names)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            page.read(names)

    # Stages

    def test_stage_tells_what_its_event_does_not_touch(self):
        stage = self.env["helpdesk.ticket.stage"].create({"name": "Answered"})
        tickets = self._create_ticket() | self._create_ticket() | self._create_ticket()
        tickets.stage_id = stage
        tickets[0].active = False
        form = Form(stage)
        self.assertFalse(form.billing_event_note)
        form.billing_event = "close"
        text = "3 tickets reached this stage before; they are not billed by this event."
        self.assertEqual(form.billing_event_note, text)
        form.billing_event = "void"
        self.assertFalse(form.billing_event_note)
        form.billing_event = "close"
        form.save()
        since = stage.billing_event_since
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET last_stage_update = %s WHERE id IN %s",
            (since.replace(year=2020), tuple(tickets.ids)),
        )
        self.env.invalidate_all()
        self.assertEqual(stage.billing_event_note, text)
        self._create_ticket().stage_id = stage
        self.env.invalidate_all()
        self.assertEqual(stage.billing_event_note, text)
        self.assertEqual(tickets.mapped("billing_event"), ["none"] * 3)
