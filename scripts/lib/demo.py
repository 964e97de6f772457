"""``make demo``: a real Odoo that bills its demo tickets."""

import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

from . import databases, session, system
from .addons import demo_addons
from .console import Failure, headline, say, step
from .odoo_conf import odoo_command, odoo_environment
from .paths import ODOO_CONF
from .state import forget_state, write_state

DATABASE = os.environ.get("DEMO_DB") or "demo"
# What follows ``python -m odoo``: bill what is due, then show what became of all.
# A second run finds nothing new to bill, and shows the same table.
BILL = ("ticket_billing", "process", "-d", DATABASE)
TABLE = ("ticket_billing", "report", "-d", DATABASE)
LOGINS = (
    ("Administrator", "admin"),
    ("Technician", "technician"),
    ("Second technician", "technician2"),
    ("Service manager", "manager"),
    ("Accountant", "accountant"),
    ("Customer (portal)", "portal"),
)
PATIENCE = 120


def demo():
    serve_it = os.environ.get("SERVE", "1") != "0"
    wanted = os.environ.get("HTTP_PORT", "")
    if serve_it:
        system.choose_http_port(wanted)
    with session.working() as odoo:
        ensure_demo(odoo)
        bill()
        if serve_it:
            serve(system.choose_http_port(wanted))


def ensure_demo(odoo):
    databases.ensure_database(DATABASE, demo_addons(), odoo, demo=True)


def bill():
    """Bill the demo tickets as the schedule does, and show the table."""
    headline("Billing the demo tickets")
    system.run_logged(odoo_command(*BILL), "billing", "billing", env=odoo_environment())
    with open(system.log_file("billing"), "a") as log:
        table = subprocess.run(odoo_command(*TABLE), env=odoo_environment(), stderr=log)
    if table.returncode:
        raise Failure("the table failed; the reason is in .run/log/billing.log")


def serve(port):
    """Serve the web client until Ctrl-C."""
    headline("Odoo")
    process = start_server(port)
    try:
        with step("Odoo: start"):
            wait_for_answer(process, port)
        show_address(port)
        process.wait()
        say("\nOdoo has stopped; its log is in .run/log/server.log")
    except KeyboardInterrupt:
        say("\n  stopping Odoo")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        system.end_process(process.pid)
        forget_state("server")


def start_server(port):
    process = launch(DATABASE, port, "server", crons=1)
    write_state("server", {"pid": process.pid, "port": port})
    return process


def launch(database, port, log_name, crons):
    """Start Odoo apart from the terminal, so that Ctrl-C reaches us alone.

    :param crons: how many scheduled actions may run at a time
    """
    flags = ["-c", ODOO_CONF, "-d", database, f"--db-filter=^{database}$"]
    ports = [f"--http-port={port}", f"--gevent-port={system.free_port()}"]
    with open(system.log_file(log_name), "w") as log:
        return subprocess.Popen(
            odoo_command(*flags, *ports, f"--max-cron-threads={crons}"),
            env=odoo_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_for_answer(process, port, log_name="server"):
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if answers(port):
            return
        time.sleep(0.3)
    raise Failure(f"Odoo does not answer; the reason is in .run/log/{log_name}.log")


def answers(port):
    try:
        url = f"http://127.0.0.1:{port}/web/login"
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def show_address(port):
    say(f"\n  Odoo is ready: http://127.0.0.1:{port}\n")
    say(f"  {'who':<20} {'login':<12} password")
    for who, login in LOGINS:
        say(f"  {who:<20} {login:<12} {login}")
    if not shutil.which("wkhtmltopdf"):
        say("\n  Printing PDFs needs wkhtmltopdf, which is not on this machine.")
    say("\n  Close a ticket, and its draft invoice appears. Ctrl-C stops everything.")
