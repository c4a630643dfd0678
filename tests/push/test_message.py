import json
from datetime import time, timedelta
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.domain import notices
from server.domain.milestones import MilestoneKind
from server.domain.notices import NoticeKind
from server.push.message import SIZE, compose
from server.push.sealing import LARGEST
from tests.make import NOW

NOOR, BOND, PROMISE, MILESTONE = (UUID(int=n) for n in range(1, 5))
TODAY = NOW.date()
TITLE, NAME = "Home by 18:30", "Sam"
LONGEST_ORIGIN = f"https://{'a' * 253}:65535"
DUE_AT = NOW + timedelta(minutes=90)
REMINDER = notices.may_run_late(
    notices.reminder(
        NOOR, PROMISE, TODAY, bond_id=BOND, last_day=TODAY, title=TITLE, due_time=time(18, 30), expires_at=NOW + timedelta(hours=9)
    ),
    DUE_AT,
)
KEPT = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title=TITLE, name=NAME, now=NOW)
WEEK = notices.week(NOOR, BOND, TODAY, now=NOW)
NUDGE = notices.nudge(NOOR, MILESTONE, TODAY, bond_id=BOND, name=NAME, now=NOW)


def milestone(kind=MilestoneKind.IN_A_ROW, count=30, title=TITLE, name=NAME):
    return notices.milestone(NOOR, MILESTONE, kind=kind, count=count, bond_id=BOND, title=title, name=name, now=NOW)


ANSWERED = notices.answered(REMINDER)
EVERY = [REMINDER, KEPT, WEEK, NUDGE, ANSWERED, *map(milestone, MilestoneKind)]


def composed(notice, *, shows_details=False, origin="https://weft.example.org", due=2, now=NOW):
    return compose(notice, origin=origin, shows_details=shows_details, due=due, now=now)


def said(notice, **how):
    return json.loads(composed(notice, **how).payload)["notification"]


@pytest.mark.parametrize("notice", EVERY)
def test_a_phone_says_nothing_of_whom_or_what_until_its_owner_chooses(notice):
    notification = said(notice)
    shown = json.dumps([notification["title"], notification["body"], [one["title"] for one in notification["actions"]]])
    assert not any(word in shown for word in (TITLE, NAME, "18:30", "30"))
    first = {NoticeKind.REMINDER: "A small reminder", NoticeKind.ANSWERED: "Answered on another phone"}
    assert notification["title"] == first.get(notice.kind, "Something new")


@pytest.mark.parametrize(
    ("notice", "title", "body"),
    [
        (REMINDER, "Home by 18:30", "Due at 18:30."),
        (KEPT, "Kept", "Sam: Home by 18:30"),
        (WEEK, "Your week is ready", "Look at it together when it suits you both."),
        (NUDGE, "Thinking of you", "Sam"),
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
    assert {len(composed(one, shows_details=True, origin=LONGEST_ORIGIN).payload) for one in (mine, theirs)} == {SIZE}


@settings(deadline=None)
@given(
    title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200),
    host=st.integers(1, 253),
    due=st.integers(0, 999),
    shows_details=st.booleans(),
)
@example(title="🧵" * 200, name="🧵" * 200, host=253, due=999, shows_details=True)
@example(title='"\\' * 100, name='"\\' * 100, host=253, due=999, shows_details=True)
def test_whatever_people_write_and_wherever_it_runs_every_notice_fits_and_can_be_read(title, name, host, due, shows_details):
    origin = f"https://{'a' * host}:65535"
    mine = notices.reminder(NOOR, PROMISE, TODAY, bond_id=BOND, last_day=TODAY, title=title, due_time=time(18, 30), expires_at=NOW)
    theirs = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title=title, name=name, now=NOW)
    for one in (
        notices.may_run_late(mine, DUE_AT),
        theirs,
        notices.answered(mine),
        *(milestone(kind, 9999, title, name) for kind in MilestoneKind),
    ):
        payload = composed(one, shows_details=shows_details, origin=origin, due=due).payload
        read = json.loads(payload)
        assert len(payload) == SIZE == LARGEST
        assert read["web_push"] == 8030
        assert read["notification"]["title"] or shows_details
        assert all(where["navigate"].startswith(f"{origin}/") for where in (read["notification"], *read["notification"]["actions"]))


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
    card = f"card-{PROMISE}-2026-03-20"
    told = notification["data"]
    assert (told["kind"], told["card"], told["url"]) == ("reminder", card, f"/promises/{PROMISE}/check-ins")
    assert told["form"] == {"by": str(NOOR), "day": "2026-03-20"}
    assert told["says"] == {"kept": {"kind": "kept"}, "late": {"kind": "heads_up"}}
    assert notification["navigate"] == f"https://weft.example.org/#{card}"


def test_running_late_asks_by_how_much_until_it_is_due():
    notification = said(REMINDER)
    assert notification["data"]["asks"] == {
        "late": {
            "title": "How much later?",
            "body": "Tap for more.",
            "name": "minutes",
            "choices": [["10", "10 min"], ["30", "30 min"], ["45", "45 min"]],
            "until": "2026-03-20T17:30:00+00:00",
        }
    }
    assert notification["actions"][1]["navigate"] == f"https://weft.example.org/?late#card-{PROMISE}-2026-03-20"


