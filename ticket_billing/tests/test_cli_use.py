import re
import subprocess
import tempfile
from pathlib import Path

import psycopg2

from odoo.sql_db import connection_info_for
from odoo.tests import tagged
from odoo.tests.common import get_db_name
from odoo.tools import config

from odoo.addons import ticket_billing

from .common_cli import CliCommon


@tagged("post_install", "-at_install")
class TestCliUse(CliCommon):
    """Wrong use and wrong places are told in a sentence; nothing is billed."""

    def _check_sentence(self, result, message):
        self.assertIn(message, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(result.stdout, "")

    def test_wrong_use(self):
        db = ("-d", get_db_name())
        with tempfile.TemporaryDirectory() as folder:
            missing = str(Path(folder) / "missing.conf")
        cases = [
            (["process"], "required: -d"),
            (["process", *db, "--limit", "0"], "not a number above zero"),
            (["process", *db, "--ticket", "NO-SUCH"], "no ticket “NO-SUCH”"),
            (["process", *db, "--ticket", "A", "--limit", "1"], "for what is due"),
            (["process", *db, "-c", missing], f"{missing} that -c/--config names"),
            (["status", *db, "--days", "x"], "not a number above zero"),
            (["fly", *db], "invalid choice"),
            ([], "required: action"),
        ]
        for args, message in cases:
            with self.subTest(args=args):
                result = self._run(*args)
                self.assertEqual(result.returncode, 2, result.stderr)
                self._check_sentence(result, message)
        self.assertEqual(set(self._get_states()), {"pending"})

    def test_configuration_file(self):
        """ODOO_RC may be wrong if -c names another, but not both."""
        addons = ",".join(config["addons_path"])
        command = self._get_command("status", "-d", get_db_name(), "--json")
        command.insert(3, f"--addons-path={addons}")
        environment = self._get_environment(ODOO_RC="/no/such/odoo.conf")
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(result.returncode, 2)
        self.assertIn("/no/such/odoo.conf that ODOO_RC names", result.stderr)
        command += ["-c", config["config"]]
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_help(self):
        for args, parts in {
            ("--help",): ["ODOO_RC", "--addons-path", "exit status", "status"],
            ("process", "--help"): [
                "--dry-run",
                "--limit N",
                "--company C",
                "--customer P",
                "--ticket NUMBER",
                "--json",
                "-c FILE",
                "examples:",
                "exit status:",
            ],
            ("status", "--help"): ["--days", "--company"],
            ("report", "--help"): ["--json"],
        }.items():
            with self.subTest(args=args):
                result = self._run(*args)
                self.assertEqual(result.returncode, 0)
                for part in parts:
                    self.assertIn(part, result.stdout)

    # Databases

    def test_databases_that_cannot_be_billed(self):
        cases = [
            ("no_such_database", "Cannot connect to the database no_such_database"),
            ("postgres", "postgres is not a database of Odoo"),
            (self._create_foreign_database(), "ticket_billing is not installed in"),
        ]
        for name, message in cases:
            with self.subTest(name=name):
                result = self._run("process", "-d", name)
                self.assertEqual(result.returncode, 1, result.stderr)
                self._check_sentence(result, message)

    def _create_foreign_database(self):
        """Return the name of a database with a table of modules, none of them ours."""
        name = f"{get_db_name()}_foreign"
        self.addCleanup(self._execute, f'DROP DATABASE "{name}"')
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        self._execute("CREATE TABLE ir_module_module (name text, state text)", name)
        values = "('ticket_billing', 'uninstalled'), ('helpdesk_mgmt', 'installed')"
        self._execute(f"INSERT INTO ir_module_module VALUES {values}", name)
        return name

    def _execute(self, statement, name="postgres"):
        """Run a statement that is allowed in no transaction."""
        _name, info = connection_info_for(name)
        connection = psycopg2.connect(**info)
        connection.autocommit = True
        connection.cursor().execute(statement)
        connection.close()

    def test_addon_is_in_no_addons_path(self):
        """The command is found in a folder of its own, the addon is not."""
        with tempfile.TemporaryDirectory() as folder:
            self._write_other_addon(Path(folder))
            paths = [p for p in config["addons_path"] if not self._has_addon(p)]
            conf = Path(folder) / "odoo.conf"
            text = Path(config["config"]).read_text()
            path = ",".join([*paths, folder])
            conf.write_text(re.sub("(?m)^addons_path.*", f"addons_path = {path}", text))
            result = self._run("process", "-d", get_db_name(), ODOO_RC=str(conf))
        self.assertEqual(result.returncode, 1, result.stderr)
        self._check_sentence(result, "but it is in no folder of addons_path")

    def _has_addon(self, path):
        return (Path(path) / "ticket_billing").exists()

    def _write_other_addon(self, folder):
        (folder / "other" / "cli").mkdir(parents=True)
        (folder / "other" / "__init__.py").touch()
        (folder / "other" / "__manifest__.py").write_text("{'name': 'Other'}")
        script = Path(ticket_billing.__file__).parent / "cli" / "ticket_billing.py"
        (folder / "other" / "cli" / "ticket_billing.py").symlink_to(script)
