"""``make lint``: ruff, the rules of the Odoo Community Association, no Node."""

import subprocess

from . import paths, python_env, system
from .addons import example_folders, our_addons
from .console import done, headline, say
from .debian import install_missing


def ensure_tools():
    """Make the virtual environment; lint needs no Odoo and no database."""
    headline("Set-up")
    paths.RUN.mkdir(exist_ok=True)
    if not paths.VENV_PYTHON.exists():
        system.check_disk()
        install_missing(python_env.missing_packages)
    python_env.ensure_environment()


def lint():
    """Run every check, also after one has failed; return those that failed."""
    headline("Lint")
    return [name for name, command in checks() if not passes(name, command)]


def checks():
    addons = [*our_addons(), *example_folders()]
    translations = sorted(paths.ROOT.glob("*/i18n/*.po*"))
    yield "ruff check", tool("ruff", "check", "--quiet", ".")
    yield "ruff format", tool("ruff", "format", "--quiet", "--diff", ".")
    if addons:
        yield "pylint-odoo", module("pylint", *addons)
        yield "oca hooks: modules", module("oca_pre_commit_hooks.cli", *addons)
    if translations:
        command = module("oca_pre_commit_hooks.cli_po", *translations)
        yield "oca hooks: translations", command


def passes(name, command):
    result = subprocess.run(
        command,
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode == 0:
        done(name)
        return True
    say(f"  {name}: failed\n{result.stdout}")
    return False


def format_code():
    headline("Format")
    subprocess.run(tool("ruff", "check", "--fix", "."), cwd=paths.ROOT)
    subprocess.run(tool("ruff", "format", "."), cwd=paths.ROOT)


def tool(name, *arguments):
    return [paths.VENV / "bin" / name, *arguments]


def module(name, *arguments):
    return [paths.VENV_PYTHON, "-m", name, *arguments]
