"""A database in which people's words lay open, brought to this version: every one is sealed, and none is left in its files."""

import os
import signal
from datetime import date, time
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from server import config
from server.cli import data
from server.config import SettingsError
from server.db import Database, tables, upgrade
from server.domain.repairs import Repair
from server.store import (
    asks,
    bonds,
    ceremonies,
    column_keys,
    events,
    milestones,
    moments,
    passkeys,
    promises,
    repairs,
    reviews,
    tokens,
    weeks,
)
from tests import make
from tests.conftest import ON_POSTGRESQL
from tests.make import NOW

BEFORE = "0005"
DAY, SUNDAY = date(2026, 3, 18), date(2026, 3, 15)
NOOR, SAM, BOND, DINNER, READ, MILESTONE, OWN = (UUID(int=n) for n in range(1, 8))
MANY = 1203
WORDS = (
    "Noor Weltraum", "Sam Ährenfeld", "Dinner at our table", "kitchen garden", "The lamp is lit", "After the tram",
    "Thank you for the soup", "I set an alarm", "Read a chapter", "It was my draft", "What a week", "We made it to thirty", "Lake",
    "By the boathouse", "More walks", "Call your mother", "Write her instead", "Noor’s old phone", "The kitchen tablet", "Newcomer Nadja",
)  # fmt: skip


@pytest.fixture
def before(empty_url):
    """A database of the version before, in which these words lie open."""
    opened = Database(empty_url, make.SEALER)
    with upgrade._alone(opened) as session:
        settings = upgrade._config()
        settings.attributes["connection"] = session
        command.upgrade(settings, BEFORE)
    with opened.everything().write() as session:
        for table, *rows in _rows():
            for row in rows:
                session.execute(getattr(tables, table).insert(), row)
    yield opened.everything()
    opened.close()


def _rows():
    of, at = {"bond_id": BOND, "member_id": NOOR}, {"made_at": NOW}
    member = {"zone": "Europe/Berlin", "day_start": time(3), **at}
    yield "members", {"id": NOOR, "name": "Noor Weltraum", **member}, {"id": SAM, "name": "Sam Ährenfeld", **member}
    review = {"review_weekday": 6, "review_time": time(18), "next_review_on": SUNDAY, "next_review_at": NOW}
    yield "bonds", {"id": BOND, "kind": "partners", "zone": "Europe/Berlin", **review, **at}
    yield "bond_members", *({"bond_id": BOND, "member_id": one, "strand": n, "joined_at": NOW} for n, one in enumerate((NOOR, SAM)))
    words = {"title": "Dinner at our table", "area": "kitchen garden", "done_when": "The lamp is lit", "cue": "After the tram"}
    own = {"id": READ, "bond_id": None, "member_id": NOOR, "title": "Read a chapter", "area": "time", "done_when": None, "cue": None}
    yield "promises", {"id": DINNER, **of, **words, "starts_on": DAY, **at}, {**own, "starts_on": DAY, **at}
    terms = {"from_on": DAY, "rule": "FREQ=DAILY", "grace_minutes": 10, "zone": "Europe/Berlin", "day_start": time(3)}
    yield "promise_terms", {"promise_id": DINNER, **terms}, {"promise_id": READ, **terms}
    said = {"promise_id": DINNER, **of, "day": DAY, "at": NOW, "received_at": NOW}
    repair = {"did": "I set an alarm", "landed": "", "mine": "", "right": "", "prevent": "", "way": "sent"}
    yield (
        "events",
        *({**said, "id": uuid4(), "kind": "kept", "sent": {"day": "2026-03-18"} if n % 2 else None} for n in range(MANY)),
        {**said, "id": uuid4(), "kind": "seen", "member_id": SAM, "sent": {"line": "Thank you for the soup", "day": "2026-03-18"}},
        {**said, "id": uuid4(), "kind": "repair", "sent": repair},
        {**said, "id": uuid4(), "kind": "changed", "bond_id": None, "promise_id": READ, "day": None, "sent": {"title": "Read a chapter"}},
    )
    yield "repair_drafts", {"promise_id": DINNER, "day": DAY, "member_id": NOOR, "words": _repair("It was my draft"), "saved_at": NOW}
    yield from _together(of)
    yield (
        "passkeys",
        {"id": uuid4(), "member_id": NOOR, "credential_id": b"1", "public_key": b"2", "sign_count": 0, "name": "Noor’s old phone", **at},
    )
    yield "tokens", {"id": uuid4(), "token_hash": b"3" * 32, "member_id": NOOR, "name": "The kitchen tablet", "scope": "read", **at}
    aside = {"id": str(uuid4()), "name": "Newcomer Nadja", "zone": "Europe/Berlin"}
    yield "ceremonies", {"id": OWN, "purpose": "newcomer", "challenge": b"4", "kept_aside": aside, "expires_at": NOW.replace(year=2027)}
    told = {"kind": "kept", "subject": "x", "about": {"title": "Dinner at our table", "name": "Noor Weltraum", "count": 3}}
    yield "notices", {"id": uuid4(), "member_id": SAM, "bond_id": BOND, **told, "not_before": NOW, "expires_at": NOW, **at}


