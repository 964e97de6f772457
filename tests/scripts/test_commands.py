import errno

import pytest
from lib import commands, paths
from lib.console import Failure


def fail_with(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "words", "status"),
    [
        (Failure("port 8069 is taken; choose another"), "port 8069 is taken", 1),
        (OSError(errno.ENOSPC, "full"), "the disk is full", 1),
        (PermissionError(errno.EACCES, "no", "/x"), "/x is not yours to write", 1),
        (KeyboardInterrupt(), "interrupted", 130),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(monkeypatch, capsys, error, words, status):
    monkeypatch.setitem(commands.COMMANDS, "demo", fail_with(error))
    assert commands.run_command(["demo"]) == status
    line = capsys.readouterr().err
    assert line.startswith("error: ")
    assert words in line
    assert line.count("\n") == 1


def test_an_unknown_error_keeps_its_traceback(monkeypatch):
    monkeypatch.setitem(commands.COMMANDS, "demo", fail_with(OSError(errno.EIO, "io")))
    with pytest.raises(OSError):
        commands.run_command(["demo"])


def test_every_command_has_a_target_and_a_line_of_help():
    makefile = (paths.ROOT / "Makefile").read_text()
    for name in commands.COMMANDS:
        assert f'"make {name} ' in makefile
        assert f" {name}" in makefile.split("TARGETS :=")[1].splitlines()[0]
