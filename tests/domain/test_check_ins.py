from datetime import date, time
from uuid import UUID

import pytest

from server.domain import check_ins, schedule
from server.domain.check_ins import Kind, Tap
from server.domain.errors import ConflictError, InvalidError, NotAllowedError
from server.domain.schedule import Terms
from tests.domain.words import ANY_TIME, EVENING, PEOPLE, moment, occurrence, said

on = date.fromisoformat
NOW = moment("20T20:00")
PLAN = schedule.plan_of(on("2026-03-16"), [Terms(on("2026-03-16"), "FREQ=DAILY", "Europe/Berlin", time(3))])


def tap(kind="kept", **parts):
    return Tap(UUID(int=1), UUID(int=2), PEOPLE["noor"], Kind(kind), **parts)


@pytest.mark.parametrize("at", ["17T20:00", "20T19:00", "20T20:00", "20T20:05"])
def test_a_tap_of_the_last_three_days_is_taken_also_from_a_clock_that_is_a_little_fast(at):
    check_ins.check_at(moment(at), NOW)


@pytest.mark.parametrize("at", ["17T19:59:59.999999", "20T20:05:00.000001", "2025-03-20T20:00Z", "2027-03-20T20:00Z", "0001-01-01T00:00Z"])
def test_a_tap_from_longer_ago_or_from_the_future_is_refused(at):
    with pytest.raises(InvalidError) as refusal:
        check_ins.check_at(moment(at), NOW)
    assert refusal.value.field == "at"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (tap("heads_up"), "to"),
        (tap("undo"), "target"),
        (tap("missed", label="oops"), "label"),
        (tap("kept", label=""), "label"),
        (tap("seen", line="x" * 281), "line"),
        (tap(day=date(1979, 12, 31)), "day"),
        (tap(day=date(2200, 1, 1)), "day"),
        (tap(day=date.min), "day"),
        (tap(day=date.max), "day"),
    ],
)
def test_a_tap_without_what_its_kind_needs_is_refused(wrong, field):
    with pytest.raises(InvalidError) as refusal:
        check_ins.shaped(wrong)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "odd", [tap(label="slip"), tap("excuse", to=NOW), tap("seen", target=UUID(int=9), line="x" * 280), tap(day=date(1980, 1, 1))]
)
def test_what_a_kind_has_no_use_for_is_kept_and_means_nothing(odd):
    check_ins.shaped(odd)


@pytest.mark.parametrize(
    ("at", "day"),
    [("20T23:30", "2026-03-20"), ("21T01:59:59.999999", "2026-03-20"), ("21T02:00", "2026-03-21"), ("29T01:00", "2026-03-29")],
)
def test_without_a_day_a_tap_speaks_of_the_local_day_of_its_own_time(at, day):
    assert check_ins.day_spoken_of(tap(), moment(at), PLAN, None) == on(day)


def test_a_tap_may_name_a_day_that_has_begun():
    assert check_ins.day_spoken_of(tap(day=on("2026-03-21")), moment("21T02:00"), PLAN, None) == on("2026-03-21")
    assert check_ins.day_spoken_of(tap(day=on("2026-01-01")), moment("21T02:00"), PLAN, None) == on("2026-01-01")
    with pytest.raises(InvalidError) as refusal:
        check_ins.day_spoken_of(tap(day=on("2026-03-21")), moment("21T01:59:59.999999"), PLAN, None)
    assert refusal.value.field == "day"


def test_an_undo_speaks_of_the_day_that_it_takes_back():
    (target,) = said("noor kept 18T12:00")
    assert check_ins.day_spoken_of(tap("undo", day=on("2027-01-01")), NOW, PLAN, target) == on("2026-03-18")


@pytest.mark.parametrize(
    ("kind", "promiser", "receiver"),
    [
        ("kept", True, True),
        ("missed", True, False),
        ("heads_up", True, False),
        ("reserve", True, False),
        ("agree_missed", True, False),
        ("excuse", False, True),
        ("vouch", False, True),
        ("seen", False, True),
        ("differs", False, True),
        ("withdraw", False, True),
    ],
)
def test_who_may_say_what(kind, promiser, receiver):
    for is_promiser, may in ((True, promiser), (False, receiver)):
        if may:
            check_ins.check_person(Kind(kind), is_promiser=is_promiser, is_author=False)
        else:
            with pytest.raises(NotAllowedError):
                check_ins.check_person(Kind(kind), is_promiser=is_promiser, is_author=False)