def _together(of):
    reached = {"scope_id": DINNER, "threshold": 30, "subject": "", "reached_at": NOW}
    yield (
        "milestones",
        {"id": MILESTONE, "kind": "streak", **reached, **of, "promise_id": DINNER},
        {"id": OWN, "kind": "streak", **reached, "scope_id": READ, "bond_id": None, "member_id": NOOR, "promise_id": READ},
    )
    yield (
        "milestone_answers",
        {"milestone_id": MILESTONE, "member_id": SAM, "line": "We made it to thirty", "at": NOW, "id": uuid4()},
        {"milestone_id": OWN, "member_id": NOOR, "line": "What a week", "at": NOW, "id": uuid4()},
    )
    yield "moments", {"id": uuid4(), **of, "what": "Lake", "place": "By the boathouse", "on_date": DAY, "made_at": NOW}
    week = {"bond_id": BOND, "to_on": SUNDAY}
    yield "reviews", {**week, "step": 0, "minutes": 30, "on_one_phone": False, "begun_at": NOW, "seconds": 0}
    yield "review_lines", {"id": uuid4(), **week, "member_id": SAM, "kind": "thanks", "text": "More walks", "said_at": NOW}
    asked = {"text": "Call your mother", "counter": "Write her instead", "answer": "countered", "asked_at": NOW}
    yield "asks", {"id": uuid4(), "bond_id": BOND, "from_id": NOOR, "to_id": SAM, **asked}
    figures = {"members": {str(NOOR): {"all": {"due": 1}, "areas": {"kitchen garden": {"due": 1}}}}, "woven": 1}
    yield "weeks", {**week, "from_on": date(2026, 3, 9), "made_at": NOW, "refreshed_at": NOW, "summary": figures}


def _repair(did):
    return {"did": did, "landed": "", "mine": "", "right": "", "prevent": "", "reason": ""}


def everything_in(database):
    """All that lies in all columns as text, and on SQLite the file with its log byte for byte."""
    with database.read() as session:
        found = [str(row) for table in tables.metadata.sorted_tables for row in session.execute(text(f"SELECT * FROM {table.name}"))]
    if database.is_sqlite:
        path = Path(database.url.database or "")
        found += [one.read_bytes().decode("utf-8", "replace") for one in path.parent.glob(f"{path.name}*")]
    return "\n".join(found)


def test_every_word_is_sealed_and_none_is_left_in_the_files(before):
    with before.read() as session:
        there = str([session.execute(text(f"SELECT * FROM {name}")).all() for name in ("members", "events", "weeks", "notices")])
    assert all(one in there for one in ("Noor Weltraum", "Thank you for the soup", "kitchen garden"))
    upgrade.upgrade(before)
    found = everything_in(before)
    assert [one for one in WORDS if one in found or one.encode("unicode_escape").decode() in found] == []


def killed_before_it_clears_away(before):
    """A process of its own goes up, and ends at the moment between the migrations and what clears away after them."""
    url = before.url.render_as_string(hide_password=False)
    before.close()
    if not (child := os.fork()):
        upgrade.clear_away = lambda _: os.kill(os.getpid(), signal.SIGKILL)
        try:
            upgrade.upgrade(Database(url, make.SEALER).everything())
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def left_in(before):
    found = everything_in(before)
    return [one for one in WORDS if one in found or one.encode("unicode_escape").decode() in found]


def is_marked(before):
    with before.writer.connect() as session:
        return bool(session.connection.driver_connection.execute(upgrade._IS_MARKED[session.dialect.name]).fetchone()[0])


def test_who_was_killed_before_the_files_were_clear_has_them_cleared_by_the_next_start(before, tmp_path, clock):
    killed_before_it_clears_away(before)
    with before.read() as session:
        assert upgrade.revision(session) == upgrade.head()
    assert is_marked(before)
    assert not before.is_sqlite or len(left_in(before)) > 10
    before.close()
    url = before.url.render_as_string(hide_password=False)
    settings = config.from_environment({"WEFT_DATA": str(tmp_path / "data"), "WEFT_DATABASE": url})
    make.lend_keys(settings.data)
    with data.opened(settings, clock, migrates=True) as opened, opened.read() as session:
        assert [one.name for one in bonds.members_of(session, BOND)] == ["Noor Weltraum", "Sam Ährenfeld"]
    assert left_in(before) == []
    assert not is_marked(before)


