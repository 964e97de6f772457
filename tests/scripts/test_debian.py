import pytest
from lib import debian, postgres, python_env


@pytest.fixture
def bare_machine(monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)
    monkeypatch.setattr(debian, "chromium_package", lambda: "chromium")
    monkeypatch.setattr(postgres, "missing_packages", lambda: ["postgresql"])
    monkeypatch.setattr(python_env, "missing_packages", lambda: ["python3.12-venv"])


def test_all_that_is_missing_is_asked_for_at_once(bare_machine):
    demo = ["python3.12-venv", "postgresql"]
    assert debian.needed_packages(testing=False) == demo
    assert debian.needed_packages(testing=True) == [*demo, "chromium", "curl", "git"]


def test_a_browser_by_any_name_will_do(monkeypatch):
    known = {"google-chrome-stable": "/usr/bin/google-chrome-stable"}
    monkeypatch.setattr(debian.shutil, "which", known.get)
    assert debian.find_chromium() == "/usr/bin/google-chrome-stable"


def test_what_is_optional_is_asked_for_once(bare_machine, monkeypatch):
    monkeypatch.setattr(debian, "read_state", lambda name: {})
    assert debian.optional_packages() == ["wkhtmltopdf"]
    monkeypatch.setattr(debian, "read_state", lambda name: {"tried": True})
    assert debian.optional_packages() == []
