from datetime import timedelta

from sqlalchemy import func, select

from jobs import cleanup
from server.actions import asides, handing, invitations, limits, links, operating, reviews, sessions, summaries, tokens
from server.actions.limits import Limit
from server.actions.notices import tell
from server.db.tables import (
    buckets,
    ceremonies,
    deliveries,
    events,
    hand_overs,
    notices,
    operator_acts,
    push_subscriptions,
)
from server.db.tables import invitations as invitation_rows
from server.db.tables import (
    links as link_rows,
)
from server.db.tables import (
    sessions as session_rows,
)
from server.db.tables import tokens as token_rows
from server.domain import notices as wording
from server.domain.notices import Subscription
from server.domain.reviews import HERE_AFTER_A_TAP
from server.store import push
from server.store import reviews as store
from server.store import sessions as devices
from tests import make
from tests.make import NOW

DAY = timedelta(days=1)
EVERYTHING = (buckets, ceremonies, deliveries, invitation_rows, link_rows, notices, push_subscriptions, session_rows, token_rows)
PHONE = Subscription("https://push.example/1", "key", "secret")


def counts(database):
    with database.read() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in EVERYTHING]


def spend(session):
    """One of each that will be spent: a device signed out with its phone, and whatever expires by itself."""
    couple = make.couple(session)
    noor = couple.noor.id
    cookie = sessions.begin(session, noor, device="a phone", now=NOW)
    device = sessions.by_cookie(session, cookie, now=NOW)
    push.put(session, PHONE, member_id=noor, session_id=device.id, vapid_key="key", shows_details=False, now=NOW)
    tell(session, [wording.week(noor, couple.bond.id, NOW.date(), now=NOW)], now=NOW)
    asides.keep(session, ["a word"], purpose="codes", token=cookie, now=NOW)
    devices.end(session, device.id, noor, now=NOW)
    links.make_link(session, noor, now=NOW)
    invitations.invite(session, noor, kind="friends", now=NOW)
    limits.take(session, "key", Limit(2, DAY), now=NOW)
    make.token(session, couple.noor)
    (token,) = session.scalars(select(token_rows.c.id))
    tokens.end(session, token, member_id=noor, now=NOW)
    return couple


def test_what_is_spent_goes_after_its_time_and_not_before(database):
    with database.write() as session:
        spend(session)
    before = counts(database)
    assert min(before) > 0
    cleanup.clean_up(database, NOW)
    assert counts(database) == before
    assert cleanup.clean_up(database, NOW + 40 * DAY) > 0
    assert counts(database) == [0] * len(EVERYTHING)


def test_what_is_in_use_stays(database):
    with database.write() as session:
        eve = make.eve(session)
        sessions.begin(session, eve.id, device="a phone", now=NOW)
        make.token(session, eve)
        make.check_in(session, make.promise(session, eve))
    assert cleanup.clean_up(database, NOW + 40 * DAY) == 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(events)) == 2


def test_nobody_knows_for_long_who_was_here_in_a_review(database):
    sunday = NOW + 2 * DAY + DAY / 24
    with database.write() as session:
        couple = make.couple(session)
        summaries.summarise(session, now=sunday, limit=10)
        to_on = sunday.date()
        reviews.begin(session, couple.bond.id, to_on, member_id=couple.noor.id, now=sunday)
    for after, known in ((timedelta(0), True), (HERE_AFTER_A_TAP + timedelta(seconds=1), False)):
        cleanup.clean_up(database, sunday + after)
        with database.read() as session:
            (seat,) = store.seats(session, (couple.bond.id, to_on)).values()
        assert (seat.here_until is not None) == known


def test_what_the_operator_did_is_kept_for_as_long_as_its_member_is_told_of_it(database):
    with database.write() as session:
        noor = make.member(session)
        links.make_link(session, noor.id, now=NOW)
    for after, kept in ((operating.TOLD_FOR, 1), (operating.TOLD_FOR + DAY, 0)):
        cleanup.clean_up(database, NOW + after)
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(operator_acts)) == kept
            assert len(operating.lately_done(session, noor.id, now=NOW + operating.TOLD_FOR - DAY)) == kept


def test_what_was_begun_to_be_handed_over_goes_when_its_time_is_over(database):
    with database.write() as session:
        noor = make.member(session)
        device = sessions.by_cookie(session, sessions.begin(session, noor.id, device="A phone", now=NOW), now=NOW)
        handing.begin(session, handing.make(), member_id=noor.id, session_id=device.id, now=NOW)
    for after, kept in ((timedelta(minutes=10), 1), (timedelta(minutes=11), 0)):
        cleanup.clean_up(database, NOW + after)
        with database.read() as session:
            assert session.scalar(select(func.count()).select_from(hand_overs)) == kept
