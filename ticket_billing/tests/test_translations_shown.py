from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationImporter

from .test_translations import ADDONS, ALIKE

ADDON = "ticket_billing"
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
        field = records._fields[name]
        english = set()
        for record in records:
            texts = [
                record.with_context(lang=lang)[name] or ""
                for lang in ("en_US", "de_DE")
            ]
            terms = [
                set(filter(None, field.get_trans_terms(text))) if text else set()
                for text in texts
            ]
            english |= terms[0] & terms[1]
        return english - ALIKE[ADDON]
