import re

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationImporter

from .test_translations import ADDONS, ALIKE

ADDON = "ticket_billing"
LANGUAGES = ("en_US", "de_DE")
# Models whose records hold texts of pages, and the fields that hold them
TEXTS = {
    "ir.ui.view": ("arch_db",),
    "ir.ui.menu": ("name",),
    "ir.actions.act_window": ("name", "help"),
    "ir.actions.server": ("name",),
    "ir.actions.client": ("name",),
    "ir.actions.report": ("name",),
    "ir.model.fields": ("field_description", "help"),
    "ir.model.fields.selection": ("name",),
    "res.groups": ("name", "comment"),
    "mail.activity.type": ("name", "summary"),
}


@tagged("post_install", "-at_install")
class TestTranslationsShown(TransactionCase):
    """What German users see of our pages is German."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        importer = TranslationImporter(cls.env.cr)
        importer.load_file(str(ADDONS / ADDON / "i18n" / "de.po"), "de_DE")
        importer.save(overwrite=True)
        cls.env.invalidate_all()

    def test_texts_of_pages_are_german(self):
        for model, names in TEXTS.items():
            records = self._get_records(model)
            self.assertTrue(records, model)
            for name in names:
                with self.subTest(model=model, field=name):
                    self.assertEqual(self._get_english(records, name), set())

    def _get_records(self, model):
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", model)]
        )
        return self.env[model].browse(data.mapped("res_id")).exists()

    def _get_english(self, records, name):
        """Return the texts of a field that are the same in both languages."""
        get_terms = records._fields[name].get_trans_terms
        english = set()
        for record in records:
            texts = [record.with_context(lang=lang)[name] for lang in LANGUAGES]
            first, second = (set(get_terms(text or "")) for text in texts)
            english |= first & second
        # Signs and numbers are nobody's language
        return {t for t in english - ALIKE[ADDON] if re.search(r"[^\W\d_]", t)}
