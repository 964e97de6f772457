"""``make bench``: what billing costs, beside Odoo alone and others who bill."""

import os
import subprocess

from . import databases, paths, session
from .console import Failure, headline, say
from .odoo_conf import odoo_environment

ADDONS = ["ticket_billing", "ticket_billing_sale_timesheet"]
DATABASE = "ticket_billing_bench"
MEASURED = "ticket_billing_bench_measured"
LARGE = "ticket_billing_bench_large"
SIZES = ("small", "full")
RESULTS = {
    "small": paths.RUN / "bench.json",
    "full": paths.ROOT / "benchmarks" / "results.json",
}


def bench():
    """Measure in databases of its own, which are dropped in the end."""
    size = os.environ.get("SIZE") or "full"
    if size not in SIZES:
        raise Failure(f"SIZE is {' or '.join(SIZES)}")
    with session.working() as odoo:
        databases.ensure_database(DATABASE, ADDONS, odoo)
        headline(f"Benchmark, {size}")
        try:
            for name in (MEASURED, LARGE):
                databases.copy(DATABASE, name)
            status = run(size)
        finally:
            for name in (MEASURED, LARGE):
                databases.drop(name)
    say(f"\nThe figures are in {RESULTS[size].relative_to(paths.ROOT)}")
    return status


def run(size):
    command = [paths.VENV_PYTHON, "-m", "benchmarks", "--size", size]
    command += ["--database", MEASURED, "--large", LARGE, "--results", RESULTS[size]]
    return subprocess.run(command, cwd=paths.ROOT, env=odoo_environment()).returncode
