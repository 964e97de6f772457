import json
import os
import subprocess
import sys

from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import config


@tagged("post_install", "-at_install")
class TestCli(BaseCase):
    """The command in a real second process."""

    def _run(self, *args):
        command = [sys.executable, "-m", "odoo", "ticket_billing", *args]
        environment = {**os.environ, "ODOO_RC": config["config"]}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )

    def test_process_as_json(self):
        result = self._run("process", "-d", get_db_name(), "--dry-run", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        self.assertEqual(answer["found"], len(answer["tickets"]))
        self.assertEqual(answer["blocked"], 0)

    def test_process_as_table(self):
        result = self._run("process", "-d", get_db_name(), "--dry-run")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.startswith("Ticket"))
        self.assertIn("0 blocked", result.stdout)

    def test_wrong_use(self):
        cases = [
            ["process"],
            ["process", "-d", get_db_name(), "--limit", "0"],
            ["process", "-d", get_db_name(), "--ticket", "NO-SUCH-NUMBER"],
            ["fly", "-d", get_db_name()],
        ]
        for args in cases:
            with self.subTest(args=args):
                result = self._run(*args)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertNotIn("Traceback", result.stderr)
