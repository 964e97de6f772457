"""Released versions of the addons, taken from the history of this clone."""

import io
import shutil
import subprocess
import tarfile

from . import paths, system
from .console import Failure

# What the tag of a release says; clones without tags have its commit all the same
RELEASES = {"19.0.1.1.0": "bdaee72c8cad22fc38b93659a5bd1cbf8b094d09"}


def unpack_release(version):
    """Unpack a release in a folder of its own, and return it.

    :raise Failure: if the clone does not have it, with what to run
    """
    folder = paths.RUN / "releases" / version
    archive = git("archive", "--format=tar", find_commit(version)).stdout
    with system.new_folder(folder) as fresh:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(fresh, filter="data")
    return folder


def find_commit(version):
    """Return the commit of a release: its tag's, else the one that is known of it."""
    for name in (f"refs/tags/{version}", RELEASES[version]):
        result = git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        if result.returncode == 0:
            return result.stdout.decode().strip()
    raise Failure(
        f"the release {version}, from which an upgrade is tried, is not in this clone; "
        f"{how_to_get_it()}"
    )


def how_to_get_it():
    """Return what to do for the whole history of this repository."""
    shallow = git("rev-parse", "--is-shallow-repository")
    if shallow.returncode:
        reason = (shallow.stderr.decode().strip().splitlines() or ["no repository"])[0]
        return f"work in a clone made with git clone ({reason})"
    if shallow.stdout.decode().strip() == "true":
        return "get it with: git fetch --unshallow --tags"
    return "get it with: git fetch --tags"


def git(*arguments):
    """Run git in this clone and return what came of it."""
    if not shutil.which("git"):
        raise Failure(f"git is missing; install with: {system.install_line(['git'])}")
    return subprocess.run(["git", *arguments], cwd=paths.ROOT, capture_output=True)
