import pytest

from server.domain import differences
from server.domain.check_ins import Kind
from tests.domain.words import moment, said

KEPT, DIFFERS, AGREES, LEAVES = "noor kept 20T19:00", "sam differs 20T20:00", "noor agree_missed 20T21:00", "sam withdraw 20T21:00"
OWNS = "noor missed 20T21:00"


def standing(*lines, now="21T12:00"):
    found = differences.latest(said(*lines), moment(now))
    return found and found.standing.value


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([KEPT, DIFFERS], "open"),
        ([KEPT, DIFFERS, "sam seen 20T20:30"], "open"),
        ([KEPT, DIFFERS, AGREES], "agreed"),
        ([KEPT, DIFFERS, OWNS], "agreed"),
        ([KEPT, DIFFERS, LEAVES], "withdrawn"),
        ([KEPT, DIFFERS, LEAVES, "sam differs 20T22:00"], "open"),
        (["noor missed 20T18:00", KEPT, DIFFERS], "open"),
    ],
)
def test_how_a_difference_stands(lines, expected):
    assert standing(*lines) == expected


@pytest.mark.parametrize("lines", [[], [KEPT], [KEPT, OWNS], [KEPT, DIFFERS, "sam undo 20T20:01 takes_back=2"]])
def test_where_everybody_saw_it_alike_there_is_none(lines):
    assert standing(*lines) is None


def test_after_seven_days_it_falls_away_by_itself():
    assert standing(KEPT, DIFFERS, now="27T19:59:59.999999") == "open"
    assert standing(KEPT, DIFFERS, now="27T20:00") == "lapsed"
    found = differences.latest(said(KEPT, DIFFERS), moment("27T20:00"))
    assert found.falls_at == moment("27T20:00")


def test_the_seven_days_run_from_when_it_arrived():
    assert standing(KEPT, f"{DIFFERS} received=21T09:00", now="28T08:00") == "open"


def test_what_is_owned_after_it_fell_away_was_not_agreed_on():
    assert standing(KEPT, DIFFERS, "noor missed 28T20:00", now="28T21:00") == "lapsed"


def test_all_who_saw_it_so_are_in_it_once():
    found = differences.latest(said(KEPT, DIFFERS, "cleo differs 20T20:10", "sam differs 20T20:20"), moment("21T12:00"))
    assert [one.member_id.int for one in found.seen_by] == [2, 3]


def test_one_that_was_ended_is_not_in_the_next():
    found = differences.latest(said(KEPT, DIFFERS, LEAVES, "cleo differs 20T22:00"), moment("21T12:00"))
    assert [one.member_id.int for one in found.seen_by] == [3]


def test_it_is_about_the_word_that_came_before_it():
    words = said(KEPT, DIFFERS, LEAVES, "sam differs 20T22:00", "noor agree_missed 20T23:00")
    assert [one.kind for one in differences.before(words)] == [Kind.KEPT]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([KEPT], False),
        ([OWNS], False),
        (["noor missed 20T18:00", KEPT], False),
        (["sam kept 20T19:00", OWNS], False),
        ([KEPT, OWNS], True),
        ([KEPT, DIFFERS, AGREES], True),
        ([KEPT, OWNS, "noor undo 20T21:01 takes_back=2"], False),
    ],
)
def test_a_correction_is_the_promisers_own_word_taken_back(lines, expected):
    assert differences.is_corrected(said(*lines)) is expected
