"""Promises: made in two taps, changed from tomorrow, ended, paused, and never a stranger's."""

from typing import Any

import pytest

from tests import make

FORM = {
    "title": "Home for dinner",
    "rhythm": "weekdays",
    "starts_on": "2026-03-20",
    "due_time": "18:30",
    "grace": "10",
    "area": "time",
    "times": "3",
    "month_day": "1",
}


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def noor(client: Any, desk: Any, couple: make.Couple) -> Any:
    return make.sign_in(client, desk, couple.noor)


def test_a_new_promise_takes_two_taps(noor: Any, couple: make.Couple) -> None:
    assert 'href="/promises/new?template=dinner"' in noor.get("/promises/new").text
    form = noor.get("/promises/new?template=dinner").text
    assert 'value="Home for dinner"' in form
    answer = noor.post("/promises", data={**FORM, "audience": str(couple.bond.id)}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/promises")
    page = noor.get("/promises").text
    assert "Home for dinner" in page
    assert "weekdays by 18:30" in page


def test_sam_sees_what_noor_promised_at_once(noor: Any, open_client: Any, desk: Any, couple: make.Couple) -> None:
    noor.post("/promises", data={**FORM, "audience": str(couple.bond.id)})
    assert "Home for dinner" in make.sign_in(open_client(), desk, couple.sam).get("/").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": " "}, "What you promise needs a few words."),
        ({"title": "x" * 10_000}, "What you promise takes 120 characters at most."),
        ({"title": "\u202eevil"}, "There is a sign in it that cannot be shown."),
        ({"rhythm": "weekly"}, "Choose one day or more."),
        ({"rhythm": "own", "rule": "FREQ=HOURLY"}, "not finer and not otherwise"),
        ({"rhythm": "own", "rule": "every now and then"}, "The rhythm cannot be read"),
        ({"rhythm": "monthly", "month_day": "42"}, "A month has days from 1 to 31."),
        ({"starts_on": "soon"}, "A date, please."),
        ({"starts_on": "2126-03-20"}, "within three years of today"),
        ({"due_time": "half past"}, "A time like 18:30, please."),
        ({"grace": "999"}, "The grace is 0 to 180 minutes."),
    ],
)
def test_what_does_not_hold_comes_back_with_its_sentence(noor: Any, couple: make.Couple, fields: dict[str, str], sentence: str) -> None:
    answer = noor.post("/promises", data={**FORM, "audience": str(couple.bond.id), **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Home for dinner" not in noor.get("/promises").text


@pytest.mark.parametrize("title", ["בבית לארוחת ערב", "🍲 zu Hause", "<script>alert(1)</script>", "{{ 7*7 }}", "'; DROP TABLE events; --"])
def test_a_title_in_any_script_is_shown_as_it_was_written(noor: Any, couple: make.Couple, title: str) -> None:
    from markupsafe import escape

    noor.post("/promises", data={**FORM, "title": title, "audience": str(couple.bond.id)})
    assert str(escape(title)) in noor.get("/promises").text


@pytest.mark.parametrize("days", ["SU", ["SU"], ["MO", "TU"]], ids=["one", "a list of one", "two"])
def test_a_week_may_have_one_day_or_more(noor: Any, couple: make.Couple, days: Any) -> None:
    sent = {**FORM, "audience": str(couple.bond.id), "rhythm": "weekly", "days": days}
    assert noor.post("/promises", data=sent, follow_redirects=False).status_code == 303


def test_a_bond_that_is_not_mine_takes_no_promise(noor: Any, database: Any) -> None:
    with database.write() as session:
        other = make.other_couple(session)
    assert noor.post("/promises", data={**FORM, "audience": str(other.bond.id)}).status_code == 404


@pytest.fixture
def dinner(database: Any, couple: make.Couple) -> Any:
    with database.write() as session:
        return make.promise(session, couple.noor, "Home for dinner")


def test_a_change_holds_from_tomorrow(noor: Any, dinner: Any, couple: make.Couple) -> None:
    form = noor.get(f"/promises/{dinner.id}/edit").text
    assert 'value="Home for dinner"' in form
    answer = noor.post(f"/promises/{dinner.id}", data={**FORM, "rhythm": "daily", "due_time": "19:00", "audience": str(couple.bond.id)})
    assert answer.status_code == 200
    page = noor.get(f"/promises/{dinner.id}").text
    assert "every day by 19:00, 10 minutes of grace, from tomorrow" in page
    assert "by 18:30" in noor.get("/").text


def test_nobody_changes_the_promise_of_the_other(open_client: Any, desk: Any, couple: make.Couple, dinner: Any) -> None:
    sam = make.sign_in(open_client(), desk, couple.sam)
    assert sam.get(f"/promises/{dinner.id}").status_code == 200
    for path in ("edit",):
        assert sam.get(f"/promises/{dinner.id}/{path}").status_code == 403
    for path in ("", "/release", "/pauses"):
        answer = sam.post(f"/promises/{dinner.id}{path}", data={**FORM, "from": "2026-03-21", "until": "2026-03-22"})
        assert answer.status_code == 403


def test_a_stranger_finds_nothing(open_client: Any, desk: Any, database: Any, dinner: Any) -> None:
    with database.write() as session:
        stranger = make.eve(session)
    eve = make.sign_in(open_client(), desk, stranger)
    for path in (f"/promises/{dinner.id}", f"/promises/{dinner.id}/edit"):
        assert eve.get(path).status_code == 404
    assert eve.post(f"/promises/{dinner.id}/release").status_code == 404


def test_a_released_promise_ends_with_the_day(noor: Any, dinner: Any) -> None:
    noor.post(f"/promises/{dinner.id}/release")
    assert "Home for dinner" in noor.get("/").text
    page = noor.get(f"/promises/{dinner.id}").text
    assert "ended 20 March" in page
    assert "Change it" not in page


def test_a_pause_rests_the_promise(noor: Any, dinner: Any) -> None:
    noor.post(f"/promises/{dinner.id}/pauses", data={"from": "2026-03-20", "until": "2026-03-22"})
    assert "paused until 22 March" in noor.get("/promises").text
    assert "let go" in noor.get("/").text


def test_a_pause_that_ends_before_it_begins_is_refused_with_a_sentence(noor: Any, dinner: Any) -> None:
    answer = noor.post(f"/promises/{dinner.id}/pauses", data={"from": "2026-03-22", "until": "2026-03-20"})
    assert answer.status_code == 422
    assert "A pause ends after it begins." in answer.text


def test_the_page_of_a_promise_says_its_history_in_words(noor: Any, database: Any, dinner: Any, couple: make.Couple) -> None:
    with database.write() as session:
        make.check_in(session, dinner)
        make.check_in(session, dinner, "seen", by=couple.sam, line="I smelled the soup.")
    page = noor.get(f"/promises/{dinner.id}").text
    assert "kept, said at 17:00, thanked" in page
    assert "I smelled the soup." in page
