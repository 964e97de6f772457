"""``make screenshots``: the pictures of the documentation, taken anew.

An Odoo of its own with demo data is made ready (scenes.py) and photographed
(photographer.py), row by row of pictures.py. A picture replaces the one in docs/images
only when all of them are taken.
"""

import json
import os
import shlex
import shutil
import subprocess

from . import databases, demo, paths, session, system
from .addons import demo_addons
from .console import Failure, headline, say, step
from .debian import find_chromium
from .odoo_conf import odoo_command, odoo_environment
from .pictures import PICTURES, needs

DATABASE = "ticket_billing_pictures"
FOLDER = paths.RUN / "pictures"
IMAGES = paths.ROOT / "docs" / "images"
MOST_BYTES = 200_000


def screenshots():
    """Take all pictures, or those that ARGS names, in a database of their own."""
    names = chosen(shlex.split(os.environ.get("ARGS", "")))
    with session.working(testing=True) as odoo:
        try:
            databases.ensure_database(
                DATABASE, demo_addons(), odoo, demo=True, force=True
            )
            ids = make_scenes()
            photograph(names, ids)
        finally:
            databases.drop(DATABASE)
    replace(names)


def chosen(arguments):
    """Return the names of the pictures to take.

    :raise Failure: if there is no picture of a name
    """
    names = [picture.name for picture in PICTURES]
    unknown = sorted(set(arguments) - set(names))
    if unknown:
        raise Failure(
            f"no picture is called {', '.join(unknown)}; the names are in "
            "scripts/lib/pictures.py"
        )
    return arguments or names


def make_scenes():
    """Make ready what the pictures show; return the ids of records by name."""
    wanted = sorted({name for picture in PICTURES for name in needs(picture)})
    script = f"from lib import scenes\nscenes.make(env, {wanted!r})\n"
    with step(f"Database {DATABASE}: what the pictures show"):
        result = subprocess.run(
            odoo_command("shell", "-d", DATABASE, "--no-http"),
            input=script,
            capture_output=True,
            text=True,
            env=odoo_environment(PYTHONPATH=str(paths.ROOT / "scripts")),
        )
        system.log_file("scenes").write_text(result.stdout + result.stderr)
        lines = result.stdout.strip().splitlines()
        if result.returncode or not lines or not lines[-1].startswith("{"):
            raise Failure(
                "the scenes could not be made; the reason is in .run/log/scenes.log"
            )
    return json.loads(lines[-1])


def photograph(names, ids):
    """Serve the database and take the pictures, into a folder of their own."""
    system.remove_folder(FOLDER)
    FOLDER.mkdir()
    port = system.free_port()
    headline("Pictures")
    process = demo.launch(DATABASE, port, "pictures", crons=0)
    try:
        with step("Odoo: start"):
            demo.wait_for_answer(process, port, "pictures")
        order = {
            "base": f"http://127.0.0.1:{port}",
            "database": DATABASE,
            "program": find_chromium(),
            "folder": str(FOLDER),
            "names": names,
            "ids": ids,
        }
        result = subprocess.run(
            [paths.VENV_PYTHON, "-m", "lib.photographer"],
            input=json.dumps(order),
            text=True,
            cwd=paths.ROOT / "scripts",
            env=odoo_environment(),
        )
    finally:
        system.end_process(process.pid)
    if result.returncode:
        raise Failure("not all pictures could be taken; docs/images is as it was")


def replace(names):
    """Put the new pictures in the place of the old ones."""
    for name in names:
        size = (FOLDER / f"{name}.png").stat().st_size
        if size > MOST_BYTES:
            raise Failure(
                f"{name}.png has {size:,} bytes, more than {MOST_BYTES:,}: make its "
                "window smaller in scripts/lib/pictures.py"
            )
    for name in names:
        shutil.copyfile(FOLDER / f"{name}.png", IMAGES / f"{name}.png")
    say(f"\n{len(names)} pictures are in docs/images: look at each before you commit")
