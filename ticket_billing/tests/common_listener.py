import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Say nothing: what was asked for is kept."""


@contextmanager
def listen():
    """Give a server on this computer that nobody has a reason to ask for anything.

    Its ``address`` is for texts, and ``asked`` lists what was fetched all the same.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.asked = []
    server.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def get_payloads(address):
    """Return texts of which a page that took them for HTML would run or fetch some."""
    return [
        f'<img src="{address}/img">',
        f"<img src=x onerror=fetch('{address}/onerror')>",
        f'<script src="{address}/script"></script>',
        f"<script>fetch('{address}/inline')</script>",
        f'<link rel="stylesheet" href="{address}/link">',
        f'<p style="background:url({address}/css)">x</p>',
        f'<iframe src="{address}/frame"></iframe>',
        f'<object data="{address}/object"></object>',
        f"<svg onload=fetch('{address}/svg')>",
        f"<style>@import url({address}/import)</style>",
        '<iframe src="file:///etc/passwd"></iframe>',
        f'"><img src="{address}/quote">',
        f"{{{{ '<img src={address}/template>' }}}}",
    ]
