import re

import pytest

from tests.web.pages import read
from web.assets import STATIC
from web.filters import TEMPLATES

PIECES = sorted(path.stem for path in (TEMPLATES / "ui").glob("*.html"))


def test_every_piece_has_a_style_sheet_of_its_name_and_the_other_way_round():
    assert sorted(path.stem for path in (STATIC / "css" / "ui").glob("*.css")) == PIECES


@pytest.mark.parametrize("piece", PIECES)
def test_every_piece_stands_in_the_gallery(piece):
    assert f"piece-{piece}" in {attributes.get("id") for _, attributes in read("gallery").elements}


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_is_one_macro_of_the_same_name(piece):
    source = (TEMPLATES / "ui" / f"{piece}.html").read_text()
    assert re.findall(r"{% macro (\w+)\(", source) == [piece]


@pytest.mark.parametrize("path", sorted(STATIC.glob("js/*/*.js")), ids=lambda path: path.stem)
def test_a_behaviour_finds_its_place_by_a_data_attribute_that_a_template_carries(path):
    found = set(re.findall(r"\[(data-[a-z-]+)", path.read_text()))
    carried = " ".join(template.read_text() for template in TEMPLATES.glob("**/*.html"))
    assert [name for name in found if name not in carried] == []
