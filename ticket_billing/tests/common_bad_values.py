from contextlib import contextmanager

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from .bad_values import HARMFUL
from .common_statement import StatementCommon

ADMIN_GROUPS = (
    "base.group_system",
    "account.group_account_manager",
    "helpdesk_mgmt.group_helpdesk_manager",
    "hr_timesheet.group_timesheet_manager",
    "project.group_project_manager",
    "ticket_billing.group_ticket_billing_admin",
)
LONGEST_SENTENCE = 1_000
SENTENCES = "takes|Ids are|no .* with the id|never changed|^Say w"


class BadValuesCommon(StatementCommon):
    """Sends what a program may send, through the function that RPC calls."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(
            cls.env,
            "everything",
            groups=",".join(ADMIN_GROUPS),
            company_id=cls.company.id,
        )

    def _call(self, records, method, *args, ids=None, **kwargs):
        """Call a method as RPC does, with all that it writes.

        :param ids: what a program sends in place of the ids of the records
        """
        model = self.env[records._name].with_user(self.admin)
        if not hasattr(getattr(type(model), method), "_api_model"):
            args = [records.ids if ids is None else ids, *args]
        result = call_kw(model, method, [*args], kwargs)
        self.env.flush_all()
        return result

    @contextmanager
    def _taken_back(self):
        """Take back what is done, as a server does after an error."""
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            yield
            savepoint.rollback()
            self.env.transaction.clear()

    def _get_refusal(self, records, method, *args, **kwargs):
        """Return the error that refuses a call, None if it goes through."""
        with self._taken_back():
            try:
                self._call(records, method, *args, **kwargs)
            except (UserError, IntegrityError) as error:
                return error
        return None

    def _check_refused(self, records, method, *args, **kwargs):
        """Check that a call is refused in a sentence."""
        error = self._get_refusal(records, method, *args, **kwargs)
        self.assertIsInstance(error, UserError)
        sentence = str(error)
        self.assertTrue(sentence.strip())
        self.assertLess(len(sentence), LONGEST_SENTENCE)
        for technical in ("Traceback", "psycopg2", "\0"):
            self.assertNotIn(technical, sentence)
        if not isinstance(error, AccessError):
            self.assertRegex(sentence, SENTENCES)

    def _check_fields(self, records, names=None, method="write", **values):
        """Send each field of ours what it must not take.

        All of it to the first field of a type, every third value to the others.

        :return: how many values were sent
        """
        count, seen = 0, set()
        for name in names or self._get_own_fields(records):
            kind = records._fields[name].type
            wrong = HARMFUL[kind]
            for value in wrong[count % 3 :: 3] if kind in seen else wrong:
                shown = repr(value)[:60]
                with self.subTest(model=records._name, field=name, value=shown):
                    self._check_refused(records, method, {**values, name: value})
                count += 1
            seen.add(kind)
        return count

    def _get_own_fields(self, records):
        """Return the names of the fields of ours that a program may write."""
        return [
            name
            for name, field in records._fields.items()
            if field.type in HARMFUL
            and any(module.startswith("ticket_billing") for module in field._modules)
            and name not in ("create_date", "write_date", "create_uid", "write_uid")
            and (field.store or field.inverse)
        ]
