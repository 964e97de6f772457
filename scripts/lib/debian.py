"""Which Debian packages a command needs, all asked for at once."""

import os
import shutil

from . import postgres, python_env, system
from .console import Failure
from .state import read_state, write_state

CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def ensure_packages(testing):
    """Install what is missing, or say in one line how to."""
    optional = optional_packages() if system.may_install() is not None else []
    install_missing(lambda: needed_packages(testing), optional)
    if optional:
        write_state("optional", {"tried": True})


def install_missing(needed, optional=()):
    """Install what ``needed()`` returns, and see that it returns nothing more."""
    missing = needed()
    if missing or optional:
        system.install_packages(missing, optional)
    if missing and needed():
        line = system.install_line(needed())
        raise Failure(f"{', '.join(needed())} did not install; try: {line}")


def needed_packages(testing):
    missing = [*python_env.missing_packages(), *postgres.missing_packages()]
    if testing and not find_chromium():
        missing.append(chromium_package())
    if testing:
        missing += [name for name in ("curl", "git") if not shutil.which(name)]
    return missing


def optional_packages():
    """Return what is nice to have: PDF reports need wkhtmltopdf. Asked for once."""
    if shutil.which("wkhtmltopdf") or read_state("optional").get("tried"):
        return []
    return ["wkhtmltopdf"]


def find_chromium():
    return next(filter(None, map(shutil.which, CHROMIUM)), None)


def chromium_package():
    """Ubuntu calls it otherwise."""
    if not os.path.exists("/etc/os-release"):
        return "chromium"
    with open("/etc/os-release") as file:
        return "chromium-browser" if "\nID=ubuntu" in file.read() else "chromium"
