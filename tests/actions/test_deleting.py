"""An account goes whole: every table is walked, and what is sealed is opened."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from jobs import demo, purge, rebuild
from server.actions import (
    deleting,
    links,
    members,
    sessions,
)
from server.clock import StandingClock
from server.db import Database
from server.db.erasing import erasing
from server.db.tables import bond_members, events, metadata, stones
from server.domain import notices
from server.domain.errors import NotFoundError
from server.domain.milestones import MilestoneKind
from server.store import erasing as store
from server.store import folds, milestones, sealing
from server.store import members as people
from server.store import notices as outbox
from server.store import promises as promised
from server.store.milestones import Milestone
from tests import going, make
from tests.going import DAY, MARK, SUNDAY, delete, places

ALLOWED = {place for place in store.STAYS if not place.startswith("stones")} | {
    "members.id",
    "stones.member_id",
    "occurrences.member_id",
    "streaks.member_id",
    "milestones.scope_id",
    "milestones.subject",
    "weeks.summary",
}
"""Where the bare id of a stone may stand; `weeks.summary` holds figures by it."""


@pytest.fixture
def cast(database: Database) -> demo.Cast:
    return going.short(database)


@pytest.fixture
def story(database: Database) -> demo.Cast:
    return going.long(database)


def words_of(database: Database, cast: demo.Cast, name: str) -> set[str]:
    """What somebody wrote to others and in the log, where nobody else wrote the same."""
    by_whom: dict[str, set[str]] = {one: set() for one in cast.members}
    with database.read() as session:
        for one, member_id in cast.members.items():
            for promise in promised.made_by(session, member_id):
                by_whom[one] |= {promise.title, promise.done_when or "", promise.cue or ""}
            for row in session.execute(select(events).where(events.c.member_id == member_id)):
                sent = sealing.opened_row(session, events, row._mapping)["sent"] or {}
                by_whom[one] |= {str(value) for key, value in sent.items() if key not in sealing.SEALED[events.c.sent].plain}
    others = {word for one, some in by_whom.items() if one != name for word in some}
    return {word for word in by_whom[name] if len(word) > 3 and not any(word in other for other in others)}


def test_of_who_is_deleted_no_table_holds_a_word_and_none_the_id_where_it_must_not(database, story):
    noor = story.members["Noor"]
    words = words_of(database, story, "Noor")
    before = places(database, MARK, *words)
    assert len(words) > 12
    assert {"promises.title", "promises.cue", "events.sent", "members.name", "tokens.name", "weeks.summary"} <= before
    delete(database, noor)
    assert places(database, MARK, *words) == set()
    assert places(database, noor, noor.hex) <= ALLOWED
    with database.read() as session:
        assert people.get(session, noor).name == store.NAME
        assert {one.title for one in promised.made_by(session, noor)} == {store.TITLE}


def test_every_column_that_refers_to_a_member_says_what_becomes_of_it():
    refer = {
        f"{child.name}.{key.parent.name}"
        for child in metadata.sorted_tables
        for key in child.foreign_keys
        if key.column.table.name == "members"
    }
    named = store.GOES | store.STAYS | {one for one in store.LOOSE if one in refer}
    assert refer == named
    assert not store.GOES & store.STAYS


def test_the_figures_of_the_other_stay_as_they_are_and_the_log_still_gives_them(database, story):
    sam = story.members["Sam"]
    with database.read() as session:
        mine = [one.id for one in promised.made_by(session, sam)]
        before = {one: (row.current, row.best, row.score, row.kept, row.stitches) for one, row in folds.streaks_of(session, mine).items()}
        lines = session.scalar(select(func.count()).select_from(events).where(events.c.bond_id == story.bond_id))
    delete(database, story.members["Noor"])
    with database.read() as session:
        after = {one: (row.current, row.best, row.score, row.kept, row.stitches) for one, row in folds.streaks_of(session, mine).items()}
        assert session.scalar(select(func.count()).select_from(events).where(events.c.bond_id == story.bond_id)) >= lines
    assert after == before
    assert rebuild.rebuild(database, StandingClock(SUNDAY), lambda *_: None, only_compare=True) == (0, [])


def test_nobody_is_told(database, cast):
    heard: list[Any] = []
    database.listeners.append(heard.append)
    with database.read() as session:
        notices = session.scalar(text("SELECT count(*) FROM notices"))
    try:
        delete(database, cast.members["Noor"])
    finally:
        database.listeners.remove(heard.append)
    assert [one.bonds for one in heard] == [set()]
    assert cast.members["Sam"] not in {member for one in heard for member in one.members}
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM notices")) <= notices


def test_no_notice_of_another_keeps_a_name_that_was_theirs_once(database):
    """Of four kinds one, each told when she had another name and her promise another title; what is of the others alone stays."""
    with database.write() as session:
        couple = make.couple(session)
        noor, sam, bond, now = couple.noor, couple.sam, couple.bond, make.NOW
        dinner, plants = make.promise(session, noor, f"{MARK} dinner"), make.promise(session, sam, "Water the plants")
        reached, own = (
            Milestone(MilestoneKind.IN_A_ROW, one.id, 7, "", now, bond_id=bond.id, member_id=one.member_id, promise_id=one.id)
            for one in (dinner, plants)
        )
        milestones.insert_new(session, [reached, own])
        of = {"bond_id": bond.id, "name": MARK, "now": now}
        seven = {"kind": MilestoneKind.IN_A_ROW, "count": 7, "bond_id": bond.id, "now": now}
        told = [
            notices.kept(sam.id, dinner.id, now.date(), title=f"{MARK} dinner", **of),
            notices.nudge(sam.id, noor.id, now.date(), **of),
            notices.milestone(sam.id, reached.id, title=f"{MARK} dinner", name=MARK, **seven),
            notices.milestone(sam.id, own.id, title="Water the plants", name="Sam", **seven),
            notices.week(sam.id, bond.id, now.date(), now=now),
        ]
        outbox.insert(session, [(one, now) for one in told], now=now)
        promised.reword(session, dinner.id, {"title": "Dinner"})
    assert "notices.about" in places(database, MARK)
    with database.write() as session:
        deleting.delete(session, noor.id, now=now)
    assert places(database, MARK) == set()
    with database.read() as session:
        assert sorted(session.scalars(text("SELECT kind FROM notices WHERE kind <> 'reminder'"))) == ["milestone", "week"]


def test_who_was_in_no_bond_leaves_nothing_at_all(database):
    with database.write() as session:
        eve = make.eve(session)
        make.check_in(session, make.promise(session, eve, f"{MARK} alone"))
        sessions.begin(session, eve.id, device="Firefox on Android", now=make.NOW)
    with database.write() as session:
        deleting.delete(session, eve.id, now=make.NOW)
    assert places(database, eve.id, MARK) == set()
    with database.read() as session:
        assert not members.is_anybody_here(session)


def test_a_stone_in_a_family_stays_with_it_and_the_family_goes_on(database):
    with database.write() as session:
        noor, sam, cleo = (make.member(session, name) for name in ("Noor", "Sam", "Cleo"))
        bond = make.bond(session, noor, sam, cleo, kind="family")
        promise = make.promise(session, noor, f"{MARK} jam")
        make.check_in(session, promise)
    with database.write() as session:
        deleting.delete(session, noor.id, now=make.NOW)
    purge.purge(database, make.NOW + 400 * DAY)
    with database.read() as session:
        assert promised.by_ids(session, [promise.id])[promise.id].title == store.TITLE
        assert session.scalars(select(stones.c.member_id)).all() == [noor.id]
        assert [one.id for one in promised.of_bond(session, bond.id)] == [promise.id]


CHANGES = {
    "another member's words": "UPDATE events SET sent = NULL WHERE member_id <> :whose",
    "what was said": "UPDATE events SET kind = 'missed' WHERE member_id = :whose",
    "who said it": "UPDATE events SET member_id = :other WHERE member_id = :whose",
    "a line of the bond": "DELETE FROM events WHERE member_id = :whose AND bond_id IS NOT NULL",
}


@pytest.mark.parametrize("change", list(CHANGES))
def test_while_a_member_is_erased_the_log_still_refuses_all_but_their_own_words(database, change):
    with database.write() as session:
        couple = make.couple(session)
        for one in (couple.noor, couple.sam):
            make.check_in(session, make.promise(session, one))
    whose = {"whose": couple.noor.id, "other": couple.sam.id}
    bound = text(CHANGES[change]).bindparams(**{name: value for name, value in whose.items() if f":{name}" in CHANGES[change]})
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session, erasing(session, couple.noor.id):
        session.execute(bound if session.dialect.name != "sqlite" else _as_text(CHANGES[change], whose))


def _as_text(change: str, whose: dict[str, UUID]) -> Any:
    """SQLite keeps ids as text of 32 letters."""
    return text(change).bindparams(**{name: value.hex for name, value in whose.items() if f":{name}" in change})


def test_nothing_is_left_open_after_erasing(database, cast):
    delete(database, cast.members["Noor"])
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(text("UPDATE events SET sent = NULL"))


def test_a_stone_is_let_in_by_nobody(database, cast):
    delete(database, cast.members["Noor"])
    with database.write() as session, pytest.raises(NotFoundError):
        links.make_link(session, cast.members["Noor"], now=SUNDAY)
    with database.read() as session:
        seats = session.execute(select(bond_members.c.left_at).where(bond_members.c.member_id == cast.members["Noor"])).scalars().all()
    assert None not in seats
