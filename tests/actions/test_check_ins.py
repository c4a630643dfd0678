from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.actions import check_ins, promises, settling
from server.db.tables import events
from server.domain.check_ins import Kind
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.store import ids
from server.store.promises import Pause
from tests import make, standing
from tests.make import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    """Noor's, each day: due at 17:30Z, on time until 17:40Z; the day ends at 02:00Z."""
    return make.promise(session, couple.noor)


def settle(session, now):
    settling.open_ahead(session, now=now, limit=100)
    settling.settle(session, now=now, limit=5000)


def test_a_word_in_time_is_kept_and_everything_follows(session, couple, dinner):
    make.check_in(session, dinner)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "kept"
    found = standing.streak(session, dinner)
    assert (found.current, found.best, found.stitches, found.valued) == (1, 1, 1, 1)
    assert standing.together(session, couple.bond) == 1


def test_the_taps_own_time_counts_not_when_it_arrived(session, dinner):
    make.check_in(session, dinner, at=NOW, now=NOW + 60 * HOUR)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "kept"


def test_a_receivers_word_is_enough(session, couple, dinner):
    make.check_in(session, dinner, by=couple.sam, now=NOW + 8 * HOUR)
    found = standing.occurrence(session, dinner, "2026-03-20")
    assert (found.outcome, found.witnessed) == ("kept", True)


WRONG = {
    "too old": {"at": NOW - 72 * HOUR - MINUTE},
    "not begun": {"day": TODAY + DAY},
}


@pytest.mark.parametrize(
    ("kind", "who", "parts", "refused"),
    [
        ("differs", "eve", {"id": "taken", **WRONG["too old"]}, ConflictError),
        ("differs", "eve", WRONG["too old"], NotFoundError),
        ("undo", "noor", {"target": ids.new(), **WRONG["too old"]}, NotFoundError),
        ("missed", "sam", WRONG["too old"] | WRONG["not begun"], InvalidError),
        ("missed", "sam", WRONG["not begun"], InvalidError),
        ("agree_missed", "sam", {}, NotAllowedError),
        ("withdraw", "noor", {}, NotAllowedError),
        ("withdraw", "sam", {}, ConflictError),
        ("differs", "sam", {}, ConflictError),
        ("vouch", "sam", {}, ConflictError),
        ("heads_up", "noor", {"to": NOW + DAY}, InvalidError),
        ("missed", "noor", {"label": "oops"}, InvalidError),
        ("undo", "eve", {"target": "said"}, NotFoundError),
        ("undo", "sam", {"target": "said"}, NotAllowedError),
    ],
)
def test_refusals_come_in_their_order_and_leave_no_trace(session, couple, dinner, kind, who, parts, refused):
    """Each tap has the fault that is meant and others that are looked for later."""
    people = {"noor": couple.noor, "sam": couple.sam, "eve": make.eve(session)}
    said = make.check_in(session, dinner, "seen", by=couple.sam, now=NOW - HOUR)
    mine = make.check_in(session, dinner, "heads_up", to=NOW + HOUR, now=NOW - HOUR)
    make.check_in(session, dinner, "undo", target=mine, now=NOW - HOUR)
    named = {"taken": said, "said": mine}
    parts = {name: named.get(value, value) for name, value in parts.items()}
    before = standing.everything(session)
    with pytest.raises(refused):
        make.check_in(session, dinner, kind, by=people[who], **parts)
    assert standing.everything(session) == before


def test_which_of_the_instants_is_wrong_is_said(session, couple, dinner):
    with pytest.raises(InvalidError) as both:
        make.check_in(session, dinner, "missed", by=couple.sam, **WRONG["too old"], **WRONG["not begun"])
    with pytest.raises(InvalidError) as day:
        make.check_in(session, dinner, "missed", by=couple.sam, **WRONG["not begun"])
    assert (both.value.field, day.value.field) == ("at", "day")


