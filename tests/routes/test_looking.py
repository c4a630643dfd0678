"""Today reads little of what the other pages read, and sees the same."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from jobs import demo, milestones, settle
from server.actions import letting_go, moving, promises, repairs
from server.domain.repairs import Repair
from server.routes.showing import looking, scene, threads
from server.routes.showing.scene import Scene, Sight
from server.store import milestones as reached
from server.store.promises import Pause
from tests import make
from tests.make import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SUNDAY_EVENING = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
MISSED = (NOW - 3 * DAY).date()


@pytest.fixture
def noor_of_two_bonds(database: Any) -> Any:
    """Noor, whose promises rest, changed, ended, were let go, moved and seen differently, with Sam and, far away, with Cleo."""
    began = NOW - 24 * DAY
    with database.write() as session:
        noor, sam = make.member(session, "Noor", now=began), make.member(session, "Sam", now=began)
        cleo = make.member(session, "Cleo", zone="Pacific/Kiritimati", now=began)
        bond = make.bond(session, noor, sam, now=began)
        dinner, walk, plants = (make.promise(session, one, now=began, starts_on=began.date()) for one in (noor, noor, sam))
        thrice = make.promise(
            session, noor, "Run", rule="FREQ=WEEKLY", times=3, due_time=None, starts_on=(NOW - 18 * DAY).date(), now=began
        )
        ended = make.promise(session, noor, "Old", now=began, starts_on=began.date())
        make.promise(session, noor, "Swim", personal=True, due_time=None, now=began)
        make.bond(session, noor, cleo, zone="Pacific/Kiritimati", now=began)
        make.promise(session, cleo, "Call", starts_on=began.date() + DAY, now=began)
        make.promise(session, cleo, "Write", personal=True, now=began)
    for day in range(24, 0, -1):
        at = NOW - day * DAY
        with database.write() as session:
            for one in (dinner, plants):
                make.check_in(session, one, "missed" if at.date() == MISSED else "kept", now=at)
            if day == 12:
                promises.change(session, walk.id, {"due_time": time(9)}, member_id=noor.id, now=at)
                promises.pause(session, Pause(at.date(), at.date() + DAY, bond_id=bond.id), member_id=sam.id, now=at)
                promises.release(session, ended.id, member_id=noor.id, now=at)
        settle.open_ahead(database, at)
        settle.settle(database, at)
        milestones.celebrate(database, at)
    with database.write() as session:
        make.check_in(session, thrice, now=NOW - HOUR)
        make.check_in(session, dinner, now=NOW - HOUR)
        make.check_in(session, walk, "excuse", by=sam, now=NOW - HOUR)
        make.check_in(session, walk, "reserve", day=(NOW - 2 * DAY).date(), now=NOW - HOUR)
        make.check_in(session, plants, "differs", by=noor, day=(NOW - DAY).date(), now=NOW - HOUR)
        repairs.repair(session, plants.id, MISSED, Repair(prevent="I set an alarm."), member_id=sam.id, now=NOW - HOUR)
        moving.ask(session, plants.id, NOW.date(), (NOW + DAY).date(), member_id=sam.id, now=NOW - HOUR)
        for act, by in ((letting_go.propose, noor), (letting_go.agree, sam)):
            act(session, dinner.id, MISSED, member_id=by.id, now=NOW)
    settle.settle(database, NOW)
    return noor


def seen(found: Sight) -> dict[str, Any]:
    """Whatever Today can say of a sight."""
    running = {one.id: found.running(one) for one in found.promises.values()}
    running = {one: replace(row, carried=None) for one, row in running.items() if row}
    own = [row for rows in found.rows.values() for row in rows if row.member_id == found.me.id]
    waiting = [replace(row, carried=None) for row in own if row.waits]
    pending = [row.key for row in own if row.outcome == "pending" and row.day <= found.today + DAY]
    spoken_of = [*running.values(), *waiting]
    people = found.people.get(found.bonds[0].id, ()) if found.bonds else ()
    days = {one.id: [found.days.get(p.id, ()) for p in found.promises.values() if p.member_id == one.id and p.bond_id] for one in people}
    return {
        "who": (found.me, found.people, found.bonds, found.weaves, found.colours),
        "words": {one: found.promises[one].title for one in running},
        "running": running,
        "crowded": found.crowded,
        "waiting": sorted(waiting, key=lambda row: row.key),
        "pending": sorted(pending),
        "said": {row.key: found.said.get(row.key, []) for row in spoken_of},
        "asked": {row.key: found.moves.get(row.key) for row in spoken_of},
        "spare": {row.key: found.spare_left(found.promises[row.promise_id], row.day) for row in spoken_of if row.member_id == found.me.id},
        "counts": {one: found.counts[one] for one in running},
        "dots": {one: threads.dots(found.days[one], found.day_of(found.promises[one])) for one in running},
        "thread": threads.by_member(people, found.me, days, found.today),
        "due": {row.key: found.promises[row.promise_id].plan.terms[-1] for row in spoken_of},
    }


def assert_the_same(session: Any, member_id: Any, now: datetime) -> dict[str, Any]:
    found, whole = looking.look(session, member_id, now=now), scene.load(session, member_id, now=now)
    assert isinstance(whole, Scene)
    little, much = seen(found.sight), seen(whole)
    for name in much:
        assert little[name] == much[name], (name, now)
    since = now - looking.NEWS_LASTS
    assert list(found.above.milestones) == reached.visible(session, member_id, since=since, until=now, limit=2)
    return little


@pytest.mark.slow
def test_noor_sees_today_what_her_other_pages_say(database: Any, noor_of_two_bonds: Any) -> None:
    with database.read() as session:
        found = [assert_the_same(session, noor_of_two_bonds.id, NOW + hours * HOUR) for hours in (0, 1, 2, 8, 9, 11, 20, 34, 60)]
    now = found[0]
    assert now["waiting"]
    assert any(now["asked"].values())
    assert any(now["said"].values())
    assert set(now["spare"].values()) >= {1, 2}
    assert {row.outcome for one in found for row in one["running"].values()} >= {"pending", "kept", "excused"}


@pytest.mark.slow
def test_both_see_in_the_story_what_their_other_pages_say(database: Any) -> None:
    told = demo.tell(database, SUNDAY_EVENING)
    with database.read() as session:
        for member_id in told.members.values():
            for hours in (0, 1, 5, 9, 14, 30, 60):
                assert_the_same(session, member_id, SUNDAY_EVENING + hours * HOUR)


def test_who_is_alone_sees_their_own(database: Any) -> None:
    with database.write() as session:
        eve = make.eve(session)
        make.promise(session, eve, "Swim")
        assert len(assert_the_same(session, eve.id, NOW)["running"]) == 1


def test_who_has_left_sees_nothing_more_of_it(database: Any) -> None:
    from server.actions import leaving

    with database.write() as session:
        couple = make.couple(session)
        make.promise(session, couple.sam)
        leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
        for one in (couple.noor, couple.sam):
            found = assert_the_same(session, one.id, NOW)
            assert not found["running"]
            assert found["who"][1:3] == ({}, [])


def test_one_day_more_is_read_where_it_is_asked_for(database: Any) -> None:
    with database.write() as session:
        couple = make.couple(session)
        dinner = make.promise(session, couple.noor, starts_on=(NOW - 9 * DAY).date(), now=NOW - 9 * DAY)
        day = (NOW - 8 * DAY).date()
        make.check_in(session, dinner, "missed", day=day, now=NOW - 8 * DAY)
        make.check_in(session, dinner, "seen", by=couple.sam, day=day, now=NOW)
    settle.settle(database, NOW)
    with database.read() as session:
        for also in (None, (dinner.id, day)):
            found = looking.look(session, couple.sam.id, now=NOW, also=also).sight
            assert (day in [row.day for row in found.rows[dinner.id]]) == (also is not None)
            assert [one.kind.value for one in found.said.get((dinner.id, day), [])] == (["missed", "seen"] if also else [])
