from datetime import datetime, time, timedelta

import pytest

from jobs import reminders
from jobs.reminders import remind
from server.actions import promises
from server.store import members
from server.store.promises import Pause
from tests import make
from tests.push import rows

BEFORE = datetime.fromisoformat("2026-03-19T12:00+01:00")
"""A Thursday, when all here was promised; the Friday after it is what is reminded of."""


def at(clock_time: str, day: str = "2026-03-20") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock_time}+01:00")


@pytest.fixture
def couple(database):
    with database.write() as session:
        couple = make.couple(session, now=BEFORE)
        rows.subscription(session, couple.noor)
        return couple


@pytest.fixture
def promised(database, couple):
    """Lets Noor promise something from Friday on."""

    def promise(title="Home by 18:30", **parts):
        with database.write() as session:
            parts = {"now": BEFORE, "starts_on": at("12:00").date(), "due_time": time(18, 30)} | parts
            return make.promise(session, couple.noor, title, **parts)

    return promise


def reminded(database):
    return [(one.about["title"], f"{one.day:%d}") for one in rows.told(database)]


@pytest.mark.parametrize(("now", "count"), [("18:14", 0), ("18:15", 1), ("18:29", 1), ("18:30", 0), ("18:45", 0)])
def test_with_a_due_time_a_quarter_of_an_hour_ahead(database, promised, now, count):
    promised()
    assert remind(database, at(now)) == count


@pytest.mark.parametrize(("now", "count"), [("20:59", 0), ("21:00", 1), ("23:59", 1)])
def test_without_a_due_time_in_the_evening(database, promised, now, count):
    promised(due_time=None)
    assert remind(database, at(now)) == count


@pytest.mark.parametrize(("now", "day", "count"), [("21:00", "2026-03-28", 0), ("20:59", "2026-03-22", 0), ("21:00", "2026-03-22", 1)])
def test_so_many_times_a_week_on_its_last_evening(database, promised, now, day, count):
    promised(rule="FREQ=WEEKLY", times=2, due_time=None, starts_on=at("12:00", "2026-03-16").date(), now=at("12:00", "2026-03-15"))
    assert remind(database, at(now, day)) == count


@pytest.mark.parametrize(("done", "count"), [(1, 1), (2, 0)])
def test_so_many_times_a_week_only_while_some_are_missing(database, promised, done, count):
    promise = promised(
        rule="FREQ=WEEKLY", times=2, due_time=None, starts_on=at("12:00", "2026-03-16").date(), now=at("12:00", "2026-03-15")
    )
    with database.write() as session:
        for day in range(17, 17 + done):
            make.check_in(session, promise, now=at("12:00", f"2026-03-{day}"), at=at("12:00", f"2026-03-{day}"))
    assert remind(database, at("21:00", "2026-03-22")) == count


def test_a_reminder_says_what_is_due_and_lasts_until_it_settles(database, couple, promised):
    promise = promised()
    remind(database, at("18:15"))
    (told,) = rows.told(database)
    assert (told.member_id, told.kind, told.subject) == (couple.noor.id, "reminder", f"{promise.id}:2026-03-20")
    due = {"due": "18:30", "late_until": "2026-03-20T17:30:00+00:00"}
    assert told.about == {"title": "Home by 18:30", "last_day": "2026-03-20"} | due
    assert told.expires_at == at("03:00", "2026-03-21")


def test_once_an_occurrence_and_again_the_next_day(database, promised):
    promised()
    assert [remind(database, at("18:15")), remind(database, at("18:16"))] == [1, 0]
    assert remind(database, at("18:15", "2026-03-21")) == 1
    assert reminded(database) == [("Home by 18:30", "20"), ("Home by 18:30", "21")]
    assert len(rows.deliveries(database)) == 2


def test_what_fell_due_while_nothing_ran_is_left_alone(database, promised):
    promised()
    promised("Read", due_time=None)
    assert remind(database, at("21:30", "2026-03-22")) == 1
    assert reminded(database) == [("Read", "22")]


