from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common_rights import RightsCommon

STEPS = ("new", "open", "closed", "draft", "posted", "written", "waiting")
BUTTONS = (
    "action_generate_invoice",
    "action_preview_billing",
    "action_open_review",
    "action_open_reject",
    "action_open_bill_again",
    "action_open_write_off",
    "action_credit",
    "action_view_charges",
    "action_view_invoices",
)
PEOPLE = ("technician", "manager", "administrator", "auditor", "helpdesk")


@tagged("post_install", "-at_install")
class TestTicketForm(RightsCommon):
    """The form of a ticket has the buttons that make sense now, and none that fails."""

    def _get_buttons(self, ticket):
        """Return the names of the buttons of billing that the user sees."""
        arch = etree.fromstring(ticket.get_view(view_type="form")["arch"])
        names = [node.get("name") for node in arch.iter("field")]
        fields = [name for name in names if name in ticket._fields]
        values = ticket.read(set(fields), load=None)[0]
        return [
            node.get("name")
            for node in arch.iter("button")
            if node.get("name") in BUTTONS
            and not safe_eval(node.get("invisible") or "False", dict(values))
        ]

    def test_no_button_fails(self):
        seen = set()
        for role in PEOPLE:
            for step in STEPS:
                for world in (self.own, self.other):
                    ticket = world.records[step].with_user(self.users[role])
                    self.env.invalidate_all()
                    for name in self._get_buttons(ticket):
                        with self.subTest(role=role, step=step, button=name):
                            seen.add(name)
                            with self.env.cr.savepoint() as savepoint:
                                getattr(ticket, name)()
                                savepoint.rollback()
                            self.env.invalidate_all()
        self.assertLessEqual(
            {
                "action_generate_invoice",
                "action_preview_billing",
                "action_open_review",
                "action_view_charges",
            },
            seen,
        )

    def test_who_may_bill_sees_the_button(self):
        for role, own, other in (
            ("technician", True, False),
            ("manager", True, True),
            ("auditor", False, False),
        ):
            with self.subTest(role=role):
                for world, expected in ((self.own, own), (self.other, other)):
                    ticket = world.records["closed"].with_user(self.users[role])
                    shown = "action_generate_invoice" in self._get_buttons(ticket)
                    self.assertEqual(shown, expected)

    def test_forms_load(self):
        for role in PEOPLE:
            for step in STEPS:
                with self.subTest(role=role, step=step):
                    self.env.invalidate_all()
                    ticket = self.own.records[step].with_user(self.users[role])
                    self.assertTrue(Form(ticket)._view["fields"])

    def test_kanban_and_list_load(self):
        for role in PEOPLE:
            for view_type in ("kanban", "list"):
                with self.subTest(role=role, view=view_type):
                    tickets = self.own.records["closed"].with_user(self.users[role])
                    arch = tickets.get_view(view_type=view_type)["arch"]
                    names = etree.fromstring(arch).xpath("//field/@name")
                    own = [name for name in names if name in tickets._fields]
                    self.assertTrue(tickets.web_read({name: {} for name in own}))

    # Pages

    def test_history_is_what_runs_did(self):
        ticket = self.own.records["draft"]
        lines = ticket.with_user(self.users["manager"]).billing_run_line_ids
        self.assertEqual(lines.mapped("outcome"), ["invoiced"])
        with self.assertRaises(AccessError):
            ticket.with_user(self.users["technician"]).read(["billing_run_line_ids"])

    def test_dry_runs_are_no_history(self):
        ticket = self._close(self._create_ticket(1.0))
        self.env["ticket.billing.run"]._process("button", tickets=ticket, dry_run=True)
        self.assertFalse(ticket.billing_run_line_ids)

    def test_before_there_are_charges_the_amount_leads_to_the_preview(self):
        ticket = self._create_ticket(1.0)
        action = ticket.action_view_charges()
        self.assertEqual(action["res_model"], "ticket.billing.preview")
        self._close_and_bill(ticket)
        action = ticket.action_view_charges()
        self.assertEqual(action["res_model"], "ticket.billing.charge")

    def test_released_amount_is_in_sight(self):
        ticket = self._create_ticket(1.5)
        self._close_and_bill(ticket).sudo().unlink()
        self.assertRecordValues(
            ticket, [{"amount_waiting": 150.0, "amount_to_invoice": 0.0}]
        )

    def test_charges_are_those_of_the_ticket(self):
        ticket = self.own.records["draft"].with_user(self.users["manager"])
        action = ticket.action_view_charges()
        charges = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(charges, self.own.records["draft charges"])
        with self.assertRaises(AccessError):
            ticket.with_user(self.users["foreign"]).action_view_charges()

    def test_why_this_price(self):
        charge = self.own.records["draft charges"]
        action = charge.with_user(self.users["technician"]).action_explain()
        self.assertEqual(action["res_id"], charge.id)
        with self.assertRaises(AccessError):
            charge.with_user(self.users["helpdesk"]).action_explain()
        with self.assertRaises(UserError):
            charge.browse().action_explain()
