"""Which lines of Odoo's log are unexpected. Used by the set-up and by pytest."""

import re

LINE = re.compile(
    r"^[\d-]{10} [\d:]{8},\d{3} \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)"
)
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")
# (logger, text): both regular expressions must match. Each with its reason.
EXPECTED = (
    # The test is over and its browser is being closed while it loads a file.
    (
        r".*\.browser",
        r"^Error received after termination: (AssetsLoading|ConnectionLost|TypeError)",
    ),
)


def is_expected(logger, text):
    """Tell whether a warning is one that we know and cannot mend."""
    return any(
        re.fullmatch(expected_logger, logger) and re.search(expected_text, text)
        for expected_logger, expected_text in EXPECTED
    )


def unexpected_lines(log):
    """Return the warnings and errors of a log that nobody expects."""
    found = []
    for line in log.splitlines():
        match = LINE.match(line)
        if match and match["level"] in BAD_LEVELS:
            if not is_expected(match["logger"], match["text"]):
                found.append(line.strip())
    return found


def last_error(log):
    """Return the line that best says why Odoo gave up."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    ends = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b.*:", line)]
    if ends:
        return ends[-1]
    errors = [m["text"] for m in map(LINE.match, lines) if m and m["level"] == "ERROR"]
    return errors[-1] if errors else ""
