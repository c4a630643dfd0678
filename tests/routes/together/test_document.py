"""The page of a week as a document: it stays, says when it was made, and holds what was said."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.actions import answers
from server.domain.milestones import MilestoneKind
from server.routes.showing import scene, week, week_scene
from server.store import ids, let_goes, members, weeks
from server.store import milestones as celebrated
from server.store.let_goes import LetGo
from server.store.milestones import Milestone
from tests import make, standing
from tests.routes.together.living import DAY, MONDAY, NEXT, SUNDAY, lives, text


def test_a_week_stays_however_many_came_after_it(client: Any, desk: Any, database: Any, made: Any, couple: make.Couple) -> None:
    made()
    with database.write() as session:
        first = weeks.get(session, couple.bond.id, SUNDAY.date())
        later = [replace(first, from_on=first.from_on + 7 * n * DAY, to_on=first.to_on + 7 * n * DAY) for n in range(1, 80)]
        weeks.put(session, later)
    make.sign_in(client, desk, couple.noor)
    page = client.get("/weeks/2026-03-22")
    assert page.status_code == 200
    assert '<a class="pill" rel="next" href="/weeks/2026-03-29">' in page.text
    assert "16 – 22 March · week 1" in text(page)


@pytest.mark.parametrize("path", ["/weeks/9999-12-31", "/weeks/0001-01-01"])
def test_a_day_at_the_end_of_time_has_no_week(client: Any, desk: Any, made: Any, couple: make.Couple, path: str) -> None:
    made()
    assert make.sign_in(client, desk, couple.noor).get(path).status_code == 404


def test_the_page_says_when_it_was_made_and_when_something_settled_since(
    client: Any, desk: Any, database: Any, clock: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "kkkkkk")
    made()
    page = text(make.sign_in(client, desk, couple.sam).get("/week"))
    assert "Made on Sunday 22 March at 18:00; brought up to date as things settle." in page
    with database.write() as session:
        make.check_in(session, dinner, now=SUNDAY + timedelta(minutes=20))
    made(SUNDAY + timedelta(minutes=21))
    assert "brought up to date as things settled, last at 18:21." in text(client.get("/week"))
    with database.write() as session:
        make.check_in(session, dinner, "missed", day=date(2026, 3, 22), now=SUNDAY + DAY)
    made(SUNDAY + DAY)
    assert "last on Monday 23 March at 18:00." in text(client.get("/week"))


def test_words_said_to_a_milestone_come_back_in_the_week_in_which_they_were_said(
    read: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    promised(couple.noor, "kkkk")
    made()
    with database.write() as session:
        reached = next(one for one in celebrated.visible(session, couple.sam.id, since=MONDAY, until=SUNDAY) if one.threshold == 3)
        answers.answer(
            session, reached.id, "It made things lighter", id=ids.new(), member_id=couple.sam.id, now=SUNDAY + timedelta(hours=1)
        )
    made(NEXT)
    page = read(couple.noor, "/weeks/2026-03-22")
    assert "“It made things lighter” Sam, Sunday, to ‘3 in a row: Home for dinner’" in page
    assert "It made things lighter" not in read(couple.noor, "/weeks/2026-03-29")
    with database.write() as session:
        members.update(session, couple.noor.id, hides_streaks=True)
    page = read(couple.noor, "/weeks/2026-03-22")
    assert "“It made things lighter” Sam, Sunday" in page
    assert "in a row" not in page


def test_what_was_said_to_a_mend_that_was_let_go_does_not_come_back(
    read: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "mkkk")
    made()
    with database.write() as session:
        mend = Milestone(MilestoneKind.MEND, dinner.id, 1, "2026-03-16", SUNDAY, couple.bond.id, couple.noor.id, dinner.id)
        celebrated.insert_new(session, [mend])
        answers.answer(session, mend.id, "Thank you for owning it", id=ids.new(), member_id=couple.sam.id, now=SUNDAY)
    assert "Thank you for owning it" in read(couple.noor)
    with database.write() as session:
        let_goes.put(session, LetGo(dinner.id, date(2026, 3, 16), couple.bond.id, couple.sam.id, SUNDAY, couple.sam.id, SUNDAY))
    assert "Thank you for owning it" not in read(couple.noor)


def test_consistency_stands_at_both_ends_once_enough_was_said_and_a_fall_is_not_pointed_at(
    read: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "kkkkkk")
    promised(couple.sam, "kkkk", "Text when leaving", "staying_in_touch")
    made()
    assert re.findall(r"of late (\d+) %( from)?", read(couple.noor)) == [("27", "")]
    lives(database, dinner, "kkkkkkk", MONDAY + 7 * DAY)
    made(NEXT)
    now, before = (int(found) for found in re.search(r"of late (\d+) % from (\d+)", read(couple.sam)).groups())
    assert before < now
    lives(database, dinner, "mmmmmmm", MONDAY + 14 * DAY)
    made(NEXT + 7 * DAY)
    fallen = re.search(r"of late (\d+) %( from)?", read(couple.sam))
    assert int(fallen[1]) < now
    assert fallen[2] is None


def test_an_area_has_a_line_of_its_weeks_for_who_wants_figures(
    client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "kkkkkkk")
    made()
    lives(database, dinner, "kkkkkkk", MONDAY + 7 * DAY)
    made(NEXT)
    page = make.sign_in(client, desk, couple.sam).get("/week").text
    (said,) = re.findall(r"<title>(Noor: [^<]+)</title>", page)
    assert re.fullmatch(r"Noor: \d+ % one week ago, \d+ % now\.", said)
    with database.write() as session:
        members.update(session, couple.sam.id, hides_streaks=True)
    assert "one week ago" not in client.get("/week").text


def test_a_summary_from_before_says_its_consistency_all_the_same(
    read: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    promised(couple.noor, "kkkkkkk")
    made()
    with database.write() as session:
        summary = weeks.get(session, couple.bond.id, SUNDAY.date())
        for one in summary.summary["members"].values():
            for figures in (one["all"], *one["areas"].values()):
                figures.pop("valued"), figures.pop("valued_before")
        weeks.put(session, [summary])
    assert "of late" in read(couple.noor)


def test_a_week_reads_as_much_after_a_year_as_after_a_month(database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkkkkkk")
    made()

    def statements() -> int:
        with database.read() as session, standing.watched(session) as work:
            seen = scene.load(session, couple.noor.id, now=SUNDAY)
            week.page(week_scene.of_day(session, seen, couple.bond, SUNDAY.date()))
        return len(work.asked)

    few = statements()
    with database.write() as session:
        first = weeks.get(session, couple.bond.id, SUNDAY.date())
        weeks.put(session, [replace(first, from_on=first.from_on - 7 * n * DAY, to_on=first.to_on - 7 * n * DAY) for n in range(1, 50)])
    assert statements() == few
