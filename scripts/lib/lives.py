"""Lives of the addons: what is done in Odoo's shell, and what must hold then.

The scripts are in tests/life: modules with functions that take ``env`` first.
"""

import re
import subprocess

from . import paths, system
from .console import Failure, step
from .odoo_conf import odoo_command, odoo_environment
from .odoo_log import unexpected_lines

LIVED = "lived to the end"


def live(outcome, title, database, script, *values, options=()):
    """Run ``module.function`` of tests/life in a database; it counts as one check.

    :param values: further arguments of the function: numbers and texts
    :param options: of Odoo's command line
    :raise Failure: if something did not hold, with what it says
    """
    log = system.log_file(f"life-{database}-{script}")
    log.unlink(missing_ok=True)
    command = odoo_command(
        "shell", "-d", database, "--no-http", f"--logfile={log}", *options
    )
    with step(f"Database {database}: {title}"):
        result = subprocess.run(
            command,
            input=shell_script(script, values),
            capture_output=True,
            text=True,
            env=odoo_environment(PYTHONPATH=str(paths.ROOT / "tests")),
        )
    if result.returncode or LIVED not in result.stdout:
        log.open("a").write(result.stdout + result.stderr)
        raise Failure(f"{title} failed: {why_failed(result.stderr, log)}")
    report_lines(outcome, log)
    outcome.passed += 1


def shell_script(script, values):
    """Return the lines that are typed in Odoo's shell."""
    module, _dot, function = script.rpartition(".")
    arguments = ", ".join(["env", *map(repr, values)])
    return (
        f"from life import {module}\n{module}.{function}({arguments})\n"
        f"print({LIVED!r})\n"
    )


def why_failed(output, log):
    """Return the line that says best what did not hold."""
    # What follows comes from the end of the process
    output = output.partition("\nException ignored in")[0]
    errors = re.findall(r"^[\w.]*(?:Error|Exception)\b.*", output, re.MULTILINE)
    return f"{errors[-1] if errors else 'it ended early'}; see {system.shown(log)}"


def report_lines(outcome, log):
    """Fail for each unexpected line in a log."""
    if log.exists():
        for line in unexpected_lines(log.read_text(errors="replace")):
            outcome.fail(f"unexpected in {system.shown(log)}: {line}")
