"""The page of what is only one's own, what the server takes for it, and where a question stands that was moved."""

from datetime import timedelta

import pytest

from server.actions import reviews, summaries
from server.domain.private import FORMAT, SEALED, WRAPPED, text_of
from server.domain.reviews import Step
from server.store import ids, passkeys
from server.store import private as store
from server.store.passkeys import Passkey
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
SUNDAY = (NOW + 2 * DAY).date()
AS_JSON = {"Accept": "application/json"}
SEALED_NOTE = bytes([FORMAT]) + b"\xff" * (SEALED[0] - 1)
WORDS = "Was the harbour ever true? " * 100


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


@pytest.fixture
def open_as(open_client, desk):
    return lambda member: make.sign_in(open_client(), desk, member)


@pytest.fixture
def noor(couple, open_as):
    return open_as(couple.noor)


def new(**parts):
    return {"id": str(ids.new()), "kind": "question", "sealed": text_of(SEALED_NOTE), **parts}


def notes(browser):
    return browser.get("/notes/sealed", headers=AS_JSON).json()["notes"]


def post(browser, path, body):
    return browser.post(f"/notes{path}", json=body, headers=AS_JSON)


def test_the_page_comes_without_a_word_and_no_copy_of_it_is_kept(noor):
    assert post(noor, "/sealed", new()).json() == {"version": 1}
    page = noor.get("/notes")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert text_of(SEALED_NOTE)[:40] not in page.text
    assert "It waits for the page of the week to Sunday 22 March. From then on Sam reads it there." in page.text


def test_it_is_kept_and_comes_back_as_it_was_sent(noor):
    one = new()
    post(noor, "/sealed", one)
    assert notes(noor) == [{**one, "version": 1, "moved": None}]
    again = text_of(SEALED_NOTE[:-1] + b"\xfe")
    assert post(noor, f"/sealed/{one['id']}", {"version": 2, "sealed": again}).json() == {"version": 2}
    refused = post(noor, f"/sealed/{one['id']}", {"version": 2, "sealed": text_of(SEALED_NOTE)})
    assert (refused.status_code, refused.json()["detail"]) == (409, "That was changed on another phone meanwhile.")
    assert post(noor, f"/sealed/{one['id']}/remove", {"version": 2}).status_code == 200
    assert notes(noor) == []


PLAIN = [
    WORDS[: SEALED[0]],
    text_of(WORDS.encode()[: SEALED[0]]),
    text_of(bytes([FORMAT]) + WORDS.encode()[: SEALED[0] - 1]),
    text_of(bytes([FORMAT + 1]) + SEALED_NOTE[1:]),
    text_of(SEALED_NOTE[:-1]),
    text_of(SEALED_NOTE + b"\xff"),
    text_of(SEALED_NOTE) + "=",
    text_of(SEALED_NOTE) + "\n",
    "",
]


@pytest.mark.parametrize("sent", PLAIN, ids=["words", "encoded", "with-format", "format-2", "short", "long", "padded", "lines", "none"])
def test_words_are_not_taken_nor_what_is_no_whole_ciphertext(noor, couple, database, sent):
    for path, body in (("/sealed", new(sealed=sent)), (f"/sealed/{ids.new()}", {"version": 2, "sealed": sent})):
        answer = post(noor, path, body)
        assert (answer.status_code, answer.json()["detail"]) == (
            422,
            "That was not encrypted on a phone as it has to be, so it was not taken.",
        )
    with database.read() as session:
        assert store.count(session, couple.noor.id) == (0, 0)


@pytest.mark.parametrize("parts", [{"kind": "letter"}, {"id": "x"}, {"kind": None}, {"sealed": 1}], ids=["kind", "id", "null", "number"])
def test_what_cannot_be_read_is_refused(noor, parts):
    assert post(noor, "/sealed", new(**parts)).status_code in (400, 422)
    assert notes(noor) == []


@pytest.mark.parametrize("name", ["credential", "mark", "salt", "wrapped"])
def test_a_key_is_taken_whole_or_not_at_all(noor, couple, database, name):
    made = Passkey(ids.new(), couple.noor.id, b"credential", b"key", 0, "A phone", NOW)
    with database.write() as session:
        passkeys.insert(session, made)
    sent = {"credential": b"credential", "mark": b"m" * 16, "salt": b"s" * 32, "wrapped": bytes([FORMAT]) + b"w" * (WRAPPED - 1)}
    whole = {field: text_of(value) for field, value in sent.items()}
    assert post(noor, "/keys", whole | {name: text_of(sent[name][:-1])}).status_code in (404, 422)
    assert noor.get("/notes/keys").json() == {
        "mark": "",
        "keys": [],
        "others": [{"credential": whole["credential"], "name": "A phone"}],
        "count": 0,
    }
    assert post(noor, "/keys", whole).status_code == 200
    kept = {"credential": whole["credential"], "salt": whole["salt"], "wrapped": whole["wrapped"]}
    assert noor.get("/notes/keys").json() == {"mark": whole["mark"], "keys": [kept], "others": [], "count": 0}


