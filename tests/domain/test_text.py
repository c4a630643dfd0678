"""What words may be made of."""

import unicodedata

import pytest

from server.domain import text
from server.domain.errors import InvalidError

ANY_SCRIPT = [
    "Zoë",
    "بيت",
    "晚上九点打电话",
    "👩\u200d👧\u200d👦",
    "क\u094d\u200cष",
    "🫨",
    "ศิริ",
    "שלום",
    "o\u0308ffnen",
    "Tom & <Jerry>",
    "{{ 7 }}",
]
NOT_SHOWN = [
    "\x00",
    "\x07",
    "\x1b",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202a",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ud800",
    "\udfff",
    "\ue000",
    "\ufffd",
]


@pytest.mark.parametrize("words", ANY_SCRIPT)
def test_words_of_any_script_are_kept_as_they_are_read(words):
    assert text.line_of(f" {words} ", "title") == unicodedata.normalize("NFC", words)
    assert text.is_seen(words)


@pytest.mark.parametrize("sign", NOT_SHOWN)
def test_a_sign_that_nobody_sees_or_that_turns_its_neighbours_is_refused(sign):
    for reader in (text.line_of, text.lines_of):
        with pytest.raises(InvalidError, match="cannot be shown") as refusal:
            reader(f"a{sign}b", "title")
        assert refusal.value.field == "title"


def test_marks_may_stand_on_a_letter_but_not_in_a_tower():
    assert text.line_of("a" + "\u0323" * text.MOST_MARKS, "title")
    with pytest.raises(InvalidError):
        text.line_of("a" + "\u0323" * (text.MOST_MARKS + 2), "title")


def test_two_names_that_look_alike_are_one():
    assert {text.line_of(one, "name") for one in ("Sam", "S\u200bam", "\ufeffSam", "Sam\u2060")} == {"Sam"}
    assert text.line_of("Zoe\u0308", "name") == text.line_of("Zoë", "name")


def test_a_line_stays_one_line_and_an_answer_may_have_many():
    for broken in ("a\nb", "a\r\nb", "a\tb"):
        with pytest.raises(InvalidError):
            text.line_of(broken, "title")
    assert text.lines_of("a\r\nb\rc\td", "prevent") == "a\nb\nc\td"
    assert text.folded(" a\r\n b ", "what") == "a b"


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u200d\u200c", "\u0301", "\u3164", "\u2800", "\u00ad", "\n"])
def test_what_shows_nothing_is_nothing(nothing):
    assert not text.is_seen(nothing)


def test_words_from_right_to_left_turn_nothing_beside_them():
    assert text.isolated("Noor") == "Noor"
    assert text.isolated("نور") == "\u2068نور\u2069"
