"""The addons of this repository, and whether their sources have changed."""

import ast
import hashlib

from . import paths
from .python_env import lock_hash

IGNORED = ("__pycache__", "tests", "i18n_extra")


def our_addons():
    """Return the names of the addons: the folders with a manifest."""
    manifests = sorted(paths.ROOT.glob("*/__manifest__.py"))
    names = [manifest.parent.name for manifest in manifests]
    return [name for name in names if manifest_of(name).get("installable", True)]


def example_folders():
    """Return the folders of the addons that docs/extend.md tells how to write."""
    return sorted(file.parent for file in paths.EXAMPLES.glob("*/__manifest__.py"))


def demo_addons():
    """Return the addons that the demo shows: those somebody chooses to install.

    A joint of two addons installs itself where both are. Named in an installation it
    would bring the other one along, demo data and all.
    """
    return [name for name in our_addons() if not is_joint(name)]


def is_joint(name):
    """Return whether an addon installs itself where those are that it joins."""
    return bool(manifest_of(name).get("auto_install"))


def foreign_dependencies(*names):
    """Return the addons of others that ours depend on, in the order of manifests."""
    ours = set(our_addons())
    depends = [other for name in names for other in manifest_of(name)["depends"]]
    return [other for other in dict.fromkeys(depends) if other not in ours]


def manifest_of(name):
    text = (paths.ROOT / name / "__manifest__.py").read_text()
    return ast.literal_eval(text)


def fingerprints():
    """Return {addon: hash of what an installed database depends on}."""
    return {name: fingerprint(paths.ROOT / name) for name in our_addons()}


def fingerprint(folder):
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not set(IGNORED) & set(relative.parts):
            digest.update(f"{relative}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def foundation(odoo):
    """Return what all databases stand on; if it changes they are made anew."""
    return f"{odoo.home} {lock_hash()}"
