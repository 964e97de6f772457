"""Processes, ports, disk space and Debian packages."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from . import paths
from .console import Failure, step

NEEDED_DISK_GB = 3
NETWORK_SIGNS = (
    "Temporary failure resolving",
    "Temporary failure in name resolution",
    "Could not resolve",
    "Name or service not known",
    "Could not connect",
    "Network is unreachable",
    "Failed to establish a new connection",
    "Connection refused",
    "Unable to connect",
)
DISK_SIGNS = ("No space left on device", "Disk quota exceeded")


def run_logged(command, log_name, what, env=None, cwd=None):
    """Run a command with its output in ``.run/log``; raise a Failure if it fails."""
    log = log_file(log_name)
    with open(log, "ab") as output:
        start = output.tell()
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        result = subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd or paths.ROOT,
        )
    if result.returncode:
        with open(log, errors="replace") as output:
            output.seek(start)
            raise Failure(explain(what, output.read(), log))


def explain(what, output, log):
    """Say in one line why a command failed."""
    if any(sign in output for sign in DISK_SIGNS):
        return f"{what} failed: the disk is full; free some space and run it again"
    if any(sign in output for sign in NETWORK_SIGNS):
        return f"{what} failed: no network; connect this machine and run it again"
    return f"{what} failed; the reason is in {shown(log)}"


def log_file(name):
    paths.LOG.mkdir(parents=True, exist_ok=True)
    return paths.LOG / f"{name}.log"


def shown(path):
    """Return a path as a reader likes it: relative to the clone if inside."""
    try:
        return str(path.relative_to(paths.ROOT))
    except ValueError:
        return str(path)


def check_disk():
    free = shutil.disk_usage(paths.ROOT).free / 1e9
    if free < NEEDED_DISK_GB:
        raise Failure(
            f"the disk is full: {free:.1f} GB free, the first set-up needs "
            f"{NEEDED_DISK_GB} GB; free some space and run it again"
        )


# Ports


def is_port_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def choose_http_port(wanted, first=8069, is_free=is_port_free):
    """Return the port asked for, or the first free one from 8069 upwards."""
    if wanted:
        return check_http_port(wanted, is_free)
    for port in range(first, first + 100):
        if is_free(port):
            return port
    return free_port()


def check_http_port(wanted, is_free):
    if not (wanted.isdecimal() and 0 < int(wanted) < 65536):
        raise Failure(f"HTTP_PORT={wanted} is no port; try: make demo HTTP_PORT=8070")
    if not is_free(int(wanted)):
        raise Failure(
            f"port {wanted} is taken; choose another: make demo "
            f"HTTP_PORT={int(wanted) + 1}"
        )
    return int(wanted)


# Processes


def is_alive(pid):
    """Tell whether a process runs; a zombie does not."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as cmdline:
            return cmdline.read().decode(errors="replace").split("\0")
    except OSError:
        return []


def end_process(pid, gentle=signal.SIGTERM, patience=20):
    """Ask a process to end; insist after some seconds."""
    for number in (gentle, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not is_alive(pid):
                return
            time.sleep(0.1)


# Debian packages


def is_root():
    return os.geteuid() == 0


def may_install():
    """Tell how packages can be installed: as root, by sudo, or not at all (None)."""
    if not shutil.which("apt-get"):
        return None
    if is_root():
        return []
    if shutil.which("sudo"):
        check = subprocess.run(["sudo", "-n", "true"], capture_output=True)
        return ["sudo", "-n"] if check.returncode == 0 else None
    return None


def install_packages(packages, optional=()):
    """Install Debian packages, or say in one line how to."""
    prefix = may_install()
    if prefix is None:
        raise Failure(
            f"missing: {', '.join(packages)}; install with: {install_line(packages)}"
        )
    wanted = [*packages, *optional]
    with step(f"Debian packages: {' '.join(wanted)}"):
        # Somebody else may be installing: wait for him, at most five minutes
        patient = ["-o", "DPkg::Lock::Timeout=300"]
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        log = "apt-install"
        run_logged([*apt, "update"], log, "apt-get update")
        for group in filter(None, (packages, optional)):
            try:
                install = ["install", "-y", "--no-install-recommends", *group]
                run_logged([*apt, *patient, *install], log, install_line(group))
            except Failure:
                if group is packages:
                    raise


def install_line(packages):
    sudo = "" if is_root() else "sudo "
    if not shutil.which("apt-get"):
        return f"your package manager (on Debian: apt-get install {' '.join(packages)})"
    return f"{sudo}apt-get install -y {' '.join(packages)}"


def remove_folder(folder):
    """Remove a folder and all in it; say how if it is not ours to remove."""
    if not folder.exists():
        return
    try:
        shutil.rmtree(folder)
    except PermissionError:
        raise Failure(
            f"{shown(folder)} holds files of another user; "
            f"remove it with: sudo rm -rf {shlex.quote(str(folder))}"
        ) from None


@contextmanager
def new_folder(target):
    """Give a folder to fill; it takes the place of ``target`` once it is whole.

    Each call has a folder of its own, so that two clones may download at once.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        yield fresh
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
