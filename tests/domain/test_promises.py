import pytest

from server.domain.errors import InvalidError
from server.domain.promises import AREAS, area_of, words_of


@pytest.mark.parametrize("title", ["Home by half past six", "بيت", "晚上九点打电话", "x" * 120, "👋🏽"])
def test_a_title_may_be_of_any_script(title):
    assert words_of(title=title, done_when=None, cue=None) == {"title": title, "done_when": None, "cue": None}


@pytest.mark.parametrize("title", [None, "", " ", "\t\n", "x" * 121, "Call\x00me", "Call\nme", "Call \u202eem", "\ud800"])
def test_a_title_that_is_empty_too_long_or_cannot_be_shown_is_refused(title):
    with pytest.raises(InvalidError) as refusal:
        words_of(title=title)
    assert refusal.value.field == "title"


@pytest.mark.parametrize("field", ["done_when", "cue"])
def test_the_other_lines_may_be_left_out_but_not_be_empty(field):
    assert words_of(**{field: None}) == {field: None}
    assert words_of(**{field: "x" * 280}) == {field: "x" * 280}
    for text in ("", " ", "x" * 281):
        with pytest.raises(InvalidError) as refusal:
            words_of(**{field: text})
        assert refusal.value.field == field


def test_an_area_has_a_short_name_of_its_own():
    for area in (*AREAS, "garden", "x" * 32):
        assert area_of(area) == area
    for area in ("", " ", "x" * 33, "\ud800"):
        with pytest.raises(InvalidError):
            area_of(area)
