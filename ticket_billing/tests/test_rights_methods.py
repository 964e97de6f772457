from odoo.tests import tagged

from .rights_table import METHODS
from .test_rights_models import RightsModelsCommon

# The operations that test_rights_models tries
OPERATIONS = {"create", "write", "unlink"}
# Odoo's own, which says nothing but names of fields
HARMLESS = {"cache_invalidation_fields"}
OURS = "odoo.addons.ticket_billing"
ARGUMENTS = {
    "action_change": {"quantity": 1.0, "price_unit": 1.0, "reason": "x"},
    "action_override_ticket_checks": {"reason": "x"},
    "action_reject": {"reason": "x"},
    "action_undo": {"reason": "x"},
    "action_write_off": {"reason": "x"},
    # No batch of it
    "confirm_step": {"ticket_ids": []},
}


@tagged("post_install", "-at_install")
class TestRightsMethods(RightsModelsCommon):
    """Every role calls every public method of ours, with a key as programs do."""

    def test_methods(self):
        self.strange, found = [], {}
        self.env.flush_all()
        self.before = self._get_state()
        rows = self._parse(METHODS)
        for role, user, world in self._get_roles():
            for (model, method, *thing), _cells in rows:
                left = " ".join([model, method, *thing])
                found[left, role] = self._get_sign(model, method, thing, user, world)
        self._check_table(rows, found)
        self.assertFalse(self.strange)

    def _get_sign(self, model, method, thing, user, world):
        """Return the sign of the answer; what is refused leaves nothing behind."""
        with self._taken_back():
            record = self._get_subject(model, thing, user, world)
            ids = {} if record is None else {"ids": record.ids}
            arguments = {**ids, **ARGUMENTS.get(method, {})}
            answer = self._call_json2(user, model, method, **arguments)
            changed = answer.sign != "+" and self._get_state() != self.before
        if answer.sign == "X" or changed:
            self.strange.append(f"{user.login} {model} {method}: {answer}")
        return answer.sign

    def _get_subject(self, model, thing, user, world):
        """Return the record that a method is called on, None for the model."""
        name = " ".join(thing)
        if name == "model":
            return None
        if name == "module":
            return self.env.ref("base.module_ticket_billing")
        if name == "own":
            return self._get_record(model, ["own"], user, world)
        return self._get_record(name, [], user, world)

    def test_every_public_method_is_in_the_table(self):
        named = {(model, method) for (model, method, *_t), _c in self._parse(METHODS)}
        self.assertLessEqual(self._get_public_methods(), named)

    def _get_public_methods(self):
        """Return pairs of a model and a method that our addons define or extend."""
        return {
            (name, method)
            for name, model in self.registry.items()
            for cls in model.mro()
            if (cls.__module__ + ".").startswith(f"{OURS}") and not model._abstract
            for method, value in vars(cls).items()
            if not method.startswith("_") and callable(value) and method not in HARMLESS
        } - {(name, method) for name in self.registry for method in OPERATIONS}
