from lib import coverage_gate, testing

REPORT = """\
<testsuites><testsuite errors="1" failures="2" skipped="1" tests="9">
<testcase name="a"/><testcase name="b"/><testcase name="c"><properties/></testcase>
<testcase name="d"><failure>one</failure><failure>another subtest</failure></testcase>
<testcase name="e"><error>broken</error></testcase>
<testcase name="f"><skipped/></testcase>
</testsuite></testsuites>
"""


def file_report(covered, lines):
    return {"summary": {"num_statements": lines, "covered_lines": covered}}


def test_the_numbers_of_all_runs_are_added(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    outcome = testing.Outcome()
    outcome.add_report(report)
    outcome.add_report(report)
    outcome.add_report(tmp_path / "missing.xml")
    assert (outcome.passed, outcome.failed) == (6, 4)


def test_a_failed_check_counts_as_one_failure(capsys):
    outcome = testing.Outcome()
    outcome.fail("lint: ruff check")
    assert outcome.failed == 1
    assert capsys.readouterr().err == "error: lint: ruff check\n"


def test_coverage_is_held_for_all_and_for_the_arithmetic():
    files = {
        "ticket_billing/models/helpdesk_ticket.py": file_report(95, 100),
        "ticket_billing/models/ticket_billing_strategy_mixed.py": file_report(10, 10),
        "ticket_billing/tools/rounding.py": file_report(8, 10),
    }
    missed = list(coverage_gate.missed_gates(files))
    assert missed == ["coverage of tools and strategies is 90.0 %, below 95 %"]


def test_a_gate_without_files_is_no_gate():
    files = {"ticket_billing/models/helpdesk_ticket.py": file_report(80, 100)}
    missed = list(coverage_gate.missed_gates(files))
    assert missed == ["coverage of all addons is 80.0 %, below 90 %"]


def test_both_halves_of_the_tests_are_all_of_them(tmp_path, monkeypatch):
    folder = tmp_path / "addon" / "tests"
    folder.mkdir(parents=True)
    for name, count in (("a", 5), ("b", 3), ("c", 2), ("oracle", 1)):
        tests = "".join(f"    def test_{n}(self):\n" for n in range(count))
        (folder / f"test_{name}.py").write_text(f"class Test:\n{tests}")
    (folder / "common.py").write_text("    def test_nothing(self):\n")
    monkeypatch.setattr(testing.paths, "ROOT", tmp_path)
    first, second = testing.split_tests(["addon"])
    assert first == ["addon/tests/test_oracle.py"]
    assert second == [f"addon/tests/test_{name}.py" for name in "abc"]
