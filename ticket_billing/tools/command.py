"""What the command line does once the database is open.

Each function is an action: it prints, and returns the exit status.
"""

import json
import shutil
import sys

from odoo.tools import config

from .command_text import format_lines, format_process, format_totals
from .health import ERROR, ORDER, get_worst
from .health_text import format_health
from .status_text import format_status

NARROWEST, USUAL = 100, 120
KEYS = ("check", "label", "status", "message", "count", "model", "domain")


def process(env, options):
    """Bill what is due or just some tickets, or show what would be billed.

    :raise UserError: if there is no such company, customer or ticket
    """
    runs = env["ticket.billing.run"]
    domain = runs._get_scope(options.company, options.customer)
    tickets = options.ticket and runs._find_tickets(options.ticket, domain)
    total = len(tickets or runs._search_due(domain, options.limit))
    answer = runs._process_command(
        domain, tickets, options.limit, options.dry_run, Progress(total)
    )
    show(options, answer, format_process)
    if answer["failed"]:
        tell_failed(answer["failed"])
    return 1 if answer["failed"] else 0


def tell_failed(numbers):
    """Say on stderr which tickets could not even be tried, and where to look."""
    where = config["logfile"] or "above"
    _write(
        sys.stderr,
        f"Tickets that could not be processed and stay as they were: {len(numbers)} "
        f"({', '.join(numbers)}). The log ({where}) has the reason; if it has none, "
        "others were billing the same customers: try again.",
    )


def status(env, options):
    """Show how billing stands.

    :raise UserError: if there is no such company
    """
    runs = env["ticket.billing.run"]
    answer = runs._get_status(_get_companies(env, options), options.days)
    show(options, answer, lambda data, width: format_status(data, options.days, width))
    return 0


def _get_companies(env, options):
    if options.company:
        return env["ticket.billing.run"]._find_company(options.company)
    return env["res.company"].search([])


def health(env, options):
    """Show what the checks find. The exit status is 1 if one of them is an error.

    :raise UserError: if there is no such company
    """
    answer = get_health(env, _get_companies(env, options))
    show(options, answer, format_health)
    return 1 if answer["status"] == ERROR else 0


def get_health(env, companies):
    """Return what the checks find in companies, the worst first, as plain data."""
    answer = {"status": None, "companies": []}
    rows = env["ticket.billing.health"]
    for company in companies:
        checks = rows._get_health(company)
        checks.sort(key=lambda check: -ORDER.index(check["status"]))
        urls = rows._get_urls(company)
        checks = [
            {key: check[key] for key in KEYS} | {"url": urls.get(check["check"])}
            for check in checks
        ]
        status = get_worst(check["status"] for check in checks)
        answer["companies"].append(
            {
                "id": company.id,
                "name": company.name,
                "status": status,
                "checks": checks,
            }
        )
    answer["status"] = get_worst(own["status"] for own in answer["companies"])
    return answer


def report(env, options):
    """Show the last line of each ticket that says more than "skipped"."""
    lines = env["ticket.billing.run.line"]._get_last_lines()
    answer = {"tickets": lines._get_rows(), **lines._get_answer_totals()}
    show(options, answer, _format_report)
    return 0


def _format_report(answer, width):
    return [*format_lines(answer["tickets"], width), "", format_totals(answer)]


def show(options, answer, format_answer):
    """Print an answer as JSON, or as text as wide as the terminal."""
    if options.json:
        _write(sys.stdout, json.dumps(answer, indent=2))
        return
    width = max(shutil.get_terminal_size((USUAL, 0)).columns, NARROWEST)
    _write(sys.stdout, "\n".join(format_answer(answer, width)))


def _write(stream, text):
    stream.write(f"{text}\n")


class Progress:
    """Tells on a terminal how many tickets are done."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.tell()

    def __call__(self, count):
        self.done += count
        self.tell()

    def tell(self):
        if self.total and sys.stderr.isatty():
            end = "\n" if self.done >= self.total else ""
            sys.stderr.write(f"\r{self.done} of {self.total} tickets{end}")
            sys.stderr.flush()
