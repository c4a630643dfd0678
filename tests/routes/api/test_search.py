"""Search by the API: posted, so that no address holds what is looked for; a token that may only read may ask."""

import pytest

from server.db import Database
from server.store.promises import Promise
from tests import make
from tests.make import NOW, Couple
from tests.routes.api.caller import ROOT, Caller
from tests.routes.api.conftest import Speak


def test_words_are_found_with_where_they_stand(speak: Speak, couple: Couple, promise: Promise) -> None:
    for member, label in ((couple.noor, "You promised"), (couple.sam, "Noor promised")):
        found = speak(member, "read").post("/search", {"q": "DÍNNER home"})
        assert found.status_code == 200
        assert found.json() == {
            "count": 1,
            "found": [
                {"day": str(NOW.date()), "label": label, "title": "", "text": "Home for dinner", "url": f"/promises/{promise.id}"},
            ],
        }


def test_fifty_are_given_and_all_are_counted(sam: Caller, couple: Couple, database: Database) -> None:
    with database.write() as session:
        for n in range(52):
            make.promise(session, couple.noor, f"Needle {n}")
    answer = sam.post("/search", {"q": "needle"}).json()
    assert (answer["count"], len(answer["found"])) == (52, 50)


def test_a_stranger_finds_nothing(speak: Speak, database: Database, promise: Promise) -> None:
    with database.write() as session:
        eve = make.eve(session)
    assert speak(eve).post("/search", {"q": "dinner"}).json() == {"count": 0, "found": []}


@pytest.mark.parametrize("body", [{}, {"q": ""}, {"q": "x"}, {"q": "x" * 101}, {"q": 3}, {"q": "dinner", "more": 1}])
def test_what_cannot_be_looked_for_is_refused(noor: Caller, body: dict[str, object]) -> None:
    assert noor.post("/search", body).status_code in (400, 422)


def test_nobody_may_ask_and_not_by_an_address(noor: Caller) -> None:
    assert Caller(noor.client, "none").post("/search", {"q": "dinner"}).status_code == 401
    assert noor.client.get(f"{ROOT}/search?q=dinner", headers=noor.headers).status_code == 405
