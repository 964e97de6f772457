"""What is committed: one and two workers on a backlog, and the memory of a long run."""

import json
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory

import odoo.sql_db
from odoo.modules.registry import Registry
from odoo.service.db import database_identifier
from odoo.tools import SQL

from . import engine
from .bench import Bench, get_peak, reset_peak
from .rows import copy_rows

SHAPE = "customer_line"
COUNTED = "SELECT sum(amount), count(*) FILTER (WHERE state = 'invoiced')"


def measure_workers(bench, times, numbers=(1, 2)):
    """Return by number of workers what they took for the same backlog.

    :param int times: how many times as many tickets the backlog has
    :return: dict number → seconds, tickets, amount and charges invoiced, failures to
        serialize
    """
    return {number: _measure_workers(bench, times, number) for number in numbers}


def _measure_workers(bench, times, number):
    with copied(bench.database) as copy:
        with copy.transaction(keep=True) as env:
            if times > 1:
                _multiply(env, times - 1)
            tickets = sum(map(len, engine.prepare(SHAPE, env)))
        with TemporaryDirectory() as folder:
            moment = time.time() + 2
            pids = [
                copy.fork(lambda n=n: _work(copy, moment, f"{folder}/{n}"))
                for n in range(number)
            ]
            for pid in pids:
                _wait(pid)
            reports = [json.load(open(f"{folder}/{n}")) for n in range(number)]
        with copy.transaction() as env:
            env.cr.execute(f"{COUNTED} FROM ticket_billing_charge")
            amount, charges = env.cr.fetchone()
        return {
            "seconds": max(report["seconds"] for report in reports),
            "failures": sum(report["failures"] for report in reports),
            "tickets": tickets,
            "amount": float(amount),
            "charges": charges,
        }


def _work(bench, moment, file):
    """Bill what is due as the scheduled action does, and write down what it took."""
    failures = []
    with bench.transaction(keep=True) as env:
        runs = env["ticket.billing.run"]
        time.sleep(max(0, moment - time.time()))
        start = time.perf_counter()
        for _round in range(2):
            for _ids, done in runs._drain("schedule"):
                failures += [] if done is not None else [1]
    seconds = time.perf_counter() - start
    with open(file, "w") as written:
        json.dump({"seconds": seconds, "failures": len(failures)}, written)


def start_measuring_memory(bench, few, times):
    """Start a ``LongRun`` in a process of its own, and return it.

    What it tells does not depend on what else is done meanwhile.

    :param int few: the number of tickets after which memory is looked at first
    :param int times: how many times the tickets of the database it bills
    """
    folder = TemporaryDirectory()
    file = f"{folder.name}/memory"
    pid = bench.fork(lambda: _bill_many(bench, few, times, file))
    return LongRun(pid, folder, file)


@dataclass
class LongRun:
    """A process that bills many tickets, and the file that it writes at its end."""

    pid: int
    folder: TemporaryDirectory
    file: str

    def wait(self):
        """Return how much memory the process needed in MB, after few tickets and after
        many."""
        with self.folder:
            _wait(self.pid)
            with open(self.file) as written:
                return json.load(written)


def _bill_many(bench, few, times, file):
    with copied(bench.database) as copy:
        with copy.transaction(keep=True) as env:
            _multiply(env, times - 1)
            engine.prepare(SHAPE, env)
        _watch(copy, few, file)


def _multiply(env, times):
    """Make copies of the tickets that are due, their time, and their customers.

    Each copy is for another customer, so that invoices do not grow.
    """
    due = "row.billing_pending"
    customer = (
        "row.id IN (SELECT partner_id FROM helpdesk_ticket WHERE billing_pending)"
    )
    copy_rows(env, "res_partner", times, where=customer)
    env.cr.execute(
        "UPDATE res_partner partner SET commercial_partner_id = partner.id "
        "FROM copy_res_partner copy WHERE copy.new = partner.id"
    )
    customers = {"partner_id": "res_partner", "commercial_partner_id": "res_partner"}
    number = {"number": "row.number || '-' || copy.number"}
    copy_rows(env, "helpdesk_ticket", times, customers, number, due)
    entry = "row.ticket_id IN (SELECT old FROM copy_helpdesk_ticket)"
    parents = {"ticket_id": "helpdesk_ticket"}
    copy_rows(env, "account_analytic_line", times, parents, where=entry)


def _watch(bench, few, file):
    """Bill what is due, and write down the highest memory so far, twice."""
    reset_peak()
    peaks, done = [], 0
    with bench.transaction(keep=True) as env:
        for ids, _runs in env["ticket.billing.run"]._drain("schedule"):
            if done < few <= done + len(ids):
                peaks.append(get_peak())
            done += len(ids)
    with open(file, "w") as written:
        json.dump({"tickets": done, "few": peaks[0], "many": get_peak()}, written)


def _wait(pid):
    status = os.waitpid(pid, 0)[1]
    if status:
        raise RuntimeError(f"a worker failed with status {status}")


@contextmanager
def copied(name):
    """Yield a ``Bench`` on a copy of a database, which is dropped afterwards."""
    copy = f"{name}_copy"
    odoo.sql_db.close_db(name)
    _execute("DROP DATABASE IF EXISTS %s WITH (FORCE)", copy)
    _execute("CREATE DATABASE %s TEMPLATE %s", copy, name)
    try:
        yield Bench(copy)
    finally:
        Registry.delete(copy)
        odoo.sql_db.close_db(copy)
        _execute("DROP DATABASE IF EXISTS %s WITH (FORCE)", copy)


def _execute(query, *names):
    """Run a statement about databases, which no transaction may hold."""
    with odoo.sql_db.db_connect("postgres").cursor() as cr:
        cr.rollback()
        cr._cnx.autocommit = True
        cr.execute(SQL(query, *(database_identifier(cr, name) for name in names)))
        cr._cnx.autocommit = False
