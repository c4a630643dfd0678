import pytest

from server.domain.outcomes import Effect, Outcome, effect, holds_a_day, judge
from tests.domain.words import ANY_TIME, EVENING, moment, occurrence, said

LATER = "22T12:00"


def judged(of, lines, now=LATER, *, paused=False, was_active=True):
    return judge(of, said(*lines), moment(now), paused=paused, was_active=was_active)


def week(times):
    """From Monday 16T02:00 to Monday 23T02:00."""
    return occurrence("2026-03-16", "FREQ=WEEKLY", times=times)


@pytest.mark.parametrize(
    ("now", "was_active", "outcome", "value", "changes_at"),
    [
        ("20T12:00", True, "pending", None, "21T02:00"),
        ("21T01:59:59.999999", True, "pending", None, "21T02:00"),
        ("21T02:00", True, "unreported", None, "24T02:00"),
        ("24T01:59:59.999999", False, "unreported", None, "24T02:00"),
        ("24T02:00", True, "unreported", 0.0, None),
        ("24T02:00", False, "unreported", None, None),
    ],
)
@pytest.mark.parametrize("lines", [[], ["sam seen 20T18:00"], ["noor kept 20T19:00", "noor undo 20T19:01 takes_back=1"]])
def test_silence_is_never_turned_into_kept_or_missed(lines, now, was_active, outcome, value, changes_at):
    found = judged(EVENING, lines, now, was_active=was_active)
    assert (found.outcome, found.value) == (outcome, value)
    assert found.changes_at == (moment(changes_at) if changes_at else None)


@pytest.mark.parametrize(
    ("of", "lines"),
    [
        (EVENING, ["noor kept 20T02:00"]),
        (EVENING, ["noor kept 20T20:00"]),
        (EVENING, ["noor kept 20T20:10"]),
        (EVENING, ["noor kept 20T20:10 received=23T20:10"]),
        (EVENING, ["noor kept 20T20:30", "noor kept 20T20:05 received=21T09:00"]),
        (EVENING, ["sam kept 20T20:00"]),
        (EVENING, ["sam kept 20T22:30"]),
        (EVENING, ["sam kept 24T02:00"]),
        (EVENING, ["noor kept 20T21:30", "sam kept 21T09:00"]),
        (EVENING, ["noor kept 21T09:00", "sam vouch 21T10:00"]),
        (EVENING, ["noor kept 20T21:30", "noor kept 21T09:00", "sam vouch 21T10:00"]),
        (EVENING, ["noor heads_up 20T19:00 to=20T21:00", "noor kept 20T21:10"]),
        (EVENING, ["noor heads_up 20T19:00 to=21T02:00", "noor kept 21T02:10"]),
        (EVENING, ["noor missed 20T19:00", "noor kept 20T19:30"]),
        (EVENING, ["noor missed 20T19:00", "noor kept 20T19:00"]),
        (EVENING, ["noor kept 20T20:05", "noor missed 20T20:00 received=20T20:10"]),
        (EVENING, ["noor kept 20T20:05", "noor missed 20T20:06", "noor undo 20T20:07 takes_back=2"]),
        (EVENING, ["noor kept 20T20:05", "sam excuse 20T20:06", "noor reserve 20T20:07"]),
        (ANY_TIME, ["noor kept 21T02:00"]),
        (ANY_TIME, ["noor heads_up 20T19:00 to=20T22:00", "noor kept 20T22:00"]),
    ],
)
def test_a_word_is_kept(of, lines):
    found = judged(of, lines)
    assert (found.outcome, found.value, found.changes_at) == (Outcome.KEPT, 1.0, None)


