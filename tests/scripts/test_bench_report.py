"""What the benchmark says of its figures."""

import pytest

from benchmarks.report import Goal, get_growth, judge


def get_value(figures):
    return figures["value"]


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.9, "reached"), (0.89, "missed"), (0.8, "missed"), (0.79, "below the floor")],
)
def test_at_least(value, verdict):
    goal = Goal("G1", "of the limit", get_value, 0.9, 0.8)
    assert goal.judge({"value": value})["verdict"] == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(45, "reached"), (46, "missed"), (65, "missed"), (66, "below the floor")],
)
def test_at_most(value, verdict):
    goal = Goal("G5", "queries", get_value, 45, 65, is_most=True)
    assert goal.judge({"value": value})["verdict"] == verdict


def test_goals_without_a_figure_are_left_out():
    figures = {"button": {"queries": 63}, "memory": {"few": 146.5, "many": 147.2}}
    assert [goal["key"] for goal in judge(figures)] == ["G5", "G8"]


def test_half_a_batch_is_not_judged():
    figures = {"value": 0.1}
    goal = Goal("G1", "of the limit", get_value, 0.9, 0.8)
    assert goal.judge(figures, has_batches=False)["verdict"] == "not judged"
    goal = Goal("G7", "ms", get_value, 2, 10, is_most=True, needs_batches=False)
    assert goal.judge(figures, has_batches=False)["verdict"] == "reached"


def test_growth_is_what_many_tickets_need_more():
    assert get_growth({"memory": {"few": 100.0, "many": 104.5}}) == 4.5
