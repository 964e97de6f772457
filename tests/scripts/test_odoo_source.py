import subprocess

import pytest
from lib import odoo_source
from lib.console import Failure


def make_odoo(folder, version="(19, 0, 0, FINAL, 0, '')"):
    package = folder / "odoo"
    (package / "addons").mkdir(parents=True)
    (package / "release.py").write_text(f"FINAL = 'final'\nversion_info = {version}\n")
    return folder


def test_the_version_is_read_without_running_odoo(tmp_path):
    assert odoo_source.series(make_odoo(tmp_path / "a")) == (19, 0)
    online = make_odoo(tmp_path / "b", "('saas~18', 3, 0, FINAL, 0, '')")
    assert odoo_source.series(online) == (18, 3)
    assert odoo_source.series(tmp_path) is None


def test_odoo_home_must_hold_odoo_19(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(make_odoo(tmp_path / "a")))
    assert odoo_source.named_odoo().home == tmp_path / "a"
    monkeypatch.setenv("ODOO_HOME", str(make_odoo(tmp_path / "b", "(18, 0, 0)")))
    with pytest.raises(Failure, match="holds Odoo 18.0.*unset ODOO_HOME"):
        odoo_source.named_odoo()
    monkeypatch.setenv("ODOO_HOME", str(tmp_path / "nowhere"))
    with pytest.raises(Failure, match="holds no Odoo"):
        odoo_source.named_odoo()


def test_a_checkout_has_two_folders_of_addons(tmp_path):
    odoo = odoo_source.Odoo(make_odoo(tmp_path))
    (tmp_path / "addons").mkdir()
    assert odoo.addons_paths == [tmp_path / "odoo" / "addons"]
    (tmp_path / "odoo-bin").touch()
    assert odoo.addons_paths == [tmp_path / "addons", tmp_path / "odoo" / "addons"]


def test_an_odoo_bin_on_the_path_is_found(tmp_path, monkeypatch):
    home = make_odoo(tmp_path / "checkout")
    command = home / "odoo-bin"
    command.touch(mode=0o755)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "odoo-bin").symlink_to(command)
    monkeypatch.setenv("PATH", str(programs))
    assert home in odoo_source.homes_on_path()


def test_a_failed_download_tells_the_first_reason(monkeypatch):
    def no_network(*_arguments):
        raise Failure("no network")

    def no_git():
        raise Failure("git is missing")

    monkeypatch.setattr(odoo_source, "is_debian", lambda: True)
    monkeypatch.setattr(odoo_source, "debian_mirror", lambda sources: "http://mirror")
    monkeypatch.setattr(odoo_source, "fetch_from_debian", no_network)
    monkeypatch.setattr(odoo_source, "fetch_from_github", no_git)
    with pytest.raises(Failure, match="no network"):
        odoo_source.fetch_odoo()


def test_the_official_source_is_cloned_once(tmp_path, monkeypatch):
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-C"]
    official = make_odoo(tmp_path / "official")
    (official / "odoo-bin").touch()
    subprocess.run([*git, official, "init", "-q", "-b", "19.0"], check=True)
    subprocess.run([*git, official, "add", "."], check=True)
    subprocess.run([*git, official, "commit", "-q", "-m", "one"], check=True)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a cache"))
    monkeypatch.setattr(odoo_source, "GITHUB", f"file://{official}")
    monkeypatch.setattr(odoo_source.paths, "LOG", tmp_path / "log")
    monkeypatch.setattr(odoo_source, "FETCHED", tmp_path / "first" / "odoo")
    odoo_source.fetch_from_github()
    assert odoo_source.fetched_odoo().home == tmp_path / "first" / "odoo" / "source"

    monkeypatch.setattr(odoo_source, "GITHUB", "file:///gone")
    monkeypatch.setattr(odoo_source, "FETCHED", tmp_path / "second" / "odoo")
    odoo_source.fetch_from_github()
    assert odoo_source.series(tmp_path / "second" / "odoo" / "source") == (19, 0)
