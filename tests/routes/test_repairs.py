"""Owning a miss in words, and what the other says to it, as both see it."""

import re
from datetime import timedelta

import pytest

from server.actions import milestones
from server.store import events, ids
from tests import make
from tests.make import NOW

TODAY = NOW.date()
DAY = timedelta(days=1)
WORDS = {
    "did": "I stayed for one more call.",
    "landed": "Dinner went cold.",
    "mine": "That was mine.",
    "right": "I cook tomorrow.",
    "prevent": "Alarm at 17:50",
    "reason": "The call was long.",
}


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def dinner(database, couple):
    """Noor's, missed today and owned."""
    with database.write() as session:
        promise = make.promise(session, couple.noor, starts_on=TODAY)
        make.check_in(session, promise, "missed", now=NOW)
        return promise


@pytest.fixture
def noor(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.noor)


@pytest.fixture
def sam(open_client, desk, couple):
    return make.sign_in(open_client(), desk, couple.sam)


@pytest.fixture
def eve(open_client, desk, database):
    with database.write() as session:
        eve = make.eve(session)
    return make.sign_in(open_client(), desk, eve)


@pytest.fixture
def path(dinner):
    return f"/promises/{dinner.id}/repairs/{TODAY}"


def logged(database, dinner):
    with database.read() as session:
        return [one.kind for one in events.history(session, dinner.id, since=TODAY)]


def test_the_promiser_is_led_to_putting_it_right_in_words(noor, dinner, path):
    assert path in noor.get(f"/promises/{dinner.id}").text
    page = noor.get(path).text
    assert "No reasons yet. Just what you did or did not do." in page
    assert "What it was like for Sam" in page
    assert page.index("I will say it to Sam myself") < page.index("Send it to Sam")


def test_what_was_sent_is_read_by_the_other_who_may_answer_or_not(noor, sam, dinner, path):
    assert sam.get(path).status_code == 404
    assert noor.post(path, data=WORDS | {"way": "sent"}).status_code == 200
    assert path in sam.get(f"/promises/{dinner.id}").text
    page = sam.get(path).text
    assert "Noor owned it" in page
    assert all(text in page for text in WORDS.values())
    assert "Any of these, or nothing. You are not asked again." in page
    sam.post(f"{path}/words", data={"word": "not_yet"})
    assert "You answered: “Not yet”." in sam.get(path).text
    assert "Sam says: not yet." in noor.get(path).text


def test_what_is_said_in_person_stays_with_who_wrote_it(noor, sam, path):
    noor.post(path, data=WORDS | {"way": "in_person"})
    assert "Sam sees nothing here until you have said them." in noor.get(path).text
    assert sam.get(path).status_code == 404
    noor.post(f"{path}/words", data={"word": "told"})
    page = sam.get(path).text
    assert "Noor said it in person." in page
    assert not any(text in page for text in WORDS.values())
    sam.post(f"{path}/words", data={"word": "was_heard"})
    assert "Sam has heard it." in noor.get(path).text


def test_a_draft_waits_for_its_writer_alone(noor, sam, path):
    noor.post(f"{path}/draft", data=WORDS | {"prevent": ""})
    assert WORDS["did"] in noor.get(path).text
    assert sam.get(path).status_code == 404


def test_without_what_keeps_it_from_happening_again_it_comes_back_as_it_was(noor, database, dinner, path):
    answer = noor.post(path, data=WORDS | {"prevent": " ", "way": "sent"})
    assert answer.status_code == 422
    assert "Say how you will keep it from happening again; one small thing." in answer.text
    assert WORDS["did"] in answer.text
    assert logged(database, dinner) == ["missed"]


def test_the_prevention_becomes_a_promise_in_one_tap(noor, sam, path):
    noor.post(path, data=WORDS | {"way": "sent", "promises_it": "on", "new_promise": "Text before six"})
    assert "Text before six" in noor.get("/promises").text
    assert "Text before six" in sam.get(path).text


def test_sorry_is_shown_as_what_it_is(noor, sam, path):
    noor.post(f"{path}/words", data={"word": "sorry"})
    page = sam.get(path).text
    assert "Noor said sorry." in page
    assert "I accept it" not in page


