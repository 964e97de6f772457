"""The commands of ``manage.py``, one for each target of the Makefile."""

import errno
import os
import signal
import subprocess

from . import (
    bench,
    databases,
    demo,
    lint,
    paths,
    postgres,
    python_env,
    screenshots,
    session,
    system,
)
from .console import Failure, complain, say
from .mutations import mutations
from .odoo_conf import odoo_command, odoo_environment
from .state import forget_state, read_state
from .testing import test
from .torture import torture


def setup():
    """Do the set-up alone and leave PostgreSQL running."""
    with session.working():
        session.keep_running()
    say("\nReady. PostgreSQL runs until: make stop")


def shell():
    """Open an Odoo shell on the demo database."""
    with session.working() as odoo:
        demo.ensure_demo(odoo)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        command = odoo_command("shell", "-d", demo.DATABASE, "--no-http")
        subprocess.run(command, env=odoo_environment())


def logs():
    """Follow the logs."""
    files = sorted(paths.LOG.glob("*.log"))
    if not files:
        raise Failure("there is no log yet; run: make demo")
    subprocess.run(["tail", "-n", "40", "-F", *files])


def stop():
    """Stop whatever this clone has started."""
    stopped = stop_server()
    if postgres.stop_server() or stopped:
        say("  stopped")
    else:
        say("  nothing was running")
    forget_state("temporary")


def stop_server():
    pid = read_state("server").get("pid")
    if not pid or str(paths.ODOO_CONF) not in system.command_line(pid):
        return False
    say("  stopping Odoo")
    system.end_process(pid)
    forget_state("server")
    return True


def clean():
    """Stop everything and remove all that the set-up has made."""
    if postgres.uses_own_server() and paths.VENV_PYTHON.exists():
        databases.drop_all()
    stop()
    system.remove_folder(paths.RUN)
    say("  .run is removed; downloads stay in the cache folder")


def lock():
    """Pin the newest versions that requirements/*.in allow."""
    paths.RUN.mkdir(exist_ok=True)
    python_env.relock()


def lint_all():
    """Check style and structure of all code."""
    lint.ensure_tools()
    if lint.lint():
        raise Failure("lint found something; make format mends what it can")


def format_all():
    """Format all code and mend what can be mended."""
    lint.ensure_tools()
    lint.format_code()


COMMANDS = {
    "setup": setup,
    "demo": demo.demo,
    "test": test,
    "torture": torture,
    "mutations": mutations,
    "bench": bench.bench,
    "screenshots": screenshots.screenshots,
    "lint": lint_all,
    "format": format_all,
    "shell": shell,
    "logs": logs,
    "stop": stop,
    "clean": clean,
    "lock": lock,
}


def main(arguments):
    """Run one command; being asked to end is like Ctrl-C: clean up first."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    return run_command(arguments)


def interrupt(_number, _frame):
    raise KeyboardInterrupt


def run_command(arguments):
    """Run one command and return the exit status."""
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        os.environ.pop(name, None)
    try:
        return COMMANDS[arguments[0]](*arguments[1:]) or 0
    except Failure as failure:
        complain(failure)
        return 1
    except OSError as error:
        complain(in_one_line(error))
        return 1
    except KeyboardInterrupt:
        complain("interrupted; run it again to go on")
        return 130


def in_one_line(error):
    """Say what the user can do about an error of the operating system."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space and run it again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or paths.ROOT} is not yours to write; work as its "
            "owner, or clone the repository into a folder of your own"
        )
    raise error