def test_what_was_kept_is_thanked_for_from_the_lock_screen_by_who_is_shown_it():
    notification = said(KEPT, shows_details=True)
    assert [(one["action"], one["title"]) for one in notification["actions"]] == [("thanks", "Thank you")]
    told = notification["data"]
    assert (told["url"], told["says"]) == (f"/promises/{PROMISE}/check-ins", {"thanks": {"kind": "seen"}})
    assert told["form"] == {"by": str(NOOR), "day": "2026-03-20"}


def test_a_milestone_of_anothers_is_thanked_for_and_ones_own_is_not():
    told = said(milestone(), shows_details=True)["data"]
    assert (told["url"], told["says"]) == (f"/milestones/{MILESTONE}/answers", {"thanks": {"line": "Thank you"}})
    assert told["form"] == {"by": str(NOOR)}
    assert said(notices.of_ones_own(milestone()), shows_details=True)["actions"] == []


@pytest.mark.parametrize("notice", [one for one in EVERY if one.kind is not NoticeKind.REMINDER])
def test_nobody_thanks_for_what_they_are_not_shown(notice):
    assert said(notice)["actions"] == []


def test_what_was_answered_elsewhere_quietly_takes_the_reminders_place():
    reminder, answered = composed(REMINDER), composed(ANSWERED)
    assert (answered.topic, said(ANSWERED)["tag"]) == (reminder.topic, said(REMINDER)["tag"])
    assert (answered.urgency, answered.ttl) == ("low", reminder.ttl)
    assert [said(one)["silent"] for one in (ANSWERED, REMINDER)] == [True, False]


@pytest.mark.parametrize("due", [0, 3])
def test_the_icon_says_how_much_of_today_is_due_to_browsers_old_and_new(due):
    payload = json.loads(composed(KEPT, due=due).payload)
    assert (payload["app_badge"], payload["notification"]["app_badge"]) == (due, str(due))


def test_without_a_due_time_nothing_runs_late():
    whole_day = notices.reminder(NOOR, PROMISE, TODAY, bond_id=None, last_day=TODAY, title=TITLE, due_time=None, expires_at=NOW)
    assert [one["action"] for one in said(whole_day)["actions"]] == ["kept"]
    assert said(whole_day, shows_details=True)["body"] == "Before the day ends."


def test_a_tap_on_a_weeks_reminder_speaks_of_its_last_day():
    monday = TODAY - timedelta(days=4)
    weekly = notices.reminder(NOOR, PROMISE, monday, bond_id=None, last_day=TODAY, title=TITLE, due_time=None, expires_at=NOW)
    assert said(weekly)["data"]["form"]["day"] == "2026-03-20"
    assert said(weekly)["navigate"].endswith(f"/#card-{PROMISE}-2026-03-16")


@pytest.mark.parametrize(
    ("notice", "path", "facts"),
    [
        (KEPT, f"/promises/{PROMISE}", {"kind": "kept", "card": f"card-{PROMISE}-2026-03-20"}),
        (milestone(), f"/milestones/{MILESTONE}", {"kind": "milestone"}),
        (WEEK, "/weeks/2026-03-20", {"kind": "week"}),
    ],
)
def test_opening_it_leads_to_a_page_that_only_shows(notice, path, facts):
    notification = said(notice)
    assert (notification["navigate"], notification["actions"]) == (f"https://weft.example.org{path}", [])
    assert notification["data"] == facts | {"at": 1774022400000}


def test_every_action_has_its_own_whole_address():
    notification = said(REMINDER)
    assert all(one["navigate"].startswith("https://weft.example.org/") for one in (notification, *notification["actions"]))


@pytest.mark.parametrize(
    ("notice", "urgency", "hours"),
    [(REMINDER, "high", 9), (KEPT, "normal", 24), (milestone(), "normal", 24), (WEEK, "low", 48)],
)
def test_how_soon_and_how_long(notice, urgency, hours):
    message = composed(notice)
    assert (message.urgency, message.ttl) == (urgency, hours * 3600)


def test_what_is_left_shrinks_with_time_and_never_below_nothing():
    later = [composed(REMINDER, now=NOW + timedelta(hours=n)).ttl for n in (8, 9, 10)]
    assert later == [3600, 0, 0]


def test_a_topic_is_of_a_kind_and_an_occurrence():
    tomorrow = notices.kept(NOOR, PROMISE, TODAY + timedelta(days=1), bond_id=BOND, title="Other words", name=NAME, now=NOW)
    reworded = notices.kept(NOOR, PROMISE, TODAY, bond_id=BOND, title="Other words", name=NAME, now=NOW)
    topics = [composed(one).topic for one in (REMINDER, KEPT, tomorrow, WEEK, milestone())]
    assert len(set(topics)) == 5
    assert {len(one) for one in topics} == {32}
    assert composed(reworded).topic == composed(KEPT).topic