@pytest.mark.parametrize("kind", ["kept", "missed", "reserve", "heads_up"])
def test_who_said_something_is_not_reminded(database, promised, kind):
    promise = promised()
    with database.write() as session:
        make.check_in(session, promise, kind, now=at("17:00"), **({"to": at("19:00")} if kind == "heads_up" else {}))
    assert remind(database, at("18:20")) == 0


def test_a_word_taken_back_is_a_promise_again(database, promised):
    promise = promised()
    with database.write() as session:
        said = make.check_in(session, promise, now=at("17:00"))
        make.check_in(session, promise, "undo", target=said, now=at("17:01"))
    assert remind(database, at("18:15")) == 1


def test_who_pauses_is_not_reminded(database, couple, promised):
    promise = promised()
    with database.write() as session:
        day = at("12:00").date()
        promises.pause(session, Pause(day, day, promise_id=promise.id), member_id=couple.noor.id, now=BEFORE)
    assert remind(database, at("18:15")) == 0


@pytest.mark.parametrize(("due_time", "made", "count"), [(time(18, 30), "18:20", 0), (time(18, 30), "18:15", 1), (None, "21:30", 0)])
def test_nobody_is_reminded_of_what_they_just_promised(database, promised, due_time, made, count):
    promised(due_time=due_time, now=at(made))
    assert remind(database, at("18:25") if due_time else at("21:31")) == count


def test_the_other_is_not_reminded(database, couple):
    with database.write() as session:
        rows.subscription(session, couple.sam)
        make.promise(session, couple.noor, due_time=time(18, 30), now=BEFORE, starts_on=at("12:00").date())
    remind(database, at("18:15"))
    assert [one.member_id for one in rows.told(database)] == [couple.noor.id]


def test_a_promise_to_oneself_is_reminded_of_too(database, promised):
    promised("Read", personal=True)
    assert remind(database, at("18:15")) == 1


def test_who_has_no_phone_costs_nothing(database, couple):
    with database.write() as session:
        make.promise(session, couple.sam, due_time=time(18, 30), now=BEFORE, starts_on=at("12:00").date())
    assert (remind(database, at("18:15")), rows.told(database)) == (0, [])


def test_new_terms_hold_from_their_day(database, couple, promised):
    promise = promised()
    with database.write() as session:
        promises.change(session, promise.id, {"due_time": time(19, 30)}, member_id=couple.noor.id, now=at("12:00"))
    assert remind(database, at("18:15")) == 1
    assert [remind(database, at(now, "2026-03-21")) for now in ("18:15", "19:15")] == [0, 1]
    assert [one.about["due"] for one in rows.told(database)] == ["18:30", "19:30"]


def test_quiet_hours_do_not_hold_back_ones_own_reminder(database, couple, promised):
    promised()
    with database.write() as session:
        members.update(session, couple.noor.id, quiet_from=time(18), quiet_until=time(20))
    remind(database, at("18:15"))
    assert [one.next_at for one in rows.deliveries(database)] == [at("18:15")]


def test_many_are_reminded_in_chunks_and_nobody_twice(database, promised, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 2)
    for n in range(5):
        promised(f"Read {n}")
    assert (remind(database, at("18:15")), remind(database, at("18:15"))) == (5, 0)


def test_what_was_just_promised_does_not_hide_what_comes_after_it(database, promised, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    for n in range(3):
        promised(f"New {n}", due_time=time(18, 29), now=at("18:20"))
    promised("Old")
    assert (remind(database, at("18:25")), reminded(database)) == (1, [("Old", "20")])


def test_on_the_night_when_clocks_go_forward(database, promised):
    """There is no 02:30 on that night: what is due then is due at 03:30 of summer time, and reminded of at 03:15, or 01:15 UTC."""
    promised("In bed", due_time=time(2, 30))
    moment = datetime.fromisoformat("2026-03-29T01:15+00:00")
    assert remind(database, moment - timedelta(minutes=1)) == 0
    assert remind(database, moment) == 1
