"""Odoo in a plain process, and measuring what is done there."""

import ctypes
import gc
import os
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

COMPANY = "Lakeside Support"


@dataclass
class Sample:
    """What one piece of work took: wall-clock seconds, queries, and MB of memory that
    the process needed beside what it had before."""

    seconds: float
    queries: int
    memory: float = 0.0


def median(samples):
    """Return the ``Sample`` in the middle: of the times, and of the queries."""
    return Sample(
        statistics.median(sample.seconds for sample in samples),
        int(statistics.median(sample.queries for sample in samples)),
        statistics.median(sample.memory for sample in samples),
    )


class Bench:
    """A database to measure in; what is measured is rolled back."""

    def __init__(self, database):
        self.database = database
        Registry(database)

    @contextmanager
    def transaction(self, keep=False):
        """Yield the environment of the company that everything is done in.

        :param bool keep: commit what was done
        """
        with Registry(self.database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            company = env["res.company"].search([("name", "=", COMPANY)])
            context = {"allowed_company_ids": company.ids} if company else {}
            yield env(context=context)
            if keep:
                env.flush_all()
            else:
                cr.rollback()

    def measure(self, work, prepare=None, forgets=True):
        """Do some work in a transaction of its own, and return its ``Sample``.

        :param work: a function of the environment and what ``prepare`` has returned
        :param prepare: a function of the environment that is not measured
        :param bool forgets: what was read by ``prepare`` has to be read again
        """
        with self.transaction() as env:
            prepared = prepare(env) if prepare else None
            env.flush_all()
            if forgets:
                env.invalidate_all()
            return sample(env, lambda: work(env, prepared))

    def fork(self, work):
        """Do some work in a process of its own, and return the process's id."""
        odoo.sql_db.close_all()
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)


def sample(env, work):
    """Return the ``Sample`` of some work, flushed to the database."""
    memory = reset_peak()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    work()
    env.flush_all()
    seconds = time.perf_counter() - start
    return Sample(seconds, env.cr.sql_log_count - queries, get_peak() - memory)


def reset_peak():
    """Forget the most memory that this process had, and return what it has, in MB.

    What was freed is given back first: otherwise the next work is done in it, and seems
    to need nothing.
    """
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as control:
        control.write("5")
    return get_peak()


def get_peak():
    """Return the most memory that this process had since the last reset, in MB."""
    with open("/proc/self/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) / 1024
