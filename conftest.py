"""Rules for every test: no unexpected line in the log, no silent skip.

A record that a test catches with ``assertLogs`` or ``mute_logger`` does not reach
the root logger, so it does not count.
"""

import logging
import re

import pytest
from lib import addons, coverage_gate
from lib.line_probes import Probes
from lib.odoo_log import is_expected

# Why a test may be skipped. wkhtmltopdf cannot be had on every system.
ALLOWED_SKIPS = (r"wkhtmltopdf",)


class UnexpectedRecords(logging.Handler):
    """Keeps the warnings and errors that nobody expects."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        text = record.getMessage()
        if not is_expected(record.name, text):
            self.lines.append(f"{record.levelname} {record.name}: {text}")

    def take(self):
        lines, self.lines = self.lines, []
        return lines


unexpected = UnexpectedRecords()


def pytest_addoption(parser):
    parser.addoption(
        "--measure", metavar="NAME", help="keep which lines of the addons ran"
    )


def pytest_configure(config):
    logging.getLogger().addHandler(unexpected)
    name = config.getoption("--measure")
    if name:
        probes = Probes(coverage_gate.measured_files(addons.our_addons()))
        probes.start()
        config.add_cleanup(lambda: coverage_gate.write(name, probes.lines()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fail a test that was skipped without leave, or that left lines in the log."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        forbid_skip(report)
    lines = unexpected.take()
    if lines and not report.failed:
        report.outcome = "failed"
        report.longrepr = "Unexpected in the log:\n" + "\n".join(lines)
    return report


def forbid_skip(report):
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    if not any(re.search(allowed, reason) for allowed in ALLOWED_SKIPS):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which counts as a failure: {reason}"


def pytest_sessionfinish(session):
    """Fail a run that left lines in the log outside the tests."""
    lines = unexpected.take()
    if lines:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line("\nUnexpected in the log, outside the tests:", red=True)
        for line in lines:
            reporter.write_line(line)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