@pytest.mark.parametrize(
    ("of", "lines", "value", "what_follows"),
    [
        (EVENING, ["noor kept 20T20:10:00.000001"], 0.9999999996149, Effect.HOLDS),
        (EVENING, ["noor kept 20T20:25"], 0.7071067811865, Effect.HOLDS),
        (EVENING, ["noor kept 20T20:40"], 0.5, Effect.HOLDS),
        (EVENING, ["noor kept 20T20:40:00.000001"], 0.4999999998075, Effect.BREAKS),
        (EVENING, ["noor kept 20T21:10"], 0.25, Effect.BREAKS),
        (EVENING, ["noor kept 21T02:00"], 0.0003075979, Effect.BREAKS),
        (EVENING, ["noor kept 21T02:00", "sam vouch 21T10:00"], 0.0003075979, Effect.BREAKS),
        (EVENING, ["noor kept 21T02:00:00.000001"], 0.5, Effect.HOLDS),
        (EVENING, ["noor kept 24T02:00"], 0.5, Effect.HOLDS),
        (EVENING, ["noor kept 20T21:10", "noor kept 21T09:00"], 0.25, Effect.BREAKS),
        (EVENING, ["noor kept 20T20:05", "noor undo 20T20:06 takes_back=1", "noor kept 20T20:40"], 0.5, Effect.HOLDS),
        (EVENING, ["noor kept 21T09:00", "sam vouch 21T10:00", "sam undo 21T10:05 takes_back=2"], 0.5, Effect.HOLDS),
        (
            EVENING,
            ["noor kept 21T09:00", "sam vouch 21T10:00", "noor undo 21T09:10 takes_back=1", "noor kept 21T11:00"],
            0.5,
            Effect.HOLDS,
        ),
        (EVENING, ["noor heads_up 20T19:00 to=20T21:00", "noor kept 20T21:40"], 0.5, Effect.HOLDS),
        (EVENING, ["noor heads_up 20T19:00 to=20T21:00", "noor kept 20T21:10:00.000001"], 0.9999999996149, Effect.HOLDS),
        (EVENING, ["noor heads_up 20T19:00 to=20T21:00", "noor undo 20T19:01 takes_back=1", "noor kept 20T20:40"], 0.5, Effect.HOLDS),
        (EVENING, ["noor heads_up 20T19:00 to=21T02:00", "noor kept 21T02:10:00.000001"], 0.5, Effect.HOLDS),
        (EVENING, ["sam kept 20T20:00", "noor missed 20T20:05", "noor kept 20T20:40"], 0.5, Effect.HOLDS),
        (ANY_TIME, ["noor kept 21T02:00:00.000001"], 0.5, Effect.HOLDS),
        (ANY_TIME, ["noor heads_up 20T19:00 to=20T22:00", "noor kept 20T22:30"], 0.5, Effect.HOLDS),
    ],
)
def test_a_late_word_is_worth_half_each_half_hour(of, lines, value, what_follows):
    found = judged(of, lines)
    assert (found.outcome, found.value) == (Outcome.LATE, pytest.approx(value, abs=1e-10))
    assert effect(found.outcome, found.value, waits=False) is what_follows


@pytest.mark.parametrize(
    "lines",
    [
        ["sam excuse 20T12:00"],
        ["sam excuse 24T02:00"],
        ["noor reserve 20T12:00"],
        ["noor kept 20T21:00", "sam excuse 21T09:00"],
        ["noor kept 21T09:00", "noor reserve 21T10:00"],
        ["noor missed 20T21:00", "sam excuse 21T09:00"],
        ["sam excuse 21T09:00", "noor missed 21T10:00"],
    ],
)
def test_let_go_is_neither_kept_nor_missed(lines):
    found = judged(EVENING, lines)
    assert (found.outcome, found.value, found.changes_at) == (Outcome.EXCUSED, None, None)


@pytest.mark.parametrize(
    ("lines", "outcome"),
    [
        ([], Outcome.EXCUSED),
        (["noor kept 20T21:00"], Outcome.EXCUSED),
        (["noor missed 20T21:00"], Outcome.EXCUSED),
        (["noor kept 20T20:00"], Outcome.KEPT),
        (["noor kept 20T20:00", "sam differs 20T21:00"], Outcome.OPEN),
    ],
)
@pytest.mark.parametrize("now", ["20T12:00", "24T02:00"])
def test_a_paused_day_rests_unless_it_was_kept(lines, outcome, now):
    assert judged(EVENING, lines, now, paused=True).outcome is outcome


