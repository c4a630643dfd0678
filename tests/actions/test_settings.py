from datetime import UTC, date, datetime, time, timedelta

import pytest

from server.actions import settings
from server.db import Session
from server.domain.errors import InvalidError, NotFoundError
from server.domain.outcomes import Outcome
from server.store import bonds, members, occurrences
from server.store.bonds import Bond
from tests import make
from tests.make import NOW

TODAY = date(2026, 3, 20)
DAY = timedelta(days=1)


@pytest.fixture
def couple(session: Session) -> make.Couple:
    return make.couple(session)


def rest_oneself(session: Session, member: members.Member, since: str, until: str) -> None:
    settings.rest_oneself(session, since=since, until=until, member_id=member.id, now=NOW)


def choose(session: Session, couple: make.Couple, weekday: str = "WE", at: str = "20:15", now: datetime = NOW) -> Bond:
    settings.choose_review(session, couple.bond.id, weekday=weekday, at=at, member_id=couple.sam.id, now=now)
    return bonds.get(session, couple.bond.id)


def rest(session: Session, couple: make.Couple, since: str, until: str) -> None:
    settings.rest(session, couple.bond.id, since=since, until=until, member_id=couple.sam.id, now=NOW)


def quiet(session: Session, couple: make.Couple, since: str, until: str) -> tuple[time | None, time | None]:
    settings.choose_quiet_hours(session, couple.noor.id, since=since, until=until)
    noor = members.get(session, couple.noor.id)
    return noor.quiet_from, noor.quiet_until


def test_the_review_moves_to_the_next_such_moment(session, couple):
    bond = choose(session, couple)
    assert (bond.review.weekday, bond.review.at) == (2, time(20, 15))
    assert (bond.next_review_on, bond.next_review_at) == (date(2026, 3, 25), datetime(2026, 3, 25, 19, 15, tzinfo=UTC))


def test_a_moment_that_is_still_to_come_today_is_the_next(session, couple):
    assert choose(session, couple, "FR", "17:01").next_review_on == TODAY
    assert choose(session, couple, "FR", "17:00").next_review_on == TODAY + 7 * DAY


def test_a_moment_that_the_clocks_skip_is_read_an_hour_later(session, couple):
    assert choose(session, couple, "SU", "02:30", now=NOW + 3 * DAY).next_review_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("weekday", "at", "field"), [("", "18:00", "weekday"), ("su", "18:00", "weekday"), ("SU", "25:00", "time"), ("SU", "", "time")]
)
def test_what_is_no_moment_is_refused(session, couple, weekday, at, field):
    with pytest.raises(InvalidError) as refusal:
        choose(session, couple, weekday, at)
    assert refusal.value.field == field
    assert bonds.get(session, couple.bond.id) == couple.bond


def test_a_stranger_settles_nothing(session, couple):
    eve = make.eve(session)
    with pytest.raises(NotFoundError):
        settings.choose_review(session, couple.bond.id, weekday="WE", at="20:15", member_id=eve.id, now=NOW)
    with pytest.raises(NotFoundError):
        settings.rest(session, couple.bond.id, since="2026-03-21", until="2026-03-22", member_id=eve.id, now=NOW)


def test_quiet_hours_are_kept_and_taken_away(session, couple):
    assert quiet(session, couple, "22:00", "07:30") == (time(22), time(7, 30))
    assert quiet(session, couple, "", "") == (None, None)


def test_quiet_hours_that_end_as_they_begin_are_none(session, couple):
    assert quiet(session, couple, "22:00", "22:00") == (None, None)


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [("22:00", "", "quiet_until"), ("", "07:00", "quiet_from"), ("late", "07:00", "quiet_from"), ("22:00", "7", "quiet_until")],
)
def test_half_of_the_quiet_hours_is_not_enough(session, couple, since, until, field):
    with pytest.raises(InvalidError) as refusal:
        quiet(session, couple, since, until)
    assert refusal.value.field == field


def test_a_bond_that_rests_lets_both_go_on_those_days(session, couple):
    promises = [make.promise(session, one) for one in (couple.noor, couple.sam)]
    rest(session, couple, "2026-03-21", "2026-03-22")
    stand = [[row.outcome for row in occurrences.of_promise(session, one.id, last=TODAY + 3 * DAY)] for one in promises]
    assert stand == [[Outcome.PENDING, Outcome.EXCUSED, Outcome.EXCUSED, Outcome.PENDING]] * 2


def test_a_personal_promise_does_not_rest_with_the_bond(session, couple):
    swim = make.promise(session, couple.noor, "Swim", personal=True)
    rest(session, couple, "2026-03-20", "2026-03-22")
    assert {row.outcome for row in occurrences.of_promise(session, swim.id)} == {Outcome.PENDING}


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("2026-03-19", "2026-03-22", "from"),
        ("soon", "2026-03-22", "from"),
        ("2026-03-21", "", "until"),
        ("2026-03-22", "2026-03-21", "until"),
        ("2026-03-21", "2027-03-23", "until"),
    ],
)
def test_days_that_make_no_pause_are_refused(session, couple, since, until, field):
    with pytest.raises(InvalidError) as refusal:
        rest(session, couple, since, until)
    assert refusal.value.field == field


def test_who_rests_rests_from_all_that_they_promised_and_nobody_else_does(session, couple):
    mine, his = make.promise(session, couple.noor), make.promise(session, couple.sam)
    alone = make.promise(session, couple.noor, personal=True)
    rest_oneself(session, couple.noor, "2026-03-20", "2026-03-21")
    found = occurrences.by_keys(session, [(one.id, TODAY + n * DAY) for one in (mine, his, alone) for n in (0, 2)])
    assert [found[one.id, TODAY].outcome for one in (mine, his, alone)] == [Outcome.EXCUSED, Outcome.PENDING, Outcome.EXCUSED]
    assert found[mine.id, TODAY + 2 * DAY].outcome is Outcome.PENDING


@pytest.mark.parametrize(("since", "until"), [("2026-03-19", "2026-03-20"), ("2026-03-21", "2026-03-20"), ("x", "2026-03-20")])
def test_nobody_rests_on_days_that_are_over_or_none(session, couple, since, until):
    with pytest.raises(InvalidError):
        rest_oneself(session, couple.noor, since, until)