def test_it_says_how_often_it_held_since(noor, dinner, database, clock, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    for day in (1, 2, 3):
        with database.write() as session:
            make.check_in(session, dinner, now=NOW + day * DAY)
        clock.at = NOW + day * DAY
        page = noor.get(path).text
        assert ("Mended: it held three times in a row since." if day == 3 else f"Kept since: {day} of 3") in page


def test_a_mark_is_seen_by_nobody_else(noor, sam, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    before = noor.get(path).text
    sam.post(f"{path}/mark", data={"lets_go": "on", "remind_on": str(TODAY + DAY)})
    assert re.search(r'name="lets_go" value="on" checked', sam.get(path).text)
    assert re.sub(r"[0-9a-f-]{36}", "", noor.get(path).text) == re.sub(r"[0-9a-f-]{36}", "", before)


@pytest.mark.parametrize("word", ["", "forgive", "told", "was_heard"])
def test_a_word_that_is_not_ones_own_to_say_changes_nothing(noor, database, dinner, path, word):
    assert noor.post(f"{path}/words", data={"word": word}).status_code in (404, 409, 422)
    assert logged(database, dinner) == ["missed"]


def test_a_stranger_finds_nothing(eve, noor, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    assert eve.get(path).status_code == 404
    for where, data in {path: WORDS, f"{path}/draft": WORDS, f"{path}/words": {"word": "heard"}, f"{path}/mark": {"lets_go": "on"}}.items():
        assert eve.post(where, data=data).status_code == 404


def test_a_day_that_was_kept_has_nothing_to_repair(noor, database, dinner):
    with database.write() as session:
        make.check_in(session, dinner, now=NOW + DAY)
    assert noor.get(f"/promises/{dinner.id}/repairs/{TODAY + DAY}").status_code == 404
    assert noor.post(f"/promises/{dinner.id}/repairs/{TODAY + DAY}", data=WORDS).status_code == 409


def test_hostile_words_are_shown_harmless(noor, sam, path):
    noor.post(path, data=WORDS | {"did": "<script>alert(1)</script>{{ 7 * 7 }}", "way": "sent"})
    page = sam.get(path).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in page


def test_when_it_was_owned_is_said_with_respect(noor, sam, dinner):
    assert "you owned it, before it was due" in noor.get(f"/promises/{dinner.id}").text
    assert "owned, before it was due" in sam.get(f"/promises/{dinner.id}").text


def test_what_a_miss_was_is_its_promisers_alone_until_they_share_it(noor, sam, dinner, path):
    noor.post(f"{path}/owning", data={"label": "broke_my_word", "cause": "avoided_it", "shares_cause": "on"})
    mine, theirs = noor.get(f"/promises/{dinner.id}").text, sam.get(f"/promises/{dinner.id}").text
    assert "a broken word, avoided" in mine
    assert "avoided" in theirs
    assert "broken word" not in theirs
    assert "What got in your way, in twelve weeks" in noor.get(path).text
    assert noor.post(f"{path}/owning", data={"cause": "malice"}).status_code == 422
    assert sam.post(f"{path}/owning", data={"label": "slip"}).status_code == 403


def test_what_both_let_go_is_seen_nowhere(noor, sam, dinner, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    noor.post(f"{path}/words", data={"word": "let_go"})
    assert "One of you has proposed to let this go." in sam.get(path).text
    sam.post(f"{path}/words", data={"word": "agree_let_go"})
    for browser in (noor, sam):
        assert browser.get(path).status_code == 404
        assert browser.get(f"/api/v1{path}").status_code == 404
        pages = [browser.get(one).text for one in ("/", "/promises", f"/promises/{dinner.id}", "/week", "/us")]
        assert not any(path in page or "owned" in page for page in pages)
        assert browser.get(f"/api/v1/promises/{dinner.id}/occurrences?from={TODAY}&until={TODAY}").json()["occurrences"] == []


def test_the_other_may_leave_it_standing(noor, sam, database, dinner, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    noor.post(f"{path}/words", data={"word": "let_go"})
    assert noor.post(f"{path}/words", data={"word": "agree_let_go"}).status_code == 409
    assert noor.get(path).status_code == sam.get(path).status_code == 200


def test_what_has_reached_one_stands_quietly_on_today_until_it_is_answered(noor, sam, clock, path):
    assert "owned today" not in sam.get("/").text
    noor.post(path, data=WORDS | {"way": "sent"})
    assert "Noor owned today, ‘Home for dinner’." in sam.get("/").text
    sam.post(f"{path}/words", data={"word": "rather_not"})
    assert "Noor owned" not in sam.get("/").text


def test_after_three_days_it_asks_for_nothing_any_more(noor, sam, clock, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    clock.at = NOW + 3 * DAY + DAY / 24
    assert "Noor owned" not in sam.get("/").text


def test_one_is_reminded_of_what_one_wanted_to_think_of(noor, sam, clock, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    sam.post(f"{path}/words", data={"word": "not_yet"})
    sam.post(f"{path}/mark", data={"remind_on": str(TODAY + DAY)})
    assert "think again" not in sam.get("/").text
    clock.at = NOW + DAY
    assert "You wanted to think again of yesterday, ‘Home for dinner’." in sam.get("/").text
    assert "think again" not in noor.get("/").text


def test_a_mend_that_both_let_go_is_celebrated_nowhere(noor, sam, dinner, database, clock, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    with database.write() as session:
        for day in (1, 2, 3):
            make.check_in(session, dinner, now=NOW + day * DAY)
        milestones.celebrate(session, now=NOW + 3 * DAY, limit=10)
    clock.at = NOW + 3 * DAY
    (link,) = set(re.findall(r'href="(/milestones/[0-9a-f-]+)">Mended', noor.get("/").text))
    noor.post(f"{path}/words", data={"word": "let_go"})
    sam.post(f"{path}/words", data={"word": "agree_let_go"})
    for browser in (noor, sam):
        assert "Mended" not in browser.get("/").text
        assert browser.get(link).status_code == 404
        assert "mend" not in browser.get("/api/v1/milestones").text


HTMX = {"HX-Request": "true"}


def test_what_was_tapped_two_days_ago_is_of_that_time(noor, sam, dinner, database, clock, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    clock.at = NOW + 2 * DAY
    tap = {"word": "heard", "id": str(ids.new()), "at": (NOW + DAY).isoformat()}
    answers = [sam.post(f"{path}/words", data=tap, headers=HTMX) for _ in range(2)]
    assert [(one.status_code, one.url.path) for one in answers] == [(200, path)] * 2
    with database.read() as session:
        assert [one.at for one in events.history(session, dinner.id, since=TODAY) if one.kind == "answered"] == [NOW + DAY]
    assert sam.post(f"{path}/words", data=tap | {"id": "", "at": (NOW - 4 * DAY).isoformat()}).status_code == 422


def test_a_word_waits_for_the_one_who_tapped_it(noor, sam, couple, database, dinner, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    assert sam.post(f"{path}/words", data={"word": "heard", "by": str(couple.noor.id)}, headers=HTMX).status_code == 401
    assert "answered" not in logged(database, dinner)


def test_letting_go_leads_away_from_what_is_gone(noor, sam, dinner, path):
    asked = noor.post(f"{path}/words", data={"word": "let_go", "at": NOW.isoformat()}, headers=HTMX)
    assert asked.headers["hx-redirect"] == f"/promises/{dinner.id}"
    agreed = [sam.post(f"{path}/words", data={"word": "agree_let_go", "at": NOW.isoformat()}, headers=HTMX) for _ in range(2)]
    assert [(one.status_code, one.headers["hx-redirect"]) for one in agreed] == [(200, f"/promises/{dinner.id}")] * 2
    assert sam.get(path).status_code == 404


def test_the_api_takes_a_word_at_its_own_moment(noor, sam, dinner, database, clock, path):
    noor.post(path, data=WORDS | {"way": "sent"})
    clock.at = NOW + DAY
    said = {"word": "accepted", "id": str(ids.new()), "at": NOW.isoformat()}
    assert [sam.post(f"/api/v1{path}/words", json=said).status_code for _ in range(2)] == [201, 201]
    with database.read() as session:
        assert [one.at for one in events.history(session, dinner.id, since=TODAY) if one.kind == "answered"] == [NOW]