@pytest.mark.parametrize(
    ("lines", "now", "outcome"),
    [
        (["noor kept 20T20:00", "sam differs 20T21:00"], "27T20:59:59.999999", "open"),
        (["noor kept 20T20:00", "sam differs 20T21:00"], "27T21:00", "kept"),
        (["noor kept 20T20:00", "sam differs 20T21:00 received=22T09:00"], "29T08:59:59", "open"),
        (["noor kept 20T20:00", "sam differs 20T21:00 received=22T09:00"], "29T09:00", "kept"),
        (["noor kept 20T20:40", "sam differs 20T21:00"], "22T12:00", "open"),
        (["noor kept 20T20:00", "sam excuse 20T20:30", "sam differs 20T21:00"], "22T12:00", "open"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "sam withdraw 20T22:00"], "22T12:00", "kept"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "cleo withdraw 20T22:00"], "22T12:00", "kept"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "noor agree_missed 20T22:00"], "22T12:00", "missed"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "noor missed 20T22:00"], "22T12:00", "missed"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "sam undo 20T21:05 takes_back=2"], "22T12:00", "kept"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "sam withdraw 20T22:00", "sam undo 20T22:05 takes_back=3"], "22T12:00", "open"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "sam withdraw 20T22:00", "cleo differs 21T22:00"], "28T21:59", "open"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "cleo differs 22T21:00"], "29T20:59", "open"),
        (["noor kept 20T20:00", "sam differs 20T21:00", "noor agree_missed 20T22:00", "noor kept 20T22:30"], "22T12:00", "late"),
    ],
)
def test_a_difference_is_open_until_it_ends_or_falls_away(lines, now, outcome):
    found = judged(EVENING, lines, now)
    assert found.outcome == outcome
    assert (found.changes_at is not None) == (outcome == "open")


def test_a_difference_holds_and_turns_seven_days_after_it_was_received():
    found = judged(EVENING, ["noor kept 20T20:00", "sam differs 20T21:00 received=22T09:00"])
    assert (found.outcome, found.value, found.changes_at) == (Outcome.OPEN, None, moment("29T09:00"))


@pytest.mark.parametrize(
    "lines",
    [
        ["noor missed 20T12:00"],
        ["noor missed 24T02:00"],
        ["noor kept 20T20:00", "noor missed 20T20:30"],
        ["noor kept 20T20:00", "noor missed 20T20:00"],
        ["noor kept 20T20:00", "sam kept 20T20:10", "noor missed 21T20:30"],
        ["noor missed 20T20:30", "noor kept 20T20:00 received=21T09:00"],
        ["noor missed 20T20:00", "noor kept 20T20:10", "noor missed 20T20:20"],
        ["noor missed 20T20:00", "noor kept 20T20:10", "noor undo 20T20:15 takes_back=2"],
        ["noor kept 21T09:00", "sam vouch 21T10:00", "noor missed 21T11:00"],
    ],
)
def test_owning_makes_it_missed_and_voids_what_was_tapped_before(lines):
    found = judged(EVENING, lines)
    assert (found.outcome, found.value, found.changes_at) == (Outcome.MISSED, 0.0, None)


KEPT_ON = {day: f"noor kept {day}T12:00" for day in (16, 17, 18, 19, 20, 21, 22)}


@pytest.mark.parametrize(
    ("times", "lines", "now", "outcome", "value"),
    [
        (3, [], "23T01:59:59.999999", "pending", None),
        (3, [], "23T02:00", "unreported", None),
        (3, [], "26T02:00", "unreported", 0.0),
        (3, [KEPT_ON[16], KEPT_ON[17]], "23T01:59:59.999999", "pending", None),
        (3, [KEPT_ON[16], KEPT_ON[17]], "23T02:00", "partly", 2 / 3),
        (3, [KEPT_ON[16]], "23T02:00", "partly", 1 / 3),
        (3, [KEPT_ON[16], KEPT_ON[17], KEPT_ON[18]], "18T12:00", "kept", 1.0),
        (3, [KEPT_ON[16], KEPT_ON[17], KEPT_ON[18], KEPT_ON[22]], "23T02:00", "kept", 1.0),
        (3, [KEPT_ON[16], "noor kept 16T20:00", "sam kept 16T21:00"], "23T02:00", "partly", 1 / 3),
        (1, ["sam kept 19T20:00"], "19T20:00", "kept", 1.0),
        (2, [KEPT_ON[16], "noor kept 24T20:00 day=2026-03-22"], "24T20:00", "kept", 1.0),
        (4, [KEPT_ON[16], KEPT_ON[17]], "23T02:00", "partly", 0.5),
        (7, list(KEPT_ON.values()), "23T02:00", "kept", 1.0),
        (7, list(KEPT_ON.values())[:6], "23T02:00", "partly", 6 / 7),
        (3, ["noor missed 17T12:00"], "17T12:00", "missed", 0.0),
        (3, ["noor missed 17T12:00", KEPT_ON[18]], "18T12:00", "pending", None),
        (3, ["noor missed 17T12:00", KEPT_ON[18]], "23T02:00", "partly", 1 / 3),
        (2, [KEPT_ON[16], "noor missed 17T12:00", KEPT_ON[18]], "18T12:00", "kept", 1.0),
        (1, [KEPT_ON[16], "sam differs 16T20:00"], "17T12:00", "open", None),
        (1, [KEPT_ON[16], "sam differs 16T20:00", "noor agree_missed 17T12:00"], "18T12:00", "kept", 1.0),
        (3, [KEPT_ON[16], "sam excuse 17T12:00"], "18T12:00", "excused", None),
        (3, [KEPT_ON[16], KEPT_ON[17], "noor reserve 22T12:00"], "23T02:00", "excused", None),
        (1, ["sam excuse 16T12:00", KEPT_ON[17]], "18T12:00", "kept", 1.0),
        (1, [KEPT_ON[16], "noor undo 16T12:05 takes_back=1"], "18T12:00", "pending", None),
    ],
)
def test_so_many_times_a_week_counts_the_days_on_which_it_was_kept(times, lines, now, outcome, value):
    found = judged(week(times), lines, now)
    assert (found.outcome, found.value) == (outcome, value)