def test_it_wants_a_fresh_passkey(noor, clock):
    one = new()
    post(noor, "/sealed", one)
    clock.at += timedelta(minutes=11)
    paths = ("/keys", "/sealed", f"/sealed/{one['id']}", *(f"/sealed/{one['id']}/{act}" for act in ("remove", "move", "return")))
    assert {post(noor, path, {}).status_code for path in paths} == {401}
    assert noor.get("/notes/sealed", headers=AS_JSON).status_code == 401
    assert noor.get("/notes").status_code == 200


def test_many_come_some_at_a_time(noor):
    sent = [new() for _ in range(45)]
    for one in sent:
        assert post(noor, "/sealed", one).status_code == 200
    first = noor.get("/notes/sealed", headers=AS_JSON).json()
    rest = noor.get(f"/notes/sealed?after={first['notes'][-1]['id']}", headers=AS_JSON).json()
    assert (len(first["notes"]), first["more"], rest["more"]) == (40, True, False)
    assert [one["id"] for one in first["notes"] + rest["notes"]] == sorted(one["id"] for one in sent)


def test_before_it_is_moved_sam_finds_nothing_of_it_and_then_the_words_that_she_chose(noor, couple, open_as, database, clock):
    one, sam = new(), open_as(couple.sam)
    post(noor, "/sealed", one)
    sam_s = ("/week", f"/weeks/{SUNDAY}", f"/weeks/{SUNDAY}/review", "/notes", "/")
    moved = post(noor, f"/sealed/{one['id']}/move", {"bond": str(couple.bond.id), "text": "How was the harbour?"})
    assert moved.json() == {"where": "On the page of the week to Sunday 22 March.", "url": ""}
    assert [path for path in sam_s if "harbour" in sam.get(path).text] == []
    assert "harbour" not in sam.post("/search", data={"q": "harbour"}).text.replace('value="harbour"', "")
    assert "How was the " in noor.post("/search", data={"q": "harbour"}).text
    clock.at = NOW + 2 * DAY + timedelta(hours=3)
    with database.write() as session:
        summaries.summarise(session, now=clock.at, limit=10)
        for who in (couple.noor, couple.sam):
            reviews.begin(session, couple.bond.id, SUNDAY, member_id=who.id, now=clock.at)
        for step in (Step.THANKS, Step.HELD):
            for who in (couple.noor, couple.sam):
                reviews.go_on(session, couple.bond.id, SUNDAY, step, member_id=who.id, now=clock.at)
    for path in ("/week", f"/weeks/{SUNDAY}", f"/weeks/{SUNDAY}/review"):
        page = sam.get(path).text
        assert ("“How was the harbour?”" in page, "Brought by Noor" in page) == (True, True), path
    assert "Brought by you" in noor.get("/week").text
    assert "How was the " in sam.post("/search", data={"q": "harbour"}).text
    fresh = open_as(couple.noor)
    assert notes(fresh)[0]["moved"]["url"] == f"/weeks/{SUNDAY}"
    assert post(fresh, f"/sealed/{one['id']}/return", {}).status_code == 409


def test_words_that_were_moved_lie_sealed(noor, couple, database):
    one = new()
    post(noor, "/sealed", one)
    post(noor, f"/sealed/{one['id']}/move", {"bond": str(couple.bond.id), "text": "How was the harbour?"})
    with database.read() as session:
        (lies,) = session.exec_driver_sql("SELECT text FROM week_questions").scalars()
    assert "harbour" not in lies


@pytest.mark.parametrize("text", ["", "  ", "x" * 281], ids=["none", "blank", "long"])
def test_a_question_without_words_or_with_too_many_is_not_moved(noor, couple, text):
    one = new()
    post(noor, "/sealed", one)
    assert post(noor, f"/sealed/{one['id']}/move", {"bond": str(couple.bond.id), "text": text}).status_code == 422
    assert notes(noor)[0]["moved"] is None


def test_who_has_nobody_to_read_it_is_offered_no_week(open_as, database):
    with database.write() as session:
        eve = make.eve(session)
    page = open_as(eve).get("/notes")
    assert (page.status_code, 'name="bond"' in page.text) == (200, False)
