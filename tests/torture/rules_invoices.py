"""What accountants do with invoices and credit notes."""

from odoo import Command, fields

from .rules_tickets import NUMBERS
from .steps import step

EDITS = [
    {"quantity": 2.5},
    {"price_unit": 80.0},
    {"discount": 10.0},
    {"name": "As discussed on the phone"},
    {"quantity": 0.0},
]
KINDS = [("out_invoice",), ("out_invoice",), ("out_refund",)]
BOTH = ("out_invoice", "out_refund")


class InvoiceRules:
    @step(weight=2, move=NUMBERS, line=NUMBERS, values=EDITS)
    def edit_draft(self, move, line, values):
        def work(env):
            draft = self.scene.move(env, move, "draft", kinds=BOTH)
            lines = get_product_lines(draft)
            if lines:
                target = lines[line % len(lines)]
                draft.write(
                    {"invoice_line_ids": [Command.update(target.id, dict(values))]}
                )

        self.act(work)

    @step(move=NUMBERS)
    def add_line(self, move):
        """Add a line that has nothing to do with tickets."""

        def work(env):
            draft = self.scene.move(env, move, "draft")
            values = {"name": "Patch cable", "quantity": 3, "price_unit": 4.99}
            draft.write({"invoice_line_ids": [Command.create(values)]})

        self.act(work)

    @step(weight=2, move=NUMBERS, line=NUMBERS)
    def delete_line(self, move, line):
        def work(env):
            draft = self.scene.move(env, move, "draft", kinds=BOTH)
            lines = get_product_lines(draft)
            if lines:
                target = lines[line % len(lines)]
                draft.write({"invoice_line_ids": [Command.delete(target.id)]})

        self.act(work)

    @step(weight=2, move=NUMBERS, kinds=KINDS)
    def delete_draft(self, move, kinds):
        self.act(lambda env: self.scene.move(env, move, "draft", kinds=kinds).unlink())

    @step(weight=5, move=NUMBERS, kinds=KINDS)
    def post(self, move, kinds):
        def work(env):
            draft = self.scene.move(env, move, "draft", kinds=kinds)
            if draft:
                draft.action_post()

        self.act(work, may_post=True)

    @step(weight=2, move=NUMBERS, kinds=KINDS)
    def cancel(self, move, kinds):
        def work(env):
            self.scene.move(env, move, "draft", kinds=kinds).button_cancel()

        self.act(work)

    @step(weight=2, move=NUMBERS, kinds=KINDS)
    def reset(self, move, kinds):
        """Make a draft of what was posted or cancelled."""

        def work(env):
            move_ = self.scene.move(env, move, "posted", "cancel", kinds=kinds)
            if move_:
                move_.button_draft()

        self.act(work)

    @step(move=NUMBERS)
    def duplicate(self, move):
        def work(env):
            found = self.scene.move(env, move, "draft", "posted", "cancel")
            if found:
                found.copy()

        self.act(work)

    @step(move=NUMBERS)
    def pay(self, move):
        def work(env):
            posted = self.scene.move(env, move, "posted")
            if posted.payment_state == "not_paid" and posted.amount_total > 0:
                context = {"active_model": "account.move", "active_ids": posted.ids}
                wizard = env["account.payment.register"].with_context(**context)
                wizard.create({}).action_create_payments()

        self.act(work)

    @step(weight=3, move=NUMBERS)
    def state_work(self, move):
        """Write the statement of work, which adds up whatever was done before."""

        def work(env):
            found = self.scene.move(env, move, "draft", "posted", kinds=BOTH)
            if found.billed_ticket_count:
                check_statement(found)

        self.act(work, may_be_refused=False)

    # Credits

    @step(weight=4, move=NUMBERS, modify=[True, False])
    def reverse(self, move, modify):
        """Credit a whole invoice with Odoo's wizard, perhaps to make a new one."""

        def work(env):
            posted = self.scene.move(env, move, "posted")
            if posted:
                context = {"active_model": "account.move", "active_ids": posted.ids}
                wizard = env["account.move.reversal"].with_context(**context)
                values = {"journal_id": posted.journal_id.id, "date": get_today()}
                wizard.create(values).reverse_moves(is_modify=modify)

        self.act(work, may_post=True)

    @step(
        weight=5,
        ticket=NUMBERS,
        share=[1.0, 0.5, 0.33],
        decision=["later", "today", "old", "write_off"],
    )
    def credit_work(self, ticket, share, decision):
        """Credit the work on a ticket, or a part of it, with our wizard."""

        def work(env):
            found = self.scene.ticket(env, ticket)
            if not found.sudo()._get_charges():
                return
            action = found.action_credit()
            wizard = env["ticket.billing.credit"].browse(action["res_id"])
            values = {"decision": decision, "write_off_reason": "Goodwill."}
            wizard.write({"post": True, **values})
            if share < 1:
                for line in wizard.line_ids:
                    line.amount = line.charge_id.currency_id.round(line.amount * share)
            wizard.action_confirm()

        self.act(work, may_post=True, copies=decision == "old")


def get_product_lines(move):
    return move.invoice_line_ids.filtered(lambda line: line.display_type == "product")


def check_statement(move):
    """Check that each line is shared out among its work to the last cent, and that all
    of it comes to what the invoice does.

    :raise AssertionError: names the invoice
    """
    statement, currency = move._get_statement_of_work(), move.currency_id
    parts = [part for ticket in statement["tickets"] for part in ticket["parts"]]
    rows = [row for part in parts for row in part]
    for line in get_product_lines(move).filtered("charge_ids"):
        own = [row for row in rows if row["line"] == line]
        amount = sum(row["amount"] for row in own)
        fits = not currency.compare_amounts(amount, line.price_subtotal)
        assert fits and len(own) == len(line.charge_ids), f"move {move.id}: {amount}"
    total = statement["work"] + (statement["other"] or 0) + statement["rounding"]
    assert not currency.compare_amounts(total, move.amount_untaxed), f"move {move.id}"
    if move.company_id.tax_calculation_rounding_method == "round_per_line":
        assert not statement["rounding"], f"move {move.id}: odd cents"


def get_today():
    return fields.Date.today()
