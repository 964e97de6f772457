"""The list of guards fits the code, so that removing them means something."""

import pytest
from lib import paths
from lib.mutations import load_guards

GUARDS = load_guards()


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_guard_is_where_the_list_says(guard):
    if guard.sql:
        assert not guard.file
        return
    text = (paths.ROOT / guard.file).read_text()
    assert text.count(guard.old) == 1
    compile(text.replace(guard.old, guard.new), guard.file, "exec")


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_tests_of_a_guard_exist(guard):
    tests = paths.ROOT.glob("ticket_billing*/tests/test_*.py")
    text = "".join(file.read_text() for file in tests)
    for name in guard.tests.split(" or "):
        assert f"class {name}(" in text


def test_names_of_guards_are_unique():
    names = [guard.name for guard in GUARDS]
    assert len(names) == len(set(names))
