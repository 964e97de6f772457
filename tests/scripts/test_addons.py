import pytest
from lib import addons


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Return a function that adds an addon to an empty repository."""
    monkeypatch.setattr(addons.paths, "ROOT", tmp_path)

    def add(name, **manifest):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr(manifest))

    return add


def test_an_addon_is_a_folder_with_a_manifest(repository, tmp_path):
    (tmp_path / "docs").mkdir()
    repository("billing")
    repository("old", installable=False)
    assert addons.our_addons() == ["billing"]


def test_the_demo_leaves_out_what_installs_itself(repository):
    repository("billing")
    repository("billing_sale", auto_install=True)
    repository("billing_some", auto_install=["billing"])
    assert addons.our_addons() == ["billing", "billing_sale", "billing_some"]
    assert addons.demo_addons() == ["billing"]
