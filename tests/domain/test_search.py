import pytest

from server.domain import search
from server.domain.errors import InvalidError


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("dinner", "Home for Dinner"),
        ("HOME dinner", "dinner is at home"),
        ("arger", "Ärger im Büro"),
        ("ärger", "Arger im Buro"),
        ("strasse", "An der Straße"),
        ("Straße", "AN DER STRASSE"),
        ("cafe", "das Cafe\u0301"),
        ("łódź", "Lodz"),
        ("smorrebrod", "Smørrebrød"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("don't", "I don’t know"),
        ("istanbul", "İstanbul"),
        ("鍵", "鍵をかごに 鍵"),
    ],
)
def test_case_and_accents_do_not_count(typed, text):
    assert search.wanted(f" {typed} ").stand_in(text)


@pytest.mark.parametrize(("typed", "text"), [("dinners", "dinner"), ("home late", "home"), ("bowl", "bow l"), ("% _", "anything")])
def test_every_word_must_stand_there(typed, text):
    assert not search.Wanted(tuple(typed.split())).stand_in(text)


@pytest.mark.parametrize("typed", ["", " ", "a", "a b c", "\u0301\u0301", "x" * 101])
def test_too_little_and_too_much_are_refused(typed):
    with pytest.raises(InvalidError) as refused:
        search.wanted(typed)
    assert refused.value.field == "q"


def shown(typed, text):
    return "".join(f"[{one.text}]" if one.is_found else one.text for one in search.excerpt(search.wanted(typed), text))


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        ("key bowl", "The key goes\ninto the bowl.", "The [key] goes into the [bowl]."),
        ("strasse", "An der Straße 4", "An der [Straße] 4"),
        ("cafe", "das Cafe\u0301 dort", "das [Cafe\u0301] dort"),
        ("oeuvre", "L’œuvre", "L’[œuvre]"),
        ("aa", "aaaaa", "[aa][aa]a"),
        ("dinner din", "dinner", "[din]ner"),
    ],
)
def test_what_was_found_is_shown_apart(typed, text, expected):
    assert shown(typed, text) == expected


def test_a_long_text_is_shown_around_the_first_word_that_was_found():
    text = "word " * 100 + "needle " + "word " * 100
    found = shown("needle", text)
    assert found.startswith("… word word")
    assert "[needle]" in found
    assert found.endswith(" word …")
    assert len(found) < 220


@pytest.mark.parametrize("text", ["", "x" * 4000, "no such thing", "word " * 800])
def test_any_text_has_an_excerpt(text):
    assert "[" not in shown("needle", text)
