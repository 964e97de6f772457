"""What the command line prints for people, without a database."""

import textwrap

from .table import format_table

COLUMNS = [
    ("number", "Ticket", "<"),
    ("customer", "Customer", "<"),
    ("agreement", "Agreement", "<"),
    ("strategy", "Strategy", "<"),
    ("worked", "Worked", ">"),
    ("billed", "Billed", ">"),
    ("amount", "Amount", ">"),
    ("invoice", "Invoice", "<"),
    ("outcome", "Outcome", "<"),
    ("reason", "Why not", "<"),
]
OUTCOMES = ("invoiced", "covered", "to_approve", "skipped", "blocked")


def format_lines(rows, width):
    """Return the table of tickets, and in full the reasons of those that are blocked.

    :param rows: dicts as of the lines of a run
    """
    shown = [
        {
            **row,
            "amount": f"{row['amount']} {row['currency']}",
            "outcome": row["outcome"].replace("_", " "),
        }
        for row in rows
    ]
    lines = format_table(COLUMNS, shown, width)
    blocked = [row for row in rows if row["outcome"] == "blocked"]
    if blocked:
        lines += ["", "Blocked:"]
    for row in blocked:
        text = f"{row['number']}: {row['reason']}"
        lines += textwrap.wrap(
            text, width, initial_indent="  ", subsequent_indent="    "
        )
    return lines


def format_totals(totals):
    """Return one line of counts, and what was invoiced by currency."""
    counts = ", ".join(format_counts(totals))
    amounts = format_amounts(totals["amounts"])
    return f"{counts}; invoiced before tax: {amounts}"


def format_counts(totals):
    return [
        f"{totals[key]} {key.replace('_', ' ')}"
        for key in ("found", *OUTCOMES)
        if key in totals
    ]


def format_amounts(amounts):
    return ", ".join(f"{value} {name}" for name, value in amounts.items()) or "0.00"


def format_process(answer, width):
    """Return what a run did, or a dry run would do, and what is left."""
    left = answer["remaining"]
    rest = f"{left} tickets are still due." if left != 1 else "1 ticket is still due."
    if not answer["found"]:
        return ["Nothing to bill: no ticket is due." if not left else rest]
    lines = format_lines(answer["tickets"], width)
    lines += ["", format_totals(answer)]
    if answer["dry_run"]:
        lines.append("Dry run: nothing was billed.")
        rest = rest.replace("are still", "would still be").replace(
            "is still", "would still be"
        )
    return [*lines, rest]
