from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from server.actions import promises, settling
from server.actions.promises import Draft
from server.domain.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from server.store import folds, ids
from server.store import promises as store
from server.store.promises import Pause
from tests import make, standing
from tests.make import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def couple(session):
    return make.couple(session)


@pytest.fixture
def dinner(session, couple):
    return make.promise(session, couple.noor)


def draft(**parts):
    return Draft(**{"title": "Call", "area": "time", "rule": "FREQ=DAILY", "starts_on": TODAY} | parts)


def change(session, promise, now=NOW, **changes):
    return promises.change(session, promise.id, changes, member_id=promise.member_id, now=now)


def rest(session, by, first, last, now=NOW, **scope):
    pause = Pause(TODAY + first * DAY, TODAY + last * DAY, **{f"{name}_id": one.id for name, one in scope.items()})
    promises.pause(session, pause, member_id=by.id, now=now)


def test_a_promise_is_open_from_its_first_day(session, dinner):
    assert standing.outcomes(session, dinner, "2026-03-21") == ["pending", "pending"]
    assert standing.streak(session, dinner).half_life == 13.0


def test_a_promise_may_begin_in_the_past_and_its_days_settle(session, couple):
    promise = make.promise(session, couple.noor, starts_on=TODAY - 10 * DAY)
    settling.settle(session, now=NOW, limit=100)
    assert standing.outcomes(session, promise, "2026-03-20") == ["unreported"] * 10 + ["pending"]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"area": ""}, "area"),
        ({"rule": "FREQ=HOURLY"}, "rule"),
        ({"times": 3}, "rule"),
        ({"rule": "FREQ=WEEKLY", "times": 8}, "times"),
        ({"grace": timedelta(minutes=181)}, "grace"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"starts_on": date(2030, 1, 1)}, "starts_on"),
        ({"starts_on": date.min}, "starts_on"),
    ],
)
def test_what_cannot_be_promised_is_refused_and_leaves_no_trace(session, couple, parts, field):
    before = standing.everything(session)
    with pytest.raises(InvalidError) as refusal:
        promises.make(session, ids.new(), draft(**parts), member_id=couple.noor.id, now=NOW)
    assert refusal.value.field == field
    assert standing.everything(session) == before


def test_a_promise_goes_to_a_bond_that_one_is_in(session, couple):
    for bond_id in (make.other_couple(session).bond.id, ids.new()):
        with pytest.raises(NotFoundError):
            promises.make(session, ids.new(), draft(bond_id=bond_id), member_id=couple.noor.id, now=NOW)


def test_a_promise_is_made_once(session, couple, dinner):
    with pytest.raises(ConflictError):
        promises.make(session, dinner.id, draft(bond_id=couple.bond.id), member_id=couple.noor.id, now=NOW)


def test_other_terms_hold_from_the_next_day_and_the_past_keeps_its_own(session, dinner):
    change(session, dinner, due_time=time(20), grace=timedelta(0))
    today, tomorrow = (standing.occurrence(session, dinner, f"2026-03-{day}") for day in (20, 21))
    assert (today.due_at, tomorrow.due_at) == (NOW.replace(hour=17, minute=30), NOW.replace(hour=19) + DAY)


def test_two_changes_on_one_day_add_up(session, dinner):
    change(session, dinner, due_time=time(20))
    changed = change(session, dinner, grace=timedelta(minutes=30))
    assert len(changed.plan.terms) == 2
    assert (changed.plan.terms[-1].due_time, changed.plan.terms[-1].grace) == (time(20), timedelta(minutes=30))


def test_a_change_of_rhythm_opens_other_days_and_folds_at_another_pace(session, dinner):
    make.check_in(session, dinner)
    change(session, dinner, rule="FREQ=WEEKLY;BYDAY=MO", due_time=None)
    settling.open_ahead(session, now=NOW + DAY, limit=10)
    assert standing.outcomes(session, dinner, "2026-03-29") == ["kept", "pending"]
    assert standing.streak(session, dinner).half_life == pytest.approx(4.913538149)


def test_a_change_that_cannot_be_meant_is_refused_and_leaves_no_trace(session, dinner):
    before = standing.everything(session)
    for wrong in ({"rule": "FREQ=MINUTELY"}, {"times": 2}, {"grace": timedelta(hours=4)}, {"zone": "Moon"}, {"title": ""}, {"area": " "}):
        with pytest.raises(InvalidError):
            change(session, dinner, **wrong)
    assert standing.everything(session) == before


def test_words_change_at_once_and_no_figure_with_them(session, dinner):
    before = standing.every_fold(session)
    changed = change(session, dinner, title="Home before seven", done_when="Shoes off", cue="when the train leaves", area="presence")
    assert (changed.title, changed.done_when, changed.area) == ("Home before seven", "Shoes off", "presence")
    assert standing.every_fold(session) == before


def test_a_word_from_a_fast_clock_stands_through_a_change(session, couple, dinner):
    """Said of tomorrow four minutes before it begins; the terms of tomorrow change meanwhile."""
    midnight = NOW.replace(hour=2) + DAY
    make.check_in(session, dinner, at=midnight + timedelta(minutes=1), now=midnight - timedelta(minutes=3))
    change(session, dinner, midnight - timedelta(minutes=2), due_time=time(20))
    assert standing.occurrence(session, dinner, "2026-03-21").outcome == "kept"
    assert standing.streak(session, dinner).stitches == standing.together(session, couple.bond) == 1
    assert folds.stitches_of(session, couple.bond.id) == {couple.noor.id: 1}


