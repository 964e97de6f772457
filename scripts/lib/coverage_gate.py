"""Coverage of the addons by their tests, and the shares that are held."""

import json
import subprocess
from fnmatch import fnmatch

from . import paths

DATA = paths.RUN / "coverage" / "data"
# (what, patterns of the files, percent that must be reached)
GATES = (
    ("all addons", ("*",), 90),
    ("tools and strategies", ("*/tools/*", "*/models/ticket_billing_strategy*"), 95),
)
# Manifests are data; migrations run on databases of older releases only.
LEFT_OUT = ("*/tests/*", "*/__manifest__.py", "*/migrations/*")


def measured_files(addons):
    """Return the files whose lines count, also of those that no test imports."""
    files = [file for addon in addons for file in (paths.ROOT / addon).rglob("*.py")]
    return [
        file
        for file in files
        if not any(fnmatch(str(file), pattern) for pattern in LEFT_OUT)
    ]


def write(name, lines):
    """Keep which lines ran in the process of that name, for ``shortfalls``.

    :param lines: a dict: file → numbers of its lines that ran
    """
    # Only the virtual environment has it
    from coverage import CoverageData

    data = CoverageData(basename=f"{DATA}.{name}")
    data.add_lines({file: ran for file, ran in lines.items() if ran})
    data.touch_files(lines)
    data.write()


def forget():
    DATA.parent.mkdir(parents=True, exist_ok=True)
    for file in DATA.parent.iterdir():
        file.unlink()


def shortfalls():
    """Print the coverage, and return a message for each share that is too low."""
    if not run("combine", "--quiet"):
        return ["coverage: no test ran"]
    run("report", "--skip-covered", "--skip-empty")
    report = DATA.with_name("coverage.json")
    run("json", "--quiet", "-o", report)
    files = json.loads(report.read_text())["files"]
    return list(missed_gates(files))


def run(*arguments):
    command = [paths.VENV_PYTHON, "-m", "coverage", *arguments]
    data = f"--data-file={DATA}"
    return subprocess.run([*command, data], cwd=paths.ROOT).returncode == 0


def missed_gates(files):
    for what, patterns, wanted in GATES:
        percent = share(files, patterns)
        if percent is not None:
            print(f"  {what}: {percent:.1f} % (at least {wanted} %)")
            if percent < wanted:
                yield f"coverage of {what} is {percent:.1f} %, below {wanted} %"


def share(files, patterns):
    """Return the percentage of lines covered in the files that match, or None."""
    summaries = [
        report["summary"]
        for name, report in files.items()
        if any(fnmatch(name, pattern) for pattern in patterns)
    ]
    lines = sum(summary["num_statements"] for summary in summaries)
    covered = sum(summary["covered_lines"] for summary in summaries)
    return 100 * covered / lines if lines else None
