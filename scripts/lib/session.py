"""Who uses the private PostgreSQL server, and who stops it."""

import fcntl
import os
from contextlib import contextmanager

from . import databases, odoo_conf, odoo_source, paths, postgres, python_env, system
from .console import headline
from .debian import ensure_packages
from .state import forget_state, read_state, write_state


def set_up(testing=False):
    """Make everything that is not there yet, and return the Odoo to use."""
    headline("Set-up")
    if not read_state("venv"):
        system.check_disk()
    ensure_packages(testing)
    odoo = odoo_source.ensure_odoo()
    python_env.ensure_environment()
    python_env.link_odoo(odoo)
    if postgres.ensure_server():
        write_state("temporary", {"starter": os.getpid()})
    odoo_conf.write_conf(odoo)
    databases.check_own_server()
    return odoo


@contextmanager
def working(testing=False):
    """Set up, and stop PostgreSQL afterwards if nobody needs it any more.

    A command stops what it started. If another command still uses the server,
    the last one to leave stops it.
    """
    paths.RUN.mkdir(exist_ok=True)
    with open(paths.RUN / "users.lock", "w") as users:
        try:
            with turn():
                fcntl.flock(users, fcntl.LOCK_SH)
                odoo = set_up(testing)
            yield odoo
        finally:
            with turn():
                leave(users)


@contextmanager
def turn():
    """Let one process at a time through the set-up."""
    with open(paths.RUN / "set-up.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def leave(users):
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    if read_state("temporary"):
        postgres.stop_server()
        forget_state("temporary")


def keep_running():
    """Let PostgreSQL run on after this command, until ``make stop``."""
    forget_state("temporary")
