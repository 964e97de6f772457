"""Eight real processes that bill the same tickets by button, schedule and command."""

from .crowd import BUSY, Crowd

PROCESSES = 8
SETTLED = ("Everything is billed already.", "Included hours", BUSY)


def test_eight_processes_bill_the_same_tickets(process, plan, say):
    rounds, tickets = (5, 200) if plan.is_long else (1, 32)
    busy = 0
    crowd = Crowd(process, plan.seed)
    for _round in range(rounds):
        crowd.close_tickets(tickets)
        refusals = crowd.bill(PROCESSES)
        strange = {r for r in refusals if not any(text in r for text in SETTLED)}
        assert not strange, f"shown to users: {strange}"
        busy += sum(BUSY in refusal for refusal in refusals)
        books = crowd.check()
        charges = [c for c in books.charges.values() if c.ticket_id in crowd.ticket_ids]
        assert len(charges) == len({c.source_key for c in charges}) >= tickets
    say(
        f"  {PROCESSES} processes, {tickets} tickets, {rounds} rounds: nothing "
        f"doubled, lost or off by a cent; {busy} times somebody else was faster"
    )
