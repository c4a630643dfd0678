"""A milestone's page, and what the others say to it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from server.actions import milestones as celebrating
from server.domain.milestones import MilestoneKind
from server.store import ids, milestones
from server.store.milestones import Milestone
from server.store.promises import Promise
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
KINDS = ("in_a_row", "kept_in_all", "together", "comeback", "mend")


@pytest.fixture
def couple(database: Any) -> make.Couple:
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def dinner(database: Any, couple: make.Couple) -> Promise:
    with database.write() as session:
        return make.promise(session, couple.noor)


@pytest.fixture
def celebrated(database: Any, couple: make.Couple, dinner: Promise) -> Any:
    """Celebrates something of Noor's, and returns where its page is."""

    def celebrate(kind: str = "in_a_row", count: int = 30, *, promise: Promise = dinner) -> str:
        of = None if kind == "together" else couple.noor.id
        scope: dict[str, Any] = {"bond_id": promise.bond_id, "member_id": of, "promise_id": promise.id}
        subject = str(NOW.date()) if kind in ("mend", "comeback") else ""
        found = Milestone(MilestoneKind(kind), ids.new(), count, subject, NOW, **scope)
        with database.write() as session:
            milestones.insert_new(session, [found])
        return f"/milestones/{found.id}"

    return celebrate


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def answers(page: Any) -> list[str]:
    return re.findall(r'name="line" value="([^"]+)">\s*<button', page.text)