def test_a_released_promise_ends_with_the_day_that_runs(session, couple, dinner):
    promises.release(session, dinner.id, member_id=couple.noor.id, now=NOW)
    assert standing.outcomes(session, dinner, "2026-03-29") == ["pending"]
    assert standing.streak(session, dinner).opens_at is None
    for again in (
        lambda: promises.release(session, dinner.id, member_id=couple.noor.id, now=NOW),
        lambda: change(session, dinner, due_time=None),
    ):
        with pytest.raises(ConflictError):
            again()


def test_only_the_promiser_changes_or_releases_and_a_stranger_finds_nothing(session, couple, dinner):
    own = make.promise(session, couple.noor, "Read", personal=True)
    for promise, member, refused in (
        (dinner, couple.sam, NotAllowedError),
        (dinner, make.eve(session), NotFoundError),
        (own, couple.sam, NotFoundError),
    ):
        with pytest.raises(refused):
            promises.change(session, promise.id, {"title": "Mine"}, member_id=member.id, now=NOW)
        with pytest.raises(refused):
            promises.release(session, promise.id, member_id=member.id, now=NOW)


def test_a_pause_rests_a_promise_a_member_or_the_bond(session, couple, dinner):
    walk = make.promise(session, couple.noor, "Walk")
    cook = make.promise(session, couple.sam, "Cook")
    own = make.promise(session, couple.noor, "Read", personal=True)
    rest(session, couple.noor, 0, 0, promise=dinner)
    rest(session, couple.noor, 1, 1, member=couple.noor)
    rest(session, couple.sam, 2, 2, bond=couple.bond)
    excused = {
        one.title: [outcome == "excused" for outcome in standing.outcomes(session, one, "2026-03-22")] for one in (dinner, walk, cook, own)
    }
    assert excused == {
        "Home for dinner": [True, True, True],
        "Walk": [False, True, True],
        "Cook": [False, False, True],
        "Read": [False, True, False],
    }


def test_a_pause_may_lie_in_the_past_or_far_ahead(session, couple, dinner):
    make.check_in(session, dinner, "missed")
    rest(session, couple.noor, -2, 0, now=NOW + 4 * DAY, promise=dinner)
    assert standing.outcomes(session, dinner, "2026-03-20") == ["excused"]
    rest(session, couple.noor, 30, 30, promise=dinner)
    settling.open_ahead(session, now=NOW + 25 * DAY, limit=10)
    assert standing.occurrence(session, dinner, "2026-04-19").outcome == "excused"


def test_a_week_rests_when_its_monday_does(session, couple):
    run = make.promise(session, couple.noor, "Run", rule="FREQ=WEEKLY", times=3, due_time=None)
    rest(session, couple.noor, 3, 3, promise=run)
    rest(session, couple.noor, 11, 16, promise=run)
    settling.open_ahead(session, now=NOW + 9 * DAY, limit=10)
    assert standing.outcomes(session, run, "2026-03-30") == ["excused", "pending"]


@pytest.mark.parametrize(("first", "last"), [(1, 0), (0, 367)])
def test_a_pause_ends_after_it_begins_and_within_a_year(session, couple, dinner, first, last):
    with pytest.raises(InvalidError):
        rest(session, couple.noor, first, last, promise=dinner)


def test_everyone_pauses_for_themselves(session, couple, dinner):
    eve = make.eve(session)
    for member, scope, refused in (
        (couple.sam, {"promise": dinner}, NotAllowedError),
        (couple.sam, {"member": couple.noor}, NotAllowedError),
        (eve, {"promise": dinner}, NotFoundError),
        (eve, {"bond": couple.bond}, NotFoundError),
    ):
        with pytest.raises(refused):
            rest(session, member, 0, 1, **scope)


def test_promises_follow_their_maker_to_another_zone_but_for_those_with_one_of_their_own(session, couple, dinner):
    abroad = make.promise(session, couple.noor, "Call", zone="America/New_York")
    cook = make.promise(session, couple.sam, "Cook")
    promises.follow_member(session, couple.noor.id, zone="Asia/Kathmandu", day_start=time(0), now=NOW)
    latest = {one.title: store.by_ids(session, [one.id])[one.id].plan.terms[-1] for one in (dinner, abroad, cook)}
    assert {title: (terms.zone, terms.day_start) for title, terms in latest.items()} == {
        "Home for dinner": ("Asia/Kathmandu", time(0)),
        "Call": ("America/New_York", time(0)),
        "Cook": ("Europe/Berlin", time(3)),
    }
    assert standing.occurrence(session, dinner, "2026-03-20").due_at == NOW.replace(hour=17, minute=30)
    assert standing.occurrence(session, dinner, "2026-03-21").due_at == NOW.replace(hour=12, minute=45) + DAY


def test_following_to_where_one_is_already_changes_nothing(session, couple, dinner):
    promises.release(session, make.promise(session, couple.noor, "Walk").id, member_id=couple.noor.id, now=NOW)
    before = standing.everything(session)
    promises.follow_member(session, couple.noor.id, zone=make.ZONE, day_start=time(3), now=NOW)
    assert standing.everything(session) == before


def test_a_released_promise_stays_where_it_was(session, couple, dinner):
    promises.release(session, dinner.id, member_id=couple.noor.id, now=NOW)
    before = store.by_ids(session, [dinner.id])
    promises.follow_member(session, couple.noor.id, zone="Asia/Kathmandu", day_start=time(0), now=NOW)
    assert store.by_ids(session, [dinner.id]) == before


def test_a_draft_may_be_personal_and_grow_from_another(session, couple, dinner):
    grown = promises.make(session, ids.new(), replace(draft(), grown_from=dinner.id), member_id=couple.noor.id, now=NOW)
    assert (grown.bond_id, grown.grown_from, grown.scope) == (None, dinner.id, couple.noor.id)