@pytest.mark.parametrize("is_promiser", [True, False])
def test_only_its_author_takes_a_word_back(is_promiser):
    check_ins.check_person(Kind.UNDO, is_promiser=is_promiser, is_author=True)
    with pytest.raises(NotAllowedError):
        check_ins.check_person(Kind.UNDO, is_promiser=is_promiser, is_author=False)


def test_every_kind_is_somebodys_to_say():
    assert set(Kind) == check_ins.PROMISERS | check_ins.RECEIVERS | {Kind.KEPT, Kind.UNDO}


@pytest.mark.parametrize(
    ("tapped_at", "taken_back_at"),
    [("20T19:00", "20T19:01"), ("20T19:00", "21T02:00"), ("21T01:59", "21T02:14"), ("21T09:00", "21T09:15"), ("21T02:00", "21T02:15")],
)
def test_a_word_can_be_taken_back_until_it_settles_or_for_a_quarter_of_an_hour(tapped_at, taken_back_at):
    words = said(f"noor kept {tapped_at}")
    check_ins.check_undo(tap("undo"), moment(taken_back_at), words[0], words, EVENING.settles_at)


@pytest.mark.parametrize(
    ("tapped_at", "taken_back_at"),
    [("20T19:00", "21T02:00:00.000001"), ("21T01:59", "21T02:14:00.000001"), ("21T09:00", "21T09:15:00.000001")],
)
def test_later_it_can_no_longer_be_taken_back(tapped_at, taken_back_at):
    words = said(f"noor kept {tapped_at}")
    with pytest.raises(ConflictError, match="no longer"):
        check_ins.check_undo(tap("undo"), moment(taken_back_at), words[0], words, EVENING.settles_at)


def test_an_undo_cannot_be_undone_nor_a_word_be_taken_back_twice():
    kept, undo = words = said("noor kept 20T19:00", "noor undo 20T19:01 takes_back=1")
    for target in (kept, undo):
        with pytest.raises(ConflictError):
            check_ins.check_undo(tap("undo"), moment("20T19:02"), target, words, EVENING.settles_at)


KEPT = "noor kept 20T20:00"
DIFFERS = "sam differs 20T21:00"
AFTERWARDS = "noor kept 21T09:00"


def check_state(kind, at, *lines, of=EVENING, stands_kept=False, to=None, now=None):
    sent = tap(kind, to=moment(to) if to else None)
    words = check_ins.live(said(*lines))
    check_ins.check_state(sent, moment(at), of, words, stands_kept=stands_kept, now=moment(now or at))


@pytest.mark.parametrize("kind", ["kept", "missed", "reserve", "excuse"])
def test_after_the_fact_a_word_is_taken_until_the_day_closes(kind):
    check_state(kind, "24T02:00")
    with pytest.raises(ConflictError, match="closed"):
        check_state(kind, "24T02:00:00.000001")


def test_one_that_stands_as_kept_is_corrected_at_any_time():
    check_state("missed", "30T02:00", KEPT, stands_kept=True)
    check_state("seen", "30T02:00")
    check_state("differs", "30T02:00", KEPT, stands_kept=True)
    with pytest.raises(ConflictError):
        check_state("vouch", "24T02:00:00.000001", AFTERWARDS, stands_kept=True)


def test_only_what_stands_as_kept_or_late_is_seen_differently():
    with pytest.raises(ConflictError, match="differently"):
        check_state("differs", "20T21:00")


@pytest.mark.parametrize("kind", ["agree_missed", "withdraw"])
@pytest.mark.parametrize(
    ("lines", "at", "is_open"),
    [
        ([], "20T22:00", False),
        ([KEPT], "20T22:00", False),
        ([KEPT, DIFFERS], "20T22:00", True),
        ([KEPT, DIFFERS], "27T20:59:59.999999", True),
        ([KEPT, DIFFERS], "27T21:00", False),
        ([KEPT, DIFFERS, "sam withdraw 20T21:30"], "20T22:00", False),
        ([KEPT, DIFFERS, "noor agree_missed 20T21:30"], "20T22:00", False),
        ([KEPT, DIFFERS, "noor missed 20T21:30"], "20T22:00", False),
        ([KEPT, DIFFERS, "sam undo 20T21:05 takes_back=2"], "20T22:00", False),
    ],
)
def test_only_an_open_difference_is_ended(kind, lines, at, is_open):
    if is_open:
        check_state(kind, at, *lines)
    else:
        with pytest.raises(ConflictError, match="no difference"):
            check_state(kind, at, *lines)


