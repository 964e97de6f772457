"""Finding Odoo 19.0, or fetching it into ``.run/odoo``."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from . import paths, system
from .apt_sources import debian_mirror, machine_sources
from .checksums import checked_files, write_sums
from .console import Failure, done, step

SERIES = (19, 0)
FETCHED = paths.RUN / "odoo"
GITHUB = "https://github.com/odoo/odoo"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SID_PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-glyphicons-halflings",
    "fonts-ocr-b",
    "gsfonts",
)
# From the machine's own release: newer ones have other file names, and the back
# office loses its icons.
STABLE_PACKAGES = ("fonts-font-awesome", "fonts-inconsolata")
# Debian leaves this non-free file out (it blurs the background of video calls);
# the web client logs an error on every page unless there is something to load.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


class Odoo(NamedTuple):
    """An Odoo that can be imported from ``home``."""

    home: Path

    @property
    def addons_paths(self):
        folders = (self.home / "addons", self.home / "odoo" / "addons")
        # Debian's dist-packages/addons holds partial copies only.
        checkout = (self.home / "odoo-bin").exists()
        return [path for path in folders if path.is_dir()][0 if checkout else -1 :]


def series(home):
    """Return the version of the Odoo in a folder as (19, 0), or None."""
    try:
        text = (home / "odoo" / "release.py").read_text()
    except OSError:
        return None
    found = re.search(r"^version_info\s*=\s*\(\D*(\d+)\D+(\d+)", text, re.M)
    return (int(found[1]), int(found[2])) if found else None


def ensure_odoo():
    """Return an Odoo 19.0: the user's, the one fetched before, or a new one."""
    odoo = named_odoo() or found_odoo()
    if odoo:
        done(f"Odoo 19.0 in {system.shown(odoo.home)}")
        return odoo
    fetch_odoo()
    return fetched_odoo()


def named_odoo():
    """Return the Odoo that ODOO_HOME names."""
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    version = series(Path(home))
    if version != SERIES:
        what = f"Odoo {version[0]}.{version[1]}" if version else "no Odoo"
        raise Failure(
            f"ODOO_HOME={home} holds {what}; name a folder with Odoo 19.0, "
            "or run: unset ODOO_HOME"
        )
    return Odoo(Path(home).resolve())


def found_odoo():
    """Return the first Odoo 19.0 on this machine, or None."""
    homes = [*fetched_homes(), *importable_homes(), *homes_on_path()]
    return next((Odoo(home) for home in homes if series(home) == SERIES), None)


def fetched_homes():
    return [FETCHED / "source", FETCHED / "usr/lib/python3/dist-packages"]


def fetched_odoo():
    return next((Odoo(home) for home in fetched_homes() if series(home)), None)


def importable_homes():
    """Return the folders from which the running Python imports odoo."""
    # Not ``import odoo``: that would run it.
    return [Path(folder) for folder in sys.path if series(Path(folder))]


def homes_on_path():
    homes = []
    checkout = shutil.which("odoo-bin")
    if checkout:
        homes.append(Path(checkout).resolve().parent)
    command = shutil.which("odoo")
    if command:
        homes += homes_of_interpreter(Path(command))
    return homes


def homes_of_interpreter(script):
    """Return where the Python named in a script's first line finds packages."""
    with open(script, "rb") as file:
        first = file.readline().decode(errors="replace").strip()
    if not first.startswith("#!") or "python" not in first:
        return []
    code = "import sys; print('\\n'.join(filter(None, sys.path)))"
    command = [*first[2:].split(), "-c", code]
    listed = subprocess.run(command, capture_output=True, text=True)
    return [Path(line) for line in listed.stdout.splitlines()]


# Fetching


def fetch_odoo():
    """Fetch Odoo from Debian, or from its home on GitHub."""
    mirror = debian_mirror(machine_sources()) if is_debian() else None
    problem = None
    if mirror:
        try:
            return fetch_from_debian(mirror)
        except Failure as failure:
            problem = failure
    try:
        fetch_from_github()
    except Failure as failure:
        raise problem or failure from None


