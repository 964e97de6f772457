"""Links between the pages of the documentation lead somewhere."""

import re

import pytest
from lib import paths
from lib.addons import example_folders

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
QUOTE = re.compile(r"<!-- (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
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


def test_the_example_is_quoted_as_it_is():
    [folder] = example_folders()
    page = (paths.ROOT / "docs" / "extend.md").read_text()
    quotes = dict(QUOTE.findall(page))
    for path, text in quotes.items():
        assert text == (folder / path).read_text(), path
    files = [file for file in folder.rglob("*") if file.suffix in (".py", ".xml")]
    told = {str(f.relative_to(folder)) for f in files if f.name != "__init__.py"}
    assert set(quotes) == told


def test_the_tree_of_the_example_has_its_files():
    [folder] = example_folders()
    page = (paths.ROOT / "docs" / "extend.md").read_text()
    tree = re.search(rf"```\n{folder.name}/\n(.*?)```", page, re.DOTALL)[1]
    names = sorted(re.findall(r"── (\S+?)/?$", tree, re.MULTILINE))
    found = [f for f in folder.rglob("*") if "__pycache__" not in f.parts]
    assert names == sorted(file.name for file in found)
