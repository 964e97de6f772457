"""The pictures of the documentation and the table that takes them."""

import re
import struct

import pytest
from lib import paths, pictures, scenes, screenshots
from lib.console import Failure

IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
PAGES = [paths.ROOT / "README.md", *sorted((paths.ROOT / "docs").rglob("*.md"))]
NAMES = [picture.name for picture in pictures.PICTURES]
ALL_NEEDS = {name for picture in pictures.PICTURES for name in pictures.needs(picture)}


def embedded():
    """Return {file: texts that stand for it} of all images that pages show."""
    texts = {}
    for page in PAGES:
        for text, target in IMAGE.findall(page.read_text()):
            texts.setdefault((page.parent / target).resolve(), []).append(text)
    return texts


def test_pages_show_what_the_table_takes_and_nothing_else():
    assert set(embedded()) == {screenshots.IMAGES / f"{name}.png" for name in NAMES}
    assert len(NAMES) == len(set(NAMES))


def test_each_picture_is_there_and_nothing_beside_it():
    files = {file.name for file in screenshots.IMAGES.iterdir()}
    assert files == {f"{name}.png" for name in NAMES}


@pytest.mark.parametrize("picture", pictures.PICTURES, ids=NAMES)
def test_picture_is_small_and_as_large_as_its_row_says(picture):
    data = (screenshots.IMAGES / f"{picture.name}.png").read_bytes()
    assert len(data) <= screenshots.MOST_BYTES
    assert struct.unpack(">II", data[16:24]) == picture.size


def test_each_picture_is_told_in_words():
    assert all(text for texts in embedded().values() for text in texts)


def test_each_record_of_a_page_is_an_external_id_or_a_scene():
    words = {name for name in ALL_NEEDS if "." not in name}
    assert words <= set(scenes.SCENES)


def test_an_address_has_ids_for_names():
    picture = pictures.Picture("a", "admin", "/odoo/action-{a.b}/{draft}", "form")
    assert pictures.address(picture, {"a.b": 7, "draft": 8}) == "/odoo/action-7/8"


def test_a_picture_that_is_not_in_the_table_is_refused():
    with pytest.raises(Failure, match=r"no picture is called cockpits; the names"):
        screenshots.chosen(["cockpits"])
    assert screenshots.chosen([]) == NAMES
    assert screenshots.chosen(["cockpit"]) == ["cockpit"]
