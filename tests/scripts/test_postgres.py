import os

import pytest
from lib import postgres, state


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "CLUSTER", tmp_path)
    monkeypatch.setattr(postgres, "PID_FILE", tmp_path / "postmaster.pid")
    return tmp_path


def test_a_server_of_the_users_own_is_used_as_it_is(monkeypatch):
    for name in postgres.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert not postgres.uses_own_server()
    monkeypatch.setenv("PGHOST", "db.example.com")
    monkeypatch.setenv("PGUSER", "odoo")
    assert postgres.uses_own_server()
    assert postgres.connection() == {"PGHOST": "db.example.com", "PGUSER": "odoo"}


def test_a_pid_file_left_by_a_crash_does_not_count(cluster):
    assert postgres.running_pid() is None
    # The process lives, but it is not the server of this cluster.
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n")
    assert postgres.running_pid() is None


def test_the_server_is_ready_when_its_pid_file_says_so(cluster):
    lines = ["1", str(cluster), "0", "5432", "", "127.0.0.1", "0", "starting"]
    (cluster / "postmaster.pid").write_text("\n".join(lines))
    assert not postgres.is_ready()
    lines[-1] = "ready   "
    (cluster / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert postgres.is_ready()


def test_secrets_are_readable_by_their_owner_alone(tmp_path):
    secret = tmp_path / "secret"
    state.write_private(secret, "one")
    state.write_private(secret, "two")
    assert secret.read_text() == "two"
    assert secret.stat().st_mode & 0o777 == 0o600
