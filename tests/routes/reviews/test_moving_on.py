"""Going through a week together: both move on together, either pauses, and who is here shows only while it lasts."""

from datetime import timedelta

import pytest

from server.actions import reviews
from server.domain.reviews import STEPS
from server.store import reviews as store
from tests.routes.reviews.evening import PATH, SUNDAY, TO_ON, goes_on, text


def step_of(database, couple):
    with database.read() as session:
        return store.get(session, couple.bond.id, TO_ON).step


def test_the_page_of_the_week_leads_to_it_before_during_and_after(noor, sam):
    assert f'href="{PATH}">Go through it together' in noor.get("/week").text
    noor.post(PATH)
    assert "Go on together" in noor.get(f"/weeks/{TO_ON}").text
    sam.post(PATH)
    goes_on(noor, sam)
    assert "What you said together" in sam.get("/week").text


def test_one_begins_it_and_the_other_sees_who_is_here_only_while_it_lasts(noor, sam, clock):
    assert "How much time is there" in text(noor.get(PATH))
    noor.post(PATH, data={"minutes": "15", "phones": "two"})
    assert "It has begun, and stands at ‘thanks’." in text(sam.get(PATH))
    assert "Noor is here" in text(sam.get(PATH))
    sam.post(PATH)
    assert "Sam is here" in text(noor.get(PATH))
    clock.at += timedelta(minutes=4)
    assert "Sam is here" not in text(noor.get(PATH))


def test_looking_at_the_page_tells_nobody(noor, sam, database, couple):
    noor.post(PATH)
    sam.get(PATH)
    assert "Sam is here" not in text(noor.get(PATH))
    with database.read() as session:
        assert [*store.seats(session, (couple.bond.id, TO_ON))] == [couple.noor.id]


def test_both_tap_next_and_move_on_together(noor, sam, both, database, couple):
    page = text(noor.get(PATH))
    assert "Next: what held Sam taps next too. You move on together." in page
    assert "You are ready. Sam is still looking." in text(goes_on(noor, steps=STEPS[:1]))
    assert "Noor is ready." in text(sam.get(PATH))
    assert "Next: what frayed" in text(goes_on(sam, steps=STEPS[:1]))
    assert step_of(database, couple) == 1


def test_next_can_be_taken_back(noor, sam, both, database, couple):
    goes_on(noor, steps=STEPS[:1])
    assert "Next: what held" in text(noor.post(f"{PATH}/stay", data={"step": "thanks"}))
    goes_on(sam, steps=STEPS[:1])
    assert step_of(database, couple) == 0


def test_who_has_gone_is_not_waited_for(noor, sam, both, clock):
    goes_on(noor, steps=STEPS[:1])
    clock.at += timedelta(minutes=4)
    assert "You go on by yourself for now. Sam can join at any time." in text(noor.get(PATH))
    assert "Next: what frayed" in text(goes_on(noor, steps=STEPS[:1]))


def test_with_one_phone_between_them_one_tap_moves_it(noor):
    noor.post(PATH, data={"minutes": "60", "phones": "one"})
    assert "One tap for both of you." in text(noor.get(PATH))
    noor.post(f"{PATH}/lines", data={"kind": "thanks", "text": "We ate together."})
    assert "the two of you" in text(noor.get(PATH))
    assert "What you said together" in text(goes_on(noor))


def test_either_pauses_it(noor, sam, both):
    noor.post(f"{PATH}/pause", data={"rests": "yes"})
    page = text(sam.get(PATH))
    assert "Paused, for as long as you like." in page
    assert "Next:" not in page
    refused = goes_on(sam, steps=STEPS[:1])
    assert (refused.status_code, "It is paused." in text(refused)) == (409, True)
    sam.post(f"{PATH}/pause", data={"rests": ""})
    assert "Next:" in text(noor.get(PATH))


def test_an_open_page_hears_where_it_stands_and_how_long_it_has_taken(noor, sam, both, clock):
    for _ in range(25):
        clock.at += timedelta(seconds=20)
        answer = noor.post(f"{PATH}/here")
    assert (answer.status_code, answer.json()) == (200, {"step": "thanks", "text": "About 10 of 30 minutes", "percent": 27})
    assert "About 10 of 30 minutes" in text(noor.get(PATH))


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "Just begun, about 30 minutes"),
        (200, "About 5 of 30 minutes"),
        (900, "About 15 of 30 minutes"),
        (1799, "About 30 of 30 minutes"),
        (1800, "About 30 minutes, as you wanted. Stay as long as it is good."),
        (90_000, "About 30 minutes, as you wanted. Stay as long as it is good."),
    ],
)
def test_time_is_a_quiet_sense_and_nothing_runs_out(noor, both, database, couple, seconds, says):
    with database.write() as session:
        found = store.get(session, couple.bond.id, TO_ON)
        store.put(session, type(found)(**{**{name: getattr(found, name) for name in store.NAMES}, "seconds": seconds}))
    assert says in text(noor.get(PATH))


def test_who_has_not_joined_does_not_count_as_here(noor, sam):
    noor.post(PATH)
    assert sam.post(f"{PATH}/here").status_code == 409
    assert "Sam is here" not in text(noor.get(PATH))


def test_open_pages_are_told_of_every_step(couple, week, database):
    told = []
    database.listeners.append(told.append)
    for one in (couple.noor, couple.sam):
        with database.write() as session:
            reviews.begin(session, couple.bond.id, TO_ON, member_id=one.id, now=SUNDAY)
    with database.write() as session:
        reviews.be_here(session, couple.bond.id, TO_ON, member_id=couple.sam.id, now=SUNDAY)
    assert [one.bonds for one in told] == [{couple.bond.id}] * 2
    with database.write() as session:
        reviews.go_on(session, couple.bond.id, TO_ON, STEPS[0], member_id=couple.sam.id, now=SUNDAY)
    assert len(told) == 3
