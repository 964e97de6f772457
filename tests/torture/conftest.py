"""Starts Odoo on the database of these tests, as a server process does."""

import os

import pytest

from .company import found_company
from .life import Life
from .odoo_process import Process


class Plan:
    """How long to go on, and from which seed. ``make torture`` sets both."""

    def __init__(self):
        self.seed = int(os.environ.get("TORTURE_SEED") or 1)
        self.minutes = float(os.environ.get("TORTURE_MINUTES") or 0)

    @property
    def is_long(self):
        return self.minutes > 0


@pytest.fixture(scope="session")
def plan():
    return Plan()


@pytest.fixture(scope="session")
def process():
    process = Process(os.environ["TORTURE_DATABASE"])
    with process.transaction() as env:
        user_id = found_company(env)
    process.user_id = user_id
    Life.process = process
    return process


@pytest.fixture
def say(capfd):
    """Return a function that prints at once, whether the test fails or not."""

    def say(text):
        with capfd.disabled():
            print(text, flush=True)

    return say
