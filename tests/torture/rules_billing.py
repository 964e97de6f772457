"""How work gets billed, and what is decided about it."""

from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import fields

from .accounted import check_nothing_changed
from .rules_tickets import NUMBERS
from .scene import pick
from .steps import step


class BillingRules:
    @step(weight=2, ticket=NUMBERS)
    def bill(self, ticket):
        """Press the button on a ticket."""

        def work(env):
            found = self.scene.ticket(env, ticket)
            if found:
                found.action_generate_invoice()

        self.act(work)

    @step(weight=5, ticket=NUMBERS)
    def close_and_bill(self, ticket):
        self.close(ticket=ticket)
        self.bill(ticket=ticket)

    @step(weight=5, ticket=NUMBERS, move=NUMBERS)
    def close_and_post(self, ticket, move):
        self.close_and_bill(ticket=ticket)
        self.post(move=move, kinds=("out_invoice",))

    @step(weight=2)
    def bill_all(self):
        """Press the button on the list of tickets."""

        def work(env):
            tickets = self.scene.tickets(env)
            if tickets:
                tickets.action_generate_invoice()

        self.act(work)

    @step(weight=4)
    def run_schedule(self):
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        today = now.astimezone(ZoneInfo("Europe/Berlin")).date()
        self.act(run_schedule, may_be_refused=False, by_itself_on=today)

    @step(weight=2, days_ago=[0, 10, 30])
    def invoice_up_to(self, days_ago):
        """Invoice what is ready, by the wizard for the end of the month."""

        def work(env):
            wizard = env["ticket.billing.up.to"].create(
                {
                    "up_to": self.get_day(days_ago),
                    "invoice_date": self.get_day(0),
                    "partner_ids": self.scene.customer_ids,
                }
            )
            preview_id = wizard.action_preview()["res_id"]
            env["ticket.billing.preview"].browse(preview_id).action_confirm()

        self.act(work)

    @step(weight=3, contract=NUMBERS)
    def invoice_contract(self, contract):
        """Make the recurring invoice of a contract, which takes what is ready."""

        def work(env):
            found = self.scene.contract(env, contract)
            found._recurring_create_invoice()

        self.act(work, may_be_refused=False)

    @step()
    def dry_run(self):
        """See what would be billed, which changes nothing but the list of runs."""

        def work(env):
            tickets = self.scene.tickets(env)
            env["ticket.billing.run"]._process("button", tickets, dry_run=True)

        before = self.books
        self.act(work)
        check_nothing_changed(before, self.books)

    @step()
    def preview(self):
        """Look at what would be billed, which changes nothing."""

        def work(env):
            tickets = self.scene.tickets(env)
            if tickets:
                tickets.action_preview_billing()

        self.act(work)

    # Decisions

    @step(weight=2, charge=NUMBERS)
    def approve(self, charge):
        def work(env):
            charges = self.get_charges(env, charge, lambda c: c.state == "to_approve")
            if charges:
                charges.action_approve()

        self.act(work)

    @step(weight=6, charge=NUMBERS, price=["today", "old"], whole=[True, False])
    def bill_again(self, charge, price, whole):
        """Bill again what waits, or was written off: one charge or all of them."""

        def work(env):
            wanted = self.get_charges(env, charge, lambda c: c._can_bill_again(), whole)
            if wanted:
                wanted.action_bill_again(price)

        self.act(work, copies=price == "old")

    @step(weight=2, charge=NUMBERS)
    def write_off(self, charge):
        def work(env):
            charges = self.get_charges(env, charge, lambda c: c._can_write_off())
            if charges:
                charges.action_write_off("The customer will not pay for this.")

        self.act(work)

    @step(weight=3, charge=NUMBERS)
    def undo_run(self, charge):
        """Take back the drafts of a run."""

        def work(env):
            charges = self.scene.charges(env)
            runs = charges.filtered(lambda c: c.state == "invoiced").invoice_run_id
            run = pick(runs.sorted("id"), charge)
            if run:
                run.with_env(env).action_undo("The rate was wrong.")

        self.act(work)

    @step(weight=2, decision=["bill", "leave"])
    def end_trial(self, decision):
        self.act(lambda env: self.decide_trial(env, decision))

    def decide_trial(self, env, decision):
        """Decide about all work that was calculated on trial."""
        lines = self.scene.tickets(env).billing_trial_line_id
        if lines:
            trial_id = lines.action_decide_trial()["res_id"]
            trial = env["ticket.billing.trial"].browse(trial_id)
            trial.decision = decision
            trial.action_confirm()

    def get_charges(self, env, number, is_fit, whole=False):
        """Return one of the charges that fit, or all of them, as the user sees them."""
        fitting = self.scene.charges(env).filtered(is_fit)
        chosen = fitting if whole else pick(fitting, number)
        return chosen.with_env(env)


def run_schedule(env):
    """Do what both scheduled actions do."""
    runs = env["ticket.billing.run"].sudo()
    runs._cron_catch_up()
    env.cr.commit()
    runs._cron_process()