def test_sam_reads_that_noor_kept_it_thirty_times(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    page = make.sign_in(client, desk, couple.sam).get(celebrated())
    assert page.status_code == 200
    assert "Thirty times, when you said" in text(page)
    assert "Noor has kept ‘Home for dinner’ thirty times running." in text(page)
    assert "Tell Noor what it meant" in text(page)


def test_noor_reads_of_herself_and_is_asked_nothing(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    page = make.sign_in(client, desk, couple.noor).get(celebrated())
    assert "Thirty times, as you said" in text(page)
    assert "You have kept ‘Home for dinner’ thirty times running." in text(page)
    assert "<form" not in page.text


@pytest.mark.parametrize(
    ("kind", "count", "heading"),
    [
        ("in_a_row", 3, "Three times, when you said"),
        ("in_a_row", 365, "365 times, when you said"),
        ("kept_in_all", 1, "Kept once"),
        ("kept_in_all", 1000, "Kept a thousand times"),
        ("together", 60, "Sixty days, woven together"),
        ("comeback", 5, "Back, and five times"),
        ("mend", 1, "Owned, and mended"),
    ],
)
def test_each_kind_has_its_heading(
    client: Any, desk: Any, couple: make.Couple, celebrated: Any, kind: str, count: int, heading: str
) -> None:
    assert heading in text(make.sign_in(client, desk, couple.sam).get(celebrated(kind, count)))


def test_each_kind_has_three_kind_answers_of_its_own(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    make.sign_in(client, desk, couple.sam)
    offered = [answers(client.get(celebrated(kind))) for kind in KINDS]
    assert [len(set(some)) for some in offered] == [3] * len(KINDS)
    assert len({tuple(some) for some in offered}) == len(KINDS)


def test_what_is_of_both_is_answered_by_both(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    url = celebrated("together", 14)
    for one in (couple.noor, couple.sam):
        make.sign_in(client, desk, one).post(f"{url}/answers", data={"line": f"{one.name} likes this"})
    assert "“Noor likes this” Noor" in text(client.get(url))
    assert "“Sam likes this” You" in text(client.get(url))


def test_noor_reads_what_sam_tapped(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    url = celebrated()
    make.sign_in(client, desk, couple.sam)
    words = answers(client.get(url))[0]
    answer = client.post(f"{url}/answers", data={"line": words}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, url)
    assert f"“{words}” Sam" in text(make.sign_in(client, desk, couple.noor).get(url))


def test_a_second_answer_takes_the_place_of_the_first(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    url = celebrated()
    make.sign_in(client, desk, couple.sam)
    for line in ("I noticed", "  It was the soup. "):
        page = client.post(f"{url}/answers", data={"line": line})
    assert "“It was the soup.” You" in text(page)
    assert "“I noticed”" not in text(page)


@pytest.mark.parametrize(
    ("line", "problem"),
    [("", "A few words, please."), ("x" * 281, "Up to 280 characters, please."), ("so\u202emuch", "a sign in it that cannot be shown")],
)
def test_a_line_that_does_not_hold_comes_back_with_its_sentence(
    client: Any, desk: Any, database: Any, couple: make.Couple, celebrated: Any, line: str, problem: str
) -> None:
    url = celebrated()
    page = make.sign_in(client, desk, couple.sam).post(f"{url}/answers", data={"line": line})
    assert page.status_code == 422
    assert problem in text(page)
    assert line in page.text
    with database.read() as session:
        assert milestones.answers(session, UUID(url.rpartition("/")[2])) == {}


def test_a_line_of_280_is_not_too_long(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    assert make.sign_in(client, desk, couple.sam).post(f"{celebrated()}/answers", data={"line": "x" * 280}).status_code == 200


def test_what_is_said_is_shown_as_it_was_written(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    page = make.sign_in(client, desk, couple.sam).post(f"{celebrated()}/answers", data={"line": "<b>you</b> & me {name}"})
    assert "“<b>you</b> & me {name}”" in unescape(page.text)
    assert "<b>you</b>" not in page.text


def test_nobody_answers_themselves(client: Any, desk: Any, couple: make.Couple, celebrated: Any) -> None:
    assert make.sign_in(client, desk, couple.noor).post(f"{celebrated()}/answers", data={"line": "Well done"}).status_code == 403


def test_it_is_not_there_for_anybody_else(client: Any, desk: Any, database: Any, couple: make.Couple, celebrated: Any) -> None:
    url = celebrated()
    with database.write() as session:
        others = (make.eve(session), make.other_couple(session).cleo)
    for one in others:
        make.sign_in(client, desk, one)
        assert client.get(url).status_code == 404
        assert client.post(f"{url}/answers", data={"line": "I noticed"}).status_code == 404
        assert client.get(f"/milestones/{ids.new()}").status_code == 404


def test_a_personal_one_is_its_makers_alone(client: Any, desk: Any, database: Any, couple: make.Couple, celebrated: Any) -> None:
    with database.write() as session:
        swim = make.promise(session, couple.noor, "Swim", personal=True)
    url = celebrated(promise=swim)
    assert "You have kept ‘Swim’ thirty times running." in text(make.sign_in(client, desk, couple.noor).get(url))
    assert make.sign_in(client, desk, couple.sam).get(url).status_code == 404


def test_the_thread_ends_with_the_day_on_which_it_was_reached(
    client: Any, desk: Any, database: Any, couple: make.Couple, dinner: Promise
) -> None:
    with database.write() as session:
        for n in range(3):
            make.check_in(session, dinner, now=NOW + n * DAY)
        celebrating.celebrate(session, now=NOW + 2 * DAY, limit=100)
        (reached,) = (one for one in milestones.all_reached(session) if one.kind is MilestoneKind.IN_A_ROW)
    page = make.sign_in(client, desk, couple.sam).get(f"/milestones/{reached.id}")
    assert "to 22 March, a strand for each of you." in text(page)
    assert "Noor: 3 kept." in text(page)


def said(url: str, database: Any) -> dict[UUID, str]:
    with database.read() as session:
        return milestones.answers(session, UUID(url.rpartition("/")[2]))


def test_an_answer_that_is_sent_again_is_said_once(client: Any, desk: Any, database: Any, couple: make.Couple, celebrated: Any) -> None:
    url = celebrated()
    make.sign_in(client, desk, couple.sam)
    first = {"id": str(ids.new()), "at": NOW.isoformat(), "by": str(couple.sam.id), "line": "I noticed"}
    second = {"id": str(ids.new()), "at": (NOW + timedelta(seconds=2)).isoformat(), "line": "Thank you"}
    for form in (first, first, second, first, second):
        assert client.post(f"{url}/answers", data=form).status_code == 200
    assert said(url, database) == {couple.sam.id: "Thank you"}


def test_a_form_that_is_sent_twice_before_any_script_is_one_answer(
    client: Any, desk: Any, clock: Any, database: Any, couple: make.Couple, celebrated: Any
) -> None:
    url = celebrated()
    page = make.sign_in(client, desk, couple.sam).get(url).text
    form = {"id": re.findall(r'name="id" value="([^"]+)"', page)[-1], "at": "", "line": "I noticed"}
    for _ in range(2):
        assert client.post(f"{url}/answers", data=form).status_code == 200
        clock.at += timedelta(seconds=1)
    assert said(url, database) == {couple.sam.id: "I noticed"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"line": "Something else"}, 409),
        ({"at": (NOW - timedelta(minutes=1)).isoformat()}, 409),
        ({"id": "seven"}, 422),
        ({"id": str(UUID(int=7)), "at": "yesterday"}, 422),
        ({"id": str(UUID(int=7)), "at": (NOW - timedelta(hours=73)).isoformat()}, 422),
        ({"id": str(UUID(int=7)), "at": (NOW + timedelta(minutes=6)).isoformat()}, 422),
        ({"id": str(UUID(int=7)), "line": " "}, 422),
        ({"by": str(UUID(int=8))}, 401),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence_and_changes_nothing(
    client: Any, desk: Any, database: Any, couple: make.Couple, celebrated: Any, change: dict[str, str], status: int
) -> None:
    url = celebrated()
    make.sign_in(client, desk, couple.sam)
    form = {"id": str(ids.new()), "at": NOW.isoformat(), "line": "I noticed"}
    assert client.post(f"{url}/answers", data=form).status_code == 200
    answer = client.post(f"{url}/answers", data=form | change, headers={"Accept": "text/html, application/json"})
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)
    assert said(url, database) == {couple.sam.id: "I noticed"}


def test_an_id_of_one_answer_is_not_taken_for_another(client: Any, desk: Any, database: Any, couple: make.Couple, celebrated: Any) -> None:
    one, other = celebrated(), celebrated("together", 14)
    make.sign_in(client, desk, couple.sam)
    form = {"id": str(ids.new()), "at": NOW.isoformat(), "line": "I noticed"}
    assert [client.post(f"{url}/answers", data=form).status_code for url in (one, other)] == [200, 409]
    assert said(other, database) == {}
