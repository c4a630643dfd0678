"""The week, together, as each of the two sees it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from server.actions import repairs
from server.actions import settings as choices
from server.domain.repairs import Repair
from server.store import ids, members
from tests import make
from tests.routes.together.living import DAY, MONDAY, NEXT, SUNDAY, lives, text


def test_before_the_first_week_the_page_says_when_it_comes(read: Any, clock: Any, couple: make.Couple) -> None:
    clock.at = MONDAY
    page = read(couple.noor)
    assert "The first page comes on Sunday at 18:00." in page
    assert "16 – 22 March" in page


def test_the_first_page_comes_at_the_time_where_one_is(read: Any, database: Any, clock: Any, couple: make.Couple) -> None:
    clock.at = MONDAY
    with database.write() as session:
        members.update(session, couple.noor.id, zone="America/New_York")
    assert "on Sunday at 13:00." in read(couple.noor)


def test_who_is_in_no_bond_is_told_when_it_begins(read: Any, database: Any) -> None:
    with database.write() as session:
        eve = make.eve(session)
    assert "The page of the week begins when there are two of you." in read(eve)


def test_both_read_how_many_were_kept_of_what_has_settled(read: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkkmkk")
    promised(couple.sam, "kkkkks", "Text when leaving", "staying_in_touch")
    made()
    for one in (couple.noor, couple.sam):
        page = read(one)
        assert "16 – 22 March · week 1" in page
        assert "10 of 11 kept" in page
        assert "Your first week. The one that was missed was owned ahead of time." in page
        assert "Noor 5 of 6 kept. kept 5 owned 1" in page
        assert "Sam 5 of 5 kept. kept 5 let go 1" in page


def test_a_week_in_which_everything_was_let_go_is_a_quiet_one(read: Any, database: Any, made: Any, couple: make.Couple) -> None:
    with database.write() as session:
        dinner = make.promise(session, couple.noor, rule="FREQ=DAILY;COUNT=1", now=MONDAY)
        make.check_in(session, dinner, "excuse", by=couple.sam, now=MONDAY)
    made()
    page = read(couple.noor)
    assert "A quiet week." in page
    assert "of 0 kept" not in page


def test_what_was_mended_is_said_in_words_and_as_a_figure(read: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    dinner = promised(couple.noor, "kkm")
    with database.write() as session:
        words = Repair("I stayed", "You waited", "It was on me", "I cook", "I leave at five")
        repairs.repair(session, dinner.id, date(2026, 3, 18), words, member_id=couple.noor.id, now=MONDAY + 2 * DAY)
    lives(database, dinner, "kkk", MONDAY + 3 * DAY)
    made()
    page = read(couple.sam)
    assert "Your first week. One was mended." in page
    assert "mended 1" in page
    assert "Mended: Home for dinner" in page


def test_what_is_still_open_is_not_counted_against_anybody(read: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkkk")
    made()
    page = read(couple.noor)
    assert "4 of 4 kept" in page
    assert "not said 2" in page


def test_one_answers_ones_own_waiting_days_and_the_other_only_reads(
    client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    dinner = promised(couple.noor, "kkkkk")
    made()
    own, others = (make.sign_in(client, desk, one).get("/week") for one in (couple.noor, couple.sam))
    assert "Yesterday, Home for dinner: nothing said yet. Did it happen?" in text(own)
    assert f'action="/promises/{dinner.id}/check-ins"' in own.text
    assert "Did it happen?" not in text(others)
    assert "/check-ins" not in others.text
    assert "Home for dinner, Saturday: nothing said yet." in text(others)
    assert "Home for dinner, Sunday: still to come." in text(others)


def test_an_answer_given_later_is_counted(client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    dinner = promised(couple.noor, "kkkkk")
    made()
    sent = {"id": str(ids.new()), "kind": "missed", "day": "2026-03-21"}
    make.sign_in(client, desk, couple.noor).post(f"/promises/{dinner.id}/check-ins", data=sent)
    made(SUNDAY + timedelta(minutes=1))
    page = text(client.get("/week"))
    assert "5 of 6 kept" in page
    assert "Did it happen?" not in page


def test_areas_stand_side_by_side_and_a_rise_is_said(read: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    both = [promised(one, "kkmm...", one.name) for one in (couple.noor, couple.sam)]
    money = promised(couple.sam, "kkkkkkk", "Show the statement", "money")
    made()
    for one in both:
        lives(database, one, "kkkm...", MONDAY + 7 * DAY)
    lives(database, money, "mmkk...", MONDAY + 7 * DAY)
    made(NEXT)
    page = read(couple.noor)
    assert "Being on time up 46 Noor: 3 of 4 kept Sam: 3 of 4 kept" in page
    assert "Money, in the open Sam: 2 of 4 kept" in page
    assert "down" not in page


def test_words_of_thanks_stand_with_name_and_weekday(read: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    dinner = promised(couple.noor, "kkk")
    with database.write() as session:
        seen = {"by": couple.sam, "now": MONDAY + 3 * DAY}
        make.check_in(session, dinner, "seen", day=date(2026, 3, 17), **seen)
        make.check_in(session, dinner, "seen", day=date(2026, 3, 17), line="The soup, & you.", **seen)
        make.check_in(session, dinner, "seen", day=date(2026, 3, 18), **seen)
        gone = make.check_in(session, dinner, "seen", day=date(2026, 3, 16), line="Taken back.", **seen)
        make.check_in(session, dinner, "undo", target=gone, **seen)
    made()
    page = read(couple.noor)
    assert "“The soup, & you.” Sam, Tuesday" in page
    assert "thank-you 1" in page
    assert "Taken back" not in page


def test_what_was_reached_in_the_week_is_a_link(client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkkk")
    made()
    make.sign_in(client, desk, couple.sam)
    address, label = re.findall(r'<a href="(/milestones/[^"]+)">(3 in a row: [^<]+)</a>', client.get("/week").text)[0]
    assert label == "3 in a row: Home for dinner"
    assert client.get(address).status_code == 200


def test_who_hides_streaks_sees_none(read: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkkk")
    made()
    with database.write() as session:
        members.update(session, couple.noor.id, hides_streaks=True)
    assert "in a row" not in read(couple.noor)
    assert "1 kept in all: you" in read(couple.noor)
    assert "4 woven in a row" in read(couple.sam).replace("woven in a row 4", "4 woven in a row")


def test_a_personal_promise_is_in_no_week(read: Any, database: Any, made: Any, couple: make.Couple) -> None:
    with database.write() as session:
        swim = make.promise(session, couple.noor, "Swim", personal=True, now=MONDAY)
        make.check_in(session, swim, now=MONDAY)
    made()
    assert "Swim" not in read(couple.noor)
    assert "1 of 1" not in read(couple.noor)


def test_where_one_side_carries_all_it_is_said_kindly(read: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kk")
    made()
    assert "Only one of you had promises this week." in read(couple.sam)


def test_each_in_a_team_reads_their_own_figures_and_the_sums(read: Any, database: Any, promised: Any, made: Any) -> None:
    with database.write() as session:
        ada, ilya = make.member(session, "Ada", now=MONDAY), make.member(session, "Ilya", now=MONDAY)
        make.bond(session, ada, ilya, kind="team", now=MONDAY)
    promised(ada, "kkkkkk", "Answer by noon")
    promised(ilya, "kkkmmm", "Review by noon")
    made()
    page = read(ada)
    assert "9 of 12 kept" in page
    assert "Ada 6 of 6 kept." in page
    assert "3 of 6 kept" not in page


def test_one_turns_to_the_week_before_and_back(client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkk")
    made()
    made(NEXT)
    make.sign_in(client, desk, couple.noor)
    assert '<a class="pill" rel="prev" href="/weeks/2026-03-22">16 – 22 March</a>' in client.get("/week").text
    earlier = client.get("/weeks/2026-03-22")
    assert "3 of 7 kept" in text(earlier)
    assert '<a class="pill" rel="next" href="/weeks/2026-03-29">23 – 29 March</a>' in earlier.text
    assert 'rel="prev"' not in earlier.text


def test_any_day_leads_to_its_week(client: Any, desk: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    made()
    answer = make.sign_in(client, desk, couple.noor).get("/weeks/2026-03-18", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/weeks/2026-03-22")


@pytest.mark.parametrize("path", ["/weeks/2026-03-29", "/weeks/2026-03-15", "/weeks/2026-03-25", "/weeks/soon"])
def test_a_week_that_was_not_made_is_not_there(client: Any, desk: Any, made: Any, couple: make.Couple, path: str) -> None:
    made()
    assert make.sign_in(client, desk, couple.noor).get(path).status_code == 404


def test_the_week_of_others_is_not_found(client: Any, desk: Any, database: Any, made: Any, couple: make.Couple) -> None:
    made()
    with database.write() as session:
        eve = make.eve(session)
    make.sign_in(client, desk, eve)
    for path in ("/weeks/2026-03-22", f"/weeks/2026-03-22?bond={couple.bond.id}", f"/week?bond={couple.bond.id}"):
        assert client.get(path).status_code == 404


def test_a_second_bond_has_its_own_week(client: Any, desk: Any, database: Any, promised: Any, made: Any, couple: make.Couple) -> None:
    promised(couple.noor, "kkk")
    with database.write() as session:
        friends = make.bond(session, couple.noor, make.eve(session), kind="friends", now=MONDAY)
    made()
    make.sign_in(client, desk, couple.noor)
    assert "You are also with Eve." in text(client.get("/week"))
    page = client.get(f"/week?bond={friends.id}")
    assert "A quiet week." in text(page)
    answer = client.get(f"/weeks/2026-03-18?bond={friends.id}", follow_redirects=False)
    assert answer.headers["location"] == f"/weeks/2026-03-22?bond={friends.id}"


def test_who_is_not_in_is_led_to_sign_in(client: Any) -> None:
    assert client.get("/week", follow_redirects=False).headers["location"] == "/sign-in?next=/week"


def test_after_the_review_was_moved_a_shorter_week_shows_its_own_days_and_is_compared_with_none(
    read: Any, database: Any, promised: Any, made: Any, couple: make.Couple
) -> None:
    promised(couple.noor, "kkkkkkk")
    made()
    with database.write() as session:
        choices.choose_review(session, couple.bond.id, weekday="WE", at="18:00", member_id=couple.noor.id, now=SUNDAY)
    made(SUNDAY + 3 * DAY)
    page = read(couple.noor)
    assert "23 – 25 March" in page
    assert " M T W woven" in page
    assert "last week" not in page
