import pytest
from lib import lives, releases
from lib.addons import foreign_dependencies, is_joint
from lib.console import Failure

OUTPUT = """\
Traceback (most recent call last):
  File "uninstall.py", line 12, in alone
AssertionError: helpdesk_ticket: category_id
Exception ignored in: <function Cursor.__del__>
NameError: name 'open' is not defined
"""


def test_a_script_is_called_with_its_values():
    script = lives.shell_script("uninstall.alone", ("base", 2))
    assert script == (
        "from life import uninstall\nuninstall.alone(env, 'base', 2)\n"
        f"print({lives.LIVED!r})\n"
    )


def test_what_did_not_hold_is_told_not_what_follows(tmp_path):
    log = tmp_path / "life.log"
    reason = lives.why_failed(OUTPUT, log)
    assert reason == f"AssertionError: helpdesk_ticket: category_id; see {log}"
    assert lives.why_failed("", log) == f"it ended early; see {log}"


def test_partners_are_what_others_make():
    name = "ticket_billing_sale_timesheet"
    assert foreign_dependencies(name) == ["sale_timesheet"]
    assert is_joint(name) and not is_joint("ticket_billing")
    assert "contract" in foreign_dependencies("ticket_billing", name)


def repository(folder, monkeypatch):
    """Make a repository with one commit the one that is worked in."""
    monkeypatch.setattr(releases.paths, "ROOT", folder)
    monkeypatch.setattr(releases.paths, "RUN", folder / ".run")
    releases.git("init", "-q")
    (folder / "ticket_billing").mkdir()
    (folder / "ticket_billing" / "__manifest__.py").write_text('{"version": "1"}')
    releases.git("add", ".")
    author = ("-c", "user.name=A", "-c", "user.email=a@b.example")
    releases.git(*author, "commit", "-q", "-m", "one")
    return releases.git("rev-parse", "HEAD").stdout.decode().strip()


def test_a_release_is_its_tag(tmp_path, monkeypatch):
    commit = repository(tmp_path, monkeypatch)
    monkeypatch.setattr(releases, "RELEASES", {"1": "0" * 40})
    releases.git("tag", "1")
    assert releases.find_commit("1") == commit
    folder = releases.unpack_release("1")
    manifest = folder / "ticket_billing" / "__manifest__.py"
    assert manifest.read_text() == '{"version": "1"}'


def test_a_clone_without_tags_knows_the_commit(tmp_path, monkeypatch):
    commit = repository(tmp_path, monkeypatch)
    monkeypatch.setattr(releases, "RELEASES", {"1": commit})
    assert releases.find_commit("1") == commit


def test_a_missing_release_says_what_to_run(tmp_path, monkeypatch):
    repository(tmp_path, monkeypatch)
    monkeypatch.setattr(releases, "RELEASES", {"1": "0" * 40})
    with pytest.raises(Failure, match="get it with: git fetch --tags"):
        releases.find_commit("1")
    (tmp_path / ".git" / "shallow").write_text(
        releases.git("rev-parse", "HEAD").stdout.decode()
    )
    with pytest.raises(Failure, match="git fetch --unshallow --tags"):
        releases.find_commit("1")


def test_what_is_no_clone_has_no_releases(tmp_path, monkeypatch):
    monkeypatch.setattr(releases.paths, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(Failure, match="work in a clone made with git clone"):
        releases.find_commit("19.0.1.1.0")
