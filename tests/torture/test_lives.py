"""Random lives of tickets, a new one for each seed."""

import time
from random import Random

import pytest

from .life import Life
from .steps import describe, draw_script, play, shrink

LENGTH = 40
SHORT_LIVES = 6


def test_random_lives(process, plan, say):
    """Live as many lives as there is time for, each to its end."""
    end = time.monotonic() + plan.minutes * 60
    seed, steps = plan.seed, 0
    while time.monotonic() < end or seed < plan.seed + SHORT_LIVES:
        script = draw_script(Life, Random(seed), LENGTH)
        error = play(Life(), script)
        steps += len(script)
        if error:
            fail(seed, script, error, say)
        seed += 1
        if plan.is_long and not seed % 50:
            say(f"  {seed - plan.seed} lives, {steps} steps")
    say(f"  {seed - plan.seed} lives, {steps} steps; {repeat(plan.seed)}")


def fail(seed, script, error, say):
    say(f"\nseed {seed}: {error!r}\nIt fails again with: {repeat(seed)}")
    say("Looking for a shorter script …")
    shorter = shrink(Life, script, error)
    again = play(Life(), shorter)
    say(f"{describe(shorter)}\n{again!r}")
    pytest.fail(f"{again!r}\n{describe(shorter)}")


def repeat(seed):
    """Return the command that lives this life again."""
    return f'make torture SEED={seed} MINUTES=0 ARGS="-k lives"'
