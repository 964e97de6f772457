import re
import subprocess
import sys

import pytest
from lib import paths, python_env
from lib.console import Failure

# No server, account or secret of whoever computed the lock file.
FOREIGN = re.compile(r"https?:|--(extra-)?index-url|--find-links|@ file:", re.I)


def requirements(name):
    lines = (paths.REQUIREMENTS / f"{name}.in").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("name", ["odoo", "oca", "dev"])
def test_every_requirement_is_pinned_and_locked(name):
    locked = paths.LOCK.read_text().lower().replace("_", "-")
    for line in requirements(name):
        assert "==" in line
        assert line.lower().replace("_", "-") in locked, line


def test_every_locked_package_has_hashes_and_names_no_server():
    text = paths.LOCK.read_text()
    assert not FOREIGN.search(text)
    for package in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in package, package.splitlines()[0]


def test_the_lines_of_one_package_are_found():
    lines = python_env.locked("setuptools").splitlines()
    assert lines[0].startswith("setuptools==")
    assert all(line.startswith("    --hash=") for line in lines[1:])


def test_this_python_is_taken_if_odoo_supports_it(monkeypatch):
    monkeypatch.setattr(python_env.sys, "version_info", (3, 12, 1))
    assert python_env.find_python() == sys.executable


def test_a_python_that_is_too_new_is_told(monkeypatch):
    monkeypatch.setattr(python_env.sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(python_env.shutil, "which", lambda name: None)
    with pytest.raises(Failure, match="needs Python 3.10 to 3.13"):
        python_env.find_python()


def test_another_python_is_found_on_the_path(monkeypatch):
    monkeypatch.setattr(python_env.sys, "version_info", (3, 14, 0))
    monkeypatch.setattr(python_env.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(python_env, "version_of", lambda python: (3, 12))
    assert python_env.find_python() == "/usr/bin/python3.12"


def test_an_interpreter_that_does_not_run_has_no_version():
    assert python_env.version_of("/bin/false") is None
    assert python_env.version_of(sys.executable) == sys.version_info[:2]


def test_a_debian_python_without_ensurepip_asks_for_a_package(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "VENV_PYTHON", tmp_path / "none")
    monkeypatch.setattr(python_env, "has_modules", lambda python: False)
    monkeypatch.setattr(python_env, "version_of", lambda python: (3, 12))
    assert python_env.missing_packages() == ["python3.12-venv"]


def test_an_old_python_gets_one_line():
    program = (paths.ROOT / "scripts" / "manage.py").read_text()
    old = "import sys; sys.version_info = (3, 9, 2)\n" + program
    result = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("error: Python 3.10 or newer is needed")
    assert len(result.stderr.splitlines()) == 1
