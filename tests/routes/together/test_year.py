"""A year on one page."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from server.routes.showing import scene, year
from server.store import let_goes, members, occurrences, weeks
from server.store.let_goes import LetGo
from tests import make, standing
from tests.routes.together.living import DAY, MONDAY, NEXT, SUNDAY, lives, text


def test_the_year_begins_with_the_bond_and_says_what_was_woven_and_kept(read: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    dinner = promised(couple.noor, "kkkkkkk")
    promised(couple.sam, "kkkmkkk", "Text when leaving", "staying_in_touch")
    made()
    made(NEXT)
    page = read(couple.sam, "/year")
    assert "16 – 29 March 2026" in page
    assert "6 days woven" in page
    assert "In two weeks 13 small promises were kept." in page
    assert "The days from 16 March to 29 March, a strand for each of you. Noor: 7 kept, 3 came apart, 3 nothing said yet." in page
    assert "March 2026. Noor: 7 kept" in page
    assert dinner.title not in page


def test_the_week_leads_to_its_year_and_the_year_back(client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkk")
    made()
    make.sign_in(client, desk, couple.noor)
    assert '<a class="pill" href="/year">' in client.get("/week").text
    assert '<a class="pill" href="/week">' in client.get("/year").text


def test_before_anything_is_promised_it_says_how_it_begins(read: Any, clock: Any, couple: make.Couple) -> None:
    clock.at = SUNDAY
    assert "Nothing is woven yet. It begins with one small promise." in read(couple.noor, "/year")


def test_who_is_in_no_bond_is_told_when_the_year_begins(read: Any, database: Any) -> None:
    with database.write() as session:
        eve = make.eve(session)
    assert "The page of the year begins when there are two of you." in read(eve, "/year")


def test_the_year_of_others_is_not_found(client: Any, desk: Any, database: Any, made: Any, couple: make.Couple) -> None:
    made()
    with database.write() as session:
        eve = make.eve(session)
    assert make.sign_in(client, desk, eve).get(f"/year?bond={couple.bond.id}").status_code == 404


def test_a_personal_promise_is_in_no_year(read: Any, database: Any, made: Any, promised: Any, couple: make.Couple) -> None:
    promised(couple.sam, "k")
    with database.write() as session:
        swim = make.promise(session, couple.noor, "Swim", personal=True, now=MONDAY)
        make.check_in(session, swim, now=MONDAY)
    made()
    assert "one small promise was kept" in read(couple.noor, "/year")


def test_who_hides_streaks_sees_neither_lines_nor_what_is_in_a_row(
    read: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "kkkkkkk")
    made()
    lives(database, dinner, "kkkkkkk", MONDAY + 7 * DAY)
    made(NEXT)
    page = read(couple.noor, "/year")
    assert "Being on time" in page
    assert "woven in a row" in page
    with database.write() as session:
        members.update(session, couple.noor.id, hides_streaks=True)
    page = read(couple.noor, "/year")
    assert "Being on time" not in page
    assert "in a row" not in page
    assert "14 days woven" in page


def test_in_a_team_one_sees_ones_own_days_alone(read: Any, database: Any, promised: Any, made: Any) -> None:
    with database.write() as session:
        ada, ilya = make.member(session, "Ada", now=MONDAY), make.member(session, "Ilya", now=MONDAY)
        make.bond(session, ada, ilya, kind="team", now=MONDAY)
    promised(ada, "kkkkkk", "Answer by noon")
    promised(ilya, "kkkmmm", "Review by noon")
    made()
    page = read(ada, "/year")
    assert "In this week six small promises were kept." in page
    assert "you: 6 kept." in page
    assert "Ilya: 3" not in page
    assert "came apart" not in page


def test_what_both_let_go_is_in_no_thread_and_on_no_day(read: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    dinner = promised(couple.noor, "kmk")
    made()
    assert "1 came apart" in read(couple.sam, "/year")
    with database.write() as session:
        let_goes.put(session, LetGo(dinner.id, date(2026, 3, 17), couple.bond.id, couple.sam.id, SUNDAY, couple.sam.id, SUNDAY))
    page = read(couple.sam, "/year")
    assert "came apart" not in page
    assert "2 kept" in page


def test_a_second_bond_has_its_own_year(client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkk")
    with database.write() as session:
        friends = make.bond(session, couple.noor, make.eve(session), kind="friends", now=MONDAY)
    made()
    make.sign_in(client, desk, couple.noor)
    assert "three small promises were kept" in text(client.get("/year"))
    page = client.get(f"/year?bond={friends.id}")
    assert "Nothing is woven yet." in text(page)
    assert f'href="/week?bond={friends.id}"' in page.text


def test_a_whole_year_is_52_weeks_in_13_rows_and_reads_no_more_often(
    client: Any, read: Any, database: Any, clock: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "kkkkkkk")
    made()

    def statements() -> int:
        with database.read() as session, standing.watched(session) as work:
            seen = scene.load(session, couple.noor.id, now=clock.at)
            year.page(year.load(session, seen, couple.bond))
        return len(work.asked)

    few = statements()
    with database.write() as session:
        first = weeks.get(session, couple.bond.id, SUNDAY.date())
        weeks.put(session, [replace(first, from_on=first.from_on + 7 * n * DAY, to_on=first.to_on + 7 * n * DAY) for n in range(1, 70)])
        row = occurrences.of_promise(session, dinner.id)[0]
        later = [row.day + n * DAY for n in range(14, 500)]
        occurrences.put(session, [replace(row, day=one, last_day=one, settles_at=row.settles_at + (one - row.day)) for one in later])
    clock.at = SUNDAY + timedelta(weeks=60)
    assert statements() == few
    page = read(couple.noor, "/year")
    assert len(re.findall(r"The days from \d+ \w+ to \d+ \w+, a strand", page)) == 13
    assert "18 May 2026 – 16 May 2027" in page
    months = re.findall(r"<text[^>]*>([^<]+)</text>", client.get("/year").text)
    assert months[:9] == ["May 2026", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan 2027"]
