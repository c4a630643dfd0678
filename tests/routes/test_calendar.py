"""The calendar feed, read by another parser than the one that wrote it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from server import logs
from server.actions import leaving, letting_go, moments, promises
from server.domain.secrets import hash_of
from server.routes.calendar import TRIES
from server.store import ids
from server.store.moments import Moment
from server.store.promises import Pause
from tests import make, standing
from tests.make import NOW
from tests.phone import Phone

TODAY = NOW.date()
DAY = timedelta(days=1)
ADDRESS = re.compile(r"<code>http://localhost:8000(/calendar/[\w-]{43}\.ics)</code>")
THE_OTHERS, PERSONAL = {"theirs": "on"}, {"personal": "on"}


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noor(open_client, desk, couple):
    return Phone(make.sign_in(open_client(), desk, couple.noor))


@pytest.fixture
def outside(open_client):
    """A calendar program, which is signed in nowhere."""
    return open_client()


def address(phone: Phone, **parts: str) -> str:
    """Make an address as its owner does, and read it where it is shown."""
    answer = phone.post("/me/calendar", **parts)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    (found,) = ADDRESS.findall(phone.get("/me").text)
    return found


def entries(outside, path):
    """What stands in the calendar, by title and day, once it was found valid."""
    answer = outside.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = vobject.readOne(answer.text)
    assert calendar.validate(raiseException=True)
    return list(calendar.contents.get("vevent", []))


def titles(outside, path):
    return {one.summary.value for one in entries(outside, path)}


def starts(outside, path, title):
    return [one.dtstart.value for one in entries(outside, path) if one.summary.value == title]


def test_it_says_what_is_due_and_nothing_of_how_it_went(noor, outside, couple, database):
    with database.write() as session:
        dinner = make.promise(session, couple.noor, starts_on=TODAY - 3 * DAY, done_when="All at the table")
        make.check_in(session, dinner, "missed", day=TODAY - DAY)
        make.check_in(session, dinner, day=TODAY)
    found = entries(outside, address(noor))
    assert {one.summary.value for one in found} == {"Home for dinner"}
    assert [one.dtstart.value.date() for one in found][:3] == [TODAY - 3 * DAY, TODAY - 2 * DAY, TODAY - DAY]
    assert len(found) == 3 + 91
    assert {name for one in found for name in one.contents} == {
        *("uid", "dtstamp", "last-modified", "sequence", "summary", "dtstart", "class", "transp", "url")
    }
    assert found[0].url.value == f"http://localhost:8000/promises/{dinner.id}"


@pytest.mark.parametrize(
    ("zone", "at", "due", "first", "expected"),
    [
        ("Europe/Berlin", time(18, 30), date(2026, 3, 27), NOW, ["17:30", "17:30", "16:30", "16:30"]),
        ("Europe/Berlin", time(18, 30), date(2026, 10, 23), datetime(2026, 10, 20, 9, tzinfo=UTC), ["16:30", "16:30", "17:30", "17:30"]),
        # Half past two does not exist on the 29th and is half past three; in October it comes twice and is the first of the two.
        ("Europe/Berlin", time(2, 30), date(2026, 3, 27), NOW, ["01:30", "01:30", "01:30", "00:30"]),
        ("Europe/Berlin", time(2, 30), date(2026, 10, 23), datetime(2026, 10, 20, 9, tzinfo=UTC), ["00:30", "00:30", "00:30", "01:30"]),
        ("America/New_York", time(18, 30), date(2026, 3, 6), NOW, ["23:30", "23:30", "22:30", "22:30"]),
        ("America/New_York", time(18, 30), date(2026, 10, 30), datetime(2026, 10, 20, 9, tzinfo=UTC), ["22:30", "22:30", "23:30", "23:30"]),
        ("Australia/Lord_Howe", time(18, 30), date(2026, 4, 3), NOW, ["07:30", "07:30", "08:00", "08:00"]),
        (
            "Australia/Lord_Howe",
            time(18, 30),
            date(2026, 10, 2),
            datetime(2026, 9, 20, 9, tzinfo=UTC),
            ["08:00", "08:00", "07:30", "07:30"],
        ),
    ],
)
def test_the_hours_are_right_on_both_sides_of_a_clock_change(open_client, desk, database, clock, outside, zone, at, due, first, expected):
    clock.at = first
    with database.write() as session:
        lou = make.member(session, "Lou", zone=zone, now=first)
        make.promise(session, lou, personal=True, due_time=at, starts_on=date(2026, 3, 1), now=first)
    found = starts(outside, address(Phone(make.sign_in(open_client(), desk, lou)), **PERSONAL), "Home for dinner")
    some = [one for one in found if due <= one.astimezone(ZoneInfo(zone)).date() < due + 4 * DAY]
    assert [f"{one:%H:%M %Z}" for one in some] == [f"{hour} UTC" for hour in expected]


def test_a_day_without_a_time_is_a_whole_day_and_a_week_a_whole_week(noor, outside, couple, database):
    with database.write() as session:
        make.promise(session, couple.noor, "Water the plants", rule="FREQ=DAILY;COUNT=1", due_time=None)
        make.promise(session, couple.noor, "Walk", rule="FREQ=WEEKLY", times=3, due_time=None)
    found = {one.summary.value: one for one in reversed(entries(outside, address(noor)))}
    plants, walk = found["Water the plants"], found["Walk, 3 times a week"]
    assert (plants.dtstart.value, plants.dtend.value) == (TODAY, TODAY + DAY)
    assert (walk.dtstart.value, walk.dtend.value) == (date(2026, 3, 23), date(2026, 3, 30))


def test_what_rests_was_excused_or_let_go_is_not_in_it(noor, outside, couple, database):
    with database.write() as session:
        dinner = make.promise(session, couple.noor, starts_on=TODAY - 2 * DAY)
        make.check_in(session, dinner, "missed", day=TODAY - 2 * DAY)
        make.check_in(session, dinner, "excuse", by=couple.sam, day=TODAY - DAY)
        letting_go.propose(session, dinner.id, TODAY - 2 * DAY, member_id=couple.noor.id, now=NOW)
        letting_go.agree(session, dinner.id, TODAY - 2 * DAY, member_id=couple.sam.id, now=NOW)
        rest = Pause(TODAY + 2 * DAY, TODAY + 80 * DAY, bond_id=couple.bond.id)
        promises.pause(session, rest, member_id=couple.sam.id, now=NOW)
    days = [one.date() for one in starts(outside, address(noor), "Home for dinner")]
    assert days == [TODAY, TODAY + DAY, *(TODAY + n * DAY for n in range(81, 91))]


def test_a_word_ahead_moves_its_hour_and_counts_as_a_change(noor, outside, couple, database):
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
    path = address(noor)
    before = entries(outside, path)[0]
    with database.write() as session:
        make.check_in(session, dinner, "heads_up", to=datetime(2026, 3, 20, 18, 15, tzinfo=UTC), now=NOW + timedelta(minutes=5))
    after, tomorrow = entries(outside, path)[:2]
    assert (before.uid.value, before.sequence.value) == (after.uid.value, "0")
    assert (after.dtstart.value, after.sequence.value) == (datetime(2026, 3, 20, 18, 15, tzinfo=UTC), "1")
    assert after.last_modified.value == after.dtstamp.value == datetime(2026, 3, 20, tzinfo=UTC)
    assert tomorrow.dtstart.value == datetime(2026, 3, 21, 17, 30, tzinfo=UTC)


def test_moments_stand_at_the_hour_of_their_bond_without_the_place(noor, outside, couple, database):
    planned = [
        ("A walk", date(2026, 3, 28), time(18)),
        ("The lake", date(2026, 3, 29), time(18)),
        ("Nothing at all", date(2026, 5, 1), None),
    ]
    with database.write() as session:
        for what, day, at in planned:
            moments.plan(session, Moment(ids.new(), couple.bond.id, couple.sam.id, what, "The old bridge", day, at, NOW), now=NOW)
        gone = Moment(ids.new(), couple.bond.id, couple.noor.id, "Called off", "", TODAY, None, NOW)
        moments.plan(session, gone, now=NOW)
        moments.cancel(session, gone.id, member_id=couple.noor.id, now=NOW)
    path = address(noor)
    found = {one.summary.value: one.dtstart.value for one in entries(outside, path)}
    assert found == {
        "A walk": datetime(2026, 3, 28, 17, tzinfo=UTC),
        "The lake": datetime(2026, 3, 29, 16, tzinfo=UTC),
        "Nothing at all": date(2026, 5, 1),
    }
    assert "bridge" not in outside.get(path).text


def test_what_the_others_promised_and_what_is_personal_stand_in_it_only_by_choice(noor, outside, couple, database):
    with database.write() as session:
        make.promise(session, couple.noor, "Home for dinner")
        make.promise(session, couple.noor, "Swim", personal=True)
        make.promise(session, couple.sam, "Call at nine")
        make.promise(session, couple.sam, "Sam’s own", personal=True)
        make.promise(session, make.eve(session), "Eve’s")
        make.promise(session, make.other_couple(session).cleo, "Cleo’s")
    path = address(noor)
    assert titles(outside, path) == {"Home for dinner"}
    assert noor.post("/me/calendar/parts", **THE_OTHERS).status_code == 303
    assert titles(outside, path) == {"Home for dinner", "Sam: Call at nine"}
    noor.post("/me/calendar/parts", **PERSONAL)
    assert titles(outside, path) == {"Home for dinner", "Swim"}
    noor.post("/me/calendar/parts")
    assert titles(outside, path) == {"Home for dinner"}


def test_who_has_left_sees_nothing_more_of_that_bond(noor, outside, couple, database):
    with database.write() as session:
        make.promise(session, couple.noor, "Home for dinner")
        make.promise(session, couple.noor, "Swim", personal=True)
        make.promise(session, couple.sam, "Call at nine")
    path = address(noor, **THE_OTHERS)
    noor.post("/me/calendar/parts", **THE_OTHERS, **PERSONAL)
    assert titles(outside, path) == {"Home for dinner", "Swim", "Sam: Call at nine"}
    with database.write() as session:
        leaving.leave(session, couple.bond.id, member_id=couple.noor.id, now=NOW)
    assert titles(outside, path) == {"Swim"}


@pytest.mark.parametrize(
    "title", ["Bread, milk; and \\n butter", "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich 🧶 " + "ja" * 20, "“Éa”: 1/2"]
)
def test_any_title_comes_out_as_it_was_said(noor, outside, couple, database, title):
    with database.write() as session:
        make.promise(session, couple.noor, title)
    path = address(noor)
    assert titles(outside, path) == {title}
    assert max(len(line) for line in outside.get(path).content.split(b"\r\n")) <= 75


def test_a_calendar_with_nothing_in_it_is_still_one(noor, outside):
    assert entries(outside, address(noor)) == []


def test_the_address_is_shown_once_and_kept_nowhere(noor, outside, couple, database):
    path = address(noor)
    secret = path.removeprefix("/calendar/").removesuffix(".ics")
    assert secret not in noor.get("/me").text
    with database.read() as session:
        kept = standing.everything(session)
    (row,) = kept["calendars"]
    assert repr(hash_of(secret)) in row
    assert secret not in repr(kept)


def test_a_new_address_ends_the_old_one_at_once_and_off_is_off(noor, outside, couple, database):
    with database.write() as session:
        make.promise(session, couple.noor)
    old = address(noor)
    new = address(noor)
    assert (outside.get(old).status_code, outside.get(new).status_code) == (404, 200)
    assert noor.post("/me/calendar/off").status_code == 303
    assert outside.get(new).status_code == 404
    assert noor.post("/me/calendar/parts").status_code == 404
    assert noor.post("/me/calendar/off").status_code == 303


def test_nobody_makes_one_without_having_just_shown_a_passkey(noor, clock, open_client):
    clock.at = NOW + timedelta(minutes=11)
    assert noor.post("/me/calendar").headers["location"].startswith("/sign-in?")
    assert noor.post("/me/calendar/off").headers["location"] == "/me#calendar"
    stranger = Phone(open_client())
    assert {stranger.post(f"/me/calendar{one}").headers["location"] for one in ("", "/parts", "/off")} == {"/sign-in?next=/"}


def test_what_has_not_changed_is_not_sent_again(noor, outside, couple, database):
    with database.write() as session:
        dinner = make.promise(session, couple.noor)
    path = address(noor)
    first = outside.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    again = outside.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    with database.write() as session:
        promises.change(session, dinner.id, {"due_time": time(19)}, member_id=couple.noor.id, now=NOW)
    changed = outside.get(path, headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert [f"{one.dtstart.value:%H:%M}" for one in entries(outside, path)[:2]] == ["17:30", "18:00"]


def test_who_tries_addresses_is_held_back(outside):
    answers = [outside.get(f"/calendar/{'x' * 40}{n:03}.ics") for n in range(TRIES.most + 1)]
    assert {one.status_code for one in answers[:-1]} == {404}
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "60")


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/.ics", "/calendar/me.ics", "/calendar/x"])
def test_what_is_no_address_is_not_found(outside, path):
    assert outside.get(path).status_code == 404


def test_the_log_has_no_address(noor, outside, monkeypatch):
    path = address(noor)
    written = []
    monkeypatch.setattr(logs.log, "info", lambda event, **words: written.append((event, words)), raising=False)
    outside.app = logs.RequestLog(outside.app)
    assert outside.get(path).status_code == 200
    assert outside.get("/calendar/somebody-elses-secret.ics").status_code == 404
    assert [words["route"] for _, words in written] == ["/calendar/{name}"] * 2
    assert "secret" not in repr(written)
    assert path not in repr(written)
