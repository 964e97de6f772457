"""Many processes that bill the same tickets at the same time."""

import json
from random import Random
from tempfile import TemporaryDirectory

from odoo.addons.base.models.ir_cron import IrCron

from .accounted import check_accounted
from .books import Books, read_books
from .odoo_process import wait
from .predicates import Allowed, check
from .scene import Scene

MINUTES = (1, 10, 20, 34, 50, 75, 130)
CRONS = ("ir_cron_process_tickets", "ir_cron_catch_up")
BUSY = "being billed by someone else"


class Crowd:
    """Closed tickets of a few customers, and processes that all bill them.

    Of eight processes two run the scheduled actions as a server does, one the command
    line's engine, and five press the button on tickets in an order of their own.
    """

    def __init__(self, process, seed):
        self.process = process
        self.random = Random(seed)
        with process.transaction() as env:
            self.scene = Scene(env)
            self.scene.company(env).sudo().ticket_billing_batch_size = 20
            crons = env["ir.cron"].sudo().search([])
            ours = crons.union(*[env.ref(f"ticket_billing.{c}").sudo() for c in CRONS])
            (crons - ours).active = False

    def close_tickets(self, count):
        """Make closed tickets with an hour or so of work each."""
        with self.process.transaction() as env:
            done = self.scene.stage(env, "done")
            contacts = self.scene.partner_ids
            tickets = env["helpdesk.ticket"].create(
                [
                    {
                        "name": "Mailbox full",
                        "description": "The mailbox takes no more messages.",
                        "partner_id": contacts[number % len(contacts)],
                        "team_id": self.scene.teams(env)[number % 2].id,
                    }
                    for number in range(count)
                ]
            )
            env["account.analytic.line"].create(
                [
                    {
                        "ticket_id": ticket.id,
                        "name": "Moved old messages to the archive",
                        "unit_amount": self.random.choice(MINUTES) / 60,
                        "employee_id": env.user.employee_id.id,
                    }
                    for ticket in tickets
                ]
            )
            tickets.stage_id = done
            self.ticket_ids = tickets.ids

    def bill(self, processes):
        """Let processes bill all tickets, and return what they were refused."""
        seeds = [self.random.random() for _number in range(processes)]
        with TemporaryDirectory() as folder:
            pids = [
                self.process.fork(lambda n=n: self.work(n, seeds[n], f"{folder}/{n}"))
                for n in range(processes)
            ]
            signals = [wait(pid) for pid in pids]
            assert not any(signals), f"processes were ended: {signals}"
            refusals = []
            for number in range(processes):
                with open(f"{folder}/{number}") as file:
                    refusals += json.load(file)
        return refusals

    def work(self, number, seed, file):
        """What one of the processes does; it writes down what it was refused."""
        random = Random(seed)
        works = {0: self.run_crons, 1: self.run_crons, 2: self.run_command}
        refusals = works.get(number, self.press_buttons)(random)
        with open(file, "w") as written:
            json.dump(refusals, written)

    def run_crons(self, _random):
        for _round in range(6):
            with self.process.transaction() as env:
                for name in CRONS:
                    env.ref(f"ticket_billing.{name}").sudo()._trigger()
            IrCron._process_jobs(self.process.database)
        return []

    def run_command(self, _random):
        runs = (self.process.call(run_command) for _round in range(4))
        return [refusal for refusal in runs if refusal]

    def press_buttons(self, random):
        """Bill all tickets, a few at a time, and note the reasons of those skipped."""
        ids, refusals = list(self.ticket_ids), []
        random.shuffle(ids)
        while ids:
            size = random.randint(1, 12)
            chosen, ids = ids[:size], ids[size:]
            answers = []

            def work(env, chosen=chosen, answers=answers):
                tickets = env["helpdesk.ticket"].browse(chosen)
                answers[:] = tickets.generate_invoice()

            refusals.append(self.process.call(work))
            refusals += [answer["reason"] for answer in answers]
        return [refusal for refusal in refusals if refusal]

    # Afterwards

    def check(self):
        """Check that everything was billed once, on one draft for each customer.

        :raise AssertionError: names what is wrong
        """
        books = read_books(self.process, self.scene)
        check(Books(), books, Allowed())
        check_accounted(books)
        drafts = {}
        for move in books.moves.values():
            drafts.setdefault((move.commercial_partner_id, move.currency_id), [])
            drafts[move.commercial_partner_id, move.currency_id].append(move.id)
        doubled = {key: moves for key, moves in drafts.items() if len(moves) > 1}
        assert not doubled, f"several drafts for one customer: {doubled}"
        assert not any(ticket.billing_error for ticket in books.tickets.values())
        return books


def run_command(env):
    env["ticket.billing.run"].sudo()._process("command")
