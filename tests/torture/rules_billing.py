"""How work gets billed, and what is decided about it."""

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
        self.act(run_schedule, may_be_refused=False)

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
