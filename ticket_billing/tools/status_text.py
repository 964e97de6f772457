"""How billing stands, in words for a terminal, without a database."""

import textwrap

from .command_text import format_amounts, format_counts
from .table import format_table

TITLE = 20
BACKLOG = {
    "due": "Due",
    "later": "Not yet due",
    "not_by_itself": "Not by themselves",
    "held": "Held by level",
    "trial": "On trial",
    "blocked": "Blocked, given up",
}
CHARGES = {"to_approve": "To approve", "ready": "Ready", "released": "Released"}
BACKLOG_COLUMNS = [
    ("what", "Waits", "<"),
    ("count", "Tickets", ">"),
    ("age", "Oldest", ">"),
]
CHARGE_COLUMNS = [
    ("what", "Work", "<"),
    ("count", "Charges", ">"),
    ("age", "Oldest", ">"),
    ("amounts", "Amount", "<"),
]


def format_status(status, days, width):
    """Return the lines of an overview.

    :param status: as ``_get_status`` of the runs returns it
    :param int days: of the statistics
    """
    lines = []
    for company in status["companies"]:
        lines += [*format_company(company, days, width), ""]
    return [*lines, "Scheduled actions", *map(format_cron, status["scheduled_actions"])]


def format_company(company, days, width):
    backlog = [
        {"what": title, **format_count(company["backlog"][key])}
        for key, title in BACKLOG.items()
    ]
    charges = [
        {
            "what": title,
            **format_count(company["charges"][key]),
            "amounts": format_amounts(company["charges"][key]["amounts"]),
        }
        for key, title in CHARGES.items()
    ]
    blocks = [
        [company["name"]],
        format_switches(company["switches"]),
        format_table(BACKLOG_COLUMNS, backlog, width),
        format_table(CHARGE_COLUMNS, charges, width),
        ["Last runs", *(map(format_run, company["last_runs"]))]
        if company["last_runs"]
        else ["No run yet"],
        format_statistics(company["statistics"], days, width),
    ]
    return [line for block in blocks for line in [*block, ""]][:-1]


def format_switches(switches):
    events = [
        title
        for key, title in (("on_close", "when closed"), ("on_resolve", "when resolved"))
        if switches[key]
    ]
    return [
        _titled("Bills by itself", "yes" if switches["enabled"] else "no"),
        _titled("Events", " and ".join(events) or "none is switched on"),
        _titled("Since", switches["start_date"] or "ever"),
        _titled("Delay", f"{switches['delay_minutes']} min"),
        _titled("Level", switches["level_name"] or "-"),
    ]


def _titled(title, text):
    return f"  {title:<{TITLE}}{text}"


def format_count(count):
    """Return number and age as texts."""
    return {
        "count": str(count["count"]),
        "age": format_age(count["age_hours"]) if count["count"] else "-",
    }


def format_age(hours):
    """Return an age in hours below two days, else in days."""
    if hours is None:
        return "-"
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def format_run(run):
    kind = "Dry run" if run["dry_run"] else run["label"]
    counts = ", ".join(format_counts(run))
    return _titled(kind, f"{run['date']} UTC  {counts}")


def format_statistics(statistics, days, width):
    """Return the figures of the last days."""
    minutes = statistics["minutes_to_draft"]
    errors = ", ".join(
        f"{error['label'] or 'Other'} {error['tickets']}"
        for error in statistics["errors"]
    )
    lines = [
        f"Last {days} days",
        _titled("Tickets", ", ".join(format_counts(statistics["tickets"]))),
        _titled("Success rate", _percent(statistics["success_rate"])),
        _titled(
            "Minutes to draft",
            f"{minutes['mean']:.1f} on average, {minutes['percentile_95']:.1f} for 95 %"
            if minutes["tickets"]
            else "-",
        ),
        _titled("Tickets per hour", str(statistics["per_hour"] or "-")),
    ]
    for trigger in statistics["by_trigger"]:
        lines.append(_titled(trigger["label"], _get_trigger_text(trigger)))
    return lines + textwrap.wrap(
        errors or "none",
        width,
        initial_indent=_titled("Errors", ""),
        subsequent_indent=_titled("", ""),
    )


def _percent(rate):
    return "-" if rate is None else f"{rate:.1%}"


def _get_trigger_text(trigger):
    counts = ", ".join(format_counts(trigger))
    return f"{trigger['runs']} runs: {counts}"


def format_cron(cron):
    if not cron["name"]:
        return f"  {cron['key']}: deleted"
    state = "active" if cron["active"] else "NOT ACTIVE"
    if cron["failures"]:
        state += f", failed {cron['failures']} times"
    last = f"{cron['last_call']} UTC" if cron["last_call"] else "never"
    following = f"{cron['next_call']} UTC" if cron["next_call"] else "never"
    return f"  {cron['name']}: {state}, last call {last}, next call {following}"
