"""Random lives of tickets: a state machine that acts and looks after every step."""

from contextlib import ExitStack

from odoo import fields

from .accounted import check_accounted, check_nothing_changed
from .books import Books, read_books
from .clock import stopped_clock
from .odoo_process import die
from .predicates import Allowed, check
from .rules_billing import BillingRules, run_schedule
from .rules_invoices import InvoiceRules
from .rules_review import ReviewRules
from .rules_terms import TermRules
from .rules_tickets import MINUTES, TicketRules
from .scene import Scene
from .statements import Statements, at_statement
from .steps import step


class Life(TicketRules, TermRules, BillingRules, ReviewRules, InvoiceRules):
    """One life of some tickets, from the first to the last catch-up.

    ``process`` is the Odoo to work in. Its steps are methods with simple values, which
    can be called again: a script of them is what is left of a life that fails.
    """

    process = None

    def __init__(self):
        self.books = Books()
        self.dies_at = 0
        self.is_broken = False
        with ExitStack() as stack:
            self.clock = stack.enter_context(stopped_clock())
            with self.process.transaction() as env:
                self.scene = Scene(env)
                self.scene.add_recurring(env)
            self.stack = stack.pop_all()

    def get_day(self, days_ago):
        return fields.Date.subtract(fields.Date.today(), days=days_ago)

    def move_clock(self, days):
        self.clock(days=days)

    @step(weight=0, first=MINUTES, second=MINUTES, third=MINUTES)
    def begin(self, first, second, third):
        """Open a ticket for each of three customers, two of them with a contract."""
        for customer, minutes in enumerate((first, second, third)):
            self.open_ticket(customer=customer, team=customer, minutes=minutes)

    @step(weight=2, statement=range(1, 400))
    def die_in_next_step(self, statement):
        """Let the process of the next step be killed at one of its SQL statements."""
        self.dies_at = statement

    # A step

    def act(self, work, may_be_refused=True, **allowed):
        """Do one thing, whole or not at all, and look at everything afterwards.

        :param allowed: what the step may do, see ``Allowed``
        """
        self.clock(minutes=1)
        statement, self.dies_at = self.dies_at, 0
        self.is_broken = True
        if statement:
            killer = Statements(at_statement(statement, die))
            self.process.call_in_fork(work, before=killer.__enter__)
        else:
            refusal = self.process.call(work)
            assert may_be_refused or not refusal, f"refused: {refusal}"
        self.look(Allowed(**allowed))
        self.is_broken = False

    def look(self, step):
        """Check everything that must always be true."""
        before, self.books = self.books, read_books(self.process, self.scene)
        check(before, self.books, step)

    # The end

    def teardown(self):
        """Settle everything, unless the life has failed, and leave no work behind."""
        try:
            if not self.is_broken:
                self.settle()
        finally:
            self.leave()
            self.stack.close()

    def settle(self):
        """Switch everything on: one catch-up must do, and a second one does nothing."""
        self.act(self.switch_on, may_be_refused=False)
        self.act(run_schedule, may_be_refused=False)
        check_accounted(self.books)
        before = self.books
        self.act(run_schedule, may_be_refused=False)
        check_nothing_changed(before, self.books)

    def switch_on(self, env):
        self.scene.open_everything(env)
        self.decide_trial(env, "bill")

    def leave(self):
        """Hide what is left, so that other lives do not meet it."""
        with self.process.transaction() as env:
            env.cr.execute(
                "UPDATE helpdesk_ticket SET active = false, billing_pending = false, "
                "billing_event = 'none', stage_id = %s WHERE partner_id = ANY(%s)",
                [self.scene.stage(env, "new").id, self.scene.partner_ids],
            )
            env.cr.execute(
                "UPDATE ticket_billing_charge SET state = 'void', is_void = true "
                "WHERE state IN ('ready', 'to_approve') AND partner_id = ANY(%s)",
                [self.scene.partner_ids],
            )
