import re
from pathlib import Path

import polib

from odoo.tests import BaseCase, tagged

I18N = Path(__file__).parents[1] / "i18n"


@tagged("post_install", "-at_install")
class TestTranslations(BaseCase):
    def test_german_is_complete_and_keeps_what_is_filled_in(self):
        terms = {
            entry.msgid for entry in polib.pofile(str(I18N / "ticket_billing.pot"))
        }
        german = polib.pofile(str(I18N / "de.po"))
        self.assertEqual({entry.msgid for entry in german}, terms)
        self.assertFalse(german.untranslated_entries() + german.fuzzy_entries())
        for entry in german:
            with self.subTest(term=entry.msgid):
                filled_in = [
                    sorted(re.findall(r"%\(\w+\)s|%s", text))
                    for text in (entry.msgid, entry.msgstr)
                ]
                self.assertEqual(*filled_in)
