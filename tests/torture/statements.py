"""The SQL statements of a process as they come, commits included."""

import re
from unittest.mock import patch

from odoo.sql_db import Cursor

COMMITS = ("COMMIT, before", "COMMIT, after")


class Statements:
    """Lists the SQL statements of this process.

    :param listen: is called with the list, before each statement is executed
    """

    def __init__(self, listen):
        self.listen = listen
        self.texts = []

    def __enter__(self):
        execute, commit = Cursor.execute, Cursor.commit

        def counted_execute(cursor, query, params=None, log_exceptions=True):
            self.count(get_shape(query))
            return execute(cursor, query, params, log_exceptions)

        def counted_commit(cursor):
            cursor.flush()
            self.count(COMMITS[0])
            result = commit(cursor)
            self.count(COMMITS[1])
            return result

        self.patches = [
            patch.object(Cursor, "execute", counted_execute),
            patch.object(Cursor, "commit", counted_commit),
        ]
        for each in self.patches:
            each.start()
        return self

    def __exit__(self, *_exception):
        for each in self.patches:
            each.stop()

    def count(self, text):
        self.texts.append(text)
        self.listen(self.texts)


def at_statement(number, act):
    """Return a listener that acts at the statement of a number, from 1."""

    def listen(texts):
        if len(texts) == number:
            act()

    return listen


def get_shape(query):
    """Return a statement without its values, so that it is known again."""
    text = getattr(query, "code", query)
    text = text.decode() if isinstance(text, bytes) else str(text)
    text = re.sub(r"'[^']*'|\b\d+\b", "?", text)
    text = re.sub(r"\(\s*(\?|%s)(\s*,\s*(\?|%s))*\s*\)", "(…)", text)
    text = re.sub(r"(\(…\)\s*,\s*)+\(…\)", "(…)", text)
    return " ".join(text.split())


def choose_distinct(texts):
    """Return the numbers of the statements at which to act: of those that look alike
    the first and the last one, and every commit."""
    first, last = {}, {}
    for number, text in enumerate(texts, 1):
        first.setdefault(text, number)
        last[text] = number
    commits = {n for n, text in enumerate(texts, 1) if text in COMMITS}
    return sorted(commits | set(first.values()) | set(last.values()))
