import os
import signal
import socket
import subprocess
import sys

import pytest
from lib import system
from lib.console import Failure


def test_the_first_free_port_from_8069_is_chosen():
    assert system.choose_http_port("", is_free=lambda port: True) == 8069
    assert system.choose_http_port("", is_free=lambda port: port > 8071) == 8072


def test_a_port_that_is_asked_for_is_taken_or_refused():
    assert system.choose_http_port("9000", is_free=lambda port: True) == 9000
    with pytest.raises(Failure, match="port 9000 is taken.*HTTP_PORT=9001"):
        system.choose_http_port("9000", is_free=lambda port: False)


@pytest.mark.parametrize("wanted", ["http", "0", "70000", "-1"])
def test_a_port_must_be_a_port(wanted):
    with pytest.raises(Failure, match="is no port"):
        system.choose_http_port(wanted)


def test_a_listening_port_is_not_free():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert not system.is_port_free(server.getsockname()[1])
    assert system.is_port_free(system.free_port())


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("write error: No space left on device", "the disk is full"),
        ("E: Could not resolve 'mirror.example.com'", "no network"),
        ("Failed to establish a new connection: refused", "no network"),
        ("something else", "the reason is in"),
    ],
)
def test_a_failed_command_is_explained_in_one_line(output, reason, tmp_path):
    message = system.explain("the download", output, tmp_path / "a.log")
    assert message.startswith("the download failed")
    assert reason in message
    assert "\n" not in message


def test_a_full_disk_is_told_before_the_set_up(monkeypatch):
    nearly_full = type("Usage", (), {"free": 1e9})
    monkeypatch.setattr(system.shutil, "disk_usage", lambda path: nearly_full)
    with pytest.raises(Failure, match="1.0 GB free.*free some space"):
        system.check_disk()


def test_without_rights_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(system, "may_install", lambda: None)
    monkeypatch.setattr(system, "is_root", lambda: False)
    monkeypatch.setattr(system.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(Failure) as failure:
        system.install_packages(["postgresql", "chromium"])
    line = str(failure.value)
    assert "sudo apt-get install -y postgresql chromium" in line
    assert "\n" not in line


def test_a_process_is_ended_even_if_it_does_not_want_to():
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print('up', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        assert system.is_alive(process.pid)
        system.end_process(process.pid, signal.SIGTERM, patience=0.5)
        assert process.wait() == -signal.SIGKILL
    assert not system.is_alive(process.pid)


def test_the_command_line_of_a_process_is_read():
    assert system.command_line(os.getpid())
    assert system.command_line(2**22 + 1) == []
