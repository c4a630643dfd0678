"""When a step is over, when a review is closed, what may be said in it."""

from datetime import timedelta

import pytest

from server.domain import reviews
from server.domain.errors import InvalidError
from server.store import ids

NOOR, SAM, ADA = (ids.new() for _ in range(3))


@pytest.mark.parametrize(
    ("ready", "here", "on_one_phone", "moves"),
    [
        ({NOOR}, {NOOR, SAM}, False, False),
        ({NOOR, SAM}, {NOOR, SAM}, False, True),
        ({NOOR, SAM}, {NOOR, SAM, ADA}, False, False),
        ({NOOR}, {NOOR}, False, True),
        ({NOOR, SAM}, {NOOR}, False, True),
        ({NOOR}, {NOOR, SAM}, True, True),
        (set(), set(), False, False),
        (set(), {NOOR}, True, False),
    ],
    ids=["one-of-two", "both", "two-of-three", "alone", "who-said-so-and-left", "one-phone", "nobody", "nobody-on-one-phone"],
)
def test_a_step_is_over_once_all_who_are_here_have_said_next(ready, here, on_one_phone, moves):
    assert reviews.moves_on(ready, here, on_one_phone=on_one_phone) is moves


@pytest.mark.parametrize(
    ("said", "took_part", "on_one_phone", "closes"),
    [
        ({NOOR}, {NOOR}, False, False),
        ({NOOR}, {NOOR, SAM}, False, False),
        ({NOOR, SAM}, {NOOR, SAM}, False, True),
        ({NOOR, SAM}, {NOOR, SAM, ADA}, False, False),
        ({NOOR}, {NOOR}, True, True),
        (set(), {NOOR}, True, False),
    ],
    ids=["alone", "one-of-two", "both", "two-of-three", "one-phone", "nobody"],
)
def test_it_is_closed_by_two_at_least_and_by_all_who_took_part(said, took_part, on_one_phone, closes):
    assert reviews.closes(said, took_part, on_one_phone=on_one_phone) is closes


@pytest.mark.parametrize(("since", "counts"), [(20, 20), (180, 180), (181, 180), (90_000, 180), (-5, 0)])
def test_only_the_time_in_which_somebody_sat_there_counts(since, counts):
    assert reviews.goes_by(timedelta(seconds=since)) == timedelta(seconds=counts)


@pytest.mark.parametrize(("text", "found"), [("15", 15), ("30", 30), ("60", 60), ("45", None), ("", None), ("30.0", None), ("x", None)])
def test_it_takes_a_quarter_half_or_whole_hour(text, found):
    if found:
        assert reviews.length_of(text) == found
    else:
        with pytest.raises(InvalidError):
            reviews.length_of(text)


@pytest.mark.parametrize(("text", "said"), [("Thanks", "Thanks"), (" a\r\n b ", "a b"), ("x" * 280, "x" * 280), ("نور", "نور")])
def test_a_line_is_one_line(text, said):
    assert reviews.line_of(text) == said


@pytest.mark.parametrize("text", ["", " \n ", "x" * 281, "a\u202eb", "a\x00b"], ids=["empty", "blank", "long", "turned", "unseen"])
def test_a_line_that_cannot_be_shown_is_refused(text):
    with pytest.raises(InvalidError):
        reviews.line_of(text)


@pytest.mark.parametrize("read", [reviews.step_of, reviews.kind_of])
def test_what_there_is_not_is_refused(read):
    with pytest.raises(InvalidError):
        read("lunch")
