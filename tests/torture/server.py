"""A real Odoo server with its scheduled actions, in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from odoo.tools import config

PATIENCE = 60


class Server:
    """Started by ``running``; people call it as programs do, over HTTP."""

    def __init__(self, database, port, process):
        self.database, self.port = database, port
        self.process = process
        self.user = None

    def kill(self):
        """End the server and all its workers as a machine does that breaks down."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def log_in(self, login, password):
        self.user = (self.call("common", "login", login, password), password)

    def execute(self, model, method, *args):
        """Call a method of a model with the rights of the user."""
        user_id, password = self.user
        return self.call("object", "execute", user_id, password, model, method, *args)

    def call(self, service, method, *args):
        """Call a method of a service of the server.

        :raise AssertionError: with the server's message if it answers with an error
        """
        params = {
            "service": service,
            "method": method,
            "args": [self.database, *args],
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/jsonrpc",
            json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            answer = json.load(response)
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer["result"]


@contextmanager
def running(database, channels="root:0", workers=0):
    """Run a server on the database until the block ends.

    :param str channels: those of the job runner, which there is none of by default
    :param int workers: processes that answer; 0 for one with threads
    """
    port = find_port()
    command = [
        *(sys.executable, "-m", "odoo", "-c", config["config"], "-d", database),
        *("--http-interface", "127.0.0.1", "--http-port", str(port)),
        *("--gevent-port", str(find_port()), "--workers", str(workers)),
        *("--load", "base,rpc,web,queue_job", "--no-database-list"),
        *("--max-cron-threads", "1", "--log-level", "warn"),
    ]
    environment = {**os.environ, "ODOO_QUEUE_JOB_CHANNELS": channels}
    process = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        wait_for(lambda: is_listening(port), "the server does not start")
        yield Server(database, port, process)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def find_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_for(is_done, complaint, seconds=PATIENCE):
    """Ask again and again until something is done, and return how long it took.

    :raise AssertionError: with the complaint, once the time is up
    """
    started = time.monotonic()
    while not is_done():
        assert time.monotonic() - started < seconds, complaint
        time.sleep(0.2)
    return time.monotonic() - started
