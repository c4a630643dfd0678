"""Thinking of each other with one tap (SAFETY 4)."""

import re
from datetime import time, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError

from jobs import cleanup, nudges
from server.actions import exporting, settings
from server.actions import nudges as acting
from server.actions.leaving import leave
from server.db.tables import notices
from server.db.tables import nudges as rows
from server.domain.errors import NotFoundError
from server.store import members
from tests import make
from tests.make import NOW
from tests.phone import Phone

DAY = timedelta(days=1)


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noors(open_client, desk, couple):
    return Phone(make.sign_in(open_client(), desk, couple.noor))


@pytest.fixture
def sams(open_client, desk, couple):
    return Phone(make.sign_in(open_client(), desk, couple.sam))


@pytest.fixture
def tap(database, clock, couple):
    """Noor taps for Sam, and the job looks."""

    def tapped(noors, looks=True):
        answer = noors.post("/us/nudges", to=str(couple.sam.id))
        if looks:
            nudges.nudge(database, clock.at)
        return answer

    return tapped


def told(database):
    with database.read() as session:
        return [(row.kind, row.not_before) for row in session.execute(select(notices))]


def test_one_tap_says_that_she_thinks_of_him_and_nothing_else(noors, sams, tap, database):
    assert tap(noors).headers["Location"] == "/us"
    assert "Noor is thinking of you." in text(sams.get("/"))
    assert told(database) == [("nudge", NOW)]


def test_there_is_nothing_to_write_in_it(noors):
    form = re.findall(r'(?s)<form[^>]*action="/us/nudges".*?</form>', noors.get("/us").text)[0]
    assert re.findall(r'<input type="(\w+)"', form) == ["hidden"]


def test_it_is_one_a_day_and_a_second_tap_changes_nothing(noors, sams, tap, database, clock):
    assert [tap(noors).status_code for _ in range(3)] == [303] * 3
    assert "You thought of Sam today." in text(noors.get("/us"))
    assert "Thinking of Sam" not in text(noors.get("/us"))
    assert len(told(database)) == 1
    clock.at = NOW + DAY
    tap(noors)
    assert len(told(database)) == 2
    assert text(sams.get("/")).count("Noor is thinking of you.") == 1


def test_the_database_itself_takes_no_second_one(couple, database):
    row = {"bond_id": couple.bond.id, "from_id": couple.noor.id, "to_id": couple.sam.id, "day": NOW.date(), "at": NOW}
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(insert(rows), [row, row])


def test_the_day_is_that_of_the_bond(noors, tap, database, clock):
    clock.at = NOW.replace(hour=22, minute=59)
    tap(noors)
    clock.at += timedelta(minutes=2)
    tap(noors)
    assert len(told(database)) == 2


