"""What the checks found, in words for a terminal, without a database."""

import textwrap

INDENT = " " * 10


def format_health(answer, width):
    """Return the lines of what was found, the worst of each company first.

    :param answer: as the command prints it as JSON
    """
    lines = []
    for company in answer["companies"]:
        lines += [f"{company['name']}: {company['status'].upper()}"]
        for check in company["checks"]:
            lines += _format_check(check, width)
        lines.append("")
    return lines[:-1]


def _format_check(check, width):
    text = f"{check['label']}: {check['message']}"
    lead = f"{check['status'].upper():<{len(INDENT) - 2}}"
    return textwrap.wrap(
        text, width, initial_indent=f"  {lead}", subsequent_indent=INDENT
    )
