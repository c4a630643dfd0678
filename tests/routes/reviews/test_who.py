"""Who goes through a review, and who finds nothing."""

from datetime import timedelta

from server.actions import bonds as bonding
from server.actions import settling
from server.domain.reviews import STEPS
from server.store import reviews as store
from tests import make
from tests.routes.reviews.evening import DAY, MONDAY, PATH, SUNDAY, TO_ON, goes_on, made, text


def test_strangers_and_who_has_left_find_nothing(noor, sam, both, open_client, desk, database, couple):
    with database.write() as session:
        eve, others = make.eve(session), make.other_couple(session)
    strangers = [make.sign_in(open_client(), desk, one) for one in (eve, others.cleo)]
    with database.write() as session:
        bonding.leave(session, couple.bond.id, member_id=couple.sam.id, now=SUNDAY)
    posts = ("", "/next", "/stay", "/pause", "/here", "/lines", "/decisions", "/asks", "/moments")
    data = {"step": "thanks", "kind": "thanks", "text": "x", "decision": "keep", "ask": "x", "what": "x", "on_date": "2026-03-28"}
    for one in (*strangers, sam):
        assert one.get(PATH).status_code == 404
        assert {more: one.post(PATH + more, data=data).status_code for more in posts} == dict.fromkeys(posts, 404)
        assert one.get(f"{PATH}?bond={couple.bond.id}").status_code == 404


def test_a_day_within_the_week_leads_to_its_review_and_one_without_a_page_is_not_there(noor):
    assert noor.get(f"/weeks/{TO_ON - DAY}/review").url.path == PATH
    assert noor.get(f"/weeks/{TO_ON + DAY}/review").status_code == 404


def test_a_family_goes_through_it_together(open_client, desk, database, clock):
    with database.write() as session:
        people = [make.member(session, name, now=MONDAY) for name in ("Ada", "Bo", "Cy")]
        make.bond(session, *people, kind="family", now=MONDAY)
    made(database, clock, SUNDAY)
    ada, bo, cy = (make.sign_in(open_client(), desk, one) for one in people)
    for one in (ada, bo, cy):
        one.post(PATH)
    assert "Bo and Cy are here" in text(ada.get(PATH))
    assert "Bo and Cy tap next too." in text(ada.get(PATH))
    goes_on(ada, bo, steps=STEPS[:1])
    assert "You are ready. Cy is still looking." in text(ada.get(PATH))
    goes_on(cy, steps=STEPS[:1])
    goes_on(ada, bo, cy, steps=STEPS[1:4])
    assert "Of whom" in text(ada.get(PATH))
    ada.post(f"{PATH}/asks", data={"ask": "Lay the table", "to": str(people[2].id)})
    assert "Ada asked you" in text(cy.get(PATH))
    assert "Make it a promise" not in text(bo.get(PATH))
    assert "What you said together" in text(goes_on(ada, bo, cy, steps=STEPS[4:]))


def test_in_a_team_each_sees_only_their_own_of_what_frayed(open_client, desk, database, clock):
    with database.write() as session:
        ada, bo = (make.member(session, name, now=MONDAY) for name in ("Ada", "Bo"))
        make.bond(session, ada, bo, kind="team", now=MONDAY)
        missed = make.promise(session, ada, "Lay the table", now=MONDAY)
        settling.open_ahead(session, now=MONDAY, limit=100)
        make.check_in(session, missed, "missed", now=MONDAY + timedelta(hours=12))
    made(database, clock, SUNDAY)
    pages = [make.sign_in(open_client(), desk, one) for one in (ada, bo)]
    for one in pages:
        one.post(PATH)
    goes_on(*pages, steps=STEPS[:2])
    assert ["Lay the table" in text(one.get(PATH)) for one in pages] == [True, False]


def test_who_is_in_several_bonds_goes_through_each(open_client, desk, database, clock):
    with database.write() as session:
        gus, ann = make.member(session, "Gus", now=MONDAY), make.member(session, "Ann", now=MONDAY)
        first, second = (make.bond(session, gus, ann, kind=kind, now=MONDAY) for kind in ("friends", "partners"))
    made(database, clock, SUNDAY)
    client = make.sign_in(open_client(), desk, gus)
    client.post(f"{PATH}?bond={second.id}")
    page = client.post(f"{PATH}/next?bond={second.id}", data={"step": "thanks"})
    assert f"{PATH}/next?bond={second.id}" in page.text
    with database.read() as session:
        assert store.get(session, first.id, TO_ON) is None
        assert store.get(session, second.id, TO_ON).step == 1
