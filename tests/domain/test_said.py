"""What stands of all that was said."""

import pytest

from server.domain import check_ins
from tests.domain.words import said


def kept_after(*lines):
    return [one.seq for one in check_ins.surviving(check_ins.live(said(*lines)))]


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ([], []),
        (["noor kept 20T20:00", "sam kept 20T20:05"], [1, 2]),
        (["noor kept 20T20:00", "sam kept 20T20:05", "noor missed 20T20:01"], [2]),
        (["noor kept 20T20:00", "noor missed 20T20:00", "noor kept 20T20:00"], [3]),
        (["noor missed 20T20:00", "noor kept 20T19:59 received=20T20:01"], []),
        (["noor missed 20T20:00", "noor agree_missed 20T21:00", "noor kept 20T20:30"], []),
        (["noor kept 20T20:00", "noor missed 20T20:01", "noor undo 20T20:02 takes_back=2"], [1]),
        (["noor kept 20T20:00", "noor undo 20T20:01 takes_back=1", "noor kept 20T20:02"], [3]),
    ],
)
def test_owning_voids_what_was_tapped_before_it(lines, standing):
    assert kept_after(*lines) == standing


def test_what_stands_of_the_log_is_what_was_not_taken_back():
    words = said("noor kept 20T20:00", "sam seen 20T20:01", "noor undo 20T20:02 takes_back=1", "noor missed 20T20:03")
    assert [one.seq for one in check_ins.live(words)] == [2, 4]
