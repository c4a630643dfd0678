"""A picture of a week or a milestone, as it is shared."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from server.actions import summaries
from server.domain.bonds import Kind
from server.domain.milestones import MilestoneKind
from server.routes.showing import picture, scene, week_scene
from server.store import ids, let_goes, members, milestones
from server.store.let_goes import LetGo
from server.store.milestones import Milestone
from tests import make
from tests.routes.together.living import DAY, MONDAY, SUNDAY, text

WEEK = "/weeks/2026-03-22/picture"


@pytest.fixture
def reached(database: Any, couple: make.Couple) -> Any:
    """Lets Noor reach something, and returns where its page is."""

    def reach(kind: MilestoneKind = MilestoneKind.IN_A_ROW, count: int = 30) -> str:
        of = None if kind is MilestoneKind.TOGETHER else couple.noor.id
        found = Milestone(kind, ids.new(), count, "", SUNDAY, couple.bond.id, of)
        with database.write() as session:
            milestones.insert_new(session, [found])
        return f"/milestones/{found.id}"

    return reach


def size(answer: Any) -> tuple[int, int]:
    found: tuple[int, int] = Image.open(BytesIO(answer.content)).size
    return found


def test_a_week_is_looked_at_first_and_is_a_picture_of_its_size(
    client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    promised(couple.noor, "kkkk")
    made()
    page = make.sign_in(client, desk, couple.sam).get(WEEK)
    assert f'src="{WEEK}.png"' in page.text
    assert 'alt="4 small promises kept. The first week, together."' in page.text
    assert f'<a class="quiet" href="{WEEK}.png" download="weft-2026-03-22.png">' in page.text
    drawn = client.get(f"{WEEK}.png")
    assert (drawn.headers["content-type"], size(drawn)) == ("image/png", (1080, 1350))
    assert len(drawn.content) <= 200_000
    assert drawn.headers["cache-control"].startswith("private")
    assert "content-encoding" not in drawn.headers


def test_the_week_leads_to_its_picture_once_something_was_kept(
    client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    made()
    make.sign_in(client, desk, couple.sam)
    assert WEEK not in client.get("/week").text
    assert [client.get(path).status_code for path in (WEEK, f"{WEEK}.png")] == [404, 404]
    promised(couple.noor, "m")
    made(SUNDAY + DAY)
    assert WEEK not in client.get("/weeks/2026-03-22").text


def test_no_name_and_no_promise_stands_on_it_unless_names_were_chosen(
    client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    promised(couple.noor, "kkkm", "Home for dinner")
    made()
    plain, named = (_of_week(database, couple, names=names) for names in (False, True))
    assert (plain.names, named.names) == ("", "Noor & Sam")
    assert plain == replace(named, names="")
    said = f"{plain.number} {plain.unit} {plain.sentence} {plain.dates}"
    assert not re.search("Noor|Sam|dinner|missed|owned", said)
    make.sign_in(client, desk, couple.noor)
    page = client.get(WEEK)
    assert "Nobody’s name is on it" in text(page)
    chosen = client.get(unescape(re.findall(r'href="([^"]+names=yes)"', page.text)[0]))
    assert "Your names are on it." in text(chosen)
    assert f'src="{WEEK}.png?names=yes"' in chosen.text
    assert client.get(f"{WEEK}.png?names=yes").content != client.get(f"{WEEK}.png").content


def test_names_that_cannot_be_written_are_left_out_and_it_is_said(
    client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    promised(couple.noor, "kk")
    made()
    with database.write() as session:
        members.update(session, couple.sam.id, name="サム")
    page = make.sign_in(client, desk, couple.noor).get(f"{WEEK}?names=yes")
    assert "The letters of your names cannot be drawn here." in text(page)
    assert "names=yes" not in page.text


@pytest.mark.parametrize("name", ["Zoë", "Jürgen", "Łukasz", "Gülşen", "Νίκη", "Юля", "Nguyễn"])
def test_names_of_many_languages_can_be_written(
    client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple, name: str
) -> None:
    promised(couple.noor, "kk")
    made()
    with database.write() as session:
        members.update(session, couple.sam.id, name=name)
    assert _of_week(database, couple, names=True).names == f"Noor & {name}"


def test_in_a_team_only_ones_own_goes_out(database: Any, promised: Any, made: Any) -> None:
    with database.write() as session:
        ada, ilya = make.member(session, "Ada", now=MONDAY), make.member(session, "Ilya", now=MONDAY)
        bond = make.bond(session, ada, ilya, kind=Kind.TEAM, now=MONDAY)
    promised(ada, "kkkkkk", "Answer by noon")
    promised(ilya, "kkkmmm", "Review by noon")
    made()
    found = _of_week(database, make.Couple(ilya, ada, bond), names=True)
    assert (found.number, found.names) == ("3", "Ilya")
    assert [strand.colour for strand in found.thread.strands] == [2]


def test_of_a_day_it_tells_only_that_it_was_kept(database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kms.k")
    made(SUNDAY + 7 * DAY)
    assert _of_week(database, couple).thread.strands[0].days == ("kept", "none", "none", "none", "kept", "none", "none")


def test_what_both_let_go_changes_nothing_in_a_picture(database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    dinner = promised(couple.noor, "kmk")
    made()
    before = _of_week(database, couple)
    with database.write() as session:
        let_goes.put(session, LetGo(dinner.id, date(2026, 3, 17), couple.bond.id, couple.sam.id, SUNDAY, couple.sam.id, SUNDAY))
        summaries.remake(session, couple.bond.id, date(2026, 3, 17), now=SUNDAY)
    assert _of_week(database, couple) == before


@pytest.mark.parametrize(
    ("kind", "count", "alt"),
    [
        (MilestoneKind.IN_A_ROW, 30, "30 in a row. Thirty times, as promised."),
        (MilestoneKind.KEPT_IN_ALL, 1, "1 kept. A word kept, once."),
        (MilestoneKind.KEPT_IN_ALL, 10000, "10000 kept. A word kept, ten thousand times."),
        (MilestoneKind.TOGETHER, 60, "60 days woven. Sixty days, woven together."),
        (MilestoneKind.COMEBACK, 5, "5 in a row again. Back, and five times."),
    ],
)
def test_a_milestone_is_a_picture_too(client: Any, desk: Any, couple: make.Couple, reached: Any, kind: Any, count: int, alt: str) -> None:
    url = reached(kind, count)
    make.sign_in(client, desk, couple.sam)
    assert f'href="{url}/picture"' in client.get(url).text
    assert f'alt="{alt}"' in client.get(f"{url}/picture").text
    for drawn in (client.get(f"{url}/picture.png"), client.get(f"{url}/picture.png?names=yes")):
        assert size(drawn) == (1080, 1350)
        assert len(drawn.content) <= 200_000


def test_what_was_reached_alone_is_ones_own_picture(client: Any, desk: Any, database: Any, couple: make.Couple) -> None:
    with database.write() as session:
        swim = make.promise(session, couple.noor, "Swim", personal=True, now=MONDAY)
        found = Milestone(MilestoneKind.IN_A_ROW, swim.id, 3, "", SUNDAY, None, couple.noor.id, swim.id)
        milestones.insert_new(session, [found])
    path = f"/milestones/{found.id}/picture"
    page = make.sign_in(client, desk, couple.noor).get(path)
    assert 'alt="3 in a row. Three times, as promised."' in page.text
    assert "Put your name on it" in text(page)
    assert 'alt="3 in a row. Three times, as promised. Noor."' in client.get(f"{path}?names=yes").text
    make.sign_in(client, desk, couple.sam)
    assert [client.get(f"{path}{end}").status_code for end in ("", ".png")] == [404, 404]


def test_a_mend_is_nobodys_picture(client: Any, desk: Any, couple: make.Couple, reached: Any) -> None:
    url = reached(MilestoneKind.MEND, 1)
    page = make.sign_in(client, desk, couple.noor).get(url)
    assert page.status_code == 200
    assert "/picture" not in page.text
    assert [client.get(f"{url}/picture{end}").status_code for end in ("", ".png")] == [404, 404]


def test_pictures_of_others_are_not_found(
    client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple, reached: Any
) -> None:
    promised(couple.noor, "kkkk")
    made()
    url = reached()
    with database.write() as session:
        eve = make.eve(session)
    make.sign_in(client, desk, eve)
    paths = (f"{WEEK}{end}?bond={couple.bond.id}" for end in ("", ".png"))
    assert {client.get(path).status_code for path in (*paths, WEEK, f"{WEEK}.png", f"{url}/picture", f"{url}/picture.png")} == {404}


def test_who_is_not_in_sees_none(client: Any, reached: Any) -> None:
    for path in (WEEK, f"{reached()}/picture"):
        answer = client.get(f"{path}.png", follow_redirects=False)
        assert answer.headers["location"].startswith("/sign-in")


def _of_week(database: Any, couple: make.Couple, *, names: bool = False) -> Any:
    with database.read() as session:
        seen = scene.load(session, couple.noor.id, now=SUNDAY)
        return picture.of_week(week_scene.of_day(session, seen, couple.bond, SUNDAY.date()), names=names)