def is_debian():
    try:
        text = Path("/etc/os-release").read_text()
    except OSError:
        return False
    debian = re.search(r'^ID="?debian"?$', text, re.M)
    return bool(debian and KEYRING.exists() and shutil.which("apt-get"))


def fetch_from_debian(mirror):
    cache = paths.cache_folder("debian")
    packages = checked_files(cache)
    if not packages:
        with step("Odoo 19.0: download Debian's package (130 MB)"):
            packages = download_packages(mirror, cache)
    with step("Odoo 19.0: unpack"):
        unpack(packages)


def download_packages(mirror, cache):
    """Download the packages; apt checks them against the archive's signature."""
    with system.new_folder(cache) as fresh:
        fetch_packages(mirror, fresh)
        write_sums(fresh)
    return checked_files(cache)


def fetch_packages(mirror, folder):
    private = private_apt(mirror, paths.RUN / "apt")
    what = "the download of Odoo"
    # Without this, apt-get update takes an unreachable mirror for a success.
    update = ["-o", "APT::Update::Error-Mode=any", "update"]
    system.run_logged([*private, *update], "odoo-source", what)
    download = ["download", *SID_PACKAGES]
    system.run_logged([*private, *download], "odoo-source", what, cwd=folder)
    normal = ["apt-get", "-q", *unsandboxed(), "download", *STABLE_PACKAGES]
    system.run_logged(normal, "odoo-source", what, cwd=folder)


def private_apt(mirror, folder):
    """Return an apt-get that knows Debian unstable and leaves the system alone."""
    empty_folder(folder)
    sources = folder / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror} sid main\n")
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": empty_folder(folder / "lists"),
        "Dir::Cache": empty_folder(folder / "cache"),
    }
    flags = [part for key in options for part in ("-o", f"{key}={options[key]}")]
    return ["apt-get", "-q", *flags, *unsandboxed()]


def unsandboxed():
    """Let root's apt write into folders that only root can enter."""
    return ["-o", "APT::Sandbox::User=root"] if system.is_root() else []


def unpack(packages):
    with system.new_folder(FETCHED) as fresh:
        for package in packages:
            command = ["dpkg-deb", "-x", package, fresh]
            system.run_logged(command, "odoo-source", "unpacking Odoo")
        put_placeholder(fresh / "usr/lib/python3/dist-packages" / LEFT_OUT)
    shutil.rmtree(paths.RUN / "apt", ignore_errors=True)


def put_placeholder(left_out):
    if not left_out.exists():
        left_out.parent.mkdir(parents=True, exist_ok=True)
        left_out.write_text("// Background blur of video calls is not available.\n")


def fetch_from_github():
    if not shutil.which("git"):
        raise Failure(
            f"git is missing; install with: {system.install_line(['git'])}, "
            "or name your own Odoo 19.0: make ODOO_HOME=/path/to/odoo"
        )
    cached = github_copy()
    with step("Odoo 19.0: unpack"), system.new_folder(FETCHED) as fresh:
        clone = ["git", "clone", "-q", cached, fresh / "source"]
        system.run_logged(clone, "odoo-source", "unpacking Odoo")


def github_copy():
    """Return the cached clone of the official source; git checks its hashes."""
    cached = paths.cache_folder("github") / "odoo-19.0.git"
    if not cached.exists():
        clone = ["git", "clone", "-q", "--bare", "--depth", "1", "--branch", "19.0"]
        title = "Odoo 19.0: clone the official source (about 1 GB)"
        with step(title), system.new_folder(cached) as fresh:
            what = "the download of Odoo"
            system.run_logged([*clone, GITHUB, fresh], "odoo-source", what)
    return cached


def empty_folder(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
