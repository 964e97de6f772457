"""What managers decide about work that waits, and what they bill before its time."""

from .rules_tickets import NUMBERS
from .steps import step

WAITING = ("to_approve", "ready")


class ReviewRules:
    @step(
        weight=4,
        charge=NUMBERS,
        share=[None, 1.0, 0.5, 0.33, 1.5],
        price=[None, 0.0, 80.0, 133.33],
        approve=[True, False],
    )
    def change_work(self, charge, share, price, approve):
        """Bill another quantity or price, and perhaps approve it at once."""

        def work(env):
            found = self.get_charges(env, charge, lambda c: c.state in WAITING)
            if not found:
                return
            billable = found.rated_quantity - found.covered_quantity
            quantity = None if share is None else round(billable * share, 2)
            found.action_change(quantity, price, "Agreed with the customer.")
            if approve:
                found.action_approve()

        self.act(work, changes=True)

    @step(weight=3, charge=NUMBERS)
    def reject(self, charge):
        """Send work back to whoever did it."""

        def work(env):
            found = self.get_charges(env, charge, lambda c: c.state in WAITING)
            if found:
                found.action_reject("Split the travel time.")

        self.act(work)

    @step(weight=2, charge=NUMBERS, whole=[True, False])
    def invoice_ready(self, charge, whole):
        def work(env):
            ready = self.get_charges(
                env, charge, lambda c: c.state == "ready", whole=whole
            )
            if ready:
                ready.action_invoice()

        self.act(work)

    @step(weight=5, ticket=NUMBERS, entry=NUMBERS, whole=[True, False])
    def bill_time(self, ticket, entry, whole):
        """Bill chosen time, whether its ticket is closed or not."""

        def work(env):
            entries = self.scene.ticket(env, ticket).timesheet_ids.sorted("id")
            if entries:
                number = entry % len(entries)
                chosen = entries if whole else entries[number : number + 1]
                chosen.action_bill_now()

        self.act(work, chosen=True)

    @step(weight=3)
    def post_drafts(self):
        """Post and send as the scheduled action does."""
        self.act(post_drafts, may_be_refused=False, may_post=True)

    @step(move=NUMBERS)
    def pass_over_errors(self, move):
        def work(env):
            draft = self.scene.move(env, move, "draft")
            if draft.ticket_billing_errors:
                draft.action_override_ticket_checks("He picks it up in person.")

        self.act(work)

    @step(move=NUMBERS)
    def keep_draft(self, move):
        def work(env):
            self.scene.move(env, move, "draft").action_keep_ticket_draft()

        self.act(work)


def post_drafts(env):
    env["ticket.billing.run"].sudo()._cron_post_drafts()
