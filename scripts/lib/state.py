"""Small facts kept between runs, one JSON file each in ``.run/state``."""

import json
import os

from . import paths


def read_state(name):
    try:
        return json.loads((paths.STATE / f"{name}.json").read_text())
    except (OSError, ValueError):
        return {}


def write_state(name, values):
    write_private(paths.STATE / f"{name}.json", json.dumps(values, indent=1) + "\n")


def forget_state(name):
    (paths.STATE / f"{name}.json").unlink(missing_ok=True)


def write_private(path, text):
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