def test_the_same_id_again_gets_the_first_answer_and_changes_nothing(session, dinner):
    tap = make.tap(dinner, at=NOW)
    first = check_ins.check_in_one(session, tap, now=NOW)
    make.check_in(session, dinner, "missed", now=NOW + MINUTE)
    before = standing.everything(session)
    again = check_ins.check_in_one(session, tap, now=NOW + 5 * DAY)
    without_at = check_ins.check_in_one(session, replace(tap, at=None), now=NOW + 5 * DAY)
    assert again == without_at == replace(first, event=replace(first.event, seq=again.event.seq), is_new=False)
    assert standing.everything(session) == before


@pytest.mark.parametrize(
    "other",
    [
        {"kind": Kind.MISSED},
        {"at": NOW + MINUTE},
        {"day": TODAY},
        {"label": "slip"},
        {"line": "Sorry"},
        {"to": NOW + HOUR},
        {"target": ids.new()},
    ],
)
def test_the_same_id_with_other_content_is_refused(session, dinner, other):
    tap = make.tap(dinner, at=NOW)
    check_ins.check_in_one(session, tap, now=NOW)
    with pytest.raises(ConflictError, match="has that id"):
        check_ins.check_in_one(session, replace(tap, **other), now=NOW)


def test_the_same_id_from_another_or_of_another_promise_is_refused(session, couple, dinner):
    tap = make.tap(dinner, at=NOW)
    check_ins.check_in_one(session, tap, now=NOW)
    walk = make.promise(session, couple.noor, "Walk")
    for other in (replace(tap, member_id=couple.sam.id), replace(tap, promise_id=walk.id), replace(tap, promise_id=ids.new())):
        with pytest.raises(ConflictError):
            check_ins.check_in_one(session, other, now=NOW)


def test_a_refused_id_is_still_free(session, dinner):
    tap = make.tap(dinner, day=TODAY + DAY)
    with pytest.raises(InvalidError):
        check_ins.check_in_one(session, tap, now=NOW)
    assert check_ins.check_in_one(session, replace(tap, day=None), now=NOW).is_new


def test_an_undo_takes_everything_back(session, couple, dinner):
    kept = make.check_in(session, dinner)
    make.check_in(session, dinner, "undo", target=kept, now=NOW + MINUTE)
    assert standing.occurrence(session, dinner, "2026-03-20").outcome == "pending"
    found = standing.streak(session, dinner)
    assert (found.current, found.stitches, standing.together(session, couple.bond)) == (0, 0, 0)


def test_an_undo_names_a_check_in_of_its_own_promise(session, couple, dinner):
    walk = make.promise(session, couple.noor, "Walk")
    said = make.check_in(session, walk)
    with pytest.raises(NotFoundError):
        make.check_in(session, dinner, "undo", target=said)


def test_what_is_no_check_in_cannot_be_taken_back(session, couple, dinner):
    promised = session.scalar(events.select().with_only_columns(events.c.id).where(events.c.kind == "promised"))
    with pytest.raises(NotFoundError):
        make.check_in(session, dinner, "undo", target=promised)


def test_a_late_delivery_folds_again_what_followed(session, couple, dinner):
    settle(session, NOW + DAY)
    make.check_in(session, dinner, now=NOW + DAY)
    assert standing.streak(session, dinner).current == 0
    make.check_in(session, dinner, at=NOW, now=NOW + DAY + HOUR)
    assert standing.outcomes(session, dinner, "2026-03-21") == ["kept", "kept"]
    assert standing.streak(session, dinner).current == 2
    assert standing.together(session, couple.bond) == 2


