import json
from datetime import time, timedelta
from uuid import UUID

import pytest

from server.domain import notices
from server.domain.milestones import MilestoneKind
from server.domain.notices import NoticeKind
from server.push.message import SIZE, compose
from tests.make import NOW

NOOR, BOND, PROMISE, MILESTONE = (UUID(int=n) for n in range(1, 5))
TODAY = NOW.date()
TITLE, NAME = "Home by 18:30", "Sam"
REMINDER = notices.reminder(
    NOOR, PROMISE, TODAY, bond_id=BOND, last_day=TODAY, title=TITLE, due_time=time(18, 30), expires_at=NOW + timedelta(hours=9)
)
KEPT = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title=TITLE, name=NAME, now=NOW)
WEEK = notices.week(NOOR, BOND, TODAY, now=NOW)


def milestone(kind=MilestoneKind.IN_A_ROW, count=30, title=TITLE, name=NAME):
    return notices.milestone(NOOR, MILESTONE, kind=kind, count=count, bond_id=BOND, title=title, name=name, now=NOW)


EVERY = [REMINDER, KEPT, WEEK, *map(milestone, MilestoneKind)]


def composed(notice, *, shows_details=False, origin="https://weft.example.org"):
    return compose(notice, origin=origin, shows_details=shows_details, now=NOW)


def said(notice, **how):
    return json.loads(composed(notice, **how).payload)["notification"]


@pytest.mark.parametrize("notice", EVERY)
def test_a_phone_says_nothing_of_whom_or_what_until_its_owner_chooses(notice):
    notification = said(notice)
    shown = json.dumps([notification["title"], notification["body"], [one["title"] for one in notification["actions"]]])
    assert not any(word in shown for word in (TITLE, NAME, "18:30", "30"))
    assert notification["title"] == ("A small reminder" if notice.kind is NoticeKind.REMINDER else "Something new")


@pytest.mark.parametrize(
    ("notice", "title", "body"),
    [
        (REMINDER, "Home by 18:30", "Due at 18:30."),
        (KEPT, "Kept", "Sam: Home by 18:30"),
        (WEEK, "Your week is ready", "Look at it together when it suits you both."),
        (milestone(), "30 in a row", "Sam: Home by 18:30"),
        (milestone(MilestoneKind.KEPT_IN_ALL, 1, title=""), "The first one kept", "Sam"),
        (milestone(MilestoneKind.KEPT_IN_ALL, 100, title=""), "100 kept in all", "Sam"),
        (milestone(MilestoneKind.TOGETHER, 14, title="", name=""), "14 woven days", ""),
    ],
)
def test_with_details_it_says_what_it_is_about(notice, title, body):
    notification = said(notice, shows_details=True)
    assert (notification["title"], notification["body"]) == (title, body)


def test_a_mend_and_a_comeback_are_told_without_what_came_before():
    words = [said(milestone(kind, 5), shows_details=True)["title"] for kind in (MilestoneKind.MEND, MilestoneKind.COMEBACK)]
    assert words == ["A gold stitch", "5 in a row"]


@pytest.mark.parametrize("shows_details", [True, False])
@pytest.mark.parametrize("notice", EVERY)
def test_every_message_has_one_length(notice, shows_details):
    assert len(composed(notice, shows_details=shows_details).payload) == SIZE <= 2000


@pytest.mark.parametrize("letter", ["a", "ß", "語", "🧵", '"', "\\", "\x00", "\u202e", "\n", "\U000e0001"])
def test_the_longest_words_fit_too(letter):
    long = "x" + letter * 500
    mine = notices.reminder(NOOR, PROMISE, TODAY, bond_id=BOND, last_day=TODAY, title=long, due_time=time(18, 30), expires_at=NOW)
    theirs = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title=long, name=long, now=NOW)
    origin = f"https://{'a' * 100}.example.org"
    assert {len(composed(one, shows_details=True, origin=origin).payload) for one in (mine, theirs)} == {SIZE}


