"""What time alone makes of an occurrence is what judging all its words anew would make of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from server.domain import outcomes
from server.domain.outcomes import Outcome
from tests.domain.words import moment, occurrence, said

DAYS = {
    "any time": occurrence("2026-03-20"),
    "at a time": occurrence("2026-03-20", due="18:30"),
    "twice a week": occurrence("2026-03-16", "FREQ=WEEKLY", times=2),
}
KINDS = ["kept", "missed", "heads_up", "reserve", "excuse", "vouch", "seen", "differs", "agree_missed", "withdraw", "undo"]
WORD = some.tuples(some.sampled_from(["noor", "sam"]), some.sampled_from(KINDS), some.integers(0, 9 * 24), some.integers(1, 4))


def _lines(words):
    for who, kind, hours, target in words:
        at = (moment("16T09:00") + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
        also = [f"takes_back={target}"] if kind == "undo" else [f"to={at}"] if kind == "heads_up" else []
        yield " ".join([who, kind, at, f"day=2026-03-{20 if hours % 2 else 19}", *also])


@pytest.mark.parametrize("which", DAYS)
@given(words=some.lists(WORD, max_size=4), first=some.integers(0, 300), later=some.integers(0, 600), was_active=some.booleans())
def test_of_what_left_a_day_silent_nothing_judges_it_otherwise_later(which, words, first, later, was_active):
    day, heard = DAYS[which], said(*_lines(words))
    now = moment("16T09:00") + timedelta(hours=first)
    then = now + timedelta(hours=later)
    before = outcomes.judge(day, heard, now, paused=False, was_active=was_active)
    waits = before.outcome is Outcome.UNREPORTED and before.changes_at is not None
    assume(waits or (before.outcome is Outcome.PENDING and not before.done))
    alone = outcomes.silence(day.settles_at, then, was_active=was_active)
    anew = outcomes.judge(day, heard, then, paused=False, was_active=was_active)
    assert replace(anew, told_ahead=False, witnessed=False) == alone
    assert (anew.told_ahead, anew.witnessed) == (before.told_ahead, before.witnessed)
