from datetime import time

import pytest

from server.domain import members
from server.domain.errors import InvalidError


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Noor", "Noor"),
        ("  Sam\t", "Sam"),
        ("نور‌الدین", "نور‌الدین"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("O’Neill-Đặng", "O’Neill-Đặng"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("7", "7"),
        ("x" * 80, "x" * 80),
    ],
)
def test_a_name_is_kept_as_it_is_written(typed, name):
    assert members.name_of(typed) == name


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u200d\u200c", "\u0301", "\u2067", "x" * 81])
@pytest.mark.parametrize("field", ["name", "token_name"])
def test_a_name_that_is_none_or_too_long_is_refused_at_its_field(typed, field):
    with pytest.raises(InvalidError) as refused:
        members.name_of(typed, field)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "sign", ["\x00", "\n", "\x7f", "\x85", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ud800", "\ue000", "\uffff"]
)
def test_a_sign_that_would_disturb_the_words_beside_it_is_refused(sign):
    with pytest.raises(InvalidError, match="cannot be shown"):
        members.name_of(f"No{sign}or")


@pytest.mark.parametrize(("typed", "start"), [("00:00", time(0)), ("03:00", time(3)), ("04:30", time(4, 30)), ("06:00", time(6))])
def test_a_day_starts_on_the_half_hour_until_six(typed, start):
    assert members.day_start_of(typed) == start


@pytest.mark.parametrize("typed", ["", "06:30", "24:00", "3:00", "03:10", "-1:00", "noon"])
def test_a_day_starts_at_no_other_time(typed):
    with pytest.raises(InvalidError, match="between 00:00 and 06:00"):
        members.day_start_of(typed)


def test_the_usual_start_is_among_those_to_choose():
    assert members.DAY_START in members.DAY_STARTS
    assert len(members.DAY_STARTS) == 13
