import importlib
import sys
import textwrap

import pytest
from lib.line_probes import Probes

SOURCE = '''\
"""What it is for."""
from __future__ import annotations

import math


class Price:
    """A docstring."""

    rounding = 1
    names = {
        "a": 1,
    }

    @staticmethod
    @property
    def nothing(self):
        return 1

    def units(self, hours):
        """Return units."""
        if hours < 0:
            return 0
        elif hours > 24:
            return 24
        else:
            pass
        for hour in range(2):
            while hour:
                hour -= 1
        try:
            math.sqrt(-hours)
        except ZeroDivisionError:
            return 2
        except ValueError:
            hours = 3
        finally:
            hours += 1
        match hours:
            case 4:
                return sum(
                    hours
                    for _one in range(2)
                )
            case _:
                return 5


units = Price().units(3)
'''
NOT_RUN = {"return 0", "return 1", "return 24", "return 2", "case _:", "return 5"}
# A handler that was asked, and did not match, is not noted
NOT_RUN |= {"except ZeroDivisionError:"}
# Coverage does not take these for statements, or takes them for parts of others
OF_OTHERS = {'"a": 1,', "}", "else:", "finally:", '"""Return units."""', ")", ""}
OF_OTHERS |= {'"""A docstring."""', "hours"}
OF_OTHERS |= {"for _one in range(2)"}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Return the file of a module that can be imported, and its name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    file = tmp_path / "module_with_probes.py"
    file.write_text(SOURCE)
    yield file, file.stem
    sys.modules.pop(file.stem, None)


def test_each_statement_that_runs_is_noted(module):
    file, name = module
    probes = Probes([file])
    probes.start()
    assert importlib.import_module(name).units == 8
    (ran,) = probes.lines().values()
    texts = {n: line.strip() for n, line in enumerate(SOURCE.splitlines(), 1)}
    noted = {texts[n] for n in ran}
    assert not noted & NOT_RUN
    assert set(texts.values()) - noted - OF_OTHERS == NOT_RUN


def test_coverage_finds_the_lines_that_its_own_tracer_finds(module):
    coverage = pytest.importorskip("coverage")
    file, name = module
    probes = Probes([file])
    probes.start()
    importlib.import_module(name)
    measured = coverage.CoverageData(no_disk=True)
    measured.add_lines(probes.lines())
    report = coverage.Coverage(data_file=None)
    report._data = measured
    _file, _statements, missing, _text = report.analysis(str(file))
    texts = SOURCE.splitlines()
    assert {texts[n - 1].strip() for n in missing} == NOT_RUN


def test_what_does_not_run_has_no_lines(module):
    file, _name = module
    probes = Probes([file])
    probes.start()
    assert probes.lines() == {str(file): []}


def test_probes_are_not_kept_on_disk(module):
    file, name = module
    probes = Probes([file])
    probes.start()
    importlib.import_module(name)
    assert not list(file.parent.glob("__pycache__/*"))


def test_errors_tell_the_lines_of_the_source(module):
    file, name = module
    file.write_text(textwrap.dedent(SOURCE) + "\n1 / 0\n")
    Probes([file]).start()
    with pytest.raises(ZeroDivisionError) as caught:
        importlib.import_module(name)
    assert caught.traceback[-1].lineno == SOURCE.count("\n") + 1