def test_words_too_long_for_a_lock_screen_are_cut_with_a_sign():
    long = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title="a" * 61, name="b" * 31, now=NOW)
    assert said(long, shows_details=True)["body"] == f"{'b' * 29}…: {'a' * 59}…"


@pytest.mark.parametrize(("title", "shown"), [("Call\n  Mum", "Call Mum"), ("a\u202eb\x07c", "abc"), ("👩\u200d👧", "👩\u200d👧")])
def test_words_stay_on_one_line_and_hide_nothing(title, shown):
    mine = notices.reminder(NOOR, PROMISE, TODAY, bond_id=None, last_day=TODAY, title=title, due_time=None, expires_at=NOW)
    assert said(mine, shows_details=True)["title"] == shown


def test_a_reminder_is_answered_from_the_lock_screen():
    notification = said(REMINDER)
    assert [(one["action"], one["title"]) for one in notification["actions"]] == [("kept", "Kept"), ("late", "Running late")]
    tap = {"kind": "reminder", "promise": str(PROMISE), "day": "2026-03-20", "url": f"/promises/{PROMISE}/check-ins"}
    assert notification["data"] == tap
    assert notification["navigate"] == f"https://weft.example.org/#card-{PROMISE}-2026-03-20"


def test_without_a_due_time_nothing_runs_late():
    whole_day = notices.reminder(NOOR, PROMISE, TODAY, bond_id=None, last_day=TODAY, title=TITLE, due_time=None, expires_at=NOW)
    assert [one["action"] for one in said(whole_day)["actions"]] == ["kept"]
    assert said(whole_day, shows_details=True)["body"] == "Before the day ends."


def test_a_tap_on_a_weeks_reminder_speaks_of_its_last_day():
    monday = TODAY - timedelta(days=4)
    weekly = notices.reminder(NOOR, PROMISE, monday, bond_id=None, last_day=TODAY, title=TITLE, due_time=None, expires_at=NOW)
    assert said(weekly)["data"]["day"] == "2026-03-20"
    assert said(weekly)["navigate"].endswith(f"/#card-{PROMISE}-2026-03-16")


@pytest.mark.parametrize(
    ("notice", "path", "facts"),
    [
        (KEPT, f"/promises/{PROMISE}", {"kind": "kept", "promise": str(PROMISE), "day": "2026-03-20"}),
        (milestone(), f"/milestones/{MILESTONE}", {"kind": "milestone"}),
        (WEEK, "/weeks/2026-03-20", {"kind": "week"}),
    ],
)
def test_opening_it_leads_to_a_page_that_only_shows(notice, path, facts):
    notification = said(notice)
    assert (notification["navigate"], notification["actions"]) == (f"https://weft.example.org{path}", [])
    assert notification["data"] == facts


def test_every_action_has_its_own_whole_address():
    notification = said(REMINDER)
    assert {one["navigate"] for one in notification["actions"]} == {notification["navigate"]}
    assert notification["navigate"].startswith("https://weft.example.org/")


@pytest.mark.parametrize(
    ("notice", "urgency", "hours"),
    [(REMINDER, "high", 9), (KEPT, "normal", 24), (milestone(), "normal", 24), (WEEK, "low", 48)],
)
def test_how_soon_and_how_long(notice, urgency, hours):
    message = composed(notice)
    assert (message.urgency, message.ttl) == (urgency, hours * 3600)


def test_what_is_left_shrinks_with_time_and_never_below_nothing():
    later = [compose(REMINDER, origin="https://a.org", shows_details=False, now=NOW + timedelta(hours=n)).ttl for n in (8, 9, 10)]
    assert later == [3600, 0, 0]


def test_a_topic_is_of_a_kind_and_an_occurrence():
    tomorrow = notices.kept(NOOR, PROMISE, TODAY + timedelta(days=1), bond_id=BOND, title="Other words", name=NAME, now=NOW)
    reworded = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title="Other words", name=NAME, now=NOW)
    topics = [composed(one).topic for one in (REMINDER, KEPT, tomorrow, WEEK, milestone())]
    assert len(set(topics)) == 5
    assert {len(one) for one in topics} == {32}
    assert composed(reworded).topic == composed(KEPT).topic