@pytest.mark.skipif(ON_POSTGRESQL, reason="a reader of PostgreSQL does not hold a file")
def test_where_somebody_reads_meanwhile_the_files_are_cleared_by_a_later_start(before):
    killed_before_it_clears_away(before)
    before.writer.connect().connection.driver_connection.execute("PRAGMA busy_timeout=50")
    with before.read() as session:
        session.execute(text("SELECT count(*) FROM events")).all()
        assert not upgrade.clear_away(before)
    assert is_marked(before)
    assert upgrade.clear_away(before)
    assert left_in(before) == []
    assert not is_marked(before)


def test_what_was_sealed_by_it_is_read_as_before(before):
    upgrade.upgrade(before)
    with before.read() as session:
        assert [one.name for one in bonds.members_of(session, BOND)] == ["Noor Weltraum", "Sam Ährenfeld"]
        found = promises.by_ids(session, [DINNER, READ])
        assert (found[DINNER].title, found[DINNER].area, found[DINNER].cue) == ("Dinner at our table", "kitchen garden", "After the tram")
        assert (found[READ].title, found[READ].done_when) == ("Read a chapter", None)
        seen, repair = (one.sent for one in events.history(session, DINNER, since=DAY)[-2:])
        assert (seen, repair["did"]) == ({"line": "Thank you for the soup", "day": "2026-03-18"}, "I set an alarm")
        assert repairs.draft(session, DINNER, DAY, NOOR) == Repair(did="It was my draft", landed="", mine="", right="", prevent="")
        assert milestones.answers(session, MILESTONE) == {SAM: "We made it to thirty"}
        assert milestones.answers(session, OWN) == {NOOR: "What a week"}
        assert [(one.what, one.place) for one in moments.planned(session, [BOND], since=DAY)] == [("Lake", "By the boathouse")]
        assert [one.text for one in reviews.lines(session, [(BOND, SUNDAY)])] == ["More walks"]
        assert [(one.text, one.counter) for one in asks.of_member(session, SAM, since=NOW)] == [("Call your mother", "Write her instead")]
        (week,) = weeks.of_bond(session, BOND)
        assert list(week.summary["members"][str(NOOR)]["areas"]) == ["kitchen garden"]
        assert [one.name for one in passkeys.of_member(session, NOOR)] == ["Noor’s old phone"]
        assert [one.name for one in tokens.of_member(session, NOOR)] == ["The kitchen tablet"]
        told = make.opened(session, tables.notices, session.execute(select(tables.notices)).one())
        assert told.about == {"title": "Dinner at our table", "name": "Noor Weltraum", "count": 3}
        kept = ceremonies.look(session, OWN, purpose="newcomer", now=NOW)
        assert kept
        assert kept.kept_aside["name"] == "Newcomer Nadja"


def test_the_log_is_whole_afterwards_and_append_only_again(before):
    upgrade.upgrade(before)
    with before.read() as session:
        log = tables.events
        assert session.execute(select(log.c.kind, func.count()).group_by(log.c.kind).order_by(log.c.kind)).all() == [
            ("changed", 1),
            ("kept", MANY),
            ("repair", 1),
            ("seen", 1),
        ]
        assert session.scalar(select(func.count()).where(log.c.kind == "kept", log.c.sent.is_(None))) == (MANY + 1) // 2
    for change in ("UPDATE events SET sent = NULL", "DELETE FROM events"):
        with pytest.raises(DBAPIError, match="append-only"), before.write() as session:
            session.execute(text(change))


def test_the_key_is_named_with_which_it_was_done(before):
    upgrade.upgrade(before)
    with before.read() as session:
        assert column_keys.in_use(session)
        assert column_keys.lacking(session) == []


def test_a_start_brings_it_to_this_version_with_a_key_of_its_own(before, tmp_path, clock):
    settings = config.from_environment(
        {"WEFT_DATA": str(tmp_path / "data"), "WEFT_DATABASE": before.url.render_as_string(hide_password=False)}
    )
    with data.opened(settings, clock, migrates=True) as opened, opened.read() as session:
        assert [one.name for one in bonds.members_of(session, BOND)] == ["Noor Weltraum", "Sam Ährenfeld"]
    (settings.secrets / "column.keys").unlink()
    with pytest.raises(SettingsError, match=r"column\.keys is not there.*Put the former"), data.opened(settings, clock):
        pass
    make.lend_keys(settings.data)
    with pytest.raises(SettingsError, match="sealed with another key"), data.opened(settings, clock):
        pass
