"""What stays of a review, what goes on the next time, and what does not hold."""

from datetime import timedelta

import pytest

from server.domain.reviews import STEPS
from server.store import asks
from server.store import reviews as store
from tests.routes.reviews.evening import PATH, SUNDAY, TO_ON, goes_on, made, text


def test_both_close_it_and_what_was_said_stays(noor, sam, both, dinner):
    noor.post(f"{PATH}/lines", data={"kind": "thanks", "text": "You waited."})
    sam.post(f"{PATH}/lines", data={"kind": "frayed", "text": "Tuesday was long."})
    noor.post(f"{PATH}/decisions", data={"promise": str(dinner.id), "decision": "keep"})
    noor.post(f"{PATH}/asks", data={"ask": "Text before you leave"})
    noor.post(f"{PATH}/moments", data={"what": "The lake", "on_date": "2026-03-28"})
    goes_on(noor, sam, steps=STEPS[:4])
    assert "You have closed it. It is done once Sam closes it too, now or another day." in text(goes_on(noor, steps=STEPS[4:]))
    goes_on(sam, steps=STEPS[4:])
    for one in (noor, sam):
        page = text(one.get(PATH))
        words = ("You waited.", "Tuesday was long.", "kept as it is", "Text before you leave", "The lake", "Saturday 28 March")
        assert [word for word in words if word not in page] == []
        assert "is here" not in page
    assert noor.post(f"{PATH}/lines", data={"kind": "thanks", "text": "More"}).status_code == 409
    assert noor.post(f"{PATH}/here").json()["step"] == "closed"


def test_what_is_over_can_be_looked_at_again_and_added_to(noor, sam, both):
    goes_on(noor, sam, steps=STEPS[:2])
    page = noor.get(f"{PATH}?at=thanks")
    assert "Back to: what frayed" in text(page)
    assert "Next:" not in text(page)
    answer = noor.post(f"{PATH}/lines?at=thanks", data={"kind": "thanks", "text": "One more."})
    assert "Back to: what frayed" in text(answer)
    assert "One more." in text(sam.get(f"{PATH}?at=thanks"))
    assert "Put it right" in text(noor.get(f"{PATH}?at=plan"))


def test_an_unfinished_one_goes_on_the_next_time(noor, sam, both, database, clock, couple):
    noor.post(f"{PATH}/lines", data={"kind": "thanks", "text": "You waited."})
    goes_on(noor, sam, steps=STEPS[:2])
    made(database, clock, SUNDAY + timedelta(days=7))
    later = f"/weeks/{TO_ON + timedelta(days=7)}/review"
    assert "Left from the last time: what frayed, adjust, ask and plan." in text(noor.get(later))
    noor.post(later)
    assert "From 16 – 22 March “You waited.” You" in text(noor.get(later))
    for step in ("thanks", "held"):
        noor.post(f"{later}/next", data={"step": step})
    assert "From 16 – 22 March ‘Home for dinner’, Tuesday: you owned it." in text(noor.get(later))
    left = noor.get(PATH)
    assert "It goes on in the week after" in text(left)
    assert "You waited." in text(left)
    assert goes_on(sam, steps=STEPS[2:3]).status_code == 409


@pytest.mark.parametrize(
    ("more", "data", "sentence"),
    [
        ("/next", {"step": "lunch"}, "There is no such step."),
        ("/lines", {"kind": "thanks", "text": " "}, "A few words, please."),
        ("/lines", {"kind": "thanks", "text": "x" * 281}, "Up to 280 characters, please."),
        ("/lines", {"kind": "keep", "text": "Kept"}, "Thanks, or a line of what frayed."),
        ("/lines", {"kind": "song", "text": "La"}, "There is nothing of that kind to say."),
        ("/lines", {"kind": "thanks", "text": "x", "id": "y"}, "The field id could not be read."),
        ("/decisions", {"promise": "x", "decision": "keep"}, "The field promise could not be read."),
        ("/decisions", {"promise": "", "decision": "sell"}, "There is nothing of that kind to say."),
    ],
    ids=["step", "no-words", "many-words", "no-line", "no-kind", "no-id", "no-promise", "no-decision"],
)
def test_what_does_not_hold_comes_back_with_its_sentence_and_changes_nothing(noor, both, database, couple, more, data, sentence):
    answer = noor.post(PATH + more, data=data)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    with database.read() as session:
        assert store.lines(session, [(couple.bond.id, TO_ON)]) == []


@pytest.mark.parametrize(
    ("more", "data", "sentence"),
    [
        ("/asks", {"ask": ""}, "A few words, please."),
        ("/asks", {"ask": "x" * 121}, "Up to 120 characters, please."),
        ("/asks", {"ask": "Sing", "to": "01a204e5-e5bc-7008-a59f-c3ff20316966"}, "Of whom do you ask it?"),
        ("/moments", {"what": "", "on_date": "2026-03-28"}, "A few words, please."),
    ],
    ids=["no-ask", "long-ask", "nobody", "no-moment"],
)
def test_an_ask_or_a_plan_that_does_not_hold_is_neither(noor, sam, both, database, couple, more, data, sentence):
    goes_on(noor, sam, steps=STEPS[:4])
    answer = noor.post(PATH + more, data=data)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    with database.read() as session:
        assert asks.of_review(session, couple.bond.id, TO_ON) == []
        assert store.lines(session, [(couple.bond.id, TO_ON)]) == []


def test_it_takes_a_quarter_half_or_whole_hour(noor, database, couple):
    answer = noor.post(PATH, data={"minutes": "20"})
    assert (answer.status_code, "It can take 15, 30 or 60 minutes." in text(answer)) == (422, True)
    with database.read() as session:
        assert store.get(session, couple.bond.id, TO_ON) is None