@pytest.mark.parametrize(("most", "reached"), [(0, 0), (1, 1), (2, 2), (3, 3)])
def test_the_receiver_says_how_many_reach_them(database, open_client, desk, most, reached):
    with database.write() as session:
        six = [make.member(session, name) for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo")]
        family = make.bond(session, *six, kind="family")
    adas = Phone(make.sign_in(open_client(), desk, six[0]))
    assert adas.post("/us/nudges/choices", most=str(most)).status_code == 303
    with database.write() as session:
        for one in six[1:]:
            acting.nudge(session, family.id, to_id=six[0].id, member_id=one.id, now=NOW)
    nudges.nudge(database, NOW)
    assert len(told(database)) == text(adas.get("/")).count("is thinking of you.") == reached


def test_without_a_choice_it_is_three(noors):
    assert re.findall(r'name="most" value="(\d)" checked', noors.get("/us").text) == ["3"]


@pytest.mark.parametrize("most", ["4", "-1", "", "²", "many"])
def test_no_other_number_is_taken(noors, most):
    assert noors.post("/us/nudges/choices", most=most).status_code == 422
    assert re.findall(r'name="most" value="(\d)" checked', noors.get("/us").text) == ["3"]


def test_muting_lets_nothing_through_and_is_taken_back(noors, sams, tap, database, couple):
    sams.post("/us/nudges/mutes", **{"from": str(couple.noor.id), "mutes": "yes"})
    tap(noors)
    assert told(database) == []
    assert "thinking of you" not in text(sams.get("/"))
    sams.post("/us/nudges/mutes", **{"from": str(couple.noor.id), "mutes": "no"})
    assert "Let nothing from Noor through" in text(sams.get("/us"))


@pytest.mark.parametrize("choice", ["muted", "none"])
def test_who_taps_sees_the_same_whatever_the_other_chose(noors, sams, tap, database, couple, clock, choice):
    """The same answer, the same pages, and the same statements while it is made and while they are read."""
    seen = []
    for day in range(2):
        clock.at = NOW + (8 + day) * DAY
        if day:
            chosen = {"muted": ("mutes", {"from": str(couple.noor.id), "mutes": "yes"}), "none": ("choices", {"most": "0"})}[choice]
            sams.post(f"/us/nudges/{chosen[0]}", **chosen[1])
        noors.get("/us")
        with Statements(database) as said:
            answer = tap(noors, looks=False)
            before = text(noors.get("/us"))
        nudges.nudge(database, clock.at)
        with Statements(database) as read:
            after = text(noors.get("/us"))
        seen.append((answer.status_code, dict(answer.headers), before, after, said, read))
    assert seen[0] == seen[1]
    assert before == after


class Statements:
    """What is asked of the database meanwhile."""

    def __init__(self, database: Any) -> None:
        self.engines = {database.writer, database.reader}

    def __enter__(self) -> list[str]:
        self.said: list[str] = []
        for engine in self.engines:
            event.listen(engine, "before_cursor_execute", self._note)
        return self.said

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.said.append(statement)

    def __exit__(self, *_: object) -> None:
        for engine in self.engines:
            event.remove(engine, "before_cursor_execute", self._note)


def test_quiet_hours_keep_it_until_they_end(noors, tap, database, couple, sams, clock):
    with database.write() as session:
        settings.choose_quiet_hours(session, couple.sam.id, since="16:00", until="07:00")
        assert members.get(session, couple.sam.id).quiet_from == time(16)
    tap(noors)
    assert told(database) == [("nudge", NOW.replace(hour=6) + DAY)]
    clock.at = NOW.replace(hour=6) + DAY
    assert "Noor thought of you yesterday." in text(sams.get("/"))


def test_who_left_meanwhile_reaches_nobody(noors, tap, database, couple):
    tap(noors, looks=False)
    with database.write() as session:
        leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
    nudges.nudge(database, NOW)
    assert told(database) == []


def test_nobody_taps_for_a_stranger_or_for_themselves(couple, database):
    with database.write() as session:
        eve = make.eve(session)
    for one in (eve, couple.noor):
        with pytest.raises(NotFoundError), database.write() as session:
            acting.nudge(session, couple.bond.id, to_id=one.id, member_id=couple.noor.id, now=NOW)


def test_a_tap_without_anybody_is_refused_with_a_sentence(noors):
    assert noors.post("/us/nudges").status_code == 422


def test_after_three_days_nothing_is_known_of_it(noors, tap, database):
    tap(noors)
    cleanup.clean_up(database, NOW + 4 * DAY)
    with database.read() as session:
        assert session.execute(select(rows)).all() == []


def test_what_one_chose_is_taken_along(sams, database, couple):
    sams.post("/us/nudges/choices", most="1")
    sams.post("/us/nudges/mutes", **{"from": str(couple.noor.id), "mutes": "yes"})
    with database.read() as session:
        taken = exporting.gather(session, couple.sam.id, now=NOW).nudges
    assert [(one.most, one.muted_in) for one in taken] == [(1, [couple.bond.id])]
