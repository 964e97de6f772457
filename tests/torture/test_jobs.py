"""Jobs of real servers: in threads, in processes, and killed while they are run."""

import time

from odoo.sql_db import db_connect

from .crowd import Crowd
from .server import running, wait_for

CHANNELS = "root:4,root.ticket_billing:%s"
# The job runner looks for jobs of dead processes once it has started
PATIENCE = 120
TICKETS = 60
WAITING = ("pending", "enqueued", "started")


def test_jobs_are_run_by_threads_and_processes(process, plan, say):
    """With processes in the long version alone: see the next test for the short one."""
    check_round(process, say, tickets=24, capacity=2, workers=0)
    if plan.is_long:
        one, two = (
            check_round(process, say, tickets=600, capacity=n, workers=4)
            for n in (1, 2)
        )
        say(f"  two jobs at a time are {two / one:.2f} times as fast as one")


def test_jobs_of_killed_workers_are_done_once(process, plan, say):
    rounds = 6 if plan.is_long else 1
    crowd = Crowd(process, plan.seed)
    requeued = 0
    for number in range(rounds):
        forget_jobs(process)
        with running(process.database, CHANNELS % 2, workers=4) as server:
            wait_for(lambda: has_runner(process), "no job runner", PATIENCE)
            crowd.close_tickets(TICKETS)
            wait_for(lambda: count(process, "started"), "no job is started", PATIENCE)
            time.sleep(number * 0.2)
            server.kill()
        left = sum(count(process, state) for state in WAITING)
        assert left, "the server was killed too late"
        with running(process.database, CHANNELS % 2, workers=4):
            wait_until_done(process)
        crowd.check()
        requeued += left
    say(f"  {rounds} servers killed, {requeued} jobs left and done by the next ones")


def check_round(process, say, tickets, capacity, workers):
    """Let jobs of a server bill closed tickets, and return how many in a second."""
    crowd = Crowd(process, 1)
    add_customers(process, crowd.scene, tickets // 10)
    forget_jobs(process)
    with running(process.database, CHANNELS % capacity, workers):
        # A runner that is not there yet gets no jobs
        wait_for(lambda: has_runner(process), "no job runner", PATIENCE)
        crowd.close_tickets(tickets)
        wait_for(lambda: count(process, "done"), "no job is done", PATIENCE)
        wait_until_done(process)
    crowd.check()
    seconds, channels, attempts = read_jobs(process)
    assert channels == {"root.ticket_billing"}
    say(
        f"  {tickets} tickets, {capacity} jobs at a time, {workers or 'no'} workers: "
        f"{tickets / seconds:.0f} tickets/s, at most {attempts} attempts"
    )
    return tickets / seconds


def add_customers(process, scene, count):
    """Let there be more customers than two jobs have room for."""
    with process.transaction() as env:
        names = [f"Dental practice {number}" for number in range(1, count + 1)]
        customers = env["res.partner"].create(
            [{"name": name, "is_company": True, "city": "Lakeside"} for name in names]
        )
    scene.customer_ids += customers.ids
    scene.partner_ids += customers.ids


def wait_until_done(process):
    def is_done():
        return not any(count(process, state) for state in WAITING)

    wait_for(is_done, "jobs are left", PATIENCE)
    assert not count(process, "failed")


def has_runner(process):
    with process.transaction() as env:
        return env["ticket.billing.run"].sudo()._is_job_runner_alive()


def forget_jobs(process):
    query(process, "DELETE FROM queue_job")


def count(process, state):
    return query(process, "SELECT count(*) FROM queue_job WHERE state = %s", state)[0][
        0
    ]


def read_jobs(process):
    """Return how long jobs took, their channels and the most attempts."""
    rows = query(
        process,
        "SELECT extract(epoch FROM max(date_done) - min(date_started))::float,"
        " array_agg(DISTINCT channel), max(retry) FROM queue_job",
    )
    seconds, channels, attempts = rows[0]
    return max(seconds, 1), set(channels), attempts


def query(process, text, *values):
    with db_connect(process.database).cursor() as cr:
        cr.execute(text, values)
        rows = cr.fetchall() if cr.description else []
        cr.commit()
    return rows
