import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.outcomes import Outcome
from server.domain.streaks import Stitch, Streak, fold, may_mend, unpacked
from tests.domain.words import moment

FIRST = date(2026, 3, 1)
DAILY, WEEKLY = 13.0, 4.913538149119954
SIGNS = {
    "K": Stitch(FIRST, Outcome.KEPT, 1.0),
    "h": Stitch(FIRST, Outcome.LATE, 0.5),
    "l": Stitch(FIRST, Outcome.LATE, 0.25),
    "p": Stitch(FIRST, Outcome.PARTLY, 2 / 3),
    "q": Stitch(FIRST, Outcome.PARTLY, 1 / 3),
    "e": Stitch(FIRST, Outcome.EXCUSED, None),
    "o": Stitch(FIRST, Outcome.OPEN, None),
    "M": Stitch(FIRST, Outcome.MISSED, 0.0),
    "R": Stitch(FIRST, Outcome.MISSED, 0.0, repaired=True),
    "u": Stitch(FIRST, Outcome.UNREPORTED, 0.0),
    "d": Stitch(FIRST, Outcome.UNREPORTED, None),
    "w": Stitch(FIRST, Outcome.UNREPORTED, None, waits=True),
    ".": Stitch(FIRST, Outcome.PENDING, None),
}
"""Kept; late and partly, that hold or do not; excused, open; missed, also with a repair; unreported, dormant, waiting; pending."""


def stitches(signs):
    return [replace(SIGNS[sign], day=FIRST + timedelta(days=place)) for place, sign in enumerate(signs)]


def after(signs, half_life=DAILY):
    """Where the fold stands after a day a sign."""
    return [Streak(), *(one.after for one in fold(Streak(), stitches(signs), half_life) if one.after)][-1]


def shown(signs):
    """The signs after mending: m where one is mended."""
    return "".join(
        "m" if one.stitch.outcome is Outcome.MENDED else sign
        for one, sign in zip(fold(Streak(), stitches(signs), DAILY), signs, strict=True)
    )


@pytest.mark.parametrize(
    ("signs", "current", "best"),
    [
        ("", 0, 0),
        ("KKK", 3, 3),
        ("KhK", 2, 2),
        ("KKlK", 1, 2),
        ("KKpK", 3, 3),
        ("KKqK", 1, 2),
        ("KeKoK", 3, 3),
        ("KKMK", 1, 2),
        ("KKu", 0, 2),
        ("KKdK", 3, 3),
        ("KKwK", 2, 2),
        ("KK.K", 2, 2),
        ("w", 0, 0),
        ("KKKMKK", 2, 3),
        ("KKRKKK", 5, 5),
        ("hhhh", 0, 0),
    ],
)
def test_a_streak_grows_holds_breaks_or_waits(signs, current, best):
    found = after(signs)
    assert (found.current, found.best) == (current, best)


@pytest.mark.parametrize(
    ("signs", "half_life", "score", "valued", "kept"),
    [
        ("", DAILY, 0.0, 0, 0),
        ("e", DAILY, 0.0, 0, 0),
        ("K", DAILY, 0.0519225, 1, 1),
        ("KK", DAILY, 0.1011490, 2, 2),
        ("K" * 13, DAILY, 0.5, 13, 13),
        ("K" * 26, DAILY, 0.75, 26, 26),
        ("K" * 13 + "M" * 13, DAILY, 0.25, 26, 13),
        ("h" * 13, DAILY, 0.25, 13, 0),
        ("KeKodK", DAILY, 0.1478196, 3, 3),
        ("KKwKKK", DAILY, 0.1011490, 2, 2),
        ("K", WEEKLY, 0.1315705, 1, 1),
        ("KKKK", 2.4, 0.6850197, 4, 4),
        ("KKu", 2.4, 0.3287053, 3, 2),
    ],
)
def test_consistency_moves_towards_each_value_by_the_half_life(signs, half_life, score, valued, kept):
    found = after(signs, half_life)
    assert (found.score, found.valued, found.kept) == (pytest.approx(score, abs=1e-7), valued, kept)


@pytest.mark.parametrize(
    ("signs", "mended"),
    [
        ("RKKK", "mKKK"),
        ("RKK", "RKK"),
        ("MKKK", "MKKK"),
        ("RKhK", "RKhK"),
        ("RKKhK", "RKKhK"),
        ("RKuKK", "RKuKK"),
        ("ReKoKdK", "meKoKdK"),
        ("RMKKK", "RMKKK"),
        ("RRKKK", "RmKKK"),
        ("MRKKK", "MmKKK"),
        ("RKKRKKK", "RKKmKKK"),
        ("RKKKRKKK", "mKKKmKKK"),
        ("RwKKK", "mwKKK"),
        ("lKKK", "lKKK"),
        ("uKKK", "uKKK"),
    ],
)
def test_one_that_was_missed_and_repaired_is_mended_by_the_next_three_with_a_value(signs, mended):
    assert shown(signs) == mended


