from datetime import timedelta

import pytest

from server.actions import sessions
from server.db import Session
from server.domain.errors import NotFoundError
from server.store.members import Member
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def noor(session: Session) -> Member:
    return make.member(session)


def test_a_token_opens_the_session_that_it_began(session, noor):
    token = sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    found = sessions.by_cookie(session, token, now=NOW)
    assert found
    assert found.member_id == noor.id
    assert len(token) == 43


@pytest.mark.parametrize("cookie", ["", "A" * 43, "0", "\x00", "é"])
def test_a_token_that_a_browser_made_up_is_nobody(session, noor, cookie):
    sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    assert sessions.by_cookie(session, cookie, now=NOW) is None


def test_a_session_ends_after_ninety_days_without_a_visit(session, noor):
    token = sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    assert sessions.by_cookie(session, token, now=NOW + 90 * DAY)
    assert sessions.by_cookie(session, token, now=NOW + 91 * DAY) is None
    assert sessions.devices(session, noor.id, now=NOW + 91 * DAY) == []


def test_a_session_ends_after_a_year_however_often_it_is_used(session, noor):
    token = sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    for month in range(1, 12):
        found = sessions.by_cookie(session, token, now=NOW + 30 * month * DAY)
        assert found
        sessions.note_seen(session, found.id, now=NOW + 30 * month * DAY)
    assert sessions.by_cookie(session, token, now=NOW + 365 * DAY - MINUTE)
    assert sessions.by_cookie(session, token, now=NOW + 365 * DAY) is None


def test_who_just_signed_in_is_fresh_for_ten_minutes(session, noor):
    token = sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    fresh = [sessions.by_cookie(session, token, now=NOW + minutes * MINUTE).is_fresh for minutes in (0, 9, 10, 60)]
    assert fresh == [True, True, False, False]


def test_showing_a_passkey_again_makes_a_new_token_and_kills_the_old(session, noor):
    old = sessions.begin(session, noor.id, device="Firefox on Android", now=NOW)
    before = sessions.by_cookie(session, old, now=NOW)
    new = sessions.renew(session, before.id, now=NOW + 60 * MINUTE)
    after = sessions.by_cookie(session, new, now=NOW + 61 * MINUTE)
    assert sessions.by_cookie(session, old, now=NOW + 61 * MINUTE) is None
    assert after.id == before.id
    assert after.is_fresh


def test_signing_out_on_one_phone_leaves_the_others_in(session, noor):
    phone, laptop = (sessions.begin(session, noor.id, device=device, now=NOW) for device in ("A phone", "A laptop"))
    sessions.end(session, sessions.by_cookie(session, phone, now=NOW).id, member_id=noor.id, now=NOW)
    assert sessions.by_cookie(session, phone, now=NOW) is None
    assert [one.device for one in sessions.devices(session, noor.id, now=NOW)] == ["A laptop"]
    assert sessions.by_cookie(session, laptop, now=NOW)


def test_signing_out_everywhere_else_keeps_this_phone_and_other_people(session, noor):
    sam = make.member(session, "Sam")
    phone, laptop = (sessions.begin(session, noor.id, device=device, now=NOW) for device in ("A phone", "A laptop"))
    sams = sessions.begin(session, sam.id, device="Sam’s", now=NOW)
    sessions.end_others(session, noor.id, but=sessions.by_cookie(session, phone, now=NOW).id, now=NOW)
    assert [sessions.by_cookie(session, token, now=NOW) is not None for token in (phone, laptop, sams)] == [True, False, True]


def test_a_device_of_somebody_else_is_not_found(session, noor):
    eve = make.eve(session)
    found = sessions.by_cookie(session, sessions.begin(session, noor.id, device="A phone", now=NOW), now=NOW)
    with pytest.raises(NotFoundError):
        sessions.end(session, found.id, member_id=eve.id, now=NOW)


def test_a_stolen_database_opens_no_session(session, noor):
    token = sessions.begin(session, noor.id, device="A phone", now=NOW)
    rows = session.exec_driver_sql("SELECT * FROM sessions").all()
    kept = [value for row in rows for value in row if isinstance(value, str | bytes)]
    assert all(token.encode() not in (value if isinstance(value, bytes) else value.encode()) for value in kept)
    assert all(sessions.by_cookie(session, str(value), now=NOW) is None for value in kept)