@pytest.mark.parametrize(
    ("times", "done", "what_follows"), [(4, 2, "holds"), (3, 2, "holds"), (3, 1, "breaks"), (5, 2, "breaks"), (7, 4, "holds")]
)
def test_half_of_a_week_holds_and_less_breaks(times, done, what_follows):
    found = judged(week(times), list(KEPT_ON.values())[:done], "23T02:00")
    assert found.done == done
    assert effect(found.outcome, found.value, waits=False) == what_follows


def test_a_paused_week_rests_unless_it_was_kept():
    assert judged(week(3), [KEPT_ON[16]], paused=True).outcome is Outcome.EXCUSED
    assert judged(week(1), [KEPT_ON[16]], paused=True).outcome is Outcome.KEPT


@pytest.mark.parametrize(
    ("lines", "told_ahead", "witnessed"),
    [
        (["noor kept 20T20:00"], False, False),
        (["sam kept 20T20:00"], False, True),
        (["noor kept 20T20:00", "sam kept 20T22:00"], False, True),
        (["sam kept 20T20:00", "sam undo 20T20:01 takes_back=1"], False, False),
        (["sam kept 20T20:00", "noor missed 20T21:00"], False, False),
        (["noor kept 21T20:00", "sam vouch 21T21:00"], False, False),
        (["noor kept 20T20:00", "sam seen 20T21:00"], False, False),
        (["noor heads_up 20T19:00 to=20T20:30"], True, False),
        (["noor heads_up 20T19:00 to=20T20:30", "noor missed 20T20:30"], True, False),
        (["noor heads_up 20T19:00 to=20T20:30", "noor undo 20T19:01 takes_back=1"], False, False),
    ],
)
def test_told_ahead_by_a_heads_up_and_witnessed_only_by_the_others_kept(lines, told_ahead, witnessed):
    found = judged(EVENING, lines)
    assert (found.told_ahead, found.witnessed) == (told_ahead, witnessed)


@pytest.mark.parametrize(
    ("outcome", "value", "waits", "what_follows", "weaves"),
    [
        (Outcome.PENDING, None, False, Effect.STOPS, False),
        (Outcome.KEPT, 1.0, False, Effect.ADDS, True),
        (Outcome.LATE, 0.5, False, Effect.HOLDS, True),
        (Outcome.LATE, 0.499999, False, Effect.BREAKS, False),
        (Outcome.PARTLY, 0.5, False, Effect.HOLDS, True),
        (Outcome.PARTLY, 1 / 3, False, Effect.BREAKS, False),
        (Outcome.EXCUSED, None, False, Effect.HOLDS, False),
        (Outcome.OPEN, None, False, Effect.HOLDS, False),
        (Outcome.MISSED, 0.0, False, Effect.BREAKS, False),
        (Outcome.MENDED, 0.5, False, Effect.HOLDS, True),
        (Outcome.UNREPORTED, None, True, Effect.STOPS, False),
        (Outcome.UNREPORTED, 0.0, False, Effect.BREAKS, False),
        (Outcome.UNREPORTED, None, False, Effect.HOLDS, False),
    ],
)
def test_what_an_outcome_does_to_a_streak_and_to_a_day(outcome, value, waits, what_follows, weaves):
    assert effect(outcome, value, waits=waits) is what_follows
    assert holds_a_day(outcome, value) is weaves
