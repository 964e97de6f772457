"""``make test``: everything that is claimed is checked, stage by stage."""

import os
import re
import shlex
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

from . import coverage_gate, databases, lint, paths, session, system, torture
from .addons import our_addons
from .console import Failure, complain, headline, say
from .installs import DATABASE, DEMO_DATABASE, report_log, stage_installs
from .odoo_conf import odoo_environment, private_ports
from .state import read_state

REPORTS = paths.RUN / "reports"
# As many usual tests as these files take the time of: about 0.8 s each
LONG_TESTS = {
    "test_oracle.py": 200,
    "test_cli.py": 135,
    "test_rights_amounts.py": 70,
    "test_tours.py": 70,
    "test_cli_health.py": 65,
    "test_invoice_events.py": 65,
    "test_statement_send.py": 60,
    "test_customer_texts.py": 50,
    "test_statement_pdf.py": 50,
    "test_rights_models.py": 45,
    "test_backlog.py": 40,
    "test_rights_methods.py": 40,
    "test_cli_use.py": 35,
    "test_rights_fields.py": 35,
    "test_rights_routes.py": 20,
}


class Outcome:
    """The numbers of a whole run: pytest's, and the checks beside it."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def add_report(self, report):
        """Add the numbers of a JUnit file; a run without one has failed."""
        passed, failed = junit_numbers(report)
        self.passed += passed
        self.failed += failed

    def fail(self, message):
        complain(message)
        self.failed += 1


def test():
    """Run all stages, or only the addons' tests if ARGS narrows them."""
    outcome = Outcome()
    arguments = shlex.split(os.environ.get("ARGS", ""))
    start = time.monotonic()
    with session.working(testing=True) as odoo:
        system.remove_folder(REPORTS)
        REPORTS.mkdir()
        if arguments:
            narrowed_tests(outcome, odoo, arguments)
        else:
            run_stages(outcome, odoo)
    say(f"\nAll of it took {time.monotonic() - start:.0f} s.")
    say(f"{outcome.passed} passed, {outcome.failed} failed")
    return 1 if outcome.failed or not outcome.passed else 0


def run_stages(outcome, odoo):
    coverage_gate.forget()
    run_stage(outcome, lambda: stage_lint(outcome))
    run_stage(outcome, lambda: stage_scripts(outcome))
    run_stage(outcome, lambda: stage_installs(outcome, odoo))
    run_stage(outcome, lambda: torture.stage_torture(outcome))
    run_stage(outcome, lambda: stage_addons(outcome))
    run_stage(outcome, lambda: stage_demo(outcome))
    headline("Coverage")
    for shortfall in coverage_gate.shortfalls():
        outcome.fail(shortfall)


def run_stage(outcome, stage):
    """Run a stage with its time; its failure does not hide the other stages."""
    start = time.monotonic()
    try:
        stage()
    except Failure as failure:
        outcome.fail(failure)
    say(f"  stage took {time.monotonic() - start:.1f} s")


def stage_lint(outcome):
    for name in lint.lint():
        outcome.fail(f"lint: {name}")


def stage_scripts(outcome):
    headline("Tests of the set-up scripts")
    arguments = ["-p", "no:odoo", "tests/scripts"]
    run_pytest(outcome, "scripts", arguments, measured=False)


def stage_addons(outcome):
    """Run the tests in two halves at a time, each in a database of its own."""
    headline("Tests of the addons, browser tests included, two at a time")
    twin = f"{DATABASE}_twin"
    databases.copy(DATABASE, twin)
    halves = zip((DATABASE, twin), split_tests(our_addons()), strict=True)
    works = [(f"addons-{n}", *half) for n, half in enumerate(halves, 1)]
    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(lambda work: run_odoo_tests(outcome, *work), works))
    finally:
        databases.drop(twin)


def split_tests(addons):
    """Return the test files of addons in two lists that take about the same time."""
    files = [f for a in addons for f in (paths.ROOT / a).glob("tests/test_*.py")]
    halves, weights = ([], []), [0, 0]
    for file in sorted(files, key=lambda file: (-test_weight(file), str(file))):
        half = weights.index(min(weights))
        halves[half].append(str(file.relative_to(paths.ROOT)))
        weights[half] += test_weight(file)
    return halves


def test_weight(file):
    """Return how long the tests of a file take, in tests of the usual length."""
    tests = re.findall(r"^    def test_", file.read_text(), re.MULTILINE)
    return LONG_TESTS.get(file.name, len(tests))


def stage_demo(outcome):
    headline("Tests on the demo data")
    try:
        run_odoo_tests(outcome, "demo", DEMO_DATABASE, ["tests/demo"])
    finally:
        databases.drop(DEMO_DATABASE)


def narrowed_tests(outcome, odoo, arguments):
    """Run some tests of the addons on a database that is kept between runs."""
    headline(f"Tests of the addons: {shlex.join(arguments)}")
    if databases.ensure_database(DATABASE, our_addons(), odoo):
        report_log(outcome, DATABASE)
    arguments = [*arguments, *our_addons()]
    run_odoo_tests(outcome, "addons", DATABASE, arguments, measured=False)


def run_odoo_tests(outcome, name, database, arguments, measured=True):
    if not read_state(f"db-{database}").get("ready"):
        raise Failure(f"the tests of the {name} have no database to run in")
    log = system.log_file(f"test-{name}")
    log.unlink(missing_ok=True)
    http_port, gevent_port = (port.lstrip("-") for port in private_ports())
    extra = (f"logfile={log}", http_port, gevent_port)
    options = [f"--odoo-config={paths.ODOO_CONF}", f"--odoo-database={database}"]
    # Odoo's log goes to the file; pytest need not repeat it.
    options += ["--odoo-http", "--odoo-log-level=info", "-p", "no:logging"]
    options += [f"--odoo-extra={value}" for value in extra]
    run_pytest(outcome, name, [*options, *arguments], measured)


def run_pytest(outcome, name, arguments, measured=True, **environment):
    """Run pytest in a process of its own, and measure the coverage of the addons."""
    report = REPORTS / f"{name}.xml"
    measure = [f"--measure={name}"] if measured else []
    pytest = ["-m", "pytest", f"--junitxml={report}", *measure, *arguments]
    # What two runs at a time print would be mixed up: each is shown when it has ended
    result = subprocess.run(
        [paths.VENV_PYTHON, *pytest],
        cwd=paths.ROOT,
        env=odoo_environment(
            HYPOTHESIS_STORAGE_DIRECTORY=str(paths.RUN / "hypothesis"),
            **environment,
        ),
        stdout=subprocess.PIPE if measured else None,
        text=True,
    )
    if measured:
        print(result.stdout, flush=True)
    outcome.add_report(report)
    if result.returncode and not junit_numbers(report)[1]:
        outcome.fail(f"pytest ended with status {result.returncode}")


def junit_numbers(report):
    """Return (passed, failed) of a JUnit file: its tests, not its subtests."""
    if not report.exists():
        return 0, 0
    outcomes = [
        {child.tag for child in case}
        for case in ElementTree.parse(report).getroot().iter("testcase")
    ]
    failed = [tags for tags in outcomes if tags & {"failure", "error"}]
    skipped = [tags for tags in outcomes if "skipped" in tags and tags not in failed]
    return len(outcomes) - len(failed) - len(skipped), len(failed)