def test_a_correction_is_taken_after_the_day_has_closed(session, couple, dinner):
    for day in range(4):
        make.check_in(session, dinner, now=NOW + day * DAY)
    settle(session, NOW + 10 * DAY)
    make.check_in(session, dinner, "missed", day=TODAY + DAY, now=NOW + 10 * DAY)
    assert standing.outcomes(session, dinner, "2026-03-23") == ["kept", "missed", "kept", "kept"]
    assert standing.streak(session, dinner).stitches == 3
    with pytest.raises(ConflictError, match="closed"):
        make.check_in(session, dinner, day=TODAY + DAY, now=NOW + 10 * DAY)


def test_there_are_two_spare_days_in_four_weeks_and_one_taken_back_is_free_again(session, dinner):
    first = make.check_in(session, dinner, "reserve")
    make.check_in(session, dinner, "reserve", now=NOW + DAY)
    with pytest.raises(ConflictError, match="spare"):
        make.check_in(session, dinner, "reserve", now=NOW + 27 * DAY)
    make.check_in(session, dinner, "reserve", now=NOW + 28 * DAY)
    with pytest.raises(ConflictError):
        make.check_in(session, dinner, "undo", target=first, now=NOW + 28 * DAY)
    third = make.check_in(session, dinner, "reserve", now=NOW + 29 * DAY)
    make.check_in(session, dinner, "undo", target=third, now=NOW + 29 * DAY)
    make.check_in(session, dinner, "reserve", now=NOW + 30 * DAY)


def test_each_promise_has_its_own_spare_days(session, couple, dinner):
    walk = make.promise(session, couple.noor, "Walk")
    for promise in (dinner, walk):
        for day in range(2):
            make.check_in(session, promise, "reserve", now=NOW + day * DAY)
    assert standing.outcomes(session, walk, "2026-03-21") == ["excused", "excused"]


def test_an_extra_is_taken_and_never_counted(session, couple):
    monday = make.promise(session, couple.noor, "Post", rule="FREQ=WEEKLY;BYDAY=MO")
    answer = check_ins.check_in_one(session, make.tap(monday, "missed"), now=NOW)
    assert (answer.day, answer.event.extra, answer.is_new) == (None, True, True)
    assert standing.streak(session, monday).valued == 0


def test_a_released_promise_takes_only_extras(session, couple, dinner):
    promises.release(session, dinner.id, member_id=couple.noor.id, now=NOW)
    make.check_in(session, dinner)
    answer = check_ins.check_in_one(session, make.tap(dinner), now=NOW + DAY)
    assert answer.event.extra
    assert standing.streak(session, dinner).current == 1


def test_a_paused_day_that_is_kept_all_the_same_counts(session, couple, dinner):
    promises.pause(session, Pause(TODAY, TODAY + DAY, promise_id=dinner.id), member_id=couple.noor.id, now=NOW)
    make.check_in(session, dinner, now=NOW + DAY)
    assert standing.outcomes(session, dinner, "2026-03-21") == ["excused", "kept"]


def test_nobody_else_finds_a_personal_promise(session, couple):
    own = make.promise(session, couple.noor, "Read", personal=True)
    for somebody in (couple.sam, make.eve(session)):
        with pytest.raises(NotFoundError):
            make.check_in(session, own, by=somebody)
    make.check_in(session, own)
    assert standing.streak(session, own).current == 1
    assert standing.together(session, couple.bond) == 0


def test_a_promise_of_another_bond_is_not_found(session, dinner):
    others = make.other_couple(session)
    with pytest.raises(NotFoundError):
        make.check_in(session, dinner, by=others.cleo)
    with pytest.raises(NotFoundError):
        check_ins.check_in_one(session, replace(make.tap(dinner), promise_id=ids.new()), now=NOW)


@pytest.mark.parametrize("at", [NOW.replace(year=1), NOW.replace(year=9998)])
def test_an_instant_out_of_every_calendar_is_refused_like_any_other(session, dinner, at):
    with pytest.raises(InvalidError):
        make.check_in(session, dinner, at=at)
    with pytest.raises(InvalidError):
        make.check_in(session, dinner, day=date(9999, 12, 31), at=at)
