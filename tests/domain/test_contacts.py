import pytest

from server.domain import contacts
from server.domain.contacts import BUILT_IN, Contact

TWO = """
[[en]]
label = "A line"
url = "tel:116016"
note = "day and night"

[[de]]
label = "Ein Telefon"
url = "https://hilfe.example"
"""
LINE, TELEFON = Contact("A line", "tel:116016", "day and night"), Contact("Ein Telefon", "https://hilfe.example")


def test_they_are_read_by_language():
    assert contacts.read(TWO) == {"en": (LINE,), "de": (TELEFON,)}


@pytest.mark.parametrize(
    ("accepted", "found"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", TELEFON),
        ("DE", TELEFON),
        ("fr,de;q=0.8", TELEFON),
        ("fr", LINE),
        ("", LINE),
        ("*", LINE),
    ],
)
def test_people_see_those_in_their_own_language_or_in_english(accepted, found):
    assert contacts.chosen(contacts.read(TWO), accepted) == (found,)


def test_without_english_the_first_language_is_better_than_none():
    assert contacts.chosen({"de": (TELEFON,)}, "fr") == (TELEFON,)


def test_where_nothing_is_set_there_are_the_emergency_numbers():
    assert contacts.chosen({}, "en") == BUILT_IN
    assert "112" in [one.label for one in BUILT_IN]


@pytest.mark.parametrize(
    "text",
    [
        "en = 3",
        "en = []",
        '[[en]]\nlabel = "x"',
        '[[en]]\nurl = "tel:1"',
        '[[en]]\nlabel = "x"\nurl = "http://x.example"',
        '[[en]]\nlabel = "x"\nurl = "javascript:alert(1)"',
        '[[en]]\nlabel = "x"\nurl = "tel:1 2"',
        '[[en]]\nlabel = 3\nurl = "tel:1"',
        '[[en]]\nlabel = "x"\nurl = "tel:1"\nmore = "x"',
        f'[[en]]\nlabel = "{"x" * 121}"\nurl = "tel:1"',
        '[[en]]\nlabel = "x"\nurl = "tel:1"\n' * 13,
        "[[en",
    ],
)
def test_what_reaches_nobody_is_refused(text):
    with pytest.raises(ValueError, match=r"\S"):
        contacts.read(text)


def test_their_name_changes_with_them():
    assert contacts.name_of({}) != contacts.name_of(contacts.read(TWO)) == contacts.name_of(contacts.read(TWO))
