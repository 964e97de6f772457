import io
import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ADDONS = Path(__file__).parents[2]
# What is said alike in both languages: names, abbreviations, and texts of fillings
ALIKE = {
    "ticket_billing": {
        "%(allowances)s (%(first)s – %(last)s)",
        "%(before)s → %(after)s: %(message)s",
        "%(hours)s h.",
        "%(origin)s: %(price)s.",
        "%(product)s: %(number)s %(title)s",
        "%s h",
        "%s min",
        "<strong>Ticket:</strong>",
        "API",
        "Administrator",
        "Cockpit",
        "ID",
        "Icon",
        "Journal",
        "Logo",
        "Manager",
        "Name",
        "OK",
        "Status",
        "Team",
        "Ticket",
        "Tickets",
        "Tickets:",
        "Version",
        "object._get_statement_base_filename()",
    },
    "ticket_billing_queue": {"ID", "Jobs"},
    "ticket_billing_sale_timesheet": {"ID"},
}


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """Whatever people read is in the template, and in German."""

    def _get_addons(self):
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "ticket_billing%"), ("state", "=", "installed")]
        )
        return modules.mapped("name")

    def _read(self, addon, name):
        path = ADDONS / addon / "i18n" / name
        return polib.pofile(str(path)) if path.exists() else []

    def _export(self, addon):
        """Return the terms that the code and the data of an addon have now."""
        buffer = io.BytesIO()
        trans_export(None, [addon], buffer, "po", self.env)
        return {entry.msgid for entry in polib.pofile(buffer.getvalue().decode())}

    def test_template_has_every_term_of_the_code(self):
        for addon in self._get_addons():
            with self.subTest(addon=addon):
                template = {e.msgid for e in self._read(addon, f"{addon}.pot")}
                self.assertEqual(self._export(addon), template)

    def test_german_is_complete_and_keeps_what_is_filled_in(self):
        for addon in self._get_addons():
            template = {e.msgid for e in self._read(addon, f"{addon}.pot")}
            german = self._read(addon, "de.po")
            with self.subTest(addon=addon):
                self.assertEqual({entry.msgid for entry in german}, template)
                for entry in german:
                    self._check_entry(entry)

    def _check_entry(self, entry):
        with self.subTest(term=entry.msgid):
            self.assertTrue(entry.msgstr)
            self.assertNotIn("fuzzy", entry.flags)
            filled_in = [
                sorted(re.findall(r"%\(\w+\)s|%s", text))
                for text in (entry.msgid, entry.msgstr)
            ]
            self.assertEqual(*filled_in)

    def test_german_is_german(self):
        for addon in self._get_addons():
            with self.subTest(addon=addon):
                german = self._read(addon, "de.po")
                alike = {e.msgid for e in german if e.msgid == e.msgstr}
                self.assertEqual(alike, ALIKE.get(addon, set()))