def test_one_that_is_mended_holds_and_is_worth_half():
    found = after("KKRKKK")
    assert (found.current, found.best, found.kept) == (5, 5, 5)
    assert found.score == pytest.approx(after("KKhKKK").score)


def test_one_that_was_mended_is_missed_again_when_what_followed_no_longer_stands():
    mended = [one.stitch for one in fold(Streak(), stitches("RKKK"), DAILY)]
    broken = [*mended[:2], replace(mended[2], outcome=Outcome.LATE, value=0.5), mended[3]]
    assert next(one.stitch.outcome for one in fold(Streak(), broken, DAILY)) is Outcome.MISSED


@pytest.mark.parametrize(
    ("signs", "mends_from"),
    [
        ("KK", None),
        ("KM", 2),
        ("KMKK", 2),
        ("KMKKe", 2),
        ("KMKKK", None),
        ("KMKh", None),
        ("KMu", None),
        ("KMM", 3),
        ("KRKKK", None),
        ("KRKKMK", 5),
    ],
)
def test_the_fold_knows_which_miss_may_yet_be_mended(signs, mends_from):
    assert after(signs).mends_from == (FIRST + timedelta(days=mends_from - 1) if mends_from else None)


@pytest.mark.parametrize(
    ("signs", "comeback_on"),
    [
        ("KKKMKKKKK", 4),
        ("KKKMKKKK", None),
        ("KKMKKKKK", None),
        ("KKKMKKMKKKKK", 4),
        ("KKKMKKKMKKKKK", 8),
        ("KKKMKKKKKMKKKKK", 10),
        ("KKKuKKKKK", 4),
        ("KKKlKKKKK", 4),
        ("KKKRKKKKK", None),
        ("KKKMKKeKKoK", 4),
    ],
)
def test_a_comeback_is_five_in_a_row_after_a_streak_of_three_or_more_was_broken(signs, comeback_on):
    day = FIRST + timedelta(days=comeback_on - 1) if comeback_on else None
    assert after(signs).comeback_on == day


@pytest.mark.parametrize(
    ("settles_at", "missed_at", "repaired_at", "in_time"),
    [
        ("10T02:00", "09T20:00", "24T02:00", True),
        ("10T02:00", "09T20:00", "24T02:00:00.000001", False),
        ("10T02:00", "12T20:00", "26T20:00", True),
        ("10T02:00", "12T20:00", "26T20:00:00.000001", False),
        ("10T02:00", "08T20:00", "08T21:00", True),
    ],
)
def test_a_repair_is_written_within_fourteen_days_of_the_miss_or_of_its_word(settles_at, missed_at, repaired_at, in_time):
    assert may_mend(moment(settles_at), moment(missed_at), moment(repaired_at)) is in_time


def test_the_state_survives_being_written_down():
    state = after("KKKMKKKKKMK")
    assert unpacked(json.loads(json.dumps(state.packed()))) == state
    assert unpacked(None) == Streak()


some_signs = st.text(st.sampled_from("".join(SIGNS) + "KKKKKK"), max_size=40)


@settings(deadline=None)
@given(signs=some_signs, cut=st.integers(0, 40))
def test_a_fold_can_be_gone_on_with_from_where_nothing_can_be_mended_any_more(signs, cut):
    """From the state before the missed day that may yet be mended, as the store does it."""
    whole = fold(Streak(), stitches(signs), DAILY)
    head = whole[: min(cut, len(whole))]
    states = [Streak(), *(one.after for one in head)]
    mends_from = next((state.mends_from for state in reversed(states) if state), None)
    begin = (mends_from - FIRST).days if mends_from else len(head)
    before = states[begin]
    if before is not None:
        assert fold(before, [one.stitch for one in whole][begin:], DAILY) == whole[begin:]


@settings(deadline=None)
@given(signs=some_signs)
def test_best_is_never_less_than_current_and_consistency_is_a_share(signs):
    for one in fold(Streak(), stitches(signs), DAILY):
        if one.after is not None:
            assert 0 <= one.after.current <= one.after.best
            assert 0 <= one.after.score <= 1
            assert one.after.kept <= one.after.valued


@settings(deadline=None)
@given(signs=some_signs)
def test_after_the_first_that_is_pending_or_waits_nothing_is_folded(signs):
    states = [one.after for one in fold(Streak(), stitches(signs), DAILY)]
    stops = next((place for place, sign in enumerate(signs) if sign in "w."), len(signs))
    assert [state is None for state in states] == [place >= stops for place in range(len(signs))]


@settings(deadline=None)
@given(signs=some_signs)
def test_only_a_repaired_miss_with_three_kept_after_it_is_mended(signs):
    for place, sign in enumerate(shown(signs)):
        following = [one for one in signs[place + 1 :] if SIGNS[one].value is not None][:3]
        assert (sign == "m") == (signs[place] == "R" and following == ["K"] * 3)
