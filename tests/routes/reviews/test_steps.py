"""What each step of a review shows, and what can be said in it."""

from datetime import date, time, timedelta

import pytest

from server.actions import letting_go
from server.domain import schedule
from server.domain.reviews import STEPS
from server.store import asks, bonds, moments, promises
from tests import make
from tests.routes.reviews.evening import DAY, MONDAY, PATH, SUNDAY, TO_ON, form, goes_on, text


def test_thanks_are_gathered_and_each_may_add_some(noor, sam, both, dinner, database):
    with database.write() as session:
        make.check_in(session, dinner, "seen", by=make_sam(session, dinner), now=SUNDAY, day=MONDAY.date(), line="You came running.")
    said = form(noor.get(PATH), f"{PATH}/lines")
    for _ in range(2):
        noor.post(f"{PATH}/lines", data=said | {"text": "You waited with the soup."})
    page = text(sam.get(PATH))
    assert "“You came running.” Sam, Monday" in page
    assert page.count("“You waited with the soup.” Noor") == 1


def make_sam(session, promise):
    return next(one for one in bonds.members_of(session, promise.bond_id) if one.name == "Sam")


def test_what_held_comes_before_what_frayed(noor, sam, both):
    goes_on(noor, sam, steps=STEPS[:1])
    page = text(noor.get(PATH))
    assert "Where it held" in page
    assert "you owned it" not in page


def test_what_frayed_is_said_kindly_and_leads_to_mending(noor, sam, both, dinner):
    goes_on(noor, sam, steps=STEPS[:2])
    mine, theirs = noor.get(PATH), sam.get(PATH)
    assert "‘Home for dinner’, Tuesday: you owned it." in text(mine)
    assert f'href="/promises/{dinner.id}/repairs/2026-03-17"' in mine.text
    assert "Noor, ‘Home for dinner’, Tuesday: owned." in text(theirs)
    assert "/repairs/2026-03-17" not in theirs.text


def test_what_was_let_go_is_nowhere_in_it(noor, sam, both, dinner, couple, database):
    with database.write() as session:
        letting_go.propose(session, dinner.id, date(2026, 3, 17), member_id=couple.sam.id, now=SUNDAY)
        letting_go.agree(session, dinner.id, date(2026, 3, 17), member_id=couple.noor.id, now=SUNDAY)
    goes_on(noor, sam, steps=STEPS[:2])
    for one in (noor, sam):
        assert "Tuesday" not in text(one.get(PATH))


def test_adjusting_makes_the_real_change_from_the_next_day(noor, sam, both, dinner, database):
    goes_on(noor, sam, steps=STEPS[:3])
    page = noor.get(f"{PATH}?promise={dinner.id}")
    sent = form(page, f"{PATH}/decisions")
    assert sent["decision"] == "adjust"
    days = ["MO", "TU", "WE", "TH", "FR"]
    noor.post(f"{PATH}/decisions", data=sent | {"due_time": "18:45", "grace": "30", "days": days})
    with database.read() as session:
        plan = promises.by_ids(session, [dinner.id])[dinner.id].plan
    assert schedule.terms_on(plan, TO_ON).due_time == time(18, 30)
    tomorrow = schedule.terms_on(plan, TO_ON + DAY)
    assert (tomorrow.due_time, tomorrow.grace, tomorrow.rule) == (time(18, 45), timedelta(minutes=30), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")
    for one in (noor, sam):
        assert "from Monday 23 March: weekdays by 18:45, 30 minutes of grace" in text(one.get(PATH))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"days": []}, "Choose one day or more."),
        ({"due_time": "soon"}, "A time like 18:30, please."),
        ({"grace": "x"}, "A whole number, please."),
        ({}, "Change something, or keep it as it is."),
    ],
)
def test_a_change_that_does_not_hold_comes_back_with_its_sentence(noor, both, sam, dinner, database, changed, sentence):
    goes_on(noor, sam, steps=STEPS[:3])
    sent = form(noor.get(f"{PATH}?promise={dinner.id}"), f"{PATH}/decisions")
    whole = {"due_time": "18:30", "grace": "10", "days": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]}
    answer = noor.post(f"{PATH}/decisions", data=sent | whole | changed)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    with database.read() as session:
        assert len(promises.by_ids(session, [dinner.id])[dinner.id].plan.terms) == 1


def test_each_keeps_or_retires_only_their_own(noor, sam, both, dinner, database):
    goes_on(noor, sam, steps=STEPS[:3])
    theirs = sam.get(PATH)
    assert "Home for dinner" in text(theirs)
    assert f'value="{dinner.id}"' not in theirs.text
    refused = sam.post(f"{PATH}/decisions", data={"promise": str(dinner.id), "decision": "retire"})
    assert refused.status_code == 403
    noor.post(f"{PATH}/decisions", data={"promise": str(dinner.id), "decision": "keep"})
    assert "kept as it is" in text(sam.get(PATH))
    noor.post(f"{PATH}/decisions", data={"promise": str(dinner.id), "decision": "retire"})
    assert "retired, with thanks" in text(sam.get(PATH))
    with database.read() as session:
        assert promises.by_ids(session, [dinner.id])[dinner.id].plan.released_on == TO_ON + DAY


def test_an_ask_becomes_a_promise_only_by_the_asked_one(noor, sam, both, database, couple):
    goes_on(noor, sam, steps=STEPS[:4])
    noor.post(f"{PATH}/asks", data={"ask": "Text before you leave"})
    assert "One ask each is enough for today." in text(noor.post(f"{PATH}/asks", data={"ask": "And call"}))
    with database.read() as session:
        (asked,) = asks.of_review(session, couple.bond.id, TO_ON)
    assert "Noor asked you" in text(sam.get(PATH))
    assert "Make it a promise" not in text(noor.get(PATH))
    assert noor.get(f"/promises/new?ask={asked.id}").status_code == 404
    page = sam.get(f"/promises/new?ask={asked.id}")
    assert 'value="Text before you leave"' in page.text
    sent = form(page, "/promises") | {"title": "Text before I leave", "rhythm": "daily", "starts_on": "2026-03-23", "area": "care"}
    sam.post("/promises", data=sent | {"audience": str(couple.bond.id)})
    with database.read() as session:
        assert [one.title for one in promises.made_by(session, couple.sam.id)] == ["Text before I leave"]
    assert "Sam promised it." in text(noor.get(PATH))


def test_a_moment_goes_into_what_is_planned(noor, sam, both, database, couple):
    goes_on(noor, sam, steps=STEPS[:4])
    sent = form(noor.get(PATH), f"{PATH}/moments") | {"what": "The lake", "on_date": "2026-03-28", "at_time": "10:00", "place": "the pier"}
    for _ in range(2):
        noor.post(f"{PATH}/moments", data=sent)
    assert "The lake, Saturday 28 March, 10:00, the pier" in text(sam.get(PATH))
    with database.read() as session:
        assert [one.what for one in moments.planned(session, [couple.bond.id], since=TO_ON)] == ["The lake"]
    assert "A day from today on" in text(noor.post(f"{PATH}/moments", data={"what": "The lake", "on_date": "2020-01-01"}))
