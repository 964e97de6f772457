"""``make mutations``: each guard is removed in turn, and some test must notice."""

import importlib.util
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

from . import databases, odoo_conf, paths, session, system, testing
from .addons import our_addons
from .console import complain, headline, say

GUARDS = paths.ROOT / "tests" / "mutations" / "guards.py"
TREES = paths.RUN / "mutations"
WORKERS = 2


def load_guards():
    """Return the guards that are listed for this repository.

    ARGS narrows it to those whose name matches this regular expression.
    """
    spec = importlib.util.spec_from_file_location("guards", GUARDS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    wanted = os.environ.get("ARGS", "")
    return [guard for guard in module.GUARDS if re.search(wanted, guard.name)]


def mutations():
    """Remove each guard in turn and print which test catches it."""
    with session.working(testing=True) as odoo:
        databases.ensure_database(testing.DATABASE, our_addons(), odoo)
        headline("Without each guard in turn, two at a time")
        trees = Queue()
        for number in range(WORKERS):
            trees.put(Tree(number))
        try:
            with ThreadPoolExecutor(max_workers=WORKERS) as pool:
                caught = list(pool.map(lambda g: remove(g, trees), load_guards()))
        finally:
            system.remove_folder(TREES)
            while not trees.empty():
                databases.drop(trees.get().database)
    survived = caught.count(None)
    say(f"\n{len(caught) - survived} caught, {survived} survived")
    return 1 if survived else 0


def remove(guard, trees):
    """Return the name of the test that notices that a guard is missing, or None."""
    tree = trees.get()
    try:
        test = tree.run_without(guard)
    finally:
        trees.put(tree)
    if test:
        say(f"  {guard.name}: caught by {test}")
    else:
        complain(f"{guard.name}: no test of {guard.tests} noticed")
    return test


class Tree:
    """A copy of the repository and a database, to be damaged."""

    def __init__(self, number):
        self.folder = TREES / str(number)
        self.database = f"{testing.DATABASE}_mutation_{number}"
        system.remove_folder(self.folder)
        listed = ["git", "ls-files", "-z", "-co", "--exclude-standard"]
        names = subprocess.run(listed, cwd=paths.ROOT, capture_output=True, text=True)
        for name in filter(None, names.stdout.split("\0")):
            if (paths.ROOT / name).is_file():
                target = self.folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(paths.ROOT / name, target)
        self.conf = self.folder / "odoo.conf"
        conf = paths.ODOO_CONF.read_text()
        # The last one of the addons paths is the repository
        self.conf.write_text(
            conf.replace(f",{paths.ROOT}\n", f",{self.folder}\n").replace(
                str(paths.DATA_DIR), str(self.folder / "data")
            )
        )
        databases.copy(testing.DATABASE, self.database)

    def run_without(self, guard):
        """Return the first test that fails without a guard, or None."""
        file = self.folder / guard.file if guard.file else None
        whole = file and file.read_text()
        if file:
            file.write_text(whole.replace(guard.old, guard.new))
        if guard.sql:
            databases.query(guard.sql, database=self.database)
        try:
            return self.find_failure(guard.tests)
        finally:
            if file:
                file.write_text(whole)
            if guard.sql:
                databases.copy(testing.DATABASE, self.database)

    def find_failure(self, tests):
        report = self.folder / "report.xml"
        report.unlink(missing_ok=True)
        ports = (port.lstrip("-") for port in odoo_conf.private_ports())
        options = [f"--odoo-config={self.conf}", f"--odoo-database={self.database}"]
        options += [f"--odoo-extra={port}" for port in ports]
        options += ["--odoo-http", "--odoo-log-level=critical"]
        options += ["-p", "no:logging", "-x", "-q"]
        subprocess.run(
            [paths.VENV_PYTHON, "-m", "pytest", f"--junitxml={report}"]
            + [*options, "-k", tests, *our_addons()],
            cwd=self.folder,
            env=odoo_conf.odoo_environment(ODOO_RC=str(self.conf)),
            capture_output=True,
        )
        return first_failure(report)


def first_failure(report):
    """Return the name of the first failed test in a JUnit file, or None."""
    if not report.exists():
        return None
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if {child.tag for child in case} & {"failure", "error"}:
            return f"{case.get('classname').rpartition('.')[-1]}.{case.get('name')}"
    return None
