"""The PostgreSQL server: the user's own, or a private cluster in ``.run/pg``."""

import glob
import grp
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from . import paths, system
from .console import Failure, done, say, step
from .state import forget_state, read_state, write_private, write_state

CLUSTER = paths.RUN / "pg"
PID_FILE = CLUSTER / "postmaster.pid"
LOG = "postgres"
OLDEST = 13
USER = "ticket_billing"
VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
# Demo and test data can be made again, so speed counts more here than the
# safety of the data if the machine loses power: never do this in production.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 150
shared_buffers = '256MB'
max_parallel_workers_per_gather = 0
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '2GB'
log_timezone = 'UTC'
timezone = 'UTC'
"""


def uses_own_server():
    """Tell whether the user named a server of his own."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT"))


def missing_packages():
    return [] if uses_own_server() or find_programs() else ["postgresql"]


def find_programs():
    """Return the folder of the newest PostgreSQL programs, or None."""
    folders = [Path(path) for path in glob.glob("/usr/lib/postgresql/*/bin")]
    folders = [folder for folder in folders if (folder / "initdb").exists()]
    folders.sort(key=lambda folder: int(folder.parent.name), reverse=True)
    if CLUSTER.exists():
        # A cluster needs the programs of the release that made it.
        release = cluster_release()
        folders.sort(key=lambda folder: folder.parent.name != release)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return next((f for f in folders if release_of(f) >= OLDEST), None)


def release_of(folder):
    result = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True
    )
    found = re.search(r"(\d+)", result.stdout)
    return int(found[1]) if found else 0


def cluster_release():
    try:
        return (CLUSTER / "PG_VERSION").read_text().strip()
    except OSError:
        return None


def ensure_server():
    """Start the private cluster unless it runs. Return True if this started it."""
    if uses_own_server():
        done(f"PostgreSQL of your own on {os.environ.get('PGHOST', 'this machine')}")
        return False
    if not read_state("postgres"):
        with step("PostgreSQL: private cluster"):
            make_cluster()
    if running_pid():
        done(f"PostgreSQL on port {read_state('postgres')['port']}")
        return False
    with step("PostgreSQL: start"):
        start_cluster()
    return True


def connection():
    """Return the PG… variables that reach the server."""
    if uses_own_server():
        return {name: os.environ[name] for name in VARIABLES if os.environ.get(name)}
    state = read_state("postgres")
    return {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(state["port"]),
        "PGUSER": USER,
        "PGPASSWORD": state["password"],
    }


# The private cluster


def server_account():
    """Return the account that runs PostgreSQL: it refuses to run as root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Failure(
        "PostgreSQL does not run as root, and there is no other user to run it; "
        "create one with: adduser --system postgres"
    )


def as_server_user():
    """Return the start of a command that gives up root's rights."""
    if not system.is_root():
        return []
    account = server_account()
    group = grp.getgrgid(account.pw_gid).gr_name
    drop = ["setpriv", f"--reuid={account.pw_name}", f"--regid={group}"]
    drop.append("--clear-groups")
    check = [*drop, "test", "-x", str(paths.RUN)]
    if subprocess.run(check, capture_output=True).returncode:
        # The clone is in a folder that only root can enter. This right lets the
        # server pass through; the folder keeps its permissions.
        drop += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return [*drop, "--"]


def make_cluster():
    shutil.rmtree(CLUSTER, ignore_errors=True)
    CLUSTER.mkdir(parents=True, mode=0o700)
    password = secrets.token_urlsafe(24)
    secret = CLUSTER.with_name("pg.password")
    write_private(secret, password)
    hand_over(CLUSTER, secret)
    options = ["-A", "scram-sha-256", "-U", USER, f"--pwfile={secret}"]
    options += ["-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"]
    initdb = [*as_server_user(), find_programs() / "initdb", "-D", CLUSTER, *options]
    try:
        what = "making the PostgreSQL cluster"
        system.run_logged(initdb, LOG, what, cwd="/")
    finally:
        secret.unlink()
    with open(CLUSTER / "postgresql.conf", "a") as file:
        file.write(SETTINGS)
    write_state("postgres", {"password": password, "port": system.free_port()})


def hand_over(*files):
    if system.is_root():
        account = server_account()
        for path in files:
            os.chown(path, account.pw_uid, account.pw_gid)


def start_cluster():
    """Start the server, on another port if its port has been taken meanwhile."""
    PID_FILE.unlink(missing_ok=True)
    state = read_state("postgres")
    for _attempt in range(5):
        if not system.is_port_free(state["port"]):
            state["port"] = system.free_port()
            write_state("postgres", state)
        if start_on(state["port"]):
            return
        time.sleep(2)
    raise Failure(
        f"PostgreSQL does not start; the reason is in "
        f"{system.shown(system.log_file(LOG))}"
    )


def start_on(port):
    """Start the server and tell whether it got ready."""
    server = [find_programs() / "postgres", "-D", CLUSTER, "-p", str(port)]
    with open(system.log_file(LOG), "ab") as log:
        process = subprocess.Popen(
            [*as_server_user(), *server],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
        )
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if is_ready():
            return True
        time.sleep(0.05)
    return False


def is_ready():
    """Tell whether the server says in its pid file that it takes connections."""
    try:
        return PID_FILE.read_text().split("\n")[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def running_pid():
    """Return the process of our server. A left-over pid file does not count."""
    try:
        pid = int(PID_FILE.read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    ours = system.is_alive(pid) and str(CLUSTER) in system.command_line(pid)
    return pid if ours else None


def stop_server():
    """Stop the private cluster. Return True if it was running."""
    pid = running_pid()
    if pid:
        say("  stopping PostgreSQL")
        system.end_process(pid, signal.SIGINT)
    return bool(pid)


def remove_cluster():
    stop_server()
    forget_state("postgres")
