"""What the user sees: progress lines, and failures he can mend."""

import sys
import threading
import time
from contextlib import contextmanager


class Failure(Exception):
    """Something the user can mend: one line that says what, and how."""


def say(text=""):
    print(text, flush=True)


def headline(text):
    say(f"\n== {text} " + "=" * max(0, 74 - len(text)))


def done(title):
    """Tell that a step needs no work this time."""
    say(f"  {title}: ready")


@contextmanager
def step(title):
    """Show a step while it runs, and its seconds when it is done.

    Steps that run side by side show their line when they are done.
    """
    start = time.monotonic()
    alone = threading.current_thread() is threading.main_thread()
    title = f"  {title} ... "
    if alone:
        print(title, end="", flush=True)
    rest = "" if alone else title
    try:
        yield
    except BaseException:
        say(f"{rest}failed")
        raise
    say(f"{rest}{time.monotonic() - start:.1f} s")


def complain(text):
    sys.stdout.flush()
    print(f"error: {text}", file=sys.stderr, flush=True)
