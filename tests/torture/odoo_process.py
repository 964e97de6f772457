"""Odoo without a web server: real transactions, retried as the web server does."""

import os
import signal
import sys
import traceback
from contextlib import contextmanager

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying

DONE, REFUSED, FAILED = 0, 3, 4


class Process:
    """One process that works on the database. Its methods run whole transactions."""

    def __init__(self, database):
        Registry(database)
        self.database = database
        self.user_id = SUPERUSER_ID

    @contextmanager
    def transaction(self):
        """A transaction that is committed in the end."""
        registry = Registry(self.database).check_signaling()
        with registry.cursor() as cr:
            yield api.Environment(cr, self.user_id, {})

    def call(self, work):
        """Do some work in a transaction, as the web server does for a user.

        :param work: a function of an environment
        :return: the message of a refusal, empty if the work was done
        """
        registry = Registry(self.database).check_signaling()
        with registry.cursor() as cr:
            env = api.Environment(cr, self.user_id, {})
            try:
                retrying(lambda: work(env), env)
            except UserError as refusal:
                cr.rollback()
                return str(refusal) or type(refusal).__name__
        return ""

    def fork(self, work):
        """Let another process do some work, and return its id.

        It begins without any connection: two processes must not share one.
        """
        odoo.sql_db.close_all()
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            return pid
        status = FAILED
        try:
            status = work() or DONE
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def call_in_fork(self, work, before=None):
        """Do some work as ``call`` does, in a process of its own.

        :param before: called first in that process, such as to let it die later
        :return: the signal that ended the process, 0 if none did
        :raise AssertionError: if the process failed otherwise
        """

        def call():
            if before:
                before()
            return REFUSED if self.call(work) else DONE

        return wait(self.fork(call))


def wait(pid):
    """Wait for a process and return the signal that ended it, 0 if none did."""
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) in (DONE, REFUSED), "the process failed, see above"
    return 0


def die():
    """End this process as the kernel ends one that is out of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
