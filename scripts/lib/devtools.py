"""Chromium without a window, driven through its DevTools protocol.

Needs the virtual environment, which has websocket-client.
"""

import base64
import json
import subprocess
import time
import urllib.parse
from contextlib import contextmanager
from pathlib import Path

import websocket

from .console import Failure

PATIENCE = 60
QUIET = 0.3
WORKER = "/bus/websocket_worker_bundle"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--remote-debugging-address=127.0.0.1",
    "--remote-debugging-port=0",
)
# Nothing moves and nothing blinks in a picture; a printed page has a margin
STILL = """
document.addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = `*, *::before, *::after {
        animation: none !important; transition: none !important;
        caret-color: transparent !important; scroll-behavior: auto !important; }
        body.container { padding: 32px 0; }`;
    document.head.append(style);
});
"""
MIDDLE = """((element) => {
    element.scrollIntoViewIfNeeded();
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
})(%s)"""
# A selector of CSS, or an XPath where a text tells best what is meant
FIND = """((selector) => selector.startsWith("//")
    ? document.evaluate(selector, document, null, 9, null).singleNodeValue
    : document.querySelector(selector))(%s)"""


@contextmanager
def chromium(program, folder):
    """Start Chromium with its own profile in a folder, and give its address."""
    command = [program, *FLAGS, f"--user-data-dir={folder}", "about:blank"]
    with open(Path(folder) / "chromium.log", "w") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        yield find_address(process, Path(folder) / "DevToolsActivePort")
    finally:
        process.terminate()
        process.wait(20)


def find_address(process, port_file):
    """Return the address for commands, as soon as Chromium has written its port."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        lines = port_file.read_text().splitlines() if port_file.exists() else []
        if len(lines) == 2:
            return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
        time.sleep(0.05)
    raise Failure(f"Chromium does not start; the reason is in {port_file.parent}")


class Page:
    """A page that shares no cookies with others, and what it tells by itself."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            address, timeout=PATIENCE, suppress_origin=True
        )
        self.number = 0
        self.session = None
        self.errors = []
        self.waiting = set()
        self.quiet_since = time.monotonic()
        own = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send(
            "Target.createTarget", url="about:blank", browserContextId=own
        )["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        self.send("Page.addScriptToEvaluateOnNewDocument", source=STILL)

    def send(self, method, **parameters):
        """Send a command and return its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self.receive(PATIENCE)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Failure(f"Chromium: {method}: {answer['error']['message']}")
                return answer["result"]
        raise Failure(f"Chromium does not answer to {method}; run it again")

    def receive(self, seconds):
        """Return the next message within so many seconds, else an empty one."""
        self.socket.settimeout(seconds)
        try:
            message = json.loads(self.socket.recv())
        except websocket.WebSocketTimeoutException:
            return {}
        self.note(message.get("method"), message.get("params", {}))
        return message

    def note(self, event, values):
        """Keep which requests are under way, and what went wrong on the page."""
        if event == "Network.requestWillBeSent":
            # Its worker has it, which is another target: no end of it is told here
            if WORKER not in values["request"]["url"]:
                self.waiting.add(values["requestId"])
        elif event in ("Network.loadingFinished", "Network.loadingFailed"):
            self.waiting.discard(values["requestId"])
        elif event == "Runtime.exceptionThrown":
            details = values["exceptionDetails"]
            thrown = details.get("exception", {}).get("description")
            self.errors.append(thrown or details["text"])
        elif event == "Log.entryAdded" and values["entry"]["level"] == "error":
            self.errors.append(
                f"{values['entry']['text']} {values['entry'].get('url')}"
            )
        if self.waiting or (event or "").startswith("Network."):
            self.quiet_since = time.monotonic()

    def evaluate(self, expression):
        result = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True
        )
        if "exceptionDetails" in result:
            raise Failure(f"the page refuses: {expression}")
        return result["result"].get("value")

    # What a photographer does

    def resize(self, width, height):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def set_cookie(self, url, name, value):
        host = urllib.parse.urlsplit(url).hostname
        self.send("Network.setCookie", name=name, value=value, domain=host, path="/")

    def open(self, url):
        self.waiting.clear()
        self.errors.clear()
        # From nowhere: pages that differ behind the # only are loaded, too
        self.send("Page.navigate", url="about:blank")
        self.send("Page.navigate", url=url)

    def click(self, selector):
        """Click in the middle of something, and take the mouse away."""
        self.wait_for(selector)
        x, y = self.evaluate(MIDDLE % (FIND % json.dumps(selector)))
        for event in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.mouse(event, x, y)
        self.mouse("mouseMoved", 0, 0)

    def mouse(self, event, x, y):
        self.send(
            "Input.dispatchMouseEvent",
            type=event,
            x=x,
            y=y,
            button="none" if event == "mouseMoved" else "left",
            clickCount=0 if event == "mouseMoved" else 1,
        )

    def wait_for(self, selector):
        """Wait until something is shown and the page is quiet.

        :raise Failure: if it does not come
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.wait_until_quiet(deadline)
            found = FIND % json.dumps(selector)
            if self.evaluate(f"{found}?.getClientRects().length > 0"):
                return
        raise Failure(f"{selector} does not show up")

    def wait_until_quiet(self, deadline):
        """Wait until the page has asked the server for nothing for a moment."""
        while time.monotonic() < deadline:
            self.receive(QUIET / 3)
            quiet = time.monotonic() - self.quiet_since
            if not self.waiting and quiet > QUIET:
                return

    def take(self):
        """Return the picture as PNG, once two in a row are the same."""
        deadline = time.monotonic() + PATIENCE
        before = None
        while time.monotonic() < deadline:
            data = self.send("Page.captureScreenshot", format="png")["data"]
            if data == before:
                return base64.b64decode(data)
            before = data
            self.receive(QUIET)
        raise Failure("the page does not stop moving")
