import json
import os
import re
import subprocess
from pathlib import Path

from odoo.tests import tagged
from odoo.tests.common import get_db_name

from odoo.addons import ticket_billing

from .common_api import ApiCommon

PAGE = Path(ticket_billing.__file__).parents[1] / "docs" / "api.md"
EXAMPLE = re.compile(r"```sh\n(.*?)```\s+```json\n(.*?)```", re.S)


@tagged("post_install", "-at_install")
class TestApiDoc(ApiCommon):
    """The page about the API: its commands run, and answer as it says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = PAGE.read_text(encoding="utf-8")
        cls.examples = dict(
            (re.search(r"/json/2/(\S+?)\"", command)[1], (command, json.loads(answer)))
            for command, answer in EXAMPLE.findall(cls.page)
        )

    def setUp(self):
        super().setUp()
        self.ticket = self._close(self._create_ticket(1.5))
        self.open_ticket = self._create_ticket()

    def _run(self, path, key="manager"):
        """Return what the documented command prints."""
        environment = {
            **os.environ,
            "ODOO_URL": self.base_url(),
            "ODOO_DB": get_db_name(),
            "ODOO_API_KEY": self.keys[key],
            "TICKET": str(self.ticket.id),
            "OTHER_TICKET": str(self.open_ticket.id),
        }
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            result = subprocess.run(
                ["bash", "-euc", self.examples[path][0]],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.env.invalidate_all()
        return json.loads(result.stdout)

    def _check_like(self, example, answer, place=""):
        """Check that an answer has the fields and types of the documented one."""
        kinds = (int, float) if isinstance(example, float) else type(example)
        self.assertIsInstance(answer, kinds, place)
        if isinstance(example, dict):
            self.assertEqual(list(answer), list(example), place)
            for name, value in example.items():
                self._check_like(value, answer[name], f"{place}.{name}")
        elif isinstance(example, list) and example and isinstance(example[0], dict):
            self.assertEqual(len(answer), len(example), place)
            for one, other in zip(example, answer, strict=True):
                self._check_like(one, other, place)

    def test_every_command_of_the_page_is_tried(self):
        tried = set(re.findall(r'self\._run\("([^"]+)"', Path(__file__).read_text()))
        self.assertEqual(set(self.examples), tried)
        self.assertEqual(self.page.count("curl "), len(tried))

    def test_preview(self):
        answer = self._run("helpdesk.ticket/get_billing_preview")
        self._check_like(
            self.examples["helpdesk.ticket/get_billing_preview"][1], answer
        )
        data = self.ticket.with_user(self.users["manager"]).get_billing_preview()
        self.assertEqual(answer, json.loads(json.dumps(data)))
        self.assertEqual(answer[0]["amount_untaxed"], 150.0)
        self.assertFalse(self.ticket.charge_ids)

    def test_generate_invoice_and_read(self):
        answer = self._run("helpdesk.ticket/generate_invoice")
        self._check_like(self.examples["helpdesk.ticket/generate_invoice"][1], answer)
        self.assertEqual([data["will_bill"] for data in answer], [True, False])
        self.assertIn("still open", answer[1]["reason"])
        charges = self._run("ticket.billing.charge/search_read")
        example = self.examples["ticket.billing.charge/search_read"][1]
        self._check_like(example, charges)
        self.assertEqual(charges[0]["id"], self.ticket.charge_ids.id)
        self.assertEqual(charges[0]["amount"], 150.0)
        runs = self._run("ticket.billing.run/search_read")
        self._check_like(self.examples["ticket.billing.run/search_read"][1], runs)
        self.assertEqual(runs[0]["user_id"][0], self.users["manager"].id)
        self.assertEqual((runs[0]["found"], runs[0]["invoiced"]), (2, 1))

    def test_fields_of_an_answer_are_explained(self):
        answer = self.examples["helpdesk.ticket/get_billing_preview"][1][0]
        for name in {*answer, *answer["lines"][0]}:
            self.assertRegex(self.page, rf"(?m)^\|[^|]*`{name}`")
