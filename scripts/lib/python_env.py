"""The virtual environment in ``.run/venv``: pinned packages, checked hashes."""

import hashlib
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from . import paths, system
from .checksums import checked_files, write_sums
from .console import Failure, done, step
from .state import forget_state, read_state, write_state

OLDEST, NEWEST = (3, 10), (3, 13)
LOG = "python"


def find_python():
    """Return a Python that Odoo 19.0 supports: this one, or one on the PATH."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return sys.executable
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        python = shutil.which(f"python3.{minor}")
        if python and version_of(python) == (3, minor):
            return python
    raise Failure(
        f"Odoo 19.0 needs Python 3.10 to 3.13, this is {platform.python_version()}; "
        "install one of them, then: make PYTHON=python3.13"
    )


def version_of(python):
    """Return the version of an interpreter, or None if it does not run."""
    code = "import sys; print(*sys.version_info[:2])"
    result = subprocess.run([python, "-c", code], capture_output=True, text=True)
    return tuple(map(int, result.stdout.split())) if not result.returncode else None


def missing_packages():
    """Return the Debian packages without which no environment can be made."""
    if paths.VENV_PYTHON.exists() or has_modules(find_python()):
        return []
    major, minor = version_of(find_python())
    return [f"python{major}.{minor}-venv"]


def has_modules(python):
    """Tell whether Python is whole: Debian packs ensurepip apart."""
    check = [python, "-c", "import venv, ensurepip"]
    return subprocess.run(check, capture_output=True).returncode == 0


def ensure_environment():
    """Make the environment if the lock, the Python or the place has changed."""
    python = find_python()
    wanted = {
        "lock": lock_hash(),
        "python": ".".join(map(str, version_of(python))),
        "folder": str(paths.VENV),
    }
    if read_state("venv") == wanted and paths.VENV_PYTHON.exists():
        done("Python packages")
    else:
        forget_state("venv")
        make_environment(python)
        write_state("venv", wanted)


def lock_hash():
    return hashlib.sha256(paths.LOCK.read_bytes()).hexdigest()[:12]


def make_environment(python):
    with step("Python environment"):
        shutil.rmtree(paths.VENV, ignore_errors=True)
        make = [python, "-m", "venv", paths.VENV]
        system.run_logged(make, LOG, "making the Python environment")
    wheels = ensure_wheels()
    with step("Python packages: install"):
        pip(["install", "--no-index", "--no-deps", *wheels])


def pip(arguments):
    command = [paths.VENV_PYTHON, "-m", "pip", "--disable-pip-version-check"]
    system.run_logged([*command, *arguments], LOG, "installing Python packages")


def ensure_wheels():
    """Return the wheels of all packages, from the cache if they are intact."""
    folder = paths.cache_folder("wheels") / f"{lock_hash()}-{python_tag()}"
    wheels = checked_files(folder)
    if wheels:
        return wheels
    title = "Python packages: download (150 MB)"
    with step(title), system.new_folder(folder) as fresh:
        build_wheels(fresh)
        write_sums(fresh)
    return checked_files(folder)


def build_wheels(folder):
    """Download by hash. A few packages are source only: they are built here.

    They are built with the pinned setuptools, so that nothing unpinned is fetched.
    """
    checked = ["--require-hashes", "--no-deps"]
    builder = paths.RUN / "setuptools.txt"
    builder.write_text(locked("setuptools"))
    pip(["install", *checked, "-r", builder])
    wheel = ["wheel", "--no-build-isolation", "-w", folder]
    pip([*wheel, *checked, "-r", paths.LOCK])
    builder.unlink()


def locked(name):
    """Return the lines of the lock file about one package."""
    lines = paths.LOCK.read_text().splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{name}=="))
    end = start + 1
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    return "".join(lines[start:end])


def python_tag():
    """Return what wheels depend on: the Python, the processor, the C library."""
    code = "import sys; print('cp%d%d' % sys.version_info[:2])"
    python = subprocess.check_output([paths.VENV_PYTHON, "-c", code], text=True)
    libc = "-".join(filter(None, platform.libc_ver())) or sys.platform
    return f"{python.strip()}-{platform.machine()}-{libc}"


def site_packages():
    return next((paths.VENV / "lib").glob("python3.*")) / "site-packages"


def link_odoo(odoo):
    """Make ``import odoo`` find Odoo, wherever it is."""
    link = site_packages() / "odoo_source.pth"
    text = f"{odoo.home}\n"
    if not link.exists() or link.read_text() != text:
        link.write_text(text)


def relock():
    """Compute ``requirements/lock.txt`` anew from the ``.in`` files."""
    folder = paths.RUN / "lock"
    uv = folder / "bin" / "uv"
    with step("requirements/lock.txt"):
        if not uv.exists():
            make = [find_python(), "-m", "venv", folder]
            system.run_logged(make, LOG, "making an environment")
            install = [folder / "bin" / "python", "-m", "pip", "install", "uv"]
            system.run_logged(install, LOG, "installing uv")
        system.run_logged([uv, *lock_arguments()], LOG, "computing the lock file")


def lock_arguments():
    folder = Path("requirements")
    flags = "--universal --python-version 3.10 --generate-hashes --no-emit-index-url"
    quiet = "--no-emit-find-links --no-annotate --no-header"
    overrides = ["--override", folder / "overrides.txt"]
    sources = [folder / f"{name}.in" for name in ("odoo", "oca", "dev")]
    words = [*flags.split(), *quiet.split(), *overrides, *sources]
    return ["pip", "compile", *words, "--upgrade", "-o", folder / "lock.txt"]
