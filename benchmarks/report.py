"""What the figures say: tables, and whether the goals are reached."""

from collections.abc import Callable
from dataclasses import dataclass

SHAPE_NAMES = {
    "ticket_entry": "an invoice per ticket, a line per entry",
    "ticket_line": "an invoice per ticket, a line per ticket",
    "customer_entry": "an invoice per customer, a line per entry",
    "customer_line": "an invoice per customer, a line per ticket",
}
PEER_NAMES = {
    "sale_timesheet_ticket": "sale_timesheet, an order per ticket",
    "sale_timesheet_customer": "sale_timesheet, an order per customer",
    "contract": "contract, 3 lines",
    "loop_by_ticket": "a loop, an invoice per ticket",
    "loop_by_customer": "a loop, an invoice per customer",
}


@dataclass(frozen=True)
class Goal:
    """A number to reach, and the one that it must not be worse than.

    ``needs_batches``: what a batch costs once counts double in half a batch, so the
    figure says something only where batches are full.
    """

    key: str
    text: str
    get: Callable
    goal: float
    floor: float
    is_most: bool = False
    needs_batches: bool = True

    def judge(self, figures, has_batches=True):
        """Return the goal with its figure and the verdict; None without a figure."""
        try:
            value = self.get(figures)
        except KeyError:
            return None
        return {
            "key": self.key,
            "text": self.text,
            "value": round(value, 2),
            "goal": self.goal,
            "floor": self.floor,
            "verdict": self.get_verdict(value)
            if has_batches or not self.needs_batches
            else "not judged",
        }

    def get_verdict(self, value):
        sign = -1 if self.is_most else 1
        if sign * value >= sign * self.goal:
            return "reached"
        return "missed" if sign * value >= sign * self.floor else "below the floor"


def speed(name):
    return lambda figures: figures[name]["tickets_per_second"]


def ratio(name, other):
    return lambda figures: speed(name)(figures) / speed(other)(figures)


def queries(name):
    return lambda figures: figures[name]["queries_per_ticket"]


def large(name):
    return lambda figures: figures["large"][name]


def get_gain(figures):
    one, two = figures["workers"][1], figures["workers"][2]
    return one["seconds"] / two["seconds"]


def get_growth(figures):
    return figures["memory"]["many"] - figures["memory"]["few"]


GOALS = (
    Goal(
        "G1",
        "of the limit, an invoice per ticket",
        ratio("engine_ticket_entry", "limit_ticket_entry"),
        0.9,
        0.8,
    ),
    Goal(
        "G1",
        "of the limit, an invoice per customer",
        ratio("engine_customer_entry", "limit_customer_entry"),
        0.9,
        0.75,
    ),
    Goal(
        "G1",
        "of the limit, an invoice per customer and a line per ticket",
        ratio("engine_customer_line", "limit_customer_line"),
        0.9,
        0.65,
    ),
    Goal(
        "G2",
        "times the bare create, an invoice per ticket",
        ratio("engine_ticket_entry", "bare_ticket_entry"),
        1.8,
        1.5,
    ),
    Goal(
        "G2",
        "times the bare create, an invoice per customer",
        ratio("engine_customer_entry", "bare_customer_entry"),
        1.8,
        1.5,
    ),
    Goal(
        "G3",
        "times sale_timesheet, an invoice per ticket",
        ratio("engine_ticket_line", "sale_timesheet_ticket"),
        3,
        2,
    ),
    Goal(
        "G3",
        "times sale_timesheet, an invoice per customer",
        ratio("engine_customer_line", "sale_timesheet_customer"),
        3,
        2,
    ),
    Goal("G3", "times contract", ratio("engine_ticket_entry", "contract"), 2, 1.7),
    Goal(
        "G3",
        "times the loop, an invoice per ticket",
        ratio("engine_ticket_entry", "loop_by_ticket"),
        5,
        4,
    ),
    Goal(
        "G3",
        "times the loop, an invoice per customer",
        ratio("engine_customer_entry", "loop_by_customer"),
        10,
        7,
    ),
    Goal(
        "G4",
        "queries per ticket, an invoice per customer",
        queries("engine_customer_entry"),
        0.5,
        1.5,
        True,
    ),
    Goal(
        "G4",
        "queries per ticket, an invoice per ticket",
        queries("engine_ticket_entry"),
        0.8,
        2,
        True,
    ),
    Goal(
        "G5",
        "queries of one ticket by its button",
        lambda figures: figures["button"]["queries"],
        45,
        65,
        True,
        False,
    ),
    Goal(
        "G6",
        "queries more for closing 100 tickets",
        large("hook_100_extra_queries"),
        3,
        5,
        True,
        False,
    ),
    Goal("G7", "ms to search what is due", large("due_100_ms"), 2, 10, True, False),
    Goal("G7", "ms to claim 100 tickets", large("claim_100_ms"), 5, 10, True, False),
    Goal(
        "G7", "ms for the cards of the backlog", large("cards_ms"), 25, 50, True, False
    ),
    Goal("G8", "MB more for many tickets", get_growth, 10, 25, True, False),
    Goal("G9", "times as fast with two workers", get_gain, 1.8, 1.5),
)


def judge(figures, has_batches=True):
    """Return the goals that there are figures for, each with its verdict.

    :param bool has_batches: whether the tickets filled whole batches
    """
    judged = [goal.judge(figures, has_batches) for goal in GOALS]
    return list(filter(None, judged))


def get_table(results):
    """Return the results as text for people and for ``docs/performance.md``."""
    figures = results["figures"]
    rows = [
        "| | tickets/s | queries/ticket | MB | of the limit |",
        "|---|---|---|---|---|",
    ]
    for shape, name in SHAPE_NAMES.items():
        for kind, label in (
            ("limit", "Odoo alone, hinted (the limit)"),
            ("bare", "Odoo alone"),
            ("engine", "**ticket_billing**"),
        ):
            part = ratio(f"{kind}_{shape}", f"limit_{shape}")(figures)
            row = get_row(f"{label}: {name}", figures[f"{kind}_{shape}"])
            rows.append(f"{row} {part:.0%} |")
    rows += [get_row(name, figures[key]) + " |" for key, name in PEER_NAMES.items()]
    rows += get_large_rows(figures.get("large", {}))
    rows += ["", "| goal | | measured | goal | floor | |", "|---|---|---|---|---|---|"]
    rows += [
        f"| {goal['key']} | {goal['text']} | {goal['value']:g} | {goal['goal']:g} "
        f"| {goal['floor']:g} | {goal['verdict']} |"
        for goal in results["goals"]
    ]
    return "\n".join(rows)


def get_row(name, figure):
    speed, each = figure["tickets_per_second"], figure["queries_per_ticket"]
    return f"| {name} | {speed:.0f} | {each:.2f} | {figure['memory']} |"


def get_large_rows(figures):
    """Return what hot questions cost in a large database, as lines of a table."""
    names = [name.removesuffix("_ms") for name in figures if name.endswith("_ms")]
    if not names:
        return []
    count = figures["tickets"]
    head = ["", f"| among {count:,} tickets | ms | queries |", "|---|---|---|"]
    return head + [
        f"| {name} | {figures[f'{name}_ms']:g} | {figures.get(f'{name}_queries', '')} |"
        for name in names
    ]
