"""Links between the pages of the documentation lead somewhere."""

import re

import pytest
from lib import paths

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
README = paths.ROOT / "README.md"
PAGES = [README, *sorted((paths.ROOT / "docs").rglob("*.md"))]


def anchors(page):
    """Return the anchors of a page as GitHub makes them of its headings."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in headings
    }


def links(page):
    """Yield (file, anchor) of the links of a page within the repository."""
    for target in LINK.findall(page.read_text()):
        if "://" not in target:
            path, _hash, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for file, anchor in links(page):
        assert file.exists(), file
        if anchor:
            assert anchor in anchors(file), f"{file.name}#{anchor}"


def test_readme_lists_each_page():
    listed = {file for file, _anchor in links(README)}
    assert set((paths.ROOT / "docs").glob("*.md")) <= listed
