from uuid import uuid4

import pytest

from server.db import Database, sealing
from server.db.sealing import Sealer, UnsealedError
from server.db.tables import asks, moments, promises
from server.store import promises as store
from server.store import sealing as words
from tests import make

PLACE = "asks|text|01a20598-dea7-75fa-a8d7-fc95b56eaa5f"


@pytest.fixture
def keys():
    return dict([sealing.new_key()])


@pytest.mark.parametrize("text", ["Call your mother", "Ruf deine Mutter an 📞", "x" * 4000, "\n", "00000000.AAAA"])
def test_what_was_sealed_opens_and_shows_nothing(keys, text):
    sealed = Sealer(keys).seal(PLACE, text)
    assert sealed.startswith(f"{next(iter(keys))}.")
    assert sealed.isascii()
    assert text.strip() == "" or text not in sealed
    assert Sealer(keys).open(PLACE, sealed) == text


def test_nothing_stays_nothing(keys):
    assert (Sealer(keys).seal(PLACE, ""), Sealer(keys).open(PLACE, "")) == ("", "")


def test_the_same_words_are_sealed_otherwise_each_time(keys):
    assert len({Sealer(keys).seal(PLACE, "Sorry") for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "elsewhere",
    [PLACE.replace("asks", "moments"), PLACE.replace("text", "counter"), f"asks|text|{uuid4()}"],
    ids=["table", "column", "bond"],
)
def test_words_open_in_no_other_place(keys, elsewhere):
    sealed = Sealer(keys).seal(PLACE, "Call your mother")
    with pytest.raises(UnsealedError, match=r"^Words in \w+\|\w+ do not open\.$"):
        Sealer(keys).open(elsewhere, sealed)


@pytest.mark.parametrize("place", [12, 30, -3])
def test_words_that_were_changed_do_not_open(keys, place):
    sealed = Sealer(keys).seal(PLACE, "Call your mother")
    other = "A" if sealed[place] != "A" else "B"
    changed = "".join(other if at == place % len(sealed) else one for at, one in enumerate(sealed))
    with pytest.raises(UnsealedError):
        Sealer(keys).open(PLACE, changed)


@pytest.mark.parametrize("broken", ["Call your mother", "", ".", "{key}.", "{key}.AAAA", "{key}.…"])
def test_what_was_never_sealed_does_not_open(keys, broken):
    with pytest.raises(UnsealedError):
        Sealer(keys).open(PLACE, broken.format(key=next(iter(keys))) or ".")


def test_without_keys_nothing_is_sealed_or_opened(keys):
    for attempt in (lambda: Sealer().seal(PLACE, "Sorry"), lambda: Sealer().open(PLACE, Sealer(keys).seal(PLACE, "Sorry"))):
        with pytest.raises(UnsealedError):
            attempt()


def test_the_newest_key_seals_and_every_one_opens(keys):
    before = Sealer(keys).seal(PLACE, "Sorry")
    both = Sealer({**keys, **dict([sealing.new_key()])})
    assert sealing.key_of(both.seal(PLACE, "Sorry")) == both.newest != sealing.key_of(before)
    assert both.open(PLACE, before) == "Sorry"


def test_a_key_that_came_meanwhile_is_looked_for(keys):
    new = {**keys, **dict([sealing.new_key()])}
    come: list[dict[str, bytes]] = []
    sealer = Sealer(keys, lambda: come.pop() if come else None)
    come.append(new)
    assert sealer.open(PLACE, Sealer(new).seal(PLACE, "Sorry")) == "Sorry"
    assert sealing.key_of(sealer.seal(PLACE, "Sorry")) == list(new)[-1]


def test_a_promise_that_was_moved_to_another_bond_does_not_open(database):
    with database.write() as session:
        couple, others = make.couple(session), make.other_couple(session)
        promise = make.promise(session, couple.noor, "Home for dinner", personal=True)
        session.execute(promises.update().where(promises.c.id == promise.id).values(member_id=others.cleo.id))
    with pytest.raises(UnsealedError, match="promises"), database.read() as session:
        store.by_ids(session, [promise.id])


def test_a_page_of_words_that_do_not_open_shows_nothing_of_them(database, desk, client):
    with database.write() as session:
        noor = make.couple(session).noor
        promise = make.promise(session, noor)
    make.sign_in(client, desk, noor)
    assert "Home for dinner" in client.get("/").text
    with database.write() as session:
        sealed = session.scalar(promises.select().with_only_columns(promises.c.title))
        session.execute(promises.update().where(promises.c.id == promise.id).values(cue=sealed))
    broken = client.get("/")
    assert broken.status_code == 500
    assert sealed not in broken.text
    assert "Home for dinner" not in broken.text


def test_words_deep_in_a_document_are_sealed_and_figures_are_not(database):
    document = {"title": "Dinner", "count": 3, "own": True, "kept": None, "list": ["Dinner", 4], "last_day": "2026-03-20"}
    with database.read() as session:
        column = words.notices.c.about
        sealed = words.sealed_document(session, column, uuid4(), document)
        assert sealed
        assert "Dinner" not in str(sealed)
        assert {name: sealed[name] for name in ("count", "own", "kept", "last_day")} == {
            "count": 3, "own": True, "kept": None, "last_day": "2026-03-20",
        }  # fmt: skip


def test_a_row_is_sealed_for_its_bond_and_opened_again(database):
    bond_id = uuid4()
    with database.read() as session:
        row = {"bond_id": bond_id, "text": "Call", "counter": "", "answer": None}
        sealed = words.sealed_row(session, asks, row)
        assert (sealed["counter"], sealed["answer"]) == ("", None)
        assert sealed["text"] != "Call"
        assert words.opened_row(session, asks, sealed) == row
        assert words.opened(session, asks.c.text, bond_id, sealed["text"]) == "Call"
        with pytest.raises(UnsealedError):
            words.opened(session, moments.c.what, bond_id, sealed["text"])


def test_what_is_in_memory_alone_has_a_key_of_its_own():
    one, other = Database("sqlite://"), Database("sqlite://")
    assert one.sealer.newest != other.sealer.newest
    one.close()
    other.close()
