"""Processes that are killed in the middle of their work, at one statement after the
other."""

import os
import signal
from tempfile import NamedTemporaryFile

from lib import postgres, system
from lib.state import read_state

from odoo.sql_db import db_connect

from .odoo_process import die
from .predicates import Allowed
from .statements import COMMITS, Statements, choose_distinct


class Killer:
    """Does some work of a life again and again, and dies each time somewhere else.

    :param life: a ``Life`` whose tickets are ready for the work
    :param work: a function of an environment
    :param known: texts of statements at which others died already: it leaves them out
    """

    def __init__(self, life, work, allowed, known=()):
        self.known = set(known) - set(COMMITS)
        self.life = life
        self.work = work
        self.allowed = Allowed(**allowed)
        self.killed_at = []

    def kill_everywhere(self, most):
        """Die at distinct statements, before and after each commit.

        :param int most: the largest number of statements to die at before each commit
        :return: the texts of the statements at which the process was killed
        """
        commits = 0
        while True:
            commits += 1
            texts = self.list_statements(commits)
            if not texts:
                return self.killed_at
            first = find_commit(texts, commits - 1) + 1
            numbers = [
                number
                for number in choose_distinct(texts)
                if number > first and texts[number - 1] not in self.known
            ]
            step = max(1, -(-len(numbers) // most))
            # The last one is the commit itself
            for number in sorted({*numbers[::step], len(texts)}):
                self.kill_at(number)
            if not self.goes_on(commits):
                self.kill_at(len(texts) + 1)
                return self.killed_at

    def list_statements(self, commits):
        """Return the statements up to a commit, without letting it happen."""

        def stop(texts):
            return texts.count(COMMITS[0]) == commits

        return self.watch(stop)

    def goes_on(self, commits):
        """Return whether there is anything to do after a commit."""
        texts = self.list_statements(commits + 1)
        return texts.count(COMMITS[0]) > commits

    def kill_at(self, number):
        texts = self.watch(lambda texts: len(texts) == number)
        self.killed_at += texts[-1:]
        self.life.look(self.allowed)

    def watch(self, is_time):
        """Do the work until it is time to die, and return the statements so far."""
        with NamedTemporaryFile("r+") as file:

            def note(texts):
                if is_time(texts):
                    file.write("\x00".join(texts))
                    file.flush()
                    die()

            self.life.clock(minutes=1)
            listener = Statements(listen=note)
            ended = self.life.process.call_in_fork(self.work, listener.__enter__)
            if ended != signal.SIGKILL:
                return []
            file.seek(0)
            return file.read().split("\x00")


def find_commit(texts, count):
    """Return the place after the commit of that number, 0 for none."""
    places = [n for n, text in enumerate(texts, 1) if text == COMMITS[0]]
    return places[count - 1] if count else 0


# The server


def lose_connection(database):
    """End all connections to the database but the one that does it."""
    with db_connect("postgres").cursor() as cr:
        cr.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND pid != pg_backend_pid()",
            [database],
        )


def crash_server(database):
    """Stop PostgreSQL as a crash does, and start it again on the same port.

    A server that others use, too, is left alone: there connections are lost instead.
    """
    if not is_private() or is_shared(database):
        lose_connection(database)
        return
    system.end_process(postgres.running_pid(), signal.SIGQUIT)
    port = read_state("postgres")["port"]
    assert postgres.start_on(port), "PostgreSQL did not start again"


def is_private():
    """Return whether the server is the one of this repository."""
    port = str(read_state("postgres").get("port"))
    return bool(postgres.running_pid()) and os.environ.get("PGPORT") == port


def is_shared(database):
    """Return whether somebody works on another database, such as in a demo."""
    with db_connect("postgres").cursor() as cr:
        cr.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname != %s "
            "AND backend_type = 'client backend' AND pid != pg_backend_pid()",
            [database],
        )
        return bool(cr.fetchone()[0])
