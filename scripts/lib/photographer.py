"""Takes pictures of a running Odoo, in the virtual environment: see screenshots.py.

Reads a JSON object from standard input: ``base``, ``database``, ``program`` (Chromium),
``folder``, and ``ids`` of the records that the pictures speak of, by their names.
"""

import io
import json
import re
import sys
import tempfile
import urllib.request
from pathlib import Path

from PIL import Image

from .console import Failure, complain, step
from .devtools import Page, chromium
from .pictures import PICTURES, address
from .system import shown

# What any page of Odoo may leave in the console
HARMLESS = re.compile(r"favicon")


def main():
    order = json.load(sys.stdin)
    chosen = [picture for picture in PICTURES if picture.name in order["names"]]
    pages = {}
    try:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
            chromium(order["program"], profile) as browser,
        ):
            for picture in chosen:
                with step(picture.name):
                    if picture.login not in pages:
                        pages[picture.login] = log_in(browser, order, picture.login)
                    photograph(pages[picture.login], picture, order)
    except Failure as failure:
        complain(failure)
        return 1
    return 0


def photograph(page, picture, order):
    """Take one picture; say which, if it cannot be taken."""
    page.resize(*picture.size)
    file = Path(order["folder"]) / f"{picture.name}.png"
    try:
        page.open(order["base"] + address(picture, order["ids"]))
        for selector in picture.clicks:
            page.click(selector)
        page.wait_for(picture.ready)
        check_errors(page)
    except Failure as failure:
        instead = file.with_suffix(".failed.png")
        instead.write_bytes(page.take())
        raise Failure(
            f"{picture.name}: {failure}; mend its row in scripts/lib/pictures.py: "
            f"{shown(instead)} is what was there instead"
        ) from None
    file.write_bytes(in_few_colours(page.take()))


def check_errors(page):
    errors = [error for error in page.errors if not HARMLESS.search(error)]
    if errors:
        raise Failure(f"the page has errors: {errors[0]}")


def log_in(browser, order, login):
    """Return a page of somebody whose password is his login."""
    values = {"db": order["database"], "login": login, "password": login}
    request = urllib.request.Request(
        order["base"] + "/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": values}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        result = json.load(response)
        cookie = response.headers.get("Set-Cookie", "")
    if "error" in result:
        raise Failure(f"{login} cannot log in: {result['error']['data']['message']}")
    page = Page(browser)
    session = re.search(r"session_id=([^;]+)", cookie)[1]
    page.set_cookie(order["base"], "session_id", session)
    return page


def in_few_colours(png):
    """Return a picture with a palette: a page has few colours, and files stay small."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    small = image.quantize(256, dither=Image.Dither.NONE)
    file = io.BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