@pytest.mark.parametrize(
    ("lines", "is_there"),
    [
        ([], False),
        ([KEPT], False),
        (["sam kept 21T09:00"], False),
        ([AFTERWARDS], True),
        ([KEPT, AFTERWARDS], True),
        (["noor kept 21T02:00"], False),
        (["noor kept 21T02:00:00.000001"], True),
        ([AFTERWARDS, "noor missed 21T10:00"], False),
        ([AFTERWARDS, "noor undo 21T09:05 takes_back=1"], False),
    ],
)
def test_only_a_word_said_after_the_fact_is_vouched_for(lines, is_there):
    if is_there:
        check_state("vouch", "21T12:00", *lines)
    else:
        with pytest.raises(ConflictError, match="confirm"):
            check_state("vouch", "21T12:00", *lines)


@pytest.mark.parametrize(
    ("at", "to"),
    [("20T19:59:59.999999", "20T20:30"), ("20T10:00", "21T02:00"), ("20T10:00", "20T10:00:00.000001"), ("20T02:00", "20T19:00")],
)
def test_a_heads_up_comes_before_it_is_due_and_moves_it_within_the_day(at, to):
    check_state("heads_up", at, to=to)


@pytest.mark.parametrize(
    ("at", "to", "lines", "refused"),
    [
        ("20T20:00", "20T20:30", [], ConflictError),
        ("20T23:00", "20T23:30", [], ConflictError),
        ("20T19:00", "20T20:30", ["noor heads_up 20T18:00 to=20T20:10"], ConflictError),
        ("20T20:05", "20T21:30", ["noor heads_up 20T18:00 to=20T21:00"], ConflictError),
        ("20T19:00", "20T19:00", [], InvalidError),
        ("20T19:00", "20T18:00", [], InvalidError),
        ("20T19:00", "21T02:00:00.000001", [], InvalidError),
    ],
)
def test_a_heads_up_otherwise_is_refused(at, to, lines, refused):
    with pytest.raises(refused):
        check_state("heads_up", at, *lines, to=to)


def test_a_heads_up_that_was_taken_back_makes_room_for_another():
    check_state("heads_up", "20T19:00", "noor heads_up 20T18:00 to=20T20:10", "noor undo 20T18:05 takes_back=1", to="20T21:00")


def test_any_time_that_day_is_due_when_the_day_ends():
    check_state("heads_up", "20T23:00", of=ANY_TIME, to="21T01:00")


@pytest.mark.parametrize(
    ("used", "day", "is_left"),
    [
        ([], "2026-03-28", True),
        (["2026-03-20"], "2026-03-28", True),
        (["2026-03-01", "2026-03-20"], "2026-03-28", False),
        (["2026-03-01", "2026-03-02"], "2026-03-28", False),
        (["2026-02-28", "2026-03-20"], "2026-03-28", True),
        (["2026-03-20", "2026-04-16"], "2026-03-28", False),
        (["2026-03-20", "2026-04-17"], "2026-03-28", True),
        (["2026-03-29", "2026-03-30"], "2026-03-28", False),
        (["2026-03-20", "2026-03-28"], "2026-03-28", True),
        (["2026-01-01", "2026-01-02", "2026-03-01"], "2026-03-28", True),
        (["2026-03-20", "2026-03-28"], "2026-03-20", True),
    ],
)
def test_there_are_two_spare_days_in_any_four_weeks(used, day, is_left):
    if is_left:
        check_ins.check_spare(on(day), [on(one) for one in used])
    else:
        with pytest.raises(ConflictError, match="spare"):
            check_ins.check_spare(on(day), [on(one) for one in used])


def test_a_week_says_the_same_from_monday_to_sunday():
    week = occurrence("2026-03-16", "FREQ=WEEKLY", times=2)
    check_state("kept", "26T02:00", of=week)
    with pytest.raises(ConflictError, match="closed"):
        check_state("kept", "26T02:00:00.000001", of=week)
